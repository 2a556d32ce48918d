"""Handing mails to an SMTP server, one recipient at a time, so that the answer for each is known.

The point of no return lies between RCPT and DATA: before it a broken connection means "not sent", after the
body it means "nobody knows". ``before_data`` is called exactly there.
"""

import logging
import re
import smtplib
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Self

from reminder_service.domain.errors import DeliveryError, OutsideError, UncertainDelivery

from .oauth import SignIn
from .smtp_login import SmtpServer, answer_text, open_server
from .wire import password_variable, readable

logger = logging.getLogger(__name__)

# RFC 5321, 4.5.3.2.6: a server may think for minutes about a body it has; giving up early makes it "unknown".
BODY_PATIENCE = 4

START_BODY = 354
SHUTTING_DOWN = 421
AUTHENTICATION_REQUIRED = 530
MAIL_TOO_LARGE = 552

_ADDRESS = re.compile(r"[!-;=?-~]+@[!-;=?-~]+")
# QQ and others say 550 where they mean "later".
_THROTTLED = re.compile(
    r"frequen(?:cy|t)|too (?:many|fast)|rate limit|频率|频繁|过快|超过.{0,8}限制", re.IGNORECASE
)
_BROKEN = (smtplib.SMTPServerDisconnected, smtplib.SMTPResponseException, OSError)


def connect(
    settings: SmtpServer,
    secret: str | SignIn | None,
    *,
    copy_to: str | None = None,
    section: str = "smtp",
) -> "SmtpSender":
    """Return a sender that connects when it is entered with ``with``.

    :param secret: the password, or the sign-in that gives tokens; None where nobody logs in.
    :param section: where the server stands in ``service.yaml``, for the sentences.

    :param copy_to: an address of the office's own that gets every mail too, as a second recipient of the same
        transaction: that a copy arrived proves that the server took the mail.
    """
    return SmtpSender(settings, secret, copy_to=copy_to, section=section)


