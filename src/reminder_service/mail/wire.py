"""What mail in and mail out share: TLS, and a server's failures as sentences with the cure."""

import socket
import ssl
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Protocol

from reminder_service.domain.errors import OutsideError

TEXT_LIMIT = 300


class Server(Protocol):
    """The part of the settings that says how a mail server is reached."""

    @property
    def host(self) -> str:
        """The host name, as in the certificate."""

    @property
    def port(self) -> int:
        """The TCP port."""

    @property
    def security(self) -> str:
        """``tls``, ``starttls`` or ``none``."""

    @property
    def ca_file(self) -> Path | None:
        """Certificates to trust besides the system's own."""

    @property
    def timeout(self) -> timedelta:
        """How long an answer may take."""


def tls_context(server: Server, section: str) -> ssl.SSLContext:
    """Return a context that checks certificate and host name.

    :param section: the section of ``service.yaml`` the server comes from, for the sentence.
    :raises OutsideError: if ``ca_file`` cannot be read or holds no certificate.
    """
    context = ssl.create_default_context()
    if server.ca_file is not None:
        try:
            context.load_verify_locations(cafile=server.ca_file)
        except OSError as error:
            raise OutsideError(
                f"The certificates in {server.ca_file} cannot be used ({error.strerror or error}): "
                f"{section}.ca_file in service.yaml must name a readable PEM file."
            ) from error
    return context


def password_variable(section: str) -> str:
    """Return the environment variable that holds the password of a server."""
    return f"REMINDER_SERVICE_{section.replace('.', '__')}__PASSWORD".upper()


def readable(text: bytes | str) -> str:
    """Return a server's answer as one bounded line.

    QQ and 163 answer in GBK whatever the standard says, so what is no UTF-8 is read as GB18030.
    """
    if isinstance(text, bytes):
        try:
            decoded = text.decode("utf-8")
        except UnicodeDecodeError:
            decoded = text.decode("gb18030", errors="replace")
    else:
        decoded = text
    line = " ".join("".join(char if char.isprintable() else " " for char in decoded).split())
    return line if len(line) <= TEXT_LIMIT else line[: TEXT_LIMIT - 1] + "…"


def said(data: object) -> str:
    """Return what an IMAP server said beside NO, as one line.

    :param data: the data of imaplib's (status, data) pairs.
    """
    parts = data if isinstance(data, Sequence) and not isinstance(data, (bytes, str)) else [data]
    return readable(b" ".join(part for part in parts if isinstance(part, bytes))) or "no reason given"


def unreachable(what: str, server: Server, section: str, error: Exception) -> OutsideError:
    """Return the sentence for a connection that did not come about.

    :param what: what the server is to a person, as in "mailbox server".
    :param section: the section of ``service.yaml`` to look at.
    """
    cause, cure = _cause_and_cure(server, section, error)
    return OutsideError(f"The {what} {server.host}:{server.port} cannot be used: {cause}. {cure}")


def _cause_and_cure(server: Server, section: str, error: Exception) -> tuple[str, str]:
    if isinstance(error, ssl.SSLCertVerificationError):
        return (
            f"its certificate is not trusted ({error.verify_message.rstrip('.')})",
            f"Correct {section}.host in service.yaml or name the authority's certificate in "
            f"{section}.ca_file.",
        )
    if isinstance(error, ssl.SSLError):
        return (
            f"the TLS handshake failed ({readable(error.reason or str(error))})",
            f"Check that {section}.security ({server.security}) fits {section}.port in service.yaml.",
        )
    if isinstance(error, socket.gaierror):
        return (
            "the host name is not known",
            f"Check {section}.host in service.yaml and the network of this machine.",
        )
    if isinstance(error, TimeoutError):
        return (
            f"no answer within {server.timeout.total_seconds():g} s",
            f"Check {section}.host, {section}.port and {section}.security ({server.security}) in "
            "service.yaml and the network.",
        )
    if isinstance(error, OSError) and error.strerror:
        return (
            readable(error.strerror).lower(),
            f"Check {section}.host and {section}.port in service.yaml and that the server is up.",
        )
    return (
        f"it ended the connection ({readable(str(error)).rstrip('.')})",
        f"Check {section}.port and {section}.security ({server.security}) in service.yaml, "
        "then try again later.",
    )
