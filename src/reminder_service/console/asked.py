"""What programs ask the API for, and lists that they get a part of."""

from collections.abc import Sequence
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import HTTPException, Query, Request
from fastapi.responses import JSONResponse

from ..domain.errors import WrongUsage
from ..domain.periods import Period
from ..jobs.state.situation import Situation
from .desk import Desk

MOST_LINES = 1000

CampaignId = Annotated[str, Query(max_length=100, description="Needed only if several campaigns are active.")]
PeriodName = Annotated[str, Query(max_length=20, description="E.g. 2024Q2 (default: the latest).")]
Offset = Annotated[int, Query(ge=0, le=10**9, description="How many entries to leave out.")]
Search = Annotated[
    str, Query(max_length=100, description="Only what holds this text, or is an action of these words.")
]
Limit = Annotated[
    int | None,
    Query(ge=1, le=MOST_LINES, description="At most so many; X-Total-Count tells how many there are."),
]


def asked(desk: Desk, campaign: str, period: str) -> tuple[Situation, Period]:
    """Return the campaign's situation and the period that are asked for.

    :raises HTTPException: 404 or 400 where there is no such campaign or period.
    """
    known = desk.office.campaigns
    if campaign not in known and (campaign or len(known) != 1):
        raise HTTPException(404 if campaign else 400, f"campaign: choose one of {', '.join(known)}")
    here = desk.here(known[campaign] if campaign else next(iter(known.values())))
    try:
        wanted = Period.parse(period) if period else here.current_period
    except WrongUsage as error:
        raise HTTPException(404, str(error)) from error
    if wanted.cadence is not here.campaign.cadence:
        raise HTTPException(404, f"{here.campaign.id} asks for periods like {here.campaign.first_period}")
    return here, wanted


def paged(
    request: Request, lines: Sequence[Any], offset: int, limit: int | None, *, whole: bool = True
) -> JSONResponse:
    """Return a part of a list with a Link to the next; ``whole`` says that all lines are at hand to be counted."""
    shown = lines[offset : offset + limit] if limit else lines[offset:]
    headers = {"X-Total-Count": str(len(lines))} if whole else {}
    if limit and offset + limit < len(lines):
        path = f"{request.url.path}?{urlencode({'offset': offset + limit, 'limit': limit})}"
        headers["Link"] = f'<{path}>; rel="next"'
    return JSONResponse(list(shown), headers=headers)
