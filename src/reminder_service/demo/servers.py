"""Real mail servers on loopback, in this process and without any rights: pymap for IMAP, aiosmtpd for SMTP."""

import asyncio
import contextlib
import socket
import threading
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack, contextmanager
from typing import Any

from ..domain.errors import OutsideError, WrongUsage

HOST = "127.0.0.1"
USER = "office"
PASSWORD = "sandbox"  # opens a mailbox that lives for seconds, in memory
_ATTEMPTS = 10
_START_SECONDS = 15


def require_servers() -> None:
    """See that the demo's servers are installed.

    :raises WrongUsage: when they are not.
    """
    try:
        import aiosmtpd  # noqa: F401 - only whether it is there
        import pymap  # noqa: F401
    except ImportError as error:
        raise WrongUsage(
            f"The demo needs {error.name}, which is not installed; run `./run demo`, "
            "or install the extra: pip install 'reminder-service[demo]'"
        ) from error


@contextmanager
def imap_server() -> Iterator[int]:
    """Serve one empty mailbox and give its port; clients must have logged out before the end."""
    for attempt in range(_ATTEMPTS):
        server = ImapThread(_free_port())
        try:
            server.start()
        except OSError as error:
            if attempt == _ATTEMPTS - 1:
                raise OutsideError(f"The sandbox's IMAP server does not start: {error}") from error
            continue
        try:
            yield server.port
        finally:
            server.stop()
        return


@contextmanager
def smtp_server(refuses: Callable[[str], str | None], takes: Callable[[str, bytes], None]) -> Iterator[int]:
    """Take mail by SMTP and give the port.

    :param refuses: gives the answer to a recipient that is not accepted, else None.
    :param takes: gets every accepted mail, once for each recipient, on another thread than the server's.
    """
    from aiosmtpd.controller import Controller

    for attempt in range(_ATTEMPTS):
        # The controller cannot take port 0, and somebody may be quicker to take the free one.
        controller = Controller(_Handler(refuses, takes), hostname=HOST, port=_free_port(), ident="sandbox")
        try:
            controller.start()
        except OSError as error:
            if attempt == _ATTEMPTS - 1:
                raise OutsideError(f"The sandbox's SMTP server does not start: {error}") from error
            continue
        try:
            yield int(controller.port)
        finally:
            controller.stop()
        return


class _Handler:
    """What aiosmtpd calls; the names of the methods are its own."""

    def __init__(self, refuses: Callable[[str], str | None], takes: Callable[[str, bytes], None]) -> None:
        self._refuses = refuses
        self._takes = takes

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if answer := self._refuses(address):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        for address in envelope.rcpt_tos:
            await asyncio.to_thread(self._takes, address, bytes(envelope.original_content or b""))
        return "250 OK"


class ImapThread:
    """pymap with an event loop of its own."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._thread = threading.Thread(target=self._run, name="sandbox-imap", daemon=True)
        self._up = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None
        self._error: BaseException | None = None

    def start(self) -> None:
        """Return when it listens.

        :raises OutsideError: if it does not start.
        """
        self._thread.start()
        if not self._up.wait(_START_SECONDS):
            raise OutsideError("The sandbox's IMAP server does not start in time; try again.")
        if isinstance(self._error, OSError):
            raise self._error
        if self._error is not None:
            raise OutsideError(f"The sandbox's IMAP server does not start: {self._error}") from self._error

    def stop(self) -> None:
        """Listen no more."""
        if self._loop is not None and self._stop is not None:
            with contextlib.suppress(RuntimeError):  # the loop has ended by itself
                self._loop.call_soon_threadsafe(self._stop.set)
        # It waits for clients that are still logged in; a daemon thread that lingers does no harm.
        self._thread.join(3)

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except BaseException as error:  # told to whoever started it
            self._error = error
        finally:
            self._up.set()

    async def _serve(self) -> None:
        from pymap.backend.dict import DictBackend
        from pymap.imap import IMAPService
        from pysasl.hashing import BuiltinHash

        # The usual 500,000 rounds would cost a tenth of a second at each login, for a password that is no secret.
        backend, configuration = await DictBackend.init(
            _pymap_options(self.port), hash_context=BuiltinHash(rounds=1)
        )
        configuration.apply_context()
        async with AsyncExitStack() as stack:
            await backend.start(stack)
            await IMAPService(backend, configuration).start(stack)
            self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
            self._up.set()
            await self._stop.wait()


def _pymap_options(port: int) -> Namespace:
    """What pymap's command line would have parsed."""
    return Namespace(
        debug=False,
        demo_data=False,
        demo_user=USER,
        demo_password=PASSWORD,
        host=HOST,
        port=port,
        cert=None,
        key=None,
        tls=False,
        proxy_protocol=None,
        passlib_cfg=None,
        skip_services=[],
        inherited_sockets=None,
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
