"""What every request passes before a page sees it: host, origin, size, session; and the headers of every answer."""

from dataclasses import dataclass
from typing import Any

import anyio.to_thread
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..config import ConsoleSettings, is_loopback
from ..jobs.access.access import Visitor
from .visitors import Visitors

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
STRANGERS_LIMIT = 64 * 1024
FORMS_LIMIT = 2 * 1024 * 1024
"""Bytes that somebody not logged in, and somebody who uploads nothing, may send."""

_MIB = 1024 * 1024
_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",  # Pico draws its arrows by data:; blob: is a picture chosen for upload
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "frame-src 'self'",  # what a mail looks like: pages with rules of their own, see shown.py
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_ASKED_BY_ITSELF = "x-live"


@dataclass(frozen=True, kw_only=True, slots=True)
class Cookies:
    """The names of the cookies; with TLS they carry the prefix by which browsers keep them to this very host."""

    secure: bool

    @property
    def session(self) -> str:
        """Who is logged in."""
        return "__Host-session" if self.secure else "session"

    @property
    def stranger(self) -> str:
        """Whose log-in form it is, before anybody is logged in."""
        return "__Host-visit" if self.secure else "visit"

    @property
    def begun(self) -> str:
        """Which log-in at the identity provider this browser began."""
        return "__Host-begun" if self.secure else "begun"

    @property
    def flash(self) -> str:
        """What the next page has to say."""
        return "__Host-flash" if self.secure else "flash"


def cookies_of(connection: HTTPConnection) -> Cookies:
    """Return the cookies' names for a request."""
    return Cookies(secure=connection.url.scheme == "https")


class TooBig(Exception):
    """More was sent than this visitor may send."""


class Gate:
    """Middleware in front of every page, as plain ASGI so that it can refuse a body before any of it is read.

    :param visitors: tell who a session cookie belongs to.
    """

    def __init__(self, app: ASGIApp, *, settings: ConsoleSettings, visitors: Visitors) -> None:
        self.app, self.settings, self.visitors = app, settings, visitors

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request in, or refuse it."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        answer = _Answer(scope=scope, send=send)
        if not known_host(headers.get("host", ""), self.settings):
            text = "不能用这个网址打开：请用办公室给您的网址，或请管理员把它的主机名加到 service.yaml 的 console.names。"
            await PlainTextResponse(text, 400)(scope, receive, answer)
            return
        if scope["method"] not in SAFE_METHODS and not same_origin(scope, headers):
            await PlainTextResponse("请求来自其他网站，已拒绝。", 403)(scope, receive, answer)
            return
        visitor = await self._who(scope, headers)
        scope.setdefault("state", {})["visitor"] = visitor
        limit = self._limit(visitor, headers)
        if int(_digits(headers.get("content-length"))) > limit:
            words = f"内容过大：最多{limit // _MIB or 1} MB。"
            refused = PlainTextResponse(words, 413, headers={"Connection": "close"})
            await refused(scope, receive, answer)
            return
        await self._pass_on(scope, _bounded(receive, limit), answer)

    async def _pass_on(self, scope: Scope, receive: Receive, answer: "_Answer") -> None:
        try:
            await self.app(scope, receive, answer)
        except TooBig:
            if not answer.begun:
                refused = PlainTextResponse("内容过大。", 413, headers={"Connection": "close"})
                await refused(scope, receive, answer)

    async def _who(self, scope: Scope, headers: Headers) -> Visitor | None:
        connection = HTTPConnection(scope)
        token = connection.cookies.get(cookies_of(connection).session)
        if not token or scope["path"].startswith("/static/"):
            return None
        touch = _ASKED_BY_ITSELF not in headers and scope["path"] != "/events"
        # Known already costs microseconds; a turn of a thread would wait behind every thread that computes.
        known = self.visitors.at_hand(token)
        return known or await anyio.to_thread.run_sync(self.visitors.find, token, touch)

    def _limit(self, visitor: Visitor | None, headers: Headers) -> int:
        if visitor is None:
            return STRANGERS_LIMIT
        uploads = headers.get("content-type", "").startswith("multipart/form-data")
        return self.settings.upload_limit * _MIB if uploads else FORMS_LIMIT


@dataclass(kw_only=True, slots=True)
class _Answer:
    """Sends an answer with the headers that every answer has."""

    scope: Scope
    send: Send
    begun: bool = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.begun = True
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers.setdefault(name, value)
            if not self.scope["path"].startswith("/static/"):
                headers.setdefault("Cache-Control", "no-store")
            if self.scope["scheme"] == "https":
                headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        await self.send(message)


def known_host(host: str, settings: ConsoleSettings) -> bool:
    """Whether a Host header names this console; another name may be a page that rebinds its address to ours."""
    name = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() and not host.endswith("]") else host
    name = name.casefold().strip("[]")
    own = {one.casefold().strip("[]") for one in (settings.host or "", *settings.names)}
    if is_loopback(settings.host or ""):
        own |= {"localhost", "127.0.0.1", "::1"}
    return name in own


def same_origin(scope: Scope, headers: Headers) -> bool:
    """Whether a request that changes something comes from a page of ours, as far as the browser tells."""
    site = headers.get("sec-fetch-site")
    if site is not None and site not in ("same-origin", "none"):
        return False
    origin = headers.get("origin")
    return origin is None or origin == f"{scope['scheme']}://{headers.get('host', '')}"


def _digits(value: str | None) -> str:
    return value if value and value.isascii() and value.isdigit() and len(value) < 19 else "0"


def _bounded(receive: Receive, limit: int) -> Receive:
    """Stop a body that is longer than it said, or did not say."""
    taken = 0

    async def bounded() -> Message:
        nonlocal taken
        message: Any = await receive()
        if message["type"] == "http.request":
            taken += len(message.get("body", b""))
            if taken > limit:
                raise TooBig
        return dict(message)

    return bounded
