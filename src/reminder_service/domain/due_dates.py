"""The due dates that lie ahead."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from .campaign import Campaign
from .periods import Period
from .workdays import WorkCalendar, due_date

_AHEAD = timedelta(days=366)


@dataclass(frozen=True, kw_only=True, slots=True)
class DueDate:
    """One period's due date; ``remind_on`` is the workday before it."""

    campaign: Campaign
    period: Period
    due: date
    remind_on: date


def due_dates(
    campaigns: Iterable[Campaign], calendar: WorkCalendar, *, today: date, ahead: timedelta = _AHEAD
) -> list[DueDate]:
    """Return the due dates of campaigns from today on, a year ahead, in order."""
    found = [one for campaign in campaigns for one in _of(campaign, calendar, today, today + ahead)]
    return sorted(found, key=lambda one: (one.due, one.campaign.id))


def due_date_of(campaign: Campaign, period: Period, due: date, calendar: WorkCalendar) -> DueDate:
    """Return a due date, a unit's extended one too, with the workday before it to remind on."""
    return DueDate(campaign=campaign, period=period, due=due, remind_on=calendar.shift(due, -1))


def _of(campaign: Campaign, calendar: WorkCalendar, today: date, last: date) -> Iterator[DueDate]:
    period: Period | None = campaign.first_period
    while period is not None:
        due = due_date(period, campaign.due_rule, calendar)
        if due > last:
            return
        if due >= today:
            yield due_date_of(campaign, period, due, calendar)
        period = campaign.following(period)
