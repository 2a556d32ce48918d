"""What routes ask of a request: who it is, the office, the answer as a page or a way to the next one."""

import base64
import binascii
import hashlib
import hmac
import json
from dataclasses import dataclass, field
from typing import Annotated, Any

from fastapi import Depends, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from markupsafe import Markup

from ..domain.access import Role
from ..jobs.access.access import Visitor, csrf_of
from ..jobs.access.single_sign_on import Begun, Provider
from .desk import Desk
from .gate import SAFE_METHODS, cookies_of
from .live import Live
from .rates import Rates
from .shown import Shown
from .squeezed import Squeezed, accepts_gzip, gzipped
from .templates import Pages

CSRF_FIELD = "csrf"
CSRF_HEADER = "x-csrf-token"
_FLASH_SECONDS = 60
_PLACE = Markup("<!--large-->")


class NotLoggedIn(Exception):
    """The page is for people who are logged in."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Flash:
    """A sentence that the next page shows; ``kind`` is ``good``, ``bad`` or ``note``."""

    words: str
    kind: str = "good"


@dataclass(frozen=True, kw_only=True, slots=True)
class NavEntry:
    """A word of the navigation with its path and the key that follows ``g``."""

    word: str
    path: str
    key: str
    needs: Role | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Parts:
    """What the console is made of; hangs on the application as ``app.state.parts``."""

    desk: Desk
    pages: Pages
    secret: bytes
    live: Live
    shown: Shown = field(default_factory=Shown)
    rates: Rates = field(default_factory=Rates)
    nav: tuple[NavEntry, ...] = ()
    provider: Provider | None = None
    begun: Begun = field(default_factory=Begun)


def parts_of(request: Request) -> Parts:
    """Return what the console is made of."""
    parts: Parts = request.app.state.parts
    return parts


def desk_of(request: Request) -> Desk:
    """Return the office."""
    return parts_of(request).desk


def visitor_of(request: Request) -> Visitor | None:
    """Return who is logged in, None for nobody."""
    visitor: Visitor | None = getattr(request.state, "visitor", None)
    return visitor


def _me(request: Request) -> Visitor:
    visitor = visitor_of(request)
    if visitor is None:
        raise NotLoggedIn
    return visitor


# Plain functions would each be called on a thread of their own; these wait for nothing.
async def _desk_here(request: Request) -> Desk:
    return desk_of(request)


async def _visitor_here(request: Request) -> Visitor:
    return _me(request)


DeskHere = Annotated[Desk, Depends(_desk_here)]
Me = Annotated[Visitor, Depends(_visitor_here)]


def require(request: Request, role: Role) -> Visitor:
    """Return who is logged in if they may do what a role may.

    :raises NotLoggedIn: when nobody is logged in.
    :raises HTTPException: 403 when their role does not include it.
    """
    visitor = _me(request)
    if not visitor.user.role.may(role):
        raise HTTPException(403, "您没有进行此项操作的权限。")
    return visitor


async def check_csrf(request: Request) -> None:
    """See that a form of ours was sent.

    :raises HTTPException: 403 where it carries another token than this session's.
    """
    if request.method in SAFE_METHODS:
        return
    expected = csrf_token(request)
    sent = request.headers.get(CSRF_HEADER)
    if sent is None and "form" in request.headers.get("content-type", ""):
        value = (await request.form()).get(CSRF_FIELD)
        sent = value if isinstance(value, str) else None
    if expected is None or not hmac.compare_digest((sent or "").encode(), expected.encode()):
        raise HTTPException(403, "页面已过期，请返回刷新后重试。")


def csrf_token(request: Request) -> str | None:
    """Return what this request's forms must carry: the session's, else that of the log-in form's cookie."""
    visitor = visitor_of(request)
    if visitor is not None:
        return visitor.csrf
    stranger = request.cookies.get(cookies_of(request).stranger)
    return csrf_of(stranger) if stranger else None


