"""Signing in with tokens that change at every use, over a real Dovecot and a real SMTP server."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from reminder_service.domain.errors import OutsideError
from reminder_service.mail import imap, smtp
from reminder_service.mail.oauth import SignIn
from reminder_service.mail.token_file import TokenFile, Tokens
from servers.dovecot import PROGRAM, Dovecot
from servers.settings import Imap, OAuth, Smtp, a_mail
from servers.smtp import SmtpServer
from servers.tokens import TokenServer


class Clock:
    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def provider() -> Iterator[TokenServer]:
    with TokenServer() as server:
        yield server


@pytest.fixture
def file(tmp_path: Path) -> TokenFile:
    return TokenFile(tmp_path / "sign-in", "provider", "client", "office")


@pytest.fixture
def sign_in(provider: TokenServer, file: TokenFile):
    """Make the sign-in of one process; all of them share the file."""

    def make(*, first: str | None = None, clock: Clock | None = None) -> SignIn:
        settings = OAuth(token_url=f"{provider.url}/token", device_url=f"{provider.url}/device")
        more = {"clock": clock} if clock else {}
        return SignIn(settings, file, username="office", section="imap", first=first, **more)

    return make


def test_a_person_signs_in_by_code_and_the_sign_in_is_kept_for_the_owner_alone(sign_in, provider, file):
    clock = Clock()
    account = sign_in(clock=clock)
    code = account.begin()
    assert (code.url, code.code) == ("https://example.cn/device", "ABCD-EFGH")
    account.finish(code, sleep=clock.sleep)
    assert sign_in(clock=clock).access() == "access-1"
    assert provider.asked[-1]["client_id"] == "client-1"
    assert file.path.stat().st_mode & 0o777 == 0o600
    assert file.path.parent.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("error", ["access_denied", "expired_token"])
def test_a_sign_in_that_the_person_refused_is_told(sign_in, provider, error):
    account = sign_in()
    code = account.begin()
    provider.refuse = error
    with pytest.raises(OutsideError, match=error):
        account.finish(code)


def test_a_code_that_nobody_enters_expires(sign_in, provider):
    clock = Clock()
    provider.pending = 1000
    account = sign_in(clock=clock)
    with pytest.raises(OutsideError, match="not entered in time"):
        account.finish(replace(account.begin(), interval=20), sleep=clock.sleep)


def test_every_renewal_keeps_the_new_refresh_token(sign_in, provider, file):
    clock = Clock()
    account = sign_in(first="refresh-0", clock=clock)
    for turn in range(1, 4):
        assert account.access() == account.access() == f"access-{turn}"
        assert file.read().refresh == provider.refresh == f"refresh-{turn}"
        clock.now += provider.lifetime
    # The first token of the environment was used up long ago: what is kept wins over it.
    assert sign_in(first="refresh-0", clock=clock).access() == "access-4"


def test_two_processes_that_are_refused_at_once_renew_once(sign_in, provider):
    one, other = sign_in(first="refresh-0"), sign_in(first="refresh-0")
    old = one.access()
    assert one.renew(old) == other.renew(old) == "access-2"


def test_a_place_that_cannot_be_written_is_found_out_before_the_refresh_token_is_used(provider, tmp_path):
    (tmp_path / "sign-in").write_text("a file where the folder should be")
    file = TokenFile(tmp_path / "sign-in", "x")
    account = SignIn(
        OAuth(token_url=f"{provider.url}/token"), file, username="office", section="imap", first="refresh-0"
    )
    with pytest.raises(OutsideError, match="cannot be used"):
        account.access()
    assert provider.asked == []


def test_a_damaged_file_is_a_sentence(file, sign_in):
    file.path.parent.mkdir()
    file.path.write_text("{")
    with pytest.raises(OutsideError, match=r"damaged.*reminder-service login"):
        sign_in().access()


def test_nobody_signed_in_yet_is_told_with_the_cure(sign_in):
    with pytest.raises(OutsideError, match="Sign in with `reminder-service login imap`"):
        sign_in().access()


def test_a_sign_in_that_was_ended_is_told_with_the_cure(sign_in, provider):
    provider.refuse = "invalid_grant"
    with pytest.raises(OutsideError, match=r"no longer valid.*AADSTS70008.*Sign in again") as caught:
        sign_in(first="refresh-0").access()
    assert "refresh-0" not in str(caught.value)


def test_a_provider_that_is_not_there_is_told(tmp_path):
    settings = OAuth(token_url="http://127.0.0.1:9/token")
    account = SignIn(settings, TokenFile(tmp_path, "x"), username="office", section="imap", first="r")
    with pytest.raises(OutsideError, match=r"127\.0\.0\.1:9/token cannot be used.*Check imap\.oauth"):
        account.access()


@pytest.fixture
def dovecot(provider: TokenServer) -> Iterator[Dovecot]:
    if PROGRAM is None:
        pytest.skip("Dovecot is not installed: apt-get install dovecot-imapd (./run test does it as root)")
    with Dovecot(tokens=provider) as server:
        yield server


def test_the_mailbox_opens_with_a_token_and_with_a_new_one_when_the_old_was_taken_back(
    dovecot, provider, sign_in
):
    dovecot.append(a_mail("one"))
    account = sign_in(first="refresh-0")
    settings = Imap(port=dovecot.port)
    for taken_back in (False, True):
        if taken_back:
            provider.access.clear()
        with imap.connect(settings, account) as box:
            box.examine("INBOX")
            assert box.fetch(box.list_after(0)[0].uid) == a_mail("one")
    assert provider.given == 2


def test_a_mailbox_that_refuses_every_token_is_tried_twice_and_told_without_it(dovecot, provider, sign_in):
    account = sign_in(first="refresh-0")
    with (
        pytest.raises(OutsideError) as caught,
        imap.connect(Imap(port=dovecot.port, username="other"), account),
    ):
        pass
    text = str(caught.value)
    assert "refused the sign-in of 'other'" in text and "reminder-service login imap" in text
    assert "access-" not in text
    assert provider.given == 2


def test_mails_go_out_with_a_token_and_with_a_new_one_when_the_session_ended(provider, sign_in):
    with SmtpServer(tokens=provider) as server:
        account = sign_in(first="refresh-0")
        settings = Smtp(port=server.port, username="office")
        with smtp.connect(settings, account) as sender:
            sender.send(a_mail("a"), sender="office@example.cn", to="a@example.cn", before_data=lambda: None)
            provider.access.clear()
            server.restart()
            sender.send(a_mail("b"), sender="office@example.cn", to="b@example.cn", before_data=lambda: None)
        assert server.recipients == ["a@example.cn", "b@example.cn"]
    assert provider.given == 2


def test_a_mail_server_that_refuses_every_token_is_told_without_it(provider, sign_in):
    with SmtpServer(tokens=provider) as server:
        settings = Smtp(port=server.port, username="other")
        with pytest.raises(OutsideError) as caught, smtp.connect(settings, sign_in(first="refresh-0")):
            pass
    text = str(caught.value)
    assert "refused the sign-in of 'other' (535" in text and "status 400" in text
    assert "access-" not in text


def test_what_is_kept_reads_back(file):
    with file.locked():
        file.write(Tokens(refresh="r", access="a", expires_at=5.5))
    assert file.read() == Tokens(refresh="r", access="a", expires_at=5.5)
