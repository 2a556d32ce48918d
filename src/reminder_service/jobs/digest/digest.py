"""The daily mail to the office: who has not reported, what waits, what came; with the workbook."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from ...domain.outgoing import MailKey
from ...domain.periods import Period
from ...domain.quiet import has_news
from ...domain.state import PeriodState
from ...reports.workbook import write_workbook
from ...store import Store
from ..outgoing.letters import Letters
from ..outgoing.remind import planned, queue_letter
from ..results.export import earlier_states
from ..results.versions import decided, revisions, since_frozen_words
from ..setup.contact_sheets import taken_since
from ..state.progress import year_progress
from ..state.situation import Situation
from ..upkeep.health import health, health_lines

DIGEST = "digest"
OFFICE = "-"


@dataclass(frozen=True, kw_only=True, slots=True)
class DigestSummary:
    """How many digests were queued; a day's digest goes once to each address."""

    queued: int


def digest(
    store: Store,
    here: Situation,
    letters: Letters,
    addresses: Sequence[str],
    originals: Callable[[str], str],
    *,
    quiet: bool = False,
) -> DigestSummary:
    """Queue today's digest of every open period for each address of the office.

    :param quiet: leave out periods that have nothing to tell today.
    """
    queued = sum(
        _queue(store, here, letters, period, address, attempt, originals)
        for period in here.open_periods
        if not quiet or anything_new(store, here, period, since=_yesterday(here), until=_midnight(here))
        for attempt, address in enumerate(addresses, 1)
    )
    return DigestSummary(queued=queued)


def _queue(
    store: Store,
    here: Situation,
    letters: Letters,
    period: Period,
    address: str,
    attempt: int,
    originals: Callable[[str], str],
) -> bool:
    today = here.now.astimezone(here.around.zone).date()
    key = MailKey(
        campaign=here.campaign.id,
        period=str(period),
        unit=OFFICE,
        kind=DIGEST,
        about=today.isoformat(),
        attempt=attempt,
    )
    if store.outbox.by_key(str(key)):
        return False
    state = here.state(period)
    letter = letters.digest(
        state,
        key=key,
        to=address,
        at=here.now,
        came=[
            *came_since(here, state, _yesterday(here)),
            *taken_since(store, here.campaign, _yesterday(here)),
        ],
        held=planned(here, start=here.now, end=here.now).held,
        workbook=write_workbook(
            here.campaign,
            state,
            here.contacts,
            originals=originals,
            decided=decided(store, state),
            revisions=revisions(store, here, period),
            earlier=earlier_states(here, period),
            targets=year_progress(here, period),
        ),
        accounts=health_lines(
            health(store, here.around.folders, here.around.stale_after, now=here.now), here.around.zone
        ),
        warnings=[*warnings(here, period), *filter(None, (since_frozen_words(store, here, period),))],
    )
    return queue_letter(store, letter, key, to=address, unit=None, now=here.now)


def anything_new(store: Store, here: Situation, period: Period, *, since: datetime, until: datetime) -> bool:
    """Whether a period has something to tell: of what came, went or was settled, is due, planned or waits.

    :param since: from when on a change is news.
    :param until: up to when what is planned or due is news.
    """
    state, today = here.state(period), here.now.astimezone(here.around.zone).date()
    plan = planned(here, start=here.now, end=until)
    last = (until - timedelta(microseconds=1)).astimezone(here.around.zone).date()
    of_period = [mail for mail in here.history if mail.key.period == str(period) and mail.key.unit != OFFICE]
    settled = any(one.at > since for one in store.decisions.active(here.campaign.id))
    return has_news(
        here.campaign,
        state,
        today=today,
        changed=bool(came_since(here, state, since)) or settled or any(mail.at > since for mail in of_period),
        planned=today <= state.due <= last or any(mail.period == period for mail in plan.mails),
        waits=any(mail.state in ("draft", "failed", "unknown") for mail in of_period),
    )


def came_since(here: Situation, state: PeriodState, since: datetime) -> list[str]:
    """Say what came for a period since a moment, a line for each mail."""
    lines: dict[int, list[str]] = {}
    for one in here.attributions:
        if one.period != state.period or not since < one.message.received_at <= here.now:
            continue
        files = lines.setdefault(one.message.id, [f"{one.unit or one.message.sender or '未能识别的来件'}："])
        files.append(f"《{one.document.filename}》" if one.document else "仅有附件链接")
    return ["".join(parts) for parts in lines.values()]


def warnings(here: Situation, period: Period) -> list[str]:
    """Say what the office should know about the program's own footing."""
    years = {here.due(period).year, here.now.astimezone(here.around.zone).year}
    drafts = sum(mail.state == "draft" and mail.key.period == str(period) for mail in here.history)
    waiting = [f"有{drafts}封函件草稿待签发（reminder-service drafts）"] if drafts else []
    return waiting + [
        f"{year}年放假调休安排尚未录入，暂按周末休息推算工作日，请核对"
        for year in sorted(years)
        if not here.around.calendar.knows(year)
    ]


def _midnight(here: Situation) -> datetime:
    tomorrow = here.now.astimezone(here.around.zone).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(), here.around.zone)


def _yesterday(here: Situation) -> datetime:
    """The moment of the digest before: one workday back at the same time of day."""
    local = here.now.astimezone(here.around.zone)
    back = here.around.calendar.shift(local.date(), -1)
    return datetime.combine(back, local.time(), here.around.zone)