def render(
    request: Request,
    template: str,
    /,
    http_status: int = 200,
    *,
    large: Squeezed | None = None,
    **context: Any,
) -> Response:
    """Return a page made from ``templates/console/<template>``.

    :param large: a part that was written before, put where the template says ``{{ large }}``; it is not copied
        through the template, which matters with thousands of units.

    Templates know besides: ``visitor``, ``nav``, ``path``, ``csrf``, ``csrf_field``, ``flash``, ``office``, ``now``.
    """
    parts = parts_of(request)
    visitor = visitor_of(request)
    token = context.pop("csrf", None) or csrf_token(request) or ""
    flash = _taken_flash(request, parts.secret)
    html = parts.pages.render(
        template,
        visitor=visitor,
        nav=[
            entry
            for entry in parts.nav
            if visitor and (entry.needs is None or visitor.user.role.may(entry.needs))
        ],
        path=request.url.path,
        csrf=token,
        csrf_field=Markup('<input type="hidden" name="{}" value="{}">').format(CSRF_FIELD, token),
        flash=flash,
        office=parts.desk.office.configuration.service.office,
        now=parts.desk.now,
        large=_PLACE,
        **context,
    )
    head, _, tail = html.partition(
        _PLACE
    )  # what anybody else wrote is escaped: it stands where a template put it
    answer = ready_made(request, large, head, tail) if large else HTMLResponse(html, http_status)
    if flash:
        drop_cookie(request, answer, cookies_of(request).flash)
    return answer


def ready_made(request: Request, large: Squeezed, head: str = "", tail: str = "") -> Response:
    """Answer with a part that was made before and what stands around it, compressed where the browser takes that."""
    before, after = head.encode(), tail.encode()
    headers = {"Vary": "Accept-Encoding"}
    if accepts_gzip(request.headers.get("accept-encoding", "")):
        headers["Content-Encoding"] = "gzip"
        return HTMLResponse(gzipped(before, large, after), headers=headers)
    return HTMLResponse(b"".join((before, large.html, after)), headers=headers)


def redirect(request: Request, path: str, words: str = "", kind: str = "good") -> Response:
    """Send the browser to another page of ours, which says these words once."""
    answer = RedirectResponse(path, 303)
    if words:
        value = _signed(parts_of(request).secret, Flash(words=words, kind=kind))
        set_cookie(request, answer, cookies_of(request).flash, value, seconds=_FLASH_SECONDS)
    return answer


def set_cookie(
    request: Request, answer: Response, name: str, value: str, *, seconds: int | None = None
) -> None:
    """Set a cookie that no script can read and no other site can make the browser send along with a change."""
    answer.set_cookie(
        name, value, max_age=seconds, path="/", secure=_secure(request), httponly=True, samesite="lax"
    )


def drop_cookie(request: Request, answer: Response, name: str) -> None:
    """Make the browser forget a cookie."""
    answer.delete_cookie(name, path="/", secure=_secure(request), httponly=True, samesite="lax")


def local_path(path: str | None) -> str:
    """Return a path within the console that a log-in may lead to; anything else becomes the first page."""
    plain = path or "/"
    fits = plain.startswith("/") and not plain.startswith("//") and plain.isprintable() and "\\" not in plain
    return plain if fits else "/"


def client_address(request: Request) -> str:
    """Return the network address that a request came from, as a trusted proxy told it where there is one."""
    return request.client.host if request.client else ""


def _secure(request: Request) -> bool:
    return request.url.scheme == "https"


def _signed(secret: bytes, flash: Flash) -> str:
    body = base64.urlsafe_b64encode(json.dumps([flash.words[:400], flash.kind]).encode()).decode()
    return f"{body}.{_signature(secret, body)}"


def _signature(secret: bytes, body: str) -> str:
    return hmac.new(secret, b"flash" + body.encode(), hashlib.sha256).hexdigest()


def _taken_flash(request: Request, secret: bytes) -> Flash | None:
    body, _, signature = request.cookies.get(cookies_of(request).flash, "").partition(".")
    if not body or not hmac.compare_digest(signature.encode(), _signature(secret, body).encode()):
        return None
    try:
        words, kind = json.loads(base64.urlsafe_b64decode(body))
    except (ValueError, binascii.Error):
        return None
    return Flash(words=str(words), kind=str(kind))