class SmtpSender:
    """An SMTP connection that comes back by itself when the server closed it between two mails."""

    def __init__(
        self,
        settings: SmtpServer,
        secret: str | SignIn | None,
        *,
        copy_to: str | None = None,
        section: str = "smtp",
    ) -> None:
        self._copy_to = copy_to
        self._settings = settings
        self._secret = secret
        self._section = section
        self._where = f"{settings.host}:{settings.port}"
        self._client: smtplib.SMTP | None = None
        self._clean = False

    def __enter__(self) -> Self:
        """Connect and log in.

        :raises OutsideError: if the server cannot be reached, is not trusted or refuses the login.
        """
        self._client = open_server(self._settings, self._secret, self._section)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Say goodbye; a server that is gone already is no error."""
        # After an interruption the server may wait for the rest of a body: QUIT would become part of it.
        if self._client is not None and error is None:
            with suppress(*_BROKEN):
                self._client.quit()
        self._drop()

    def send(self, raw: bytes, *, sender: str, to: str, before_data: Callable[[], None]) -> None:
        """Send one mail to one address.

        :param raw: the whole mail; its lines end with CRLF and it goes out as it is.
        :param sender: the address of the envelope.
        :param before_data: called once the recipient is accepted, right before the body goes. If it raises,
            nothing is sent and its exception comes through.
        :raises DeliveryError: if this mail was refused, or the connection broke before the body went.
        :raises UncertainDelivery: if the connection broke after the body began to go.
        :raises OutsideError: if no mail can be sent at all: no server, no login, sender not allowed.
        """
        for address in (sender, to):
            if not _ADDRESS.fullmatch(address):
                raise DeliveryError(f"{address!r} is no address that mail can be sent to", permanent=True)
        client = self._begin(raw, sender)
        self._name_recipient(client, to)
        try:
            before_data()
        except BaseException:
            self._drop()
            raise
        self._start_body(client)
        self._body(client, raw)

    def _ready(self) -> smtplib.SMTP:
        """Return a connection with no mail begun, a new one where the server closed the old one."""
        if self._client is not None:
            with suppress(*_BROKEN):
                code, _ = self._client.rset()
                if _is_good(code):
                    return self._client
            self._drop()
        self._client = open_server(self._settings, self._secret, self._section)
        return self._client

    def _begin(self, raw: bytes, sender: str) -> smtplib.SMTP:
        """Name the sender and return the connection on which the server took it."""
        if self._client is not None and self._clean:
            # Right after a mail that went well nothing is to be reset; whether the server is still there shows now.
            self._clean = False
            with suppress(*_BROKEN):
                code, text = self._mail(self._client, raw, sender)
                # The session, or the token it was opened with, may have come to its end between two mails.
                if code not in (SHUTTING_DOWN, AUTHENTICATION_REQUIRED):
                    self._check_sender(code, text, sender)
                    return self._client
            self._drop()
        client = self._ready()
        try:
            code, text = self._mail(client, raw, sender)
        except _BROKEN as error:
            raise self._broke_early(error) from error
        self._check_sender(code, text, sender)
        return client

    @staticmethod
    def _mail(client: smtplib.SMTP, raw: bytes, sender: str) -> tuple[int, bytes]:
        options = [f"SIZE={len(raw)}"] if client.has_extn("size") else []
        if not raw.isascii() and client.has_extn("8bitmime"):
            options.append("BODY=8BITMIME")
        return client.mail(sender, options)

    def _check_sender(self, code: int, text: bytes, sender: str) -> None:
        if not _is_good(code):
            self._refused_sender(code, text, sender)

    def _name_recipient(self, client: smtplib.SMTP, to: str) -> None:
        try:
            code, text = client.rcpt(to)
        except _BROKEN as error:
            raise self._broke_early(error) from error
        if code == AUTHENTICATION_REQUIRED:
            raise self._must_log_in(text)
        if not _is_good(code):
            raise self._refused(code, text)
        self._name_copy(client, to)

    def _name_copy(self, client: smtplib.SMTP, to: str) -> None:
        if self._copy_to is None or self._copy_to == to:
            return
        try:
            code, text = client.rcpt(self._copy_to)
        except _BROKEN as error:
            raise self._broke_early(error) from error
        if not _is_good(code):
            # The mail matters, its copy only helps when something breaks.
            logger.warning("No own copy: %s", answer_text(code, text), extra={"action": "own_copy_refused"})

    def _start_body(self, client: smtplib.SMTP) -> None:
        try:
            code, text = client.docmd("DATA")
        except _BROKEN as error:
            # No byte of the body has gone, so nothing can have been delivered.
            raise self._broke_early(error) from error
        if code != START_BODY:
            raise self._refused(code, text)

    def _body(self, client: smtplib.SMTP, raw: bytes) -> None:
        try:
            if client.sock is not None:
                client.sock.settimeout(self._settings.timeout.total_seconds() * BODY_PATIENCE)
            client.send(on_the_wire(raw))
            code, text = client.getreply()
            if client.sock is not None:
                client.sock.settimeout(self._settings.timeout.total_seconds())
        except _BROKEN as error:
            self._drop()
            raise UncertainDelivery(
                f"The connection to {self._where} broke before the server said whether it took the mail "
                f"({readable(str(error))})"
            ) from error
        if _is_good(code):
            self._clean = True
            return
        if code < 400:
            self._drop()
            raise UncertainDelivery(
                f"The SMTP server {self._where} answered the mail with {answer_text(code, text)}"
            )
        raise self._refused(code, text)

    def _refused(self, code: int, text: bytes) -> DeliveryError:
        if code == SHUTTING_DOWN:
            self._drop()
        permanent = code >= 500 and not _THROTTLED.search(readable(text))
        return DeliveryError(f"{self._where} answered {answer_text(code, text)}", permanent=permanent)

    def _refused_sender(self, code: int, text: bytes, sender: str) -> None:
        """Raise: too large or not now is about this mail, everything else about who we are."""
        if code == AUTHENTICATION_REQUIRED:
            raise self._must_log_in(text)
        if code < 500 or code == MAIL_TOO_LARGE:
            raise self._refused(code, text)
        # Not the mail's fault: failing every mail for good over a wrong setting would lose the whole round.
        raise OutsideError(
            f"The SMTP server {self._where} does not let us send as {sender} ({answer_text(code, text)}). "
            f"office.address in service.yaml must be an address that {self._section}.username may send from."
        )

    def _must_log_in(self, text: bytes) -> OutsideError:
        return OutsideError(
            f"The SMTP server {self._where} takes mail only after a login ({readable(text)}). Set "
            f"{self._section}.username in service.yaml and the password in {password_variable(self._section)}."
        )

    def _broke_early(self, error: Exception) -> DeliveryError:
        self._drop()
        return DeliveryError(
            f"{self._where} ended the connection before the mail was handed over ({readable(str(error))})",
            permanent=False,
        )

    def _drop(self) -> None:
        self._clean = False
        client, self._client = self._client, None
        if client is not None:
            client.close()


def on_the_wire(raw: bytes) -> bytes:
    """Return a mail as DATA sends it: CRLF, dots doubled, the closing dot (RFC 5321, 4.5.2).

    A mail whose lines end with CRLF is otherwise unchanged. A lone CR or LF becomes CRLF: some servers would
    take ``LF . LF`` for the end of the mail and the rest for commands.
    """
    lines = re.sub(rb"\r\n|\r|\n", b"\r\n", raw)
    if not lines.endswith(b"\r\n"):
        lines += b"\r\n"
    return re.sub(rb"(?m)^\.", b"..", lines) + b".\r\n"


def _is_good(code: int) -> bool:
    return 200 <= code < 300
