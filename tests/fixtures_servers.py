"""Real servers for tests: Dovecot and an SMTP server on loopback."""

from collections.abc import Iterator

import pytest

from servers.dovecot import PROGRAM, Dovecot
from servers.smtp import SmtpServer


@pytest.fixture
def dovecot() -> Iterator[Dovecot]:
    """A fresh Dovecot with one empty mailbox."""
    yield from _started(Dovecot())


@pytest.fixture
def dovecot_tls() -> Iterator[Dovecot]:
    """The same with TLS and STARTTLS."""
    yield from _started(Dovecot(tls=True))


@pytest.fixture
def smtp_server() -> Iterator[SmtpServer]:
    """A fresh SMTP server that takes everything."""
    with SmtpServer() as server:
        yield server


def _started(server: Dovecot) -> Iterator[Dovecot]:
    if PROGRAM is None:
        pytest.skip("Dovecot is not installed: apt-get install dovecot-imapd (./run test does it as root)")
    with server:
        yield server
