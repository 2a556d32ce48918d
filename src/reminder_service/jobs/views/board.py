"""The overview of a period: the matrix, how far it is, what waits, what came today, what goes out next."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ...domain.campaign import StepKind
from ...domain.matrix import GROUP_TONES, Tone, UnitRow, matrix
from ...domain.periods import Period
from ...domain.state import MailboxHealth, Status, TrayEntry
from ...domain.summary import GROUP_TITLES
from ...domain.wording import FINDING_TITLES
from ..digest.digest import came_since, warnings
from ..outgoing.digest_words import days_to_due
from ..outgoing.remind import planned
from ..state.situation import Situation

LOOK_AHEAD = timedelta(days=10)
"""How far ahead the overview looks for the next mails: past any holiday."""

ROWS_OF_A_PAGE = 200
ROWS_AT_ONCE = 300
"""Where a period has more lines they are shown page by page, the most urgent first."""

ALL_ROWS = "all"

KIND_WORDS = {
    StepKind.FIRST_NOTICE: "通知",
    StepKind.REMINDER: "催报",
    StepKind.DUE_TODAY: "当日提醒",
    StepKind.OVERDUE: "逾期催报",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Share:
    """How many units stand in one of the office's groups."""

    group: str
    title: str
    tone: Tone
    count: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiting:
    """Something that waits for the office, in words."""

    words: str
    unit: str
    about: str
    received_at: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class NextMails:
    """Mails of one kind that go out at one time if nothing more comes."""

    at: datetime
    words: str
    units: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Board:
    """One period at one moment, as the overview shows it.

    ``days`` says how many workdays are left, ``rate`` is the percentage of units complete.
    """

    campaign: str
    period: Period
    due: date
    days: str
    as_of: datetime
    open: bool
    rows: tuple[UnitRow, ...]
    shares: tuple[Share, ...]
    complete: int
    rate: int
    waiting: tuple[Waiting, ...]
    came: tuple[str, ...]
    next_mails: tuple[NextMails, ...]
    held: tuple[tuple[str, str], ...]
    mailbox: MailboxHealth
    warnings: tuple[str, ...]
    questions: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Sheet:
    """The lines of one page; ``number`` is 0 where all lines are shown although there are several pages of them."""

    rows: tuple[UnitRow, ...]
    number: int
    pages: int
    total: int


def board(here: Situation, period: Period) -> Board:
    """Return the overview of a period."""
    state = here.state(period)
    rows = matrix(here.campaign, state)
    counts = Counter(row.group for row in rows)
    complete = state.count(Status.COMPLETE)
    now = here.now.astimezone(here.around.zone)
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    next_mails, held = _next(here, period)
    return Board(
        campaign=here.campaign.id,
        period=period,
        due=state.due,
        days=days_to_due(state.due, now.date(), here.around.calendar),
        as_of=now,
        open=period in here.open_periods,
        rows=rows,
        shares=tuple(
            Share(group=group, title=GROUP_TITLES[group], tone=tone, count=counts[group])
            for group, tone in GROUP_TONES.items()
        ),
        complete=complete,
        rate=complete * 100 // len(rows) if rows else 0,
        waiting=tuple(_waiting(entry) for entry in state.tray),
        came=tuple(came_since(here, state, midnight)),
        next_mails=next_mails,
        held=held,
        mailbox=state.mailbox,
        warnings=tuple(warnings(here, period)),
        questions=len(here.campaign.open_questions),
    )


def periods_of(here: Situation) -> tuple[Period, ...]:
    """Return the periods there is something to see of, the newest first."""
    opened = {period for period, _ in here.periods.opened} | {here.current_period}
    return tuple(sorted(opened, reverse=True))


def chosen(rows: Sequence[UnitRow], *, group: str = "", search: str = "") -> tuple[UnitRow, ...]:
    """Return the lines of one group whose unit, code or words hold what is searched for."""
    wanted = search.strip().casefold()
    return tuple(
        row
        for row in rows
        if (not group or row.group == group)
        and (not wanted or any(wanted in text.casefold() for text in (row.unit, row.code, row.words)))
    )


def sheet(rows: Sequence[UnitRow], wanted: str = "") -> Sheet:
    """Return the lines of a page.

    :param wanted: its number from 1, or ``all``; anything else is the first, a number too high the last.
    """
    pages = -(-len(rows) // ROWS_OF_A_PAGE) if len(rows) > ROWS_AT_ONCE else 1
    if wanted == ALL_ROWS or pages == 1:
        return Sheet(rows=tuple(rows), number=1 if pages == 1 else 0, pages=pages, total=len(rows))
    asked = int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) < 9 else 1
    number = min(max(asked, 1), pages)
    first = (number - 1) * ROWS_OF_A_PAGE
    shown = tuple(rows[first : first + ROWS_OF_A_PAGE])
    return Sheet(rows=shown, number=number, pages=pages, total=len(rows))


def _waiting(entry: TrayEntry) -> Waiting:
    return Waiting(
        words=FINDING_TITLES.get(entry.reason, "请人工查看"),
        unit=entry.suggested_unit or "",
        about=entry.filename or entry.subject or entry.sender,
        received_at=entry.received_at,
    )


def _next(here: Situation, period: Period) -> tuple[tuple[NextMails, ...], tuple[tuple[str, str], ...]]:
    if here.campaign.open_questions:
        return (), ()
    plan = planned(here, start=here.now, end=here.now + LOOK_AHEAD)
    groups: dict[tuple[datetime, StepKind], list[str]] = {}
    for mail in plan.mails:
        if mail.period == period:
            groups.setdefault((mail.time, mail.kind), []).append(mail.unit)
    mails = tuple(
        NextMails(at=at, words=KIND_WORDS[kind], units=tuple(dict.fromkeys(units)))
        for (at, kind), units in sorted(groups.items())[:3]
    )
    return mails, tuple((one.unit, one.reason) for one in plan.held if one.period == period)
