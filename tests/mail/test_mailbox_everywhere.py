"""What a mailbox promises, held against every server there is: Dovecot, pymap, and the fake in bad moods."""

import imaplib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Protocol

import pytest

from reminder_service.demo.servers import PASSWORD, USER, ImapThread
from reminder_service.mail.imap import ImapMailbox, connect
from servers.fakeimap import FakeImap
from servers.ports import free_port
from servers.settings import Imap, a_mail


class Mailboxes(Protocol):
    """A server with one mailbox, and the clerk's mail program at it."""

    def append(self, raw: bytes) -> None: ...
    def expunge_first(self) -> None: ...
    def open(self) -> ImapMailbox: ...


class MailboxTests:
    def test_every_mail_is_listed_once_with_its_size_and_header(self, box: Mailboxes):
        for name in ("one", "two", "three"):
            box.append(a_mail(name))
        with box.open() as mailbox:
            mailbox.examine("INBOX")
            listed = mailbox.list_after(0)
            assert [mail.size for mail in listed] == [len(a_mail(name)) for name in ("one", "two", "three")]
            assert [b"<two@unit.example.cn>" in mail.header for mail in listed] == [False, True, False]
            assert [mail.uid for mail in mailbox.list_after(listed[0].uid)] == [
                mail.uid for mail in listed[1:]
            ]
            assert mailbox.list_after(listed[-1].uid) == []

    def test_a_mail_comes_byte_for_byte(self, box: Mailboxes):
        raw = a_mail("gbk").replace(
            "已报送".encode(), "已报送".encode("gb18030") + b" (UID 99 BODY[] {3}\r\n)\r\n"
        )
        box.append(raw)
        with box.open() as mailbox:
            mailbox.examine("INBOX")
            [mail] = mailbox.list_after(0)
            assert mailbox.fetch(mail.uid) == raw

    def test_several_mails_come_byte_for_byte_and_one_that_is_gone_costs_no_other(self, box: Mailboxes):
        for name in ("one", "two", "three"):
            box.append(a_mail(name))
        with box.open() as mailbox:
            mailbox.examine("INBOX")
            one, two, three = (mail.uid for mail in mailbox.list_after(0))
            assert mailbox.fetch_several([one, three]) == {one: a_mail("one"), three: a_mail("three")}
            box.expunge_first()
            came = mailbox.fetch_several([one, two, three])
            assert {two: a_mail("two"), three: a_mail("three")}.items() <= came.items()

    def test_an_empty_folder_lists_nothing(self, box: Mailboxes):
        with box.open() as mailbox:
            assert mailbox.examine("INBOX") > 0
            assert mailbox.list_after(0) == []

    def test_a_mail_that_another_program_expunged_is_no_error_and_the_next_one_comes(self, box: Mailboxes):
        box.append(a_mail("one"))
        box.append(a_mail("two"))
        with box.open() as mailbox:
            mailbox.examine("INBOX")
            one, two = mailbox.list_after(0)
            box.expunge_first()
            # A server may still give what another session expunged (RFC 9051, 7.5.1); an error it is never.
            assert mailbox.fetch(one.uid) in (None, a_mail("one"))
            assert mailbox.fetch(two.uid) == a_mail("two")

    def test_a_second_connection_sees_the_same_numbers(self, box: Mailboxes):
        box.append(a_mail("one"))
        seen = []
        for _ in range(2):
            with box.open() as mailbox:
                seen.append((mailbox.examine("INBOX"), [mail.uid for mail in mailbox.list_after(0)]))
        assert seen[0] == seen[1]


class OverImap:
    """A real server, reached by imaplib for what the clerk does."""

    def __init__(self, port: int, user: str, password: str) -> None:
        self.settings = replace(Imap(port=port), username=user)
        self.password = password

    def open(self) -> ImapMailbox:
        return connect(self.settings, self.password)

    def append(self, raw: bytes) -> None:
        with self._clerk() as client:
            assert client.append("INBOX", "", "", raw)[0] == "OK"

    def expunge_first(self) -> None:
        with self._clerk() as client:
            client.select("INBOX")
            client.store("1", "+FLAGS", "\\Deleted")
            client.expunge()

    @contextmanager
    def _clerk(self) -> Iterator[imaplib.IMAP4]:
        with imaplib.IMAP4(self.settings.host, self.settings.port, timeout=10) as client:
            client.login(self.settings.username, self.password)
            yield client


class TestDovecotMailbox(MailboxTests):
    @pytest.fixture
    def box(self, dovecot) -> OverImap:
        return OverImap(dovecot.port, dovecot.username, dovecot.password)


class TestPymapMailbox(MailboxTests):
    @pytest.fixture
    def box(self) -> Iterator[OverImap]:
        server = ImapThread(free_port())
        server.start()
        yield OverImap(server.port, USER, PASSWORD)
        server.stop()


class OverFake:
    def __init__(self, server: FakeImap) -> None:
        self.server = server

    def open(self) -> ImapMailbox:
        return connect(Imap(port=self.server.port), "secret-pw")

    def append(self, raw: bytes) -> None:
        self.server.mails[max(self.server.mails, default=4) + 3] = raw

    def expunge_first(self) -> None:
        del self.server.mails[min(self.server.mails)]


CHATTER = (
    b"* 0 RECENT\r\n* OK [ALERT] the mailbox is nearly full\r\n* 1 FETCH (FLAGS (\\Seen))\r\n"
    b"* OK [HIGHESTMODSEQ 9] flags\r\n"
)


class TestFakeMailbox(MailboxTests):
    """At ease, answering byte by byte, glued to what nobody asked, opening no folder before an ID."""

    @pytest.fixture(params=["plain", "in pieces", "glued", "wants an ID"])
    def box(self, request) -> Iterator[OverFake]:
        moods = {
            "plain": FakeImap(),
            "in pieces": FakeImap(piece=1),
            "glued": FakeImap(chatter=CHATTER),
            "wants an ID": FakeImap(capabilities=b"IMAP4rev1 ID", wants_id=True),
        }
        with moods[request.param] as server:
            yield OverFake(server)
