"""总览: who has not reported?"""

from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response
from markupsafe import Markup

from ...domain.campaign import Campaign
from ...domain.errors import WrongUsage
from ...domain.periods import Period
from ...domain.summary import GROUP_TITLES
from ...jobs.state.situation import Situation
from ...jobs.views.board import Board, board, chosen, periods_of, sheet
from ...jobs.views.chart_view import completion
from ...reports.charts_svg import completion_svg
from ..desk import Desk
from ..page import Page
from ..requests import DeskHere, parts_of, ready_made, render
from ..squeezed import Squeezed, squeezed
from ..templates import Pages

router = APIRouter()
PAGE = Page(router=router, nav="总览", path="/", key="o")

Asked = Annotated[str, Query(max_length=100)]
_NARROW = 330
"""Width of a chart beside the matrix, so that its letters are as large as the others."""
_NARROW = 330
"""Width of a chart beside the matrix, so that its letters are as large as the others."""


@router.get("/")
async def overview(
    request: Request,
    desk: DeskHere,
    campaign: Asked = "",
    period: Asked = "",
    group: Asked = "",
    q: Asked = "",
    page: Asked = "",
    have: Asked = "",
) -> Response:
    """Show the matrix of a period; htmx asks for the part that changes only, and says which it has.

    Where everything is at hand it is answered without a turn of a thread, which would wait behind all that compute.
    """
    asked = _Asked(group=group if group in GROUP_TITLES else "", search=q.strip(), page=page)
    chosen_campaign = campaign_named(desk, campaign)
    answer = partial(_answer, request, desk, chosen_campaign, period, asked, have)
    here = desk.at_hand(chosen_campaign)
    if here and desk.made(here, asked.name(period_named(here, period))):
        return answer(here)
    return await run_in_threadpool(answer)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Asked:
    """Which lines are wanted."""

    group: str
    search: str
    page: str

    def name(self, period: Period) -> str:
        """Return what these lines are kept under."""
        return f"board {period} as html {self.group} {self.page} {self.search}"


@dataclass(frozen=True, kw_only=True, slots=True)
class _Written:
    """The part of the page that changes; ``mark`` changes whenever it does."""

    part: Squeezed
    mark: str


def _answer(
    request: Request,
    desk: Desk,
    campaign: Campaign,
    name: str,
    asked: _Asked,
    have: str,
    at_hand: Situation | None = None,
) -> Response:
    here = at_hand or desk.here(campaign)
    period = period_named(here, name)
    board = _board_written(parts_of(request).pages, desk, here, period, asked)
    if request.headers.get("hx-target") == "board":
        return Response(status_code=204) if have == board.mark else ready_made(request, board.part)
    return render(
        request,
        "overview.html",
        campaign=campaign,
        campaigns=list(desk.office.campaigns.values()),
        periods=desk.kept(here, "periods", lambda: periods_of(here)),
        period=period,
        large=board.part,
        version=desk.version_of(here),
        group=asked.group,
        q=asked.search,
        page=asked.page,
    )


def _board_written(pages: Pages, desk: Desk, here: Situation, period: Period, asked: _Asked) -> _Written:
    """Return the part that changes; it is the same for everybody, so it is written once for each situation."""

    def make(here: Situation) -> _Written:
        shown = board_of(desk, here, period)
        lines = sheet(chosen(shown.rows, group=asked.group, search=asked.search), asked.page)
        html = pages.render(
            "overview_board.html",
            campaign=here.campaign,
            board=shown,
            sheet=lines,
            group=asked.group,
            search=asked.search,
            chart=desk.kept(here, f"completion {period}", lambda: _completion(here, period)),
        )
        mark = sha256(html.encode()).hexdigest()[:16]
        seen = f'<input type="hidden" name="have" value="{mark}" data-have>'
        return _Written(part=squeezed((html + seen).encode()), mark=mark)

    name = asked.name(period)
    if asked.search:
        return make(here)
    # The first page is made before anybody asks, others when somebody does.
    return desk.kept(here, name, lambda: make(here)) if asked.page else desk.ready(here, name, make)


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
