"""待处理: what only a person can settle, one thing at a time, the original beside the reading."""

import threading
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response
from starlette.background import BackgroundTask

from ...domain.access import Role
from ...domain.errors import ReminderServiceError
from ...domain.tray import URGENCY_WORDS, Case
from ...jobs.views.board import periods_of
from ...jobs.views.tray_view import case_view, draw_ahead
from ..desk import Desk
from ..page import Page
from ..requests import DeskHere, redirect, render, visitor_of
from ..waiting import DONE_WORDS, at_work, done_before, path_of, queue_here, waiting_for

router = APIRouter(prefix="/tray")
PAGE = Page(router=router, nav="待处理", path="/tray", key="t")

Number = Annotated[int | None, Query(ge=1, le=2**31)]


@router.get("")
def first(request: Request, desk: DeskHere, done: Number = None) -> Response:
    """Show what is most urgent, or that nothing waits."""
    queue = queue_here(desk)
    if queue:
        return RedirectResponse(f"{path_of(queue[0])}?done={done}" if done else path_of(queue[0]), 303)
    return _page(request, "tray_empty.html", "/tray", desk, done)


@router.get("/{campaign}/{period}/{what}")
def one(
    request: Request,
    desk: DeskHere,
    campaign: str,
    period: str,
    what: str,
    page: Number = None,
    done: Number = None,
    laid: bool = False,
) -> Response:
    """Show one thing that waits; where it is settled meanwhile, the next one."""
    waiting = waiting_for(desk, (campaign, period, what))
    if waiting is None:
        return redirect(request, "/tray", "该事项已处理，或已不再等待。", "note")
    case = waiting.case
    here = desk.here(at_work(desk, case.campaign))
    answer = _page(
        request,
        "tray_item.html",
        path_of(case),
        desk,
        done,
        view=case_view(desk.store, here, case, page=page, lay_out=laid),
        case=case,
        waiting=waiting,
        where=path_of(case),
        path_of=path_of,
        urgency=URGENCY_WORDS[case.urgency],
        campaign=here.campaign,
        several=len(desk.office.campaigns) > 1,
        periods=desk.kept(here, "periods", lambda: periods_of(here)),
    )
    if waiting.next:
        answer.background = BackgroundTask(_draw_ahead, desk, waiting.next)
    return answer


@router.get("/{campaign}/{period}/{what}/pages")
def pages(request: Request, desk: DeskHere, campaign: str, period: str, what: str) -> Response:
    """Show an Office file's pages in place of its tables; browsers ask once the tables are there."""
    waiting = waiting_for(desk, (campaign, period, what))
    if waiting is None:
        return Response(status_code=204)
    case = waiting.case
    view = case_view(desk.store, desk.here(at_work(desk, case.campaign)), case, lay_out=True)
    if view.file is None:
        return Response(status_code=204)
    return render(request, "tray_file.html", view=view, where=path_of(case), again=True)


@router.get("/{campaign}/{period}/{what}/ahead")
def ahead(desk: DeskHere, campaign: str, period: str, what: str) -> Response:
    """Answer at once, and make the pages of what comes next while somebody looks at what is here."""
    answer = Response(status_code=204)
    waiting = waiting_for(desk, (campaign, period, what))
    if waiting:
        answer.background = BackgroundTask(_lay_out_ahead, desk, waiting.case)
    return answer


_laying_out_ahead = threading.Lock()


def _lay_out_ahead(desk: Desk, case: Case) -> None:
    # One at a time, and none in store: whoever leafs on fast wants what is next by then.
    if not _laying_out_ahead.acquire(blocking=False):
        return
    try:
        _draw_ahead(desk, case, lay_out=True)
    finally:
        _laying_out_ahead.release()


def _draw_ahead(desk: Desk, case: Case, *, lay_out: bool = False) -> None:
    try:
        draw_ahead(desk.store, desk.here(at_work(desk, case.campaign)), case, lay_out=lay_out)
    except ReminderServiceError:
        return  # whoever opens it is told


def _may_write(request: Request) -> bool:
    visitor = visitor_of(request)
    return visitor is not None and visitor.user.role.may(Role.CLERK)


def _page(
    request: Request, template: str, path: str, desk: Desk, done: int | None, **context: Any
) -> Response:
    """Return the part that changes where htmx asks for it, else the whole page."""
    told: dict[str, Any] = {
        "done": done_before(desk, done),
        "done_words": DONE_WORDS,
        "may_write": _may_write(request),
    }
    if request.headers.get("hx-target") == "item":
        answer = render(request, template, fragment=True, **told, **context)
        answer.headers["HX-Push-Url"] = path
        return answer
    return render(request, "tray.html", part=template, fragment=False, **told, **context)
