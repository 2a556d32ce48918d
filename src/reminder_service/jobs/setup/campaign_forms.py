"""What was typed into the pages of a campaign, as units, items and ladders; or in words what cannot be meant."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, time
from decimal import Decimal, InvalidOperation

from ...domain.campaign import (
    LADDER_STEPS,
    Audience,
    Campaign,
    DatedName,
    DueRule,
    EscalationStep,
    Item,
    Ladder,
    Predecessor,
    Step,
    StepKind,
    Target,
    Tone,
    Unit,
)
from ...domain.errors import WrongUsage
from ...domain.periods import Period

Typed = Mapping[str, Sequence[str]]
"""The fields of a form; of rows every field has as many values as there are rows."""

_MOST_ROWS = 60
_MOST = 250
_LONGEST = 4000
_DIGITS = 15
_SEPARATORS = re.compile(r"[;；\n]+")


@dataclass(kw_only=True, slots=True)
class Form:
    """The fields of a form as they are read; ``problems`` gathers what cannot be meant."""

    typed: Typed
    problems: list[str] = field(default_factory=list)

    def text(self, name: str) -> str:
        """Return a field without white space at its ends."""
        return next(iter(self.typed.get(name, ())), "")[:_LONGEST].replace("\r\n", "\n").strip()

    def line(self, name: str) -> str:
        """Return a field as one line."""
        return " ".join(self.text(name).split())

    def listed(self, name: str) -> tuple[str, ...]:
        """Return what stands in a field on lines or between semicolons, each once."""
        return _listed(self.text(name))

    def rows(self, *names: str) -> list[dict[str, str]]:
        """Return the rows that have something in one of these fields."""
        columns = [list(self.typed.get(name, ()))[:_MOST_ROWS] for name in names]
        rows = [
            dict(zip(names, (one[:_LONGEST].strip() for one in row), strict=True))
            for row in zip(*columns, strict=False)
        ]
        return [row for row in rows if any(row.values())]

    def day(self, text: str, what: str) -> date | None:
        """Read a day, None where nothing is written."""
        try:
            return date.fromisoformat(text) if text else None
        except ValueError:
            self.problems.append(f"{what}的日期“{text[:20]}”不对，须像2027-01-01这样。")
            return None

    def at(self, text: str, what: str) -> time:
        """Read a time of day."""
        try:
            return time.fromisoformat(text).replace(second=0, microsecond=0, tzinfo=None)
        except ValueError:
            self.problems.append(f"{what}的时间“{text[:20]}”不对，须像09:00这样。")
            return time(9)

    def count(self, text: str, what: str, *, otherwise: int = 0) -> int:
        """Read a whole number that is not negative; ``otherwise`` where nothing is written."""
        if text and not (text.isascii() and text.isdecimal() and int(text[:9]) <= _MOST):
            self.problems.append(f"{what}“{text[:20]}”不对，须是0至{_MOST}的整数。")
            return otherwise
        return int(text) if text else otherwise


def unit_of(form: Form, unit: Unit) -> Unit:
    """Return a unit as typed; its name, code and kind stay."""
    return replace(
        unit,
        full_name=form.line("full_name"),
        aliases=form.listed("aliases"),
        members=form.listed("members") if unit.group else unit.members,
        tone=Tone.REQUEST if form.text("tone") == Tone.REQUEST else Tone.DIRECT,
        names=tuple(_dated_names(form)),
        successor_of=tuple(_bodies(form, unit)),
    )


def _dated_names(form: Form) -> Iterable[DatedName]:
    for row in form.rows("dated_name", "since", "until"):
        name = row["dated_name"]
        if not name:
            form.problems.append("改用的名称写了日期却没有写名称。")
            continue
        yield DatedName(name=name, since=form.day(row["since"], name), until=form.day(row["until"], name))


def _bodies(form: Form, unit: Unit) -> Iterable[Predecessor]:
    known = {body.name: body for body in unit.successor_of}
    for row in form.rows("body", "body_since", "body_aliases"):
        name, since = row["body"], form.day(row["body_since"], row["body"])
        if not name or since is None:
            form.problems.append(f"并入的单位“{name}”须写明名称和并入日期。")
            continue
        code = known[name].code if name in known else ""
        yield Predecessor(name=name, since=since, code=code, aliases=_listed(row["body_aliases"]))


def new_unit_of(form: Form, code: str) -> tuple[Unit, tuple[int, ...]]:
    """Return a further unit as typed, and the numbers of the items that it is responsible for."""
    name = form.line("new_name")
    numbers = tuple(int(one) for one in form.typed.get("new_items", ()) if one.isascii() and one.isdecimal())
    if not name:
        form.problems.append("请填写单位名称。")
    if not numbers:
        form.problems.append("请选择新单位负责的实事。")
    unit = Unit(name=name, code=code, full_name=form.line("new_full_name") or name)
    return unit, numbers


def item_of(form: Form, item: Item) -> Item:
    """Return an item as typed; its number stays."""
    if not form.line("item_name"):
        form.problems.append("请填写实事名称。")
    return replace(
        item,
        name=form.line("item_name"),
        text=form.text("text"),
        units=form.listed("units"),
        targets=tuple(_targets(form)),
    )


def _targets(form: Form) -> Iterable[Target]:
    for row in form.rows("target", "value", "measure", "quote", "comparator"):
        name = row["target"]
        if not (name or row["value"]):
            continue
        number = _figure(row["value"])
        if not name or number is None:
            form.problems.append(f"指标“{name}”须写明名称和数值，如家政培训、20。")
            continue
        comparator = ">=" if row["comparator"] == ">=" else "="
        yield Target(
            text=name, value=number, measure=row["measure"], comparator=comparator, quote=row["quote"]
        )


def _figure(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() and number >= 0 and abs(number.adjusted()) <= _DIGITS else None


def schedule_of(form: Form, campaign: Campaign) -> Campaign:
    """Return a campaign with due rule, last period and ladder as typed, the steps in order of time."""
    ladder = Ladder(
        steps=tuple(sorted(_steps(form), key=lambda step: (step.offset, step.at))),
        office_hours=(form.at(form.text("from"), "补发时段"), form.at(form.text("to"), "补发时段")),
        make_up_within=form.count(form.text("make_up_within"), "补发期限"),
        thanks=bool(form.text("thanks")),
        escalation=_escalation(form),
    )
    due_rule, last_period = campaign.due_rule, None
    try:
        due_rule = DueRule.parse(form.text("due"))
    except ValueError:
        form.problems.append("请选择截止日。")
    try:
        last_period = Period.parse(last) if (last := form.text("last")) else None
    except WrongUsage:
        form.problems.append(f"最后一期须像{campaign.first_period}这样写。")
    return replace(campaign, ladder=ladder, due_rule=due_rule, last_period=last_period)


def about_of(form: Form, campaign: Campaign, *, running: bool) -> Campaign:
    """Return a campaign with whom to ask and what goes with mails as typed; the short name of one at work stays."""
    return replace(
        campaign,
        short_name=campaign.short_name if running else form.line("short_name"),
        contact_phone=form.line("phone"),
        contact_mailbox=form.line("mailbox"),
        attach_form=bool(form.text("attach_form")),
        attach_calendar=bool(form.text("attach_calendar")),
        ask_contacts=bool(form.text("ask_contacts")),
    )


def _steps(form: Form) -> Iterable[Step]:
    for row in form.rows("kind", "days", "side", "at", "audience", "every", "at_most"):
        if row["kind"] not in set(LADDER_STEPS):
            continue  # a row that is not used, or no longer
        days = form.count(row["days"], "工作日数")
        every = form.count(row["every"], "间隔")
        yield Step(
            kind=StepKind(row["kind"]),
            offset=-days if row["side"] == "before" else days,
            at=form.at(row["at"], "发信"),
            audience=Audience.ALL if row["audience"] == Audience.ALL else Audience.GAPS,
            every=every,
            at_most=form.count(row["at_most"], "最多次数", otherwise=1) or 1,
        )


def _escalation(form: Form) -> EscalationStep | None:
    to, addressee = form.line("letter_to"), form.line("letter_addressee")
    if not to and not addressee:
        return None
    return EscalationStep(
        offset=form.count(form.text("letter_days"), "催办函的工作日数"),
        at=form.at(form.text("letter_at"), "催办函"),
        to=to.casefold(),
        addressee=addressee,
    )


def _listed(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one for part in _SEPARATORS.split(text) if (one := " ".join(part.split()))))
