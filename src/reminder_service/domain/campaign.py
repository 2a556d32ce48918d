"""A campaign: one notice put to work, with its items, units, form, periods and rules."""

from dataclasses import dataclass, field
from datetime import date, time, timedelta
from decimal import Decimal
from enum import StrEnum

from .due_rules import DueRule as DueRule  # what stands here belongs to a campaign
from .lookups import Lookups, lookups
from .periods import Cadence, Period

_LONGEST_PAUSE = 120
"""Periods that may be left out one after another: three years of ten days."""


class Audience(StrEnum):
    """Who gets a step of the ladder."""

    ALL = "all"
    GAPS = "gaps"


class Version(StrEnum):
    """The two versions of one report."""

    ELECTRONIC = "electronic"
    STAMPED = "stamped"


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """A number that the notice sets for an item.

    ``text`` is the object ("家政培训"), ``measure`` the measure word or ``%``, ``comparator`` one of
    ``>=`` and ``=``, ``quote`` the words of the notice.
    """

    text: str
    value: Decimal
    measure: str
    comparator: str
    quote: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """One numbered matter of the notice; ``units`` in the notice's order, leading first."""

    number: int
    name: str
    text: str
    units: tuple[str, ...]
    targets: tuple[Target, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class DatedName:
    """A name that a unit bears, or another body bore, from ``since`` to ``until``; None is without limit."""

    name: str
    since: date | None = None
    until: date | None = None

    def holds_on(self, day: date) -> bool:
        """Whether the name is borne on a day."""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


@dataclass(frozen=True, kw_only=True, slots=True)
class Predecessor:
    """A body whose duties a unit took over on a day; ``code`` is the one it had in this campaign, if any."""

    name: str
    since: date
    code: str = ""
    aliases: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[DatedName, ...]:
        """The names under which it reported until it was merged."""
        until = self.since - timedelta(days=1)
        return tuple(DatedName(name=name, until=until) for name in (self.name, *self.aliases))


class Tone(StrEnum):
    """How a unit is written to: as one that the office directs, or as one that it can only ask (商请)."""

    DIRECT = "direct"
    REQUEST = "request"


@dataclass(frozen=True, kw_only=True, slots=True)
class Unit:
    """A body that must report.

    ``code`` is the two or more digits that stand for it in references and form codes and never change;
    ``full_name`` is the name as on its seal; ``group`` marks a unit such as 各儿童友好实践基地 that stands for
    several bodies, ``members`` their names where they are known. ``names`` are the names that it bears or bore
    for a time only, ``successor_of`` the bodies merged into it; ``name`` stays what the notice calls it. With the
    ``tone`` of a request its reminders are drafts that a person releases.
    """

    name: str
    code: str
    full_name: str
    aliases: tuple[str, ...] = ()
    group: bool = False
    members: tuple[str, ...] = ()
    names: tuple[DatedName, ...] = ()
    successor_of: tuple[Predecessor, ...] = ()
    tone: Tone = Tone.DIRECT

    @property
    def dated_names(self) -> tuple[DatedName, ...]:
        """Every name that is borne for a time only, the unit's own and those of the bodies merged into it."""
        return (*self.names, *(name for body in self.successor_of for name in body.names))


class ColumnKey(StrEnum):
    """What a column of the form holds; the extra ones are carried as text and neither judged nor required."""

    NUMBER = "number"
    NAME = "name"
    UNITS = "units"
    MEASURES = "measures"
    DEADLINE = "deadline"
    EXTRA_1 = "extra_1"
    EXTRA_2 = "extra_2"
    EXTRA_3 = "extra_3"
    EXTRA_4 = "extra_4"

    # Equal to its text and the key of many small dictionaries: the text's own hash is several times as fast.
    __hash__ = str.__hash__


EXTRA_COLUMNS = (ColumnKey.EXTRA_1, ColumnKey.EXTRA_2, ColumnKey.EXTRA_3, ColumnKey.EXTRA_4)
"""The keys of columns that a notice has beside the five."""

Extras = tuple[tuple[ColumnKey, str], ...]
"""What stands in a row's extra columns, without the empty ones."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """A column of the form: its heading in the notice and words that name it in other people's forms."""

    key: ColumnKey
    heading: str
    also: tuple[str, ...] = ()
    width: float = 10.0


@dataclass(frozen=True, kw_only=True, slots=True)
class FormSpec:
    """The annex table of the notice: its title and its columns from left to right."""

    title: str
    columns: tuple[Column, ...]

    def heading(self, key: ColumnKey) -> str:
        """Return the heading of the column that holds ``key``, or an empty text."""
        return next((column.heading for column in self.columns if column.key is key), "")


class StepKind(StrEnum):
    """What a mail to a unit is: the steps of the ladder, then what answers a return and a complete report."""

    FIRST_NOTICE = "first_notice"
    REMINDER = "reminder"
    DUE_TODAY = "due_today"
    OVERDUE = "overdue"
    CORRECTION = "correction"
    THANKS = "thanks"


LADDER_STEPS = (StepKind.FIRST_NOTICE, StepKind.REMINDER, StepKind.DUE_TODAY, StepKind.OVERDUE)
"""The kinds that a ladder has steps of."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One step of the reminder ladder.

    ``offset`` counts workdays from the due date (negative is before). ``every`` and ``at_most`` repeat it:
    every third workday after it, at most five times in all.
    """

    kind: StepKind
    offset: int
    at: time
    audience: Audience
    every: int = 0
    at_most: int = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class EscalationStep:
    """When a letter about silent units is drafted for a leader: workdays from the due date, and to whom."""

    offset: int
    at: time
    to: str
    addressee: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Ladder:
    """When units are written to, and the hours in which a mail that was missed may still go.

    ``thanks`` is whether a unit is thanked once when everything is in.
    """

    steps: tuple[Step, ...]
    office_hours: tuple[time, time]
    make_up_within: int = 10
    thanks: bool = False
    escalation: EscalationStep | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """What the notice leaves open; ``answer`` is None until a person has answered."""

    key: str
    question: str
    proposal: str
    quote: str = ""
    answer: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Duty:
    """One item times one responsible unit: what is really owed."""

    item: int
    unit: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Campaign:
    """One notice put to work.

    ``left_out`` names the periods that nobody reports on: ``Q1`` in every year, ``2025Q1`` in one. ``mailbox``
    is the one of ``mailboxes`` that its mails come to and go from; None: the office's own. With ``ask_contacts`` the
    first mail to a unit brings a sheet on which it names its people.
    """

    id: str
    title: str
    short_name: str
    document_number: str
    issuer: str
    date: date
    items: tuple[Item, ...]
    units: tuple[Unit, ...]
    form: FormSpec
    cadence: Cadence
    first_period: Period
    last_period: Period | None = None
    left_out: tuple[str, ...] = ()
    due_rule: DueRule = DueRule.LAST_WORKDAY_ON_OR_BEFORE_END
    versions: tuple[Version, ...] = (Version.ELECTRONIC, Version.STAMPED)
    ladder: Ladder
    contact_phone: str = ""
    contact_mailbox: str = ""
    region: str = ""
    attach_form: bool = True
    attach_calendar: bool = True
    ask_contacts: bool = False
    recognition_threshold: float = 0.85
    questions: tuple[Question, ...] = ()
    mailbox: str | None = None
    _look: Lookups = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_look", lookups(self.units, self.items))

    def item(self, number: int) -> Item:
        """Return the item with this number."""
        return self._look.items[number]

    def unit(self, name: str) -> Unit:
        """Return the unit with this canonical name."""
        return self._look.units[name]

    def has_unit(self, name: str) -> bool:
        """Whether a unit bears this canonical name."""
        return name in self._look.units

    def item_named(self, bare_name: str) -> Item | None:
        """Return the item of exactly this name, which is to be given bare; the lowest number of several."""
        return self._look.item_names.get(bare_name)

    def item_numbered(self, number: str) -> Item | None:
        """Return the item whose number is written so, or None."""
        found = self._look.items.get(int(number)) if number.isdecimal() and number.isascii() else None
        return found if found and str(found.number) == number else None

    def unit_by_code(self, code: str) -> Unit | None:
        """Return the unit with this code or the one that took over from it, or None."""
        return self._look.codes.get(code) or self._look.heir_codes.get(code)

    def current_unit(self, name: str) -> str:
        """Return the unit that now stands for a canonical name: itself, else its successor, else ``name``."""
        if name in self._look.units:
            return name
        heir = self._look.heirs.get(name)
        return heir.name if heir else name

    def items_of(self, unit: str) -> tuple[Item, ...]:
        """Return the items that a unit must report on, in the notice's order."""
        return self._look.items_of.get(unit, ())

    def asks_for(self, period: Period) -> bool:
        """Whether units report on a period, as far as it is not left out."""
        name = str(period)
        return name not in self.left_out and name[4:] not in self.left_out

    def periods_of_year(self, period: Period) -> tuple[Period, ...]:
        """Return the periods of the year up to this one, oldest first, as far as the notice asks for them."""
        found, current = [period], period
        while (earlier := current.previous()) and earlier.start.year == period.start.year:
            if earlier.start < self.first_period.start:
                break
            if self.asks_for(earlier):
                found.append(earlier)
            current = earlier
        return tuple(reversed(found))

    def following(self, period: Period) -> Period | None:
        """Return the next period that units report on, or None where there is none."""
        following = period.next()
        for _ in range(_LONGEST_PAUSE):
            if following is None or (self.last_period is not None and following > self.last_period):
                return None
            if self.asks_for(following):
                return following
            following = following.next()
        return None

    @property
    def duties(self) -> tuple[Duty, ...]:
        """Every item times every unit responsible for it."""
        return tuple(Duty(item=item.number, unit=unit) for item in self.items for unit in item.units)

    @property
    def open_questions(self) -> tuple[Question, ...]:
        """The questions that nobody has answered yet."""
        return tuple(question for question in self.questions if question.answer is None)
