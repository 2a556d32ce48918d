"""Serves the console within `run`: uvicorn in a thread of its own, on a socket that is bound before anything starts."""

import logging
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ..config import ConsoleSettings, require_safe_console
from ..domain.errors import OutsideError, WrongUsage
from ..jobs.access.access import make_link
from .parts import App

if TYPE_CHECKING:
    import uvicorn

logger = logging.getLogger(__name__)

START_SECONDS = 20
END_SECONDS = 5


@contextmanager
def console(app: App) -> Iterator[None]:
    """Serve the web pages while the block runs; without ``console.host`` there are none.

    :raises ConfigurationError: where passwords would cross a network in the open.
    :raises OutsideError: when the port is in use or may not be used.
    """
    settings = app.configuration.service.console
    if settings.host is None:
        yield
        return
    require_safe_console(settings)
    bound = _bound(settings)
    server = _server(app, settings)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]}, name="console", daemon=True)
    thread.start()
    _wait(server, thread)
    logger.info("Console at %s", address(settings), extra={"action": "console_started"})
    if not app.store.users.administrators():
        # A person reads this on the terminal or in the service's log; it works once and for a day.
        print(f"Open {setup_link(app)} to set up the first administrator (works once, 24 hours).", flush=True)
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(END_SECONDS)
        bound.close()


def address(settings: ConsoleSettings) -> str:
    """Return the address of the first page, as a browser on this machine or by the first of its names reaches it."""
    scheme = "https" if settings.tls_certificate or settings.proxies else "http"
    host = settings.names[0] if settings.names else settings.host or "127.0.0.1"
    port = "" if settings.proxies else f":{settings.port}"
    return f"{scheme}://{f'[{host}]' if ':' in host else host}{port}"


def setup_link(app: App, login: str | None = None) -> str:
    """Make a one-time link: for the first administrator, or for a user whose password is lost.

    :raises WrongUsage: when there is an administrator already, or no such user.
    """
    user = None
    if login is not None:
        user = app.store.users.by_login(login)
        if user is None:
            known = ", ".join(one.login for one in app.store.users.all()) or "there are none yet"
            raise WrongUsage(f"--user {login}: there is no such user; known: {known}")
    elif app.store.users.administrators():
        raise WrongUsage(
            "There is an administrator already; --user LOGIN makes a link for a user whose password is lost."
        )
    token = make_link(app.store, user, author="命令行", now=app.clock())
    return f"{address(app.configuration.service.console)}/welcome/{token}"


def _bound(settings: ConsoleSettings) -> socket.socket:
    host = (settings.host or "").strip("[]")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, settings.port))
    except OSError as error:
        bound.close()
        raise OutsideError(
            f"The console cannot listen on {host} port {settings.port} ({error.strerror or error}); "
            "end the program that uses it, or set console.host and console.port in service.yaml."
        ) from error
    return bound


def _server(app: App, settings: ConsoleSettings) -> "uvicorn.Server":
    import uvicorn

    from ..console import create_web

    web = create_web(app, stopping=app.stopping.is_set)
    return uvicorn.Server(
        uvicorn.Config(
            web,
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=bool(settings.proxies),
            forwarded_allow_ips=list(settings.proxies),
            ssl_certfile=settings.tls_certificate,
            ssl_keyfile=settings.tls_key,
            timeout_graceful_shutdown=3,
            h11_max_incomplete_event_size=64 * 1024,
        )
    )


def _wait(server: "uvicorn.Server", thread: threading.Thread) -> None:
    """Wait until pages are served.

    :raises OutsideError: when they are not: a certificate that cannot be used, say.
    """
    waiting = threading.Event()
    for _ in range(START_SECONDS * 20):
        if server.started:
            return
        if not thread.is_alive():
            break
        waiting.wait(0.05)
    raise OutsideError(
        "The console did not start; see the log, and check console.tls_certificate and tls_key."
    )
