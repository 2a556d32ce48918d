"""Is there anything to tell the office today: for an office that wants no digest on days without news."""

from datetime import date

from .campaign import Campaign
from .gaps import gaps_of
from .state import PeriodState, Status


def has_news(
    campaign: Campaign, state: PeriodState, *, today: date, changed: bool, planned: bool, waits: bool
) -> bool:
    """Whether a period has something to tell.

    1. Something changed: a mail came or went, or a person settled something.
    2. Something is due: today is a due date, a mail to a unit is planned for today, or a unit with gaps is overdue.
    3. Something waits for the office, or the mailbox cannot be read.

    :param changed: whether anything came, went or was settled since the digest before.
    :param planned: whether a mail to a unit goes today.
    :param waits: whether something besides the tray waits for the office, such as a draft.
    """
    if changed or planned or waits or state.mailbox.blind or state.tray:
        return True
    for unit in state.units:
        due = unit.extended.until if unit.extended else unit.due
        last = max(due, unit.promised_until) if unit.promised_until else due
        late = today >= last and bool(gaps_of(campaign, unit))
        if unit.status is Status.ATTENTION or late or unit.promised_until == today:
            return True
    return state.due == today
