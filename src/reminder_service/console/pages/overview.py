"""总览: who has not reported?"""

from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.responses import Response

from ...domain.campaign import Campaign
from ...domain.errors import WrongUsage
from ...domain.periods import Period
from ...jobs.board import Board, board, chosen, periods_of
from ...jobs.situation import Situation
from ..desk import Desk
from ..page import Page
from ..requests import DeskHere, render

router = APIRouter()
PAGE = Page(router=router, nav="总览", path="/", key="o")

Asked = Annotated[str, Query(max_length=100)]


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
    shown = board_of(desk, here, wanted)
    name = "overview_board.html" if request.headers.get("hx-target") == "board" else "overview.html"
    return render(
        request,
        name,
        campaign=chosen_campaign,
        campaigns=list(desk.office.campaigns.values()),
        periods=desk.kept(here, "periods", lambda: periods_of(here)),
        board=shown,
        version=desk.version_of(here),
        rows=chosen(shown.rows, group=group, search=q),
        group=group,
        q=q,
    )


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
    return desk.kept(here, f"board {period}", lambda: board(here, period))
