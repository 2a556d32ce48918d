"""The letter to a leader about units that stay silent: drafted once a period, never sent by itself."""

from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from .campaign import Campaign, EscalationStep
from .outgoing import MailKey
from .periods import Period
from .state import PeriodState
from .summary import UnitLine, grouped
from .workdays import WorkCalendar

ESCALATION = "escalation"
OFFICE = "-"


@dataclass(frozen=True, kw_only=True, slots=True)
class Escalation:
    """A letter to a leader: the units that have sent nothing, and those that lack something, with what."""

    key: MailKey
    period: Period
    due: date
    to: str
    addressee: str
    missing: tuple[UnitLine, ...]
    partial: tuple[UnitLine, ...]


def escalation_key(campaign: Campaign, period: Period, step: EscalationStep) -> MailKey:
    """Return the key of a period's letter: there is one, whatever becomes of it."""
    about = f"D{step.offset:+}W"
    return MailKey(campaign=campaign.id, period=str(period), unit=OFFICE, kind=ESCALATION, about=about)


def escalation(campaign: Campaign, state: PeriodState) -> Escalation | None:
    """Return the letter as things stand, or None where there is nobody to name.

    Named is only who lacks something for certain: nobody whose promise or extension still runs, of whom
    something waits for the office, or of whom a blind mailbox tells nothing.
    """
    step = campaign.ladder.escalation
    if step is None or state.mailbox.blind:
        return None
    groups = grouped(campaign, state)
    if not groups.missing and not groups.partial:
        return None
    return Escalation(
        key=escalation_key(campaign, state.period, step),
        period=state.period,
        due=state.due,
        to=step.to,
        addressee=step.addressee,
        missing=groups.missing,
        partial=groups.partial,
    )


def is_escalated_now(
    campaign: Campaign,
    state: PeriodState,
    calendar: WorkCalendar,
    *,
    now: datetime,
    zone: tzinfo,
) -> bool:
    """Whether the day of a period's letter has come and is not long past."""
    step = campaign.ladder.escalation
    if step is None:
        return False
    local = now.astimezone(zone)
    moment = datetime.combine(calendar.shift(state.due, step.offset), step.at, zone)
    late = calendar.between(moment.date(), local.date())
    return moment <= local and late <= campaign.ladder.make_up_within
