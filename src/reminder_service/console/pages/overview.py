"""总览: who has not reported?"""

from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.responses import HTMLResponse, Response
from markupsafe import Markup

from ...domain.campaign import Campaign
from ...domain.errors import WrongUsage
from ...domain.periods import Period
from ...domain.summary import GROUP_TITLES
from ...jobs.state.situation import Situation
from ...jobs.views.board import Board, board, chosen, periods_of
from ...jobs.views.chart_view import completion
from ...reports.charts_svg import completion_svg
from ..desk import Desk
from ..page import Page
from ..requests import DeskHere, parts_of, render
from ..templates import Pages

router = APIRouter()
PAGE = Page(router=router, nav="总览", path="/", key="o")

Asked = Annotated[str, Query(max_length=100)]
_NARROW = 330
"""Width of a chart beside the matrix, so that its letters are as large as the others."""


@router.get("/")
def overview(
    request: Request,
    desk: DeskHere,
    campaign: Asked = "",
    period: Asked = "",
    group: Asked = "",
    q: Asked = "",
) -> Response:
    """Show the matrix of a period; htmx asks for the part that changes only."""
    chosen_campaign = campaign_named(desk, campaign)
    here = desk.here(chosen_campaign)
    wanted = period_named(here, period)
    html = _board_html(parts_of(request).pages, desk, here, wanted, group=group, search=q)
    if request.headers.get("hx-target") == "board":
        return HTMLResponse(html)
    return render(
        request,
        "overview.html",
        campaign=chosen_campaign,
        campaigns=list(desk.office.campaigns.values()),
        periods=desk.kept(here, "periods", lambda: periods_of(here)),
        period=wanted,
        large=html,
        version=desk.version_of(here),
        group=group,
        q=q,
    )


def _board_html(
    pages: Pages, desk: Desk, here: Situation, period: Period, *, group: str, search: str
) -> bytes:
    """Return the part that changes; it is the same for everybody, so it is written once for each situation."""

    def make(here: Situation) -> bytes:
        shown = board_of(desk, here, period)
        rows = chosen(shown.rows, group=group, search=search)
        return pages.render(
            "overview_board.html",
            campaign=here.campaign,
            board=shown,
            rows=rows,
            group=group,
            chart=desk.kept(here, f"completion {period}", lambda: _completion(here, period)),
        ).encode()

    known = group in ("", *GROUP_TITLES) and not search.strip()
    return desk.ready(here, f"board {period} {group} as html", make) if known else make(here)


def _completion(here: Situation, period: Period) -> str:
    found = completion(here, period)
    title = f"{period.title}逐日报齐单位数"
    return Markup(completion_svg(title, found.days, found.units, found.due.isoformat(), width=_NARROW))


def campaign_named(desk: Desk, number: str) -> Campaign:
    """Return the campaign of an address, the newest where it names none.

    :raises HTTPException: 404 where there is none of that id.
    """
    campaign = desk.campaign(number)
    if campaign is None:
        raise HTTPException(404, "没有这项任务，可能已被移走。")
    return campaign


def period_named(here: Situation, name: str) -> Period:
    """Return the period of an address, the current one where it names none.

    :raises HTTPException: 404 where it names none of the campaign's.
    """
    try:
        period = Period.parse(name) if name else here.current_period
    except WrongUsage as error:
        raise HTTPException(404, "没有这个报送期。") from error
    if period.cadence is not here.campaign.cadence:
        raise HTTPException(404, "没有这个报送期。")
    return period


def board_of(desk: Desk, here: Situation, period: Period) -> Board:
    """Return the overview of a period, made once for each situation."""
    return desk.ready(here, f"board {period}", lambda here: board(here, period))
