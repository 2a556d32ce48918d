"""Who is to be written to, when, and about what: the plan that ``plan`` prints and ``remind`` executes."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta, tzinfo

from .campaign import LADDER_STEPS, Audience, Campaign, Step, StepKind, Tone
from .contact_sheets import SheetLine, sheet_lines
from .gaps import Gaps as Gaps  # what a unit lacks belongs to what it is written
from .gaps import gaps_of as gaps_of
from .outgoing import MailKey, OutgoingMail
from .periods import Period
from .state import Contact, PeriodState, Returned, Status, UnitState
from .workdays import WorkCalendar, due_date

LADDER_KINDS = frozenset(map(str, LADDER_STEPS))
ANSWER_KINDS = frozenset(map(str, (StepKind.CORRECTION, StepKind.THANKS)))
_UNIT_KINDS = LADDER_KINDS | ANSWER_KINDS
_COMPLETE = "complete"


@dataclass(frozen=True, kw_only=True, slots=True)
class Slot:
    """One step of the ladder at its time, e.g. ``D-3W`` at nine o'clock on 25 June 2024."""

    time: datetime
    name: str
    step: Step


@dataclass(frozen=True, kw_only=True, slots=True)
class PlannedMail:
    """A mail to a unit; ``due`` is the unit's due date (or extension), ``gaps`` what the mail names.

    ``returned`` is what a correction mail is about; a ``draft`` goes only when a person releases it.
    ``contact_sheet`` are the rows of the sheet on which the unit names its people; None: no sheet goes with it.
    """

    time: datetime
    kind: StepKind
    unit: str
    period: Period
    to: str
    key: MailKey
    gaps: Gaps
    due: date
    returned: Returned | None = None
    draft: bool = False
    contact_sheet: tuple[SheetLine, ...] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """A unit that would be written to and is not, with the reason in Chinese."""

    unit: str
    period: Period
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """The mails of a stretch of time in order, and the units that cannot be written to."""

    mails: tuple[PlannedMail, ...]
    held: tuple[Held, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Planner:
    """Plans the mails to units of one campaign.

    :param zone: the office's time zone.
    :param history: every mail of the outbox.
    :param closed: periods that the clerk has closed.
    """

    campaign: Campaign
    calendar: WorkCalendar
    zone: tzinfo
    contacts: Sequence[Contact]
    history: Sequence[OutgoingMail]
    closed: frozenset[Period] = frozenset()
    _sent: dict[tuple[str, str], list[OutgoingMail]] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )
    _addresses: dict[str, list[Contact]] = field(init=False, repr=False, compare=False, default_factory=dict)
    _slots: dict[tuple[date, str], tuple[Slot, ...]] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )

    def __post_init__(self) -> None:
        for mail in self.history:
            if mail.key.campaign == self.campaign.id and mail.key.kind in _UNIT_KINDS:
                self._sent.setdefault((mail.key.period, mail.key.unit), []).append(mail)
        for contact in self.contacts:
            if contact.address:
                self._addresses.setdefault(contact.unit, []).append(contact)

    def plan(self, state_of: Callable[[Period], PeriodState], *, start: datetime, end: datetime) -> Plan:
        """Plan as if now were ``start`` and nothing more arrived until ``end`` (both included).

        1. Each period whose ladder touches the stretch is looked at, unless it is closed.
        2. Of the steps that a unit missed, only the latest is made up for, at once in office hours; one that is
           older than the campaign's ``make_up_within`` workdays is left alone.
        3. A promise, or a mail in the tray that may be the unit's report, puts a step off.
        4. A unit that nobody has written to in this period gets the first notice first.
        5. What was given back is told once, at once in office hours, and stands for the ladder's mail of that day;
           a unit that has everything in is thanked once where the campaign wants that.
        """
        start, end = start.astimezone(self.zone), end.astimezone(self.zone)
        mails: list[PlannedMail] = []
        held: list[Held] = []
        for period in self._periods(start, end):
            state = state_of(period)
            for unit in state.units:
                for outcome in self._unit(state, unit, start, end):
                    (mails if isinstance(outcome, PlannedMail) else held).append(outcome)  # type: ignore[arg-type]
        mails.sort(key=lambda mail: (mail.time, mail.period, self.campaign.unit(mail.unit).code))
        return Plan(mails=tuple(self._with_sheets(mails)), held=tuple(dict.fromkeys(held)))

    def _with_sheets(self, mails: Sequence[PlannedMail]) -> Iterator[PlannedMail]:
        """Let the very first notice to a unit ask for its people, where the campaign wants that."""
        first = StepKind.FIRST_NOTICE
        asked = {mail.key.unit for mail in self.history if mail.key.kind == first and not mail.in_vain}
        for mail in mails:
            if self.campaign.ask_contacts and mail.kind is first and mail.unit not in asked:
                asked.add(mail.unit)
                yield replace(mail, contact_sheet=sheet_lines(mail.unit, self.contacts))
            else:
                yield mail

    def extra(self, period: Period, unit: UnitState, *, now: datetime) -> PlannedMail | Held:
        """Plan one mail beside the ladder, named by its day; a unit that nobody wrote to gets the first notice."""
        now = now.astimezone(self.zone)
        due = unit.extended.until if unit.extended else unit.due
        kind = StepKind.OVERDUE if now.date() > due else StepKind.REMINDER
        step = Step(kind=kind, offset=0, at=now.time(), audience=Audience.GAPS)
        slot, kind = self._first(period, unit, Slot(time=now, name=f"N{now:%Y-%m-%d}", step=step), now)
        return self._addressed(period, unit, slot, kind, now, gaps_of(self.campaign, unit))

    def slots(self, due: date, *, suffix: str = "") -> list[Slot]:
        """Return the ladder of one due date in order of time."""
        # Thousands of units share a due date.
        if (due, suffix) not in self._slots:
            slots = [
                self._slot(due, step, step.offset + step.every * times, suffix)
                for step in self.campaign.ladder.steps
                for times in range(step.at_most if step.every else 1)
            ]
            self._slots[due, suffix] = tuple(sorted(slots, key=lambda slot: slot.time))
        return list(self._slots[due, suffix])

    def first_notice_at(self, period: Period) -> datetime:
        """Return when the ladder of a period begins."""
        return self.slots(due_date(period, self.campaign.due_rule, self.calendar))[0].time

    def _slot(self, due: date, step: Step, offset: int, suffix: str) -> Slot:
        day = self.calendar.shift(due, offset) if offset else self.calendar.on_or_before(due)
        name = f"D{offset:+}W" if offset else "D"
        return Slot(time=datetime.combine(day, step.at, self.zone), name=name + suffix, step=step)

    def _periods(self, start: datetime, end: datetime) -> Iterator[Period]:
        period: Period | None = self.campaign.first_period
        while period is not None:
            slots = self.slots(due_date(period, self.campaign.due_rule, self.calendar))
            if slots[0].time > end:
                return
            if period not in self.closed:
                yield period
            period = self.campaign.following(period)

    def _unit(
        self, state: PeriodState, unit: UnitState, start: datetime, end: datetime
    ) -> Iterator[PlannedMail | Held]:
        gaps = gaps_of(self.campaign, unit)
        events = self._events(state, unit, start)
        answered_on = None
        for outcome in self._answers(state.period, unit, start, gaps):
            if isinstance(outcome, Held):
                yield outcome
            elif outcome.time <= end:
                answered_on = outcome.time.date()
                yield outcome
        for index, (moment, slot) in enumerate(events):
            if moment > end or unit.status is Status.COMPLETE or moment.date() == answered_on:
                continue
            if slot.step.audience is Audience.GAPS and not gaps:
                continue
            if index == 0:
                slot, kind = self._first(state.period, unit, slot, moment)
            else:
                kind = slot.step.kind
            yield self._addressed(state.period, unit, slot, kind, moment, gaps)

    def _answers(
        self, period: Period, unit: UnitState, start: datetime, gaps: Gaps
    ) -> Iterator[PlannedMail | Held]:
        """Plan the mails about what was given back, and the thanks for a complete report."""
        at = self._working_moment(start)
        for one in unit.returned:
            if not self._told(period, unit.unit, StepKind.CORRECTION, one.back.name):
                slot = self._answer_slot(at, one.back.name, StepKind.CORRECTION)
                yield self._addressed(period, unit, slot, StepKind.CORRECTION, at, gaps, one)
        if self._is_thanked(unit, at) and not self._told(period, unit.unit, StepKind.THANKS, _COMPLETE):
            slot = self._answer_slot(at, _COMPLETE, StepKind.THANKS)
            yield self._addressed(period, unit, slot, StepKind.THANKS, at, gaps)

    @staticmethod
    def _answer_slot(at: datetime, name: str, kind: StepKind) -> Slot:
        step = Step(kind=kind, offset=0, at=at.time(), audience=Audience.GAPS)
        return Slot(time=at, name=name, step=step)

    def _is_thanked(self, unit: UnitState, at: datetime) -> bool:
        """Whether a unit gets thanks: not for an old report, nor where it was let off everything."""
        came = [one.received_at for one in (unit.electronic, unit.stamped) if one]
        if not self.campaign.ladder.thanks or unit.status is not Status.COMPLETE or not came:
            return False
        day = max(came).astimezone(self.zone).date()
        return self.calendar.within(day, at.date(), self.campaign.ladder.make_up_within)

    def _told(self, period: Period, unit: str, kind: StepKind, about: str) -> bool:
        return any(
            mail.key.kind == str(kind) and mail.key.about == about and not (mail.in_vain or mail.dropped)
            for mail in self._mails(period, unit)
        )

    def _events(self, state: PeriodState, unit: UnitState, start: datetime) -> list[tuple[datetime, Slot]]:
        due = unit.extended.until if unit.extended else state.due
        slots = self.slots(due, suffix=f"@{due}" if unit.extended else "")
        covered = self._covered_until(state.period, unit.unit)
        if covered is not None:  # an extension never brings a second first notice
            slots = [slot for slot in slots if slot.step.kind is not StepKind.FIRST_NOTICE]
        open_slots = [slot for slot in slots if covered is None or slot.time > covered]
        missed = [slot for slot in open_slots if slot.time <= start]
        events = [(slot.time, slot) for slot in open_slots if slot.time > start]
        if missed and self._still_worth(missed[-1], start):
            at = start if missed[-1].time == start else self._working_moment(start)
            events.insert(0, (at, missed[-1]))
        ready = self._ready_at(state, unit)
        shifted = [(max(moment, ready) if ready else moment, slot) for moment, slot in events]
        # Of steps that fall on one day only the latest goes: nobody gets two mails within an hour.
        return [
            (moment, slot)
            for index, (moment, slot) in enumerate(shifted)
            if not any(later.time.date() <= moment.date() for _, later in shifted[index + 1 :])
        ]

    def _still_worth(self, slot: Slot, start: datetime) -> bool:
        return self.calendar.within(slot.time.date(), start.date(), self.campaign.ladder.make_up_within)

    def _covered_until(self, period: Period, unit: str) -> datetime | None:
        mails = [mail for mail in self._mails(period, unit) if not mail.in_vain]
        return max(map(self._covers_until, mails), default=None)

    def _covers_until(self, mail: OutgoingMail) -> datetime:
        """A mail about what was given back names everything that lacks: it stands for its whole day."""
        if mail.key.kind != StepKind.CORRECTION or mail.dropped:
            return mail.at
        return datetime.combine(mail.at.astimezone(self.zone).date(), time.max, self.zone)

    def _mails(self, period: Period, unit: str) -> list[OutgoingMail]:
        return self._sent.get((str(period), unit), [])

    def _first(self, period: Period, unit: UnitState, slot: Slot, moment: datetime) -> tuple[Slot, StepKind]:
        """Make the first mail to a unit that has sent nothing the first notice, up to its due date."""
        steps = self.campaign.ladder.steps
        first = next((step for step in steps if step.kind is StepKind.FIRST_NOTICE), None)
        due = unit.extended.until if unit.extended else unit.due
        told = any(not mail.in_vain for mail in self._mails(period, unit.unit))
        if first is None or told or unit.electronic or unit.stamped or moment.date() > due:
            return slot, slot.step.kind
        return self._slot(due, first, first.offset, ""), StepKind.FIRST_NOTICE

    def _ready_at(self, state: PeriodState, unit: UnitState) -> datetime | None:
        """Until when a promise or a doubtful mail holds this unit's reminders back."""
        days: list[date] = []
        if unit.promised_until:
            days.append(self.calendar.shift(unit.promised_until, 1))
        if unit.maybe_reported:
            days += [
                self.calendar.shift(entry.received_at.astimezone(self.zone).date(), 1)
                for entry in state.tray
                if entry.suggested_unit == unit.unit and entry.received_at
            ]
        opening = self.campaign.ladder.steps[0].at if self.campaign.ladder.steps else time(9)
        return max((datetime.combine(day, opening, self.zone) for day in days), default=None)

    def _working_moment(self, moment: datetime) -> datetime:
        """Return the moment itself in office hours of a workday, else the next opening."""
        opens, closes = self.campaign.ladder.office_hours
        day = moment.date()
        if self.calendar.is_workday(day):
            if moment.time() < opens:
                return datetime.combine(day, opens, self.zone)
            if moment.time() < closes:
                return moment
        return datetime.combine(self.calendar.on_or_after(day + timedelta(days=1)), opens, self.zone)

    def _addressed(
        self,
        period: Period,
        unit: UnitState,
        slot: Slot,
        kind: StepKind,
        moment: datetime,
        gaps: Gaps,
        returned: Returned | None = None,
    ) -> PlannedMail | Held:
        # An address that mail did not reach is tried after the others: it may work again, but nobody waits for it.
        lost = {mail.to for mail in self._mails(period, unit.unit) if mail.in_vain}
        contacts = sorted(
            self._addresses.get(unit.unit, ()),
            key=lambda one: (one.address in lost, one.order),
        )
        tried = [
            mail
            for mail in self._mails(period, unit.unit)
            if mail.key.kind == str(kind) and mail.key.about == slot.name
        ]
        untried = [
            one
            for one in contacts
            if not one.bounced and one.address not in {mail.to for mail in tried if not mail.dropped}
        ]
        if not untried or not untried[0].address:
            reason = "名录中没有邮箱" if not contacts else "邮箱均被退回或发送失败，请电话联系"
            return Held(unit=unit.unit, period=period, reason=reason)
        key = MailKey(
            campaign=self.campaign.id,
            period=str(period),
            unit=unit.unit,
            kind=str(kind),
            about=slot.name,
            attempt=len(tried) + 1,
        )
        return PlannedMail(
            time=moment,
            kind=kind,
            unit=unit.unit,
            period=period,
            to=untried[0].address,
            key=key,
            gaps=gaps,
            due=unit.extended.until if unit.extended else unit.due,
            returned=returned,
            draft=is_draft(self.campaign, unit.unit, kind),
        )


def is_draft(campaign: Campaign, unit: str, kind: StepKind) -> bool:
    """Whether a person has to release such a mail: what presses a unit that the office can only ask."""
    asked = campaign.unit(unit).tone is Tone.REQUEST
    return asked and kind not in (StepKind.FIRST_NOTICE, StepKind.THANKS)
