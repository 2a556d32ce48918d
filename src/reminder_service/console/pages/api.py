"""/api/: the data of the pages as JSON for other programs, read with a token; errors are ``{"error": "…"}``."""

from collections.abc import Callable
from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Query, Request
from fastapi.openapi.utils import get_openapi
from fastapi.responses import JSONResponse
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from ...domain.access import Role
from ...domain.campaign import Campaign
from ...domain.errors import WrongUsage
from ...domain.moments import moment
from ...jobs.access.api_tokens import token_of
from ...jobs.outgoing.plan import plan_json
from ...jobs.results.versions import changes, versions
from ...jobs.state.progress import progress_json
from ...jobs.views.board import periods_of
from ...jobs.views.journal_view import ACTION_WORDS, journal_entries
from ...jobs.views.program_json import (
    AHEAD,
    case_document,
    changes_document,
    messages_document,
    plan_document,
    status_document,
    targets_document,
    versions_document,
)
from ...jobs.views.target_view import target_lines
from ...store.tokens import ApiToken
from ..asked import MOST_LINES, CampaignId, Limit, Offset, PeriodName, Search, asked, paged
from ..desk import Desk
from ..page import Page
from ..requests import DeskHere, client_address, parts_of, visitor_of
from ..waiting import path_of, queue_here

ASKED_A_MINUTE = 120
"""Requests that one token may make within a minute."""

REFUSED_A_MINUTE = 20
"""Requests without a working token that one network address may make within a minute."""

LONGEST_PLAN = timedelta(days=400)

_bearer = HTTPBearer(
    auto_error=False, description="A token that an administrator makes under 用户, 接口令牌."
)
Credentials = Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]


def _token(request: Request, desk: Desk, sent: HTTPAuthorizationCredentials | None) -> ApiToken:
    rates, address = parts_of(request).rates, f"refused {client_address(request)}"
    _hold(rates.wait(address, REFUSED_A_MINUTE, count=False))
    found = token_of(desk.store, sent.credentials, desk.office.clock()) if sent else None
    if found is None:
        rates.wait(address, REFUSED_A_MINUTE)
        raise HTTPException(
            401, "Send a valid token: Authorization: Bearer rs_…", {"WWW-Authenticate": "Bearer"}
        )
    _hold(rates.wait(f"token {found.id}", ASKED_A_MINUTE))
    return found


def _hold(seconds: int) -> None:
    if seconds:
        words = f"Too many requests; ask again in {seconds} s."
        raise HTTPException(429, words, {"Retry-After": str(seconds)})


def _may(role: Role) -> Callable[..., ApiToken]:
    def check(request: Request, desk: DeskHere, sent: Credentials) -> ApiToken:
        found = _token(request, desk, sent)
        if not found.role.may(role):
            raise HTTPException(403, f"This token is for role {found.role}; this needs {role}.")
        return found

    return check


router = APIRouter(
    prefix="/api",
    responses={
        code: {"description": words, "content": {"application/json": {"example": {"error": "…"}}}}
        for code, words in (
            (401, "No token, or one that does not work"),
            (403, "The token's role does not include this"),
            (404, "No such campaign, period or version"),
            (429, f"More than {ASKED_A_MINUTE} requests a minute; Retry-After says how long to wait"),
        )
    },
)
PAGE = Page(router=router, needs=None)
_LOOK = [Depends(_may(Role.LEADER))]
_WORK = [Depends(_may(Role.CLERK))]


@router.get("/campaigns", dependencies=_LOOK, summary="Campaigns with their items, units and periods")
def campaigns(desk: DeskHere) -> JSONResponse:
    """Every campaign at work."""
    return JSONResponse([_campaign(desk, one) for one in desk.office.campaigns.values()])


@router.get("/status", dependencies=_LOOK, summary="The state of a period, as `status --json` prints it")
def status(desk: DeskHere, campaign: CampaignId = "", period: PeriodName = "") -> JSONResponse:
    """Who reported what, what is lacking, what waits for the office."""
    here, wanted = asked(desk, campaign, period)
    return JSONResponse(status_document(desk.store, here, wanted))


@router.get("/messages", dependencies=_LOOK, summary="Every mail in and out, as `messages --json` prints it")
def messages(request: Request, desk: DeskHere, offset: Offset = 0, limit: Limit = None) -> JSONResponse:
    """Without ``limit`` all of them; with it a page, and a Link to the next."""
    situations = [desk.here(one) for one in desk.office.campaigns.values()]
    return paged(request, messages_document(desk.store, situations, desk.zone), offset, limit)


@router.get("/plan", dependencies=_LOOK, summary="Mails to units that would go, as `plan --json` prints it")
def plan(
    desk: DeskHere,
    start: Annotated[
        str, Query(alias="from", max_length=40, description="First moment (default: now).")
    ] = "",
    end: Annotated[
        str, Query(alias="to", max_length=40, description="Last moment; a date means its day.")
    ] = "",
) -> JSONResponse:
    """What would go between two moments if nothing more arrived."""
    first = moment(start, desk.zone, "from") if start else desk.now
    last = moment(end, desk.zone, "to", end_of_day=True) if end else first + AHEAD
    if not first <= last <= first + LONGEST_PLAN:
        raise HTTPException(400, f"from and to: at most {LONGEST_PLAN.days} days, from before to.")
    office = desk.office
    standings = [
        (office.situation(one, now=first) if start else desk.here(one), office.letters(one))
        for one in office.campaigns.values()
    ]
    plans = [plan_json(here, letters, start=first, end=last) for here, letters in standings]
    calendar = office.configuration.calendar
    return JSONResponse(
        plan_document(plans, office.campaigns.values(), calendar, start=first.astimezone(desk.zone))
    )


