"""A real SMTP server on loopback that keeps what it gets and misbehaves when told."""

import asyncio
import base64
import ssl
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from .ports import free_port
from .tokens import TokenServer

ATTEMPTS = 10


@dataclass(frozen=True, kw_only=True)
class Received:
    """A mail as it was handed over."""

    sender: str
    recipients: tuple[str, ...]
    raw: bytes


@dataclass
class SmtpServer:
    """Use with ``with``; ``received`` holds what was accepted, in order.

    ``sessions`` holds one entry for each connection that sent.

    :param refuse: answer to RCPT by address, like ``{"gone@example.cn": "550 5.1.1 no such user"}``.
    :param refuse_senders: answer to MAIL by address.
    :param answer_data: the answer to a body that is kept all the same; None accepts it.
    :param drop: ``before`` breaks the connection when the body came and keeps nothing, ``after`` keeps it and
        breaks the connection before saying so.
    :param think: seconds between keeping a mail and saying so.
    :param login: user and password that a client must give.
    :param tokens: whose access tokens a client must give instead (XOAUTH2).
    """

    refuse: dict[str, str] = field(default_factory=dict)
    refuse_senders: dict[str, str] = field(default_factory=dict)
    answer_data: str | None = None
    drop: str | None = None
    think: float = 0
    login: tuple[str, str] | None = None
    tokens: TokenServer | None = None
    certificate: Path | None = None
    starttls: bool = False
    received: list[Received] = field(default_factory=list)
    sessions: list[Session] = field(default_factory=list)
    host: str = "127.0.0.1"
    port: int = 0
    _controller: Controller | None = None

    def __enter__(self) -> Self:
        for attempt in range(ATTEMPTS):
            # The controller cannot take port 0, and somebody may be quicker to take the free one.
            self.port = free_port()
            try:
                self._start()
            except OSError:
                if attempt == ATTEMPTS - 1:
                    raise
            else:
                return self
        raise AssertionError

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Close every connection and listen no more."""
        controller, self._controller = self._controller, None
        if controller is not None:
            controller.stop()

    def restart(self) -> None:
        """Close every connection and listen again on the same port."""
        self.stop()
        self._start()

    def _start(self) -> None:
        controller = Controller(self, hostname=self.host, port=self.port, **self._options())
        controller.start()
        self._controller = controller

    @property
    def recipients(self) -> list[str]:
        return [address for mail in self.received for address in mail.recipients]

    def _options(self) -> dict[str, Any]:
        options: dict[str, Any] = {"decode_data": False, "ident": "test"}
        if self.login or self.tokens:
            options |= {"authenticator": self._authenticate, "auth_required": True, "auth_require_tls": False}
        if self.certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(self.certificate / "cert.pem", self.certificate / "key.pem")
            options |= {"tls_context": context} if self.starttls else {"ssl_context": context}
        return options

    def _authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any
    ) -> AuthResult:
        good = isinstance(data, LoginPassword) and self.login == (data.login.decode(), data.password.decode())
        return AuthResult(success=good, handled=good)

    async def auth_XOAUTH2(self, server: SMTP, args: list[str]) -> AuthResult:  # noqa: N802 - aiosmtpd's name
        said = base64.b64decode(args[1]).decode()
        good = self.tokens is not None and said in {
            f"user={self.tokens.username}\x01auth=Bearer {token}\x01\x01" for token in self.tokens.access
        }
        if not good:
            await server.challenge_auth('{"status":"400"}', encode_to_b64=True)
        return AuthResult(success=good, handled=False, message=None if good else "535 5.7.3 no longer valid")

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if not any(session is known for known in self.sessions):
            self.sessions.append(session)
        if answer := self.refuse_senders.get(address):
            return answer
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if answer := self.refuse.get(address):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.drop == "before":
            return self._hang_up(server)
        mail = Received(
            sender=str(envelope.mail_from),
            recipients=tuple(map(str, envelope.rcpt_tos)),
            raw=bytes(envelope.original_content or b""),
        )
        self.received.append(mail)
        if self.drop == "after":
            return self._hang_up(server)
        await asyncio.sleep(self.think)
        return self.answer_data or "250 OK"

    @staticmethod
    def _hang_up(server: SMTP) -> str:
        assert server.transport is not None
        server.transport.abort()
        return "421 gone"
