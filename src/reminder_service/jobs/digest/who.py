"""谁没报 for a leader: one page of who has not reported, as text, picture or Word file."""

from datetime import tzinfo
from pathlib import Path
from typing import TYPE_CHECKING

from ...domain.campaign import Campaign
from ...domain.errors import WrongUsage
from ...domain.periods import Period
from ...domain.state import PeriodState
from ...domain.summary import GROUP_TITLES, UnitLine, grouped
from ...domain.workdays import WorkCalendar
from ...resources import template
from ..outgoing.digest_words import TONES, blind_words, days_to_due
from ..outgoing.letter_words import moment_words, weekday_words
from ..results.export import write_whole
from ..state.situation import Situation

if TYPE_CHECKING:
    from ...reports.who_page import WhoPage

_ENDINGS = (".txt", ".png", ".docx")
_TELL_MORE = frozenset({"promised"})


def who_as_text(here: Situation, period: Period, *, office: str) -> str:
    """Return who has not reported, as text to be copied."""
    from ...reports.who_page import who_text

    return who_text(_page(here, period, office))


def write_who(
    here: Situation, period: Period, output: Path, *, office: str, templates: tuple[Path, ...]
) -> None:
    """Write ``output``: ``.txt`` to copy, ``.png`` to show, ``.docx`` to print.

    :param templates: the office's own folders of templates.
    :raises WrongUsage: when the file's ending says nothing we can write.
    :raises OutsideError: when a picture is wanted and no Chinese font is installed.
    """
    from ...reports.who_page import who_docx, who_png, who_text

    ending = output.suffix.lower()
    if ending not in _ENDINGS:
        raise WrongUsage(f"{output}: end the name in .txt, .png or .docx")
    page = _page(here, period, office)
    match ending:
        case ".txt":
            content = who_text(page).encode()
        case ".png":
            content = who_png(page, template(templates, "forms/who.typ"))
        case _:
            content = who_docx(page)
    write_whole(output, content)


def page_of(
    campaign: Campaign, state: PeriodState, calendar: WorkCalendar, zone: tzinfo, *, office: str
) -> "WhoPage":
    """Return the page of a period: each unit in one group, those to act on first.

    :param office: its name, with which the page is signed.
    """
    from ...reports.who_page import WhoGroup, WhoPage

    now = state.as_of.astimezone(zone)
    found = grouped(campaign, state)
    groups = ((key, title, getattr(found, key)) for key, title in GROUP_TITLES.items())
    return WhoPage(
        campaign=campaign.id,
        period=str(state.period),
        title=f"{campaign.short_name}{state.period.title}报送情况",
        lines=(
            f"统计截至：{moment_words(now, zone)}，应报{len(state.units)}家",
            f"截止日：{weekday_words(state.due)}，{days_to_due(state.due, now.date(), calendar)}",
        ),
        warning=_warning(state, zone),
        groups=tuple(
            WhoGroup(title=title, tone=TONES[key], names=tuple(_name(key, line) for line in lines))
            for key, title, lines in groups
            # Whom mail does not reach is the clerk's concern, and stands in another group besides.
            if lines and key != "undeliverable"
        ),
        office=office,
        at=now,
    )


def _page(here: Situation, period: Period, office: str) -> "WhoPage":
    return page_of(here.campaign, here.state(period), here.around.calendar, here.around.zone, office=office)


def _name(key: str, line: UnitLine) -> str:
    late = "（迟报）" if line.late else ""
    more = f"（{line.words}）" if key in _TELL_MORE and line.words else ""
    return f"{line.unit}{late}{more}"


def _warning(state: PeriodState, zone: tzinfo) -> str:
    if not state.mailbox.blind:
        return ""
    since = blind_words(state.mailbox, zone)["since"]
    return f"{since}，“情况不明”的单位可能已经报送，请勿作未报通报。"