@router.get("/progress", dependencies=_LOOK, summary="Targets of the year, as `progress --json` prints it")
def progress(desk: DeskHere, campaign: CampaignId = "", period: PeriodName = "") -> JSONResponse:
    """How far the targets of the notice are reached."""
    here, wanted = asked(desk, campaign, period)
    return JSONResponse(progress_json(here, wanted))


@router.get("/versions", dependencies=_LOOK, summary="Frozen versions, as `versions --json` prints them")
def frozen(desk: DeskHere, campaign: CampaignId = "", period: PeriodName = "") -> JSONResponse:
    """The frozen versions of a period."""
    here, wanted = asked(desk, campaign, period)
    return JSONResponse(versions_document(versions(desk.store, here.campaign.id, wanted), desk.zone))


@router.get(
    "/changes", dependencies=_LOOK, summary="What changed after a version, as `changes --json` prints it"
)
def changed(
    desk: DeskHere,
    campaign: CampaignId = "",
    period: PeriodName = "",
    old: Annotated[
        int | None, Query(alias="from", description="Older version (default: the newest).")
    ] = None,
    new: Annotated[int | None, Query(alias="to", description="Newer one (default: as things stand).")] = None,
) -> JSONResponse:
    """What differs between two versions, or since the newest."""
    here, wanted = asked(desk, campaign, period)
    try:
        found = changes(desk.store, here, wanted, old=old, new=new)
    except WrongUsage as error:
        raise HTTPException(404, str(error)) from error
    return JSONResponse(changes_document(found))


@router.get(
    "/targets", dependencies=_LOOK, summary="What 指标 shows: each unit's way to each target by period"
)
def targets(desk: DeskHere, campaign: CampaignId = "", period: PeriodName = "") -> JSONResponse:
    """Targets of the period's year with the figures reported, their words, and what a clerk settled."""
    here, wanted = asked(desk, campaign, period)
    lines = desk.kept(here, f"targets {wanted}", lambda: target_lines(desk.store, here, wanted))
    return JSONResponse(targets_document(here.campaign, wanted, lines))


@router.get(
    "/tray", dependencies=_LOOK, summary="What 待处理 shows: what waits for the office, most urgent first"
)
def tray(request: Request, desk: DeskHere, offset: Offset = 0, limit: Limit = None) -> JSONResponse:
    """Each file or mail that waits, in every campaign at work, with all reasons; ``page`` is its page's address."""
    lines = [case_document(case, desk.zone) | {"page": path_of(case)} for case in queue_here(desk)]
    return paged(request, lines, offset, limit)


@router.get("/contacts", dependencies=_WORK, summary="Contacts of every unit; needs a clerk's token")
def contacts(request: Request, desk: DeskHere, offset: Offset = 0, limit: Limit = None) -> JSONResponse:
    """Names, addresses and telephone numbers."""
    lines = [
        {
            "unit": one.unit,
            "name": one.name,
            "department": one.department,
            "address": one.address,
            "phone": one.phone,
            "bounced": one.bounced,
        }
        for one in desk.store.contacts.all()
    ]
    return paged(request, lines, offset, limit)


@router.get(
    "/journal", dependencies=_WORK, summary="Who did what when, the newest first; needs a clerk's token"
)
def journal(
    request: Request, desk: DeskHere, q: Search = "", offset: Offset = 0, limit: Limit = 100
) -> JSONResponse:
    """The journal, or what is found in it as 系统 finds it."""
    most = min(offset + (limit or MOST_LINES) + 1, 10**6)
    entries = journal_entries(desk.store, search=q, limit=most)
    lines = [
        {
            "at": one.at.astimezone(desk.zone).isoformat(timespec="seconds"),
            "author": one.author,
            "action": one.action,
            "words": ACTION_WORDS.get(one.action, one.action),
            "subject": one.subject,
            "detail": one.detail,
        }
        for one in entries
    ]
    return paged(request, lines, offset, limit, whole=False)


@router.get("/openapi.json", include_in_schema=False)
def description(request: Request, desk: DeskHere, sent: Credentials) -> JSONResponse:
    """This description, for whoever is logged in or has a token."""
    if visitor_of(request) is None:
        _token(request, desk, sent)
    from ... import __version__

    words = "Everything is read only. Times carry the office's offset; a list without `limit` is whole."
    return JSONResponse(
        get_openapi(title="reminder-service", version=__version__, description=words, routes=router.routes)
    )


def _campaign(desk: Desk, campaign: Campaign) -> dict[str, Any]:
    here = desk.here(campaign)
    return {
        "id": campaign.id,
        "title": campaign.title,
        "short_name": campaign.short_name,
        "cadence": str(campaign.cadence),
        "periods": [str(one) for one in periods_of(here)],
        "current_period": str(here.current_period),
        "units": [one.name for one in campaign.units],
        "items": [
            {"number": one.number, "name": one.name, "units": list(one.units)} for one in campaign.items
        ],
        "questions": len(campaign.open_questions),
    }
