"""统一登录: to the office's identity provider and back."""

import hmac
import logging
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from ...domain.errors import OutsideError
from ...jobs.access.access import Refused, log_out
from ...jobs.access.single_sign_on import TIME_TO_LOG_IN, let_in
from ..gate import cookies_of
from ..page import Page
from ..requests import (
    DeskHere,
    client_address,
    drop_cookie,
    local_path,
    parts_of,
    redirect,
    set_cookie,
    visitor_of,
)

logger = logging.getLogger(__name__)
router = APIRouter(prefix="/login/sso")
PAGE = Page(router=router, needs=None)

_FAILED = "统一登录没有完成，请重试；仍不成功请联系管理员。"


@router.get("")
def begin(
    request: Request, desk: DeskHere, next_path: Annotated[str, Query(alias="next", max_length=2000)] = "/"
) -> Response:
    """Send the browser to the provider."""
    provider = parts_of(request).provider
    if provider is None:
        return redirect(request, "/login", "没有设置统一登录。", "bad")
    try:
        asked = provider.begin(_back(request))
    except OutsideError as error:
        return _failed(request, error)
    parts_of(request).begun.note(asked, local_path(next_path), desk.now)
    answer = RedirectResponse(asked.url, 303)
    seconds = int(TIME_TO_LOG_IN.total_seconds())
    set_cookie(request, answer, cookies_of(request).begun, asked.state, seconds=seconds)
    return answer


@router.get("/return")
def come_back(
    request: Request,
    desk: DeskHere,
    code: Annotated[str, Query(max_length=4000)] = "",
    state: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """Let in who comes back: with the very browser that was sent, once, and with a code that the provider stands by."""
    provider, kept = parts_of(request).provider, request.cookies.get(cookies_of(request).begun, "")
    own = bool(state) and hmac.compare_digest(state.encode(), kept.encode())
    found = parts_of(request).begun.take(state, desk.now) if own else None
    if provider is None or found is None or not code:
        return redirect(request, "/login", _FAILED, "bad")
    asked, path = found
    try:
        person = provider.finish(asked, code, _back(request), now=desk.now)
    except OutsideError as error:
        return _failed(request, error)
    agent = request.headers.get("user-agent", "")
    entered = let_in(desk.store, person, address=client_address(request), agent=agent, now=desk.now)
    if isinstance(entered, Refused):
        return redirect(request, "/login", entered.words, "bad")
    if earlier := visitor_of(request):
        log_out(desk.store, earlier, desk.now)
    answer = redirect(request, path)
    set_cookie(request, answer, cookies_of(request).session, entered.token)
    drop_cookie(request, answer, cookies_of(request).begun)
    return answer


def _back(request: Request) -> str:
    return f"{request.url.scheme}://{request.headers['host']}/login/sso/return"


def _failed(request: Request, error: OutsideError) -> Response:
    logger.warning("Single sign-on: %s", error, extra={"action": "sign_on_failed"})
    return redirect(request, "/login", _FAILED, "bad")
