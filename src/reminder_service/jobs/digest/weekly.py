"""The summary of a week for the office: what came and went, how each period stands, what is ahead."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from ...domain.outgoing import MailKey
from ...domain.periods import Period
from ...domain.workdays import WorkCalendar
from ...store import Store
from ..outgoing.letter_words import day_words
from ..outgoing.letters import Letters
from ..outgoing.remind import planned, queue_letter
from ..state.situation import Situation
from .digest import OFFICE, DigestSummary, anything_new, came_since

WEEKLY = "weekly"

_KINDS = {
    "first_notice": "通知",
    "reminder": "催报",
    "due_today": "今日截止提醒",
    "overdue": "逾期催报",
    "correction": "退回更正",
    "thanks": "致谢",
    "receipt": "回执",
    "receipt_unlisted": "回执",
}


def is_weekly_day(today: date, weekday: int, calendar: WorkCalendar) -> bool:
    """Whether the summary of the week goes today: on its weekday, or on the last workday of the week before it."""
    monday = today - timedelta(days=today.weekday())
    day = calendar.on_or_before(monday + timedelta(days=weekday))
    return day == today and day >= monday


def weekly(
    store: Store, here: Situation, letters: Letters, addresses: Sequence[str], *, quiet: bool = False
) -> DigestSummary:
    """Queue the summary of this week, of every open period, for each address of the office; once a week.

    :param quiet: leave out periods of which this week has nothing to tell, nor the week ahead.
    """
    queued = sum(
        _queue(store, here, letters, period, address, attempt)
        for period in here.open_periods
        if not quiet or anything_new(store, here, period, since=_monday(here), until=_week_ahead(here))
        for attempt, address in enumerate(addresses, 1)
    )
    return DigestSummary(queued=queued)


def _queue(
    store: Store, here: Situation, letters: Letters, period: Period, address: str, attempt: int
) -> bool:
    year, week, _ = here.now.astimezone(here.around.zone).isocalendar()
    key = MailKey(
        campaign=here.campaign.id,
        period=str(period),
        unit=OFFICE,
        kind=WEEKLY,
        about=f"{year}-W{week:02}",
        attempt=attempt,
    )
    if store.outbox.by_key(str(key)):
        return False
    state = here.state(period)
    since = _monday(here)
    letter = letters.weekly(
        state,
        key=key,
        to=address,
        at=here.now,
        week=f"{day_words(since.date())}至{day_words(here.now.astimezone(here.around.zone).date())}",
        came=came_since(here, state, since),
        went=_went(here, period, since),
        ahead=_ahead(here, period),
    )
    return queue_letter(store, letter, key, to=address, unit=None, now=here.now)


def _monday(here: Situation) -> datetime:
    today = here.now.astimezone(here.around.zone).date()
    return datetime.combine(today - timedelta(days=today.weekday()), time(), here.around.zone)


def _week_ahead(here: Situation) -> datetime:
    return here.now + timedelta(days=7)


def _went(here: Situation, period: Period, since: datetime) -> list[str]:
    """Say how many mails of each kind went to units this week."""
    counts = Counter(
        _KINDS[mail.key.kind]
        for mail in here.history
        if mail.state == "sent"
        and mail.key.period == str(period)
        and mail.key.kind in _KINDS
        and since <= mail.at <= here.now
    )
    return [f"{title}{count}封" for title, count in counts.items()]


def _ahead(here: Situation, period: Period) -> list[str]:
    """Say what comes in the seven days ahead: the due date and the mails to units, if nothing more arrives."""
    end = _week_ahead(here)
    today, last = (moment.astimezone(here.around.zone).date() for moment in (here.now, end))
    due = here.due(period)
    lines = [f"{day_words(due)}截止"] if today < due <= last else []
    mails = [mail for mail in planned(here, start=here.now, end=end).mails if mail.period == period]
    counts = Counter(
        (mail.time.astimezone(here.around.zone).date(), _KINDS[str(mail.kind)]) for mail in mails
    )
    return lines + [f"{day_words(day)}{title}{count}封" for (day, title), count in sorted(counts.items())]
