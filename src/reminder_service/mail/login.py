"""Connecting to an IMAP server and logging in, with its failures as sentences."""

import imaplib
import logging
from collections.abc import Sequence
from typing import Protocol

from imap_tools.errors import ImapToolsError, UnexpectedCommandStatusError
from imap_tools.mailbox import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted

from reminder_service import __version__
from reminder_service.domain.errors import OutsideError

from .oauth import SignIn, refusal, xoauth2
from .wire import Server, password_variable, readable, said, tls_context, unreachable

logger = logging.getLogger(__name__)


class ImapServer(Server, Protocol):
    """The settings of a mailbox (section ``imap``)."""

    @property
    def username(self) -> str:
        """The name to log in with."""

    @property
    def folders(self) -> Sequence[str]:
        """The folders to read."""


def open_mailbox(settings: ImapServer, section: str = "imap") -> BaseMailBox:
    """Return a connection that is not logged in yet.

    :param section: where the mailbox stands in ``service.yaml``, for the sentence.
    :raises OutsideError: if the server cannot be reached or is not trusted.
    """
    host, port, timeout = settings.host, settings.port, settings.timeout.total_seconds()
    try:
        if settings.security == "tls":
            return MailBox(host, port, timeout=timeout, ssl_context=tls_context(settings, section))
        if settings.security == "starttls":
            return MailBoxStartTls(host, port, timeout=timeout, ssl_context=tls_context(settings, section))
        return MailBoxUnencrypted(host, port, timeout=timeout)
    except (OSError, imaplib.IMAP4.error, ImapToolsError, ValueError) as error:
        raise unreachable("mailbox server", settings, section, error) from error


def log_in(box: BaseMailBox, settings: ImapServer, secret: str | SignIn, section: str = "imap") -> None:
    """Log in with a password or a sign-in.

    :raises OutsideError: if the server refuses; neither password nor token ever stands in the text.
    """
    if isinstance(secret, str):
        _with_password(box, settings, secret, section)
        return
    token = secret.access()
    try:
        _with_token(box, settings, token, section)
    except OutsideError:
        # A token may be taken back before its time: one that was just made tells whether it was that.
        _with_token(box, settings, secret.renew(token), section)


def _with_password(box: BaseMailBox, settings: ImapServer, password: str, section: str) -> None:
    username = settings.username
    try:
        if (username + password).isascii():
            box.login(username, password, initial_folder=None)
        else:
            box.login_utf8(username, password, initial_folder=None)
    except OSError as error:
        raise unreachable("mailbox server", settings, section, error) from error
    except (imaplib.IMAP4.error, ImapToolsError) as error:
        answer = _answer(error)
        if password:
            answer = answer.replace(password, "…")  # some servers repeat the command they refuse
        # No "from error": its text may hold the password.
        raise OutsideError(
            f"The mailbox server {settings.host}:{settings.port} refused the login of {username!r} "
            f"({readable(answer)}). Check {section}.username in service.yaml and the password in "
            f"{password_variable(section)}; QQ, 163 and 126 want an authorisation code (授权码) in place "
            "of the password, and IMAP switched on in the settings of their web page."
        ) from None


def _with_token(box: BaseMailBox, settings: ImapServer, token: str, section: str) -> None:
    challenges: list[bytes] = []

    def respond(challenge: bytes) -> bytes:
        challenges.append(challenge)
        # The second challenge is the server's refusal, which wants an empty answer before the NO.
        return xoauth2(settings.username, token).encode() if len(challenges) == 1 else b""

    try:
        box.client.authenticate("XOAUTH2", respond)
    except OSError as error:
        raise unreachable("mailbox server", settings, section, error) from error
    except imaplib.IMAP4.error as error:
        answer = "; ".join([str(error), *map(refusal, challenges[1:])]).replace(token, "…")
        raise OutsideError(
            f"The mailbox server {settings.host}:{settings.port} refused the sign-in of {settings.username!r} "
            f"({readable(answer)}). Check {section}.username and {section}.oauth.scope in service.yaml and that "
            f"IMAP is allowed for this mailbox; `reminder-service login {section}` signs in anew."
        ) from None


def _answer(error: Exception) -> str:
    return said(error.command_result[1]) if isinstance(error, UnexpectedCommandStatusError) else str(error)


def introduce(client: imaplib.IMAP4) -> None:
    """Say who we are where the server knows ID: 163 and 126 open no folder without it (RFC 2971)."""
    # Asked again: what the server announced before the login need not hold after it.
    _, data = client.capability()
    if b"ID" not in b" ".join(line for line in data if line).upper().split():
        return
    try:
        client.xatom(
            "ID", f'("name" "reminder-service" "version" "{__version__}" "vendor" "reminder-service")'
        )
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error as error:
        logger.info("ID not taken: %s", readable(str(error)), extra={"action": "imap_id_refused"})
