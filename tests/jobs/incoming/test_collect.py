"""Collecting over a real Dovecot into a real store; a fake server only for what a real one will not do."""

import re
import time
import tracemalloc
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest

from reminder_service.domain.messages import facts_from_json
from reminder_service.jobs.incoming.collect import collect
from reminder_service.jobs.incoming.folder_reading import DELAYS, MAX_TRIES
from reminder_service.jobs.incoming.listed import fingerprint
from reminder_service.mail import imap
from reminder_service.mail.imap import Listed
from reminder_service.mime import parse
from reminder_service.store import open_store
from servers.fakeimap import FakeImap, Stuck
from servers.ports import free_port
from servers.processes import Killable
from servers.settings import Imap, a_mail

NOW = datetime(2024, 6, 3, 2, 0, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path):
    with open_store(f"sqlite:///{tmp_path}/store.db", tmp_path / "files") as opened:
        yield opened


PIECE = 1024 * 1024


def read(store, server, *folders, password="secret-pw", now=NOW, timeout=timedelta(seconds=10), **options):
    def connect():
        return imap.connect(Imap(port=server.port, timeout=timeout), password)

    return collect(store, connect, folders or ("INBOX",), now=now, **options)


def lists_by_number_only(tag: bytes, command: bytes) -> bytes | None:
    """Refuse SEARCH, and sizes and headers of several mails at once, as a server with a broken index does."""
    if command.startswith(b"UID SEARCH"):
        return tag + b" BAD unknown command\r\n"
    several = b":* (UID RFC822" in command or b":* (UID BODY" in command
    return tag + b" NO [SERVERBUG] index is broken\r\n" if several else None


def kept(store) -> list[bytes]:
    return [store.originals.read(message.sha256) for message in store.messages.all()]


def numbers(summary) -> tuple[int, int, int, int]:
    return summary.new, summary.duplicates, len(summary.failed_folders), len(summary.failed_mails)


def fetched_bodies(server: FakeImap) -> list[int]:
    """The mails that were asked for alone."""
    alone = (re.match(rb"UID FETCH (\d+) \(.*BODY\.PEEK\[\]\)", command) for command in server.log)
    return [int(match[1]) for match in alone if match]


def asks_for(command: bytes, uid: int) -> bool:
    """Whether a command asks for this mail, alone or among others."""
    named = re.match(rb"UID FETCH ([\d,]+) \(UID .*BODY\.PEEK\[\]", command)
    return named is not None and b"%d" % uid in named[1].split(b",")


class TestOverDovecot:
    def test_every_mail_is_kept_as_it_came_with_its_arrival(self, store, dovecot):
        arrived = datetime(2024, 6, 3, 1, 0, tzinfo=UTC)
        dovecot.append(a_mail("one"), at=arrived)
        dovecot.append(a_mail("two"))
        assert numbers(read(store, dovecot)) == (2, 0, 0, 0)
        assert kept(store) == [a_mail("one"), a_mail("two")]
        [one, _] = store.messages.all()
        assert (one.account, one.folder, one.internal_date) == ("office@127.0.0.1", "INBOX", arrived)
        assert one.collected_at == NOW
        [health] = store.health.folders()
        assert (health.folder, health.good_at, health.error) == ("INBOX", NOW, None)

    def test_reading_twice_changes_nothing(self, store, dovecot):
        dovecot.append(a_mail("one"))
        read(store, dovecot)
        assert numbers(read(store, dovecot)) == (0, 0, 0, 0)
        assert len(store.messages.all()) == 1

    def test_a_mail_that_the_clerk_has_read_is_found_and_stays_as_it_is(self, store, dovecot):
        dovecot.append(a_mail("read"))
        dovecot.append(a_mail("unread"))
        with dovecot.client() as clerk:
            clerk.fetch("1", "(BODY[])")
        assert read(store, dovecot).new == 2
        flags = dovecot.flags()
        assert b"\\Seen" in flags[0] and b"\\Seen" not in flags[1]

    def test_a_mail_moved_before_the_reading_is_found_in_its_new_folder(self, store, dovecot):
        dovecot.create("done")
        dovecot.append(a_mail("moved"))
        move(dovecot, "1", "done")
        assert numbers(read(store, dovecot, "INBOX", "done")) == (1, 0, 0, 0)

    def test_a_mail_moved_after_the_reading_stays_one_message(self, store, dovecot):
        dovecot.create("done")
        dovecot.append(a_mail("moved"))
        dovecot.append(a_mail("anonymous", message_id=None))
        assert numbers(read(store, dovecot, "INBOX", "done")) == (2, 0, 0, 0)
        move(dovecot, "1:2", "done")
        assert numbers(read(store, dovecot, "INBOX", "done")) == (0, 2, 0, 0)
        assert len(store.messages.all()) == 2

    def test_mail_that_wanders_between_inbox_spam_and_a_clerks_folder_is_found_once(self, store, dovecot):
        # 垃圾邮件 and 已处理 as the server names them (RFC 3501, 5.1.3).
        for folder in ("&V4NXPpCuTvY-", "&XfJZBHQG-"):
            dovecot.create(f'"{folder}"')
        folders = ("INBOX", "垃圾邮件", "已处理")
        for name in ("a", "b", "c"):
            dovecot.append(a_mail(name))
        dovecot.append(a_mail("no id", message_id=None))
        move(dovecot, "1", '"&V4NXPpCuTvY-"')  # before we ever looked
        assert numbers(read(store, dovecot, *folders)) == (4, 0, 0, 0)
        move(dovecot, "1:*", '"&V4NXPpCuTvY-"')  # a filter that learned
        dovecot.append(a_mail("d"), '"&V4NXPpCuTvY-"')
        assert numbers(read(store, dovecot, *folders)) == (1, 3, 0, 0)
        move(dovecot, "1:*", '"&XfJZBHQG-"', out_of='"&V4NXPpCuTvY-"')  # and a clerk who sorts it all
        assert numbers(read(store, dovecot, *folders)) == (0, 5, 0, 0)
        move(dovecot, "1:2", "INBOX", out_of='"&XfJZBHQG-"')
        assert numbers(read(store, dovecot, *folders)) == (0, 2, 0, 0)
        assert len(store.messages.all()) == 5

    def test_mail_moved_while_it_is_read_is_found_in_its_new_folder_in_the_same_reading(self, store, dovecot):
        dovecot.create('"&V4NXPpCuTvY-"')
        for name in ("a", "b", "c"):
            dovecot.append(a_mail(name))
        moved = []

        def a_filter_comes_between() -> bool:
            if not moved:
                move(dovecot, "2:3", '"&V4NXPpCuTvY-"')
                moved.append(True)
            return False

        first = read(store, dovecot, "INBOX", "垃圾邮件", stop=a_filter_comes_between)
        # Dovecot may still give what another session expunged: then its copy is the duplicate.
        assert first.new == 3 and not first.failed_mails
        read(store, dovecot, "INBOX", "垃圾邮件")
        assert sorted(kept(store)) == sorted(map(a_mail, ("a", "b", "c")))

    def test_the_same_mail_in_two_folders_is_one_message(self, store, dovecot):
        dovecot.create("done")
        for folder in ("INBOX", "done"):
            dovecot.append(a_mail("copy", message_id=None), folder)
        assert numbers(read(store, dovecot, "INBOX", "done")) == (1, 1, 0, 0)

    def test_a_renumbered_folder_doubles_nothing_and_loses_nothing(self, store, dovecot):
        for name in ("one", "two", "three"):
            dovecot.append(a_mail(name))
        read(store, dovecot)
        with dovecot.client() as clerk:
            clerk.store("1", "+FLAGS", "\\Deleted")
            clerk.expunge()
        before = store.mailbox.folder("office@127.0.0.1", "INBOX")
        dovecot.change_uidvalidity()
        dovecot.append(a_mail("four"))
        assert numbers(read(store, dovecot)) == (1, 2, 0, 0)
        assert store.mailbox.folder("office@127.0.0.1", "INBOX").uidvalidity != before.uidvalidity
        assert sorted(kept(store)) == sorted(map(a_mail, ("one", "two", "three", "four")))

    def test_a_missing_folder_fails_alone_and_is_named(self, store, dovecot):
        dovecot.append(a_mail("one"))
        summary = read(store, dovecot, "归档", "INBOX")
        assert summary.new == 1
        [(folder, error)] = summary.failed_folders
        assert folder == "归档" and "imap.folders" in error
        health = {entry.folder: entry for entry in store.health.folders()}
        assert health["归档"].error == error and health["归档"].good_at is None
        assert health["INBOX"].error is None

    def test_a_wrong_password_is_tried_once_and_makes_every_folder_blind(self, store, dovecot):
        summary = read(store, dovecot, "INBOX", "done", password="wrong-pw")
        assert [folder for folder, _ in summary.failed_folders] == ["INBOX", "done"]
        assert all("authorisation code (授权码)" in error for _, error in summary.failed_folders)
        assert all(entry.error and "wrong-pw" not in entry.error for entry in store.health.folders())

    def test_a_mail_above_the_limit_is_named_once_and_not_downloaded(self, store, dovecot):
        dovecot.append(a_mail("big", body="x" * 5000))
        dovecot.append(a_mail("small"))
        summary = read(store, dovecot, max_size=4000)
        assert numbers(summary) == (1, 0, 0, 1)
        assert summary.failed_mails[0].given_up and "more than the 4000" in summary.failed_mails[0].error
        assert numbers(read(store, dovecot, max_size=4000)) == (0, 0, 0, 0)
        assert [seen.state for _, seen in store.mailbox.troubles("office@127.0.0.1")] == ["too_big"]

    def test_killed_at_any_moment_it_loses_nothing_and_doubles_nothing(self, store, dovecot, tmp_path):
        mails = [a_mail(f"mail-{number}", body="x" * 2000) for number in range(40)]
        with dovecot.client() as client:
            for mail in mails:
                client.append("INBOX", "", "", mail)
        killed = 0
        for wait in (0.02, 0.05, 0.08, 0.03, 0.12):
            process = Killable("collect", tmp_path, dovecot.port)
            time.sleep(wait)
            killed += process.kill()
        read(store, dovecot)
        assert killed, "no round was killed half-way"
        assert sorted(kept(store)) == sorted(mails)
        assert numbers(read(store, dovecot)) == (0, 0, 0, 0)


class TestOverAFake:
    def test_a_renumbered_folder_costs_headers_only(self, store):
        mails = {1: a_mail("one"), 2: a_mail("two")}
        with FakeImap(mails) as server:
            read(store, server)
        renumbered = {11: a_mail("one"), 12: a_mail("two"), 13: a_mail("three")}

        def script(tag, command):
            if b"EXAMINE" in command:
                return b"* 3 EXISTS\r\n* OK [UIDVALIDITY 8] ok\r\n" + tag + b" OK done\r\n"
            return None

        with FakeImap(renumbered, script) as server:
            assert numbers(read(store, server)) == (1, 2, 0, 0)
            assert fetched_bodies(server) == [13]

    def test_a_mail_expunged_after_the_listing_is_passed_over(self, store):
        mails = {1: a_mail("gone"), 2: a_mail("there")}

        def script(tag, command):
            if asks_for(command, 1):
                mails.pop(1, None)
            return

        with FakeImap(mails, script) as server:
            assert numbers(read(store, server)) == (1, 0, 0, 0)
            assert numbers(read(store, server)) == (0, 0, 0, 0)

    def test_a_poisonous_mail_stops_nothing_and_is_given_up_after_five_tries(self, store):
        def script(tag, command):
            poisoned = asks_for(command, 5)
            return tag + b" NO cannot be read\r\n" if poisoned else None

        with FakeImap({4: a_mail("a"), 5: a_mail("bad"), 6: a_mail("b")}, script) as server:
            first = read(store, server)
            assert numbers(first) == (2, 0, 0, 1)
            assert (first.failed_mails[0].uid, first.failed_mails[0].given_up) == (5, False)
            assert store.mailbox.folder("office@127.0.0.1", "INBOX").high == 4
            at = NOW
            for delay in DELAYS:
                too_early = read(store, server, now=at + delay - timedelta(seconds=1))
                assert numbers(too_early) == (0, 0, 0, 0)
                at += delay
                last = read(store, server, now=at)
            assert last.failed_mails[0].given_up and "cannot be read" in last.failed_mails[0].error
            assert "zhang@unit.example.cn" in last.failed_mails[0].error
            assert numbers(read(store, server, now=at + timedelta(days=9))) == (0, 0, 0, 0)
            assert len(fetched_bodies(server)) == 2 + MAX_TRIES
        assert store.mailbox.folder("office@127.0.0.1", "INBOX").high == 6
        assert [seen.uid for _, seen in store.mailbox.troubles("office@127.0.0.1")] == [5]

    def test_a_poisonous_mail_that_recovers_is_kept(self, store):
        broken = [True]

        def script(tag, command):
            poisoned = broken and asks_for(command, 5)
            return tag + b" NO not now\r\n" if poisoned else None

        with FakeImap({5: a_mail("late"), 6: a_mail("b")}, script) as server:
            read(store, server)
            broken.clear()
            assert numbers(read(store, server, now=NOW + DELAYS[0])) == (1, 0, 0, 0)
        assert sorted(kept(store)) == sorted([a_mail("late"), a_mail("b")])

    def test_a_mail_that_breaks_the_connection_does_not_hide_those_behind_it(self, store):
        def script(tag, command):
            return b"" if asks_for(command, 5) else None

        with FakeImap({5: a_mail("bad"), 6: a_mail("b"), 7: a_mail("c")}, script) as server:
            assert numbers(read(store, server)) == (2, 0, 0, 1)

    def test_a_link_that_falls_silent_in_the_middle_of_a_mail_costs_the_timeout_and_no_mail(self, store):
        silent = [True]

        def script(tag, command):
            if silent and asks_for(command, 5):
                silent.clear()
                return Stuck(b"* 1 FETCH (UID 5 BODY[] {9999}\r\nFrom: half a ma")
            return None

        with FakeImap({4: a_mail("a"), 5: a_mail("b"), 6: a_mail("c")}, script) as server:
            summary = read(store, server, timeout=timedelta(milliseconds=300))
            assert numbers(summary) == (3, 0, 0, 0)
            assert server.log.count(b"EXAMINE INBOX") + server.log.count(b'EXAMINE "INBOX"') == 2
        assert kept(store) == [a_mail("a"), a_mail("b"), a_mail("c")]

    def test_a_mail_that_always_makes_the_link_fall_silent_waits_alone(self, store):
        def script(tag, command):
            return Stuck(b"* 1 FETCH (") if asks_for(command, 5) else None

        with FakeImap({5: a_mail("bad"), 6: a_mail("b"), 7: a_mail("c")}, script) as server:
            summary = read(store, server, timeout=timedelta(milliseconds=200))
        assert numbers(summary) == (2, 0, 0, 1) and "broke" in summary.failed_mails[0].error

    @pytest.mark.parametrize(
        "end",
        [
            pytest.param(b"* BYE Session invalidated - AccessTokenExpired\r\n", id="Exchange says goodbye"),
            pytest.param(b"%s NO [EXPIRED] token ran out\r\n", id="RFC 5530"),
            pytest.param(b"%s BAD User is authenticated but not connected. Session expired\r\n", id="Gmail"),
            pytest.param(b"", id="the line drops"),
        ],
    )
    @pytest.mark.parametrize("pieces_from", [PIECE, 10], ids=["whole", "in pieces"])
    def test_a_token_that_runs_out_in_the_middle_costs_a_new_sign_in_and_no_mail(
        self, store, end, pieces_from
    ):
        over = []

        def script(tag, command):
            if asks_for(command, 6) and not over:
                over.append(True)
            # Once ended, this session refuses everything until somebody signs in again.
            if over == [True] and command.startswith(b"LOGIN"):
                over.append(False)
            if over == [True] and command.startswith((b"UID", b"NOOP")):
                return end % tag if b"%s" in end else end
            return None

        with FakeImap({5: a_mail("a"), 6: a_mail("b"), 7: a_mail("c")}, script) as server:
            assert numbers(read(store, server, pieces_from=pieces_from)) == (3, 0, 0, 0)
            assert sum(command.startswith(b"LOGIN") for command in server.log) == 2
        assert kept(store) == [a_mail("a"), a_mail("b"), a_mail("c")]

    def test_a_server_that_refuses_everything_for_a_while_has_not_lost_the_mails(self, store):
        down = [False]

        def script(tag, command):
            down[0] = down[0] or asks_for(command, 6)
            refused = down[0] and command.startswith((b"UID", b"NOOP"))
            return tag + b" NO [UNAVAILABLE] try later\r\n" if refused else None

        mails = {5: a_mail("a"), 6: a_mail("b"), 7: a_mail("c")}
        with FakeImap(mails, script) as server:
            assert numbers(read(store, server)) == (0, 0, 0, 3)
        with FakeImap(mails) as server:
            assert numbers(read(store, server, now=NOW + DELAYS[0])) == (3, 0, 0, 0)

    @pytest.mark.parametrize(
        "mood",
        [
            pytest.param({"says_size": lambda mail: None}, id="no sizes"),
            pytest.param({"says_size": lambda mail: 1}, id="sizes too small"),
            pytest.param({"says_size": lambda mail: 0}, id="sizes of nothing"),
            pytest.param({"script": lists_by_number_only}, id="no SEARCH, no list of sizes"),
            pytest.param({"piece": 7}, id="answers in pieces"),
            pytest.param({"chatter": b"* 0 RECENT\r\n* 1 FETCH (FLAGS (\\Seen))\r\n"}, id="answers glued"),
        ],
    )
    @pytest.mark.parametrize("pieces_from", [PIECE, 1], ids=["whole", "in pieces"])
    def test_every_mail_is_kept_whole_and_once_whatever_the_server_knows(self, store, mood, pieces_from):
        mails = {5: a_mail("a"), 6: a_mail("b", body="县" * 3000), 9: a_mail("c", message_id=None)}
        with FakeImap(dict(mails), **mood) as server:
            assert numbers(read(store, server, pieces_from=pieces_from)) == (3, 0, 0, 0)
            assert numbers(read(store, server, pieces_from=pieces_from)) == (0, 0, 0, 0)
            server.mails[12] = a_mail("d")
            assert numbers(read(store, server, pieces_from=pieces_from)) == (1, 0, 0, 0)
        assert kept(store) == [*mails.values(), a_mail("d")]

    def test_sizes_that_are_too_large_delay_a_mail_and_lose_none(self, store):
        with FakeImap({5: a_mail("a")}, says_size=lambda mail: len(mail) + 50) as server:
            first = read(store, server)
            assert numbers(first) == (0, 0, 0, 1) and "bytes" in first.failed_mails[0].error
            read(store, server, now=NOW + DELAYS[0])
            assert read(store, server, now=NOW + DELAYS[0] + DELAYS[1]).new == 1
        assert kept(store) == [a_mail("a")]

    def test_a_network_that_breaks_is_not_blamed_on_the_mail(self, store):
        def script(tag, command):
            if asks_for(command, 6):
                server.stop()
                return b""
            return None

        with FakeImap({5: a_mail("a"), 6: a_mail("b")}, script) as server:
            summary = read(store, server, "INBOX", "other")
        assert numbers(summary) == (0, 0, 2, 0)
        assert store.mailbox.seen("office@127.0.0.1", "INBOX", 7, 6) is None
        with FakeImap({5: a_mail("a"), 6: a_mail("b")}) as server:
            assert read(store, server).new == 2

    def test_a_short_body_is_not_taken_until_it_proves_to_be_all_there_is(self, store):
        def script(tag, command):
            if b"BODY.PEEK[])" in command:
                return b"* 1 FETCH (UID 5 RFC822.SIZE 99 BODY[] {3}\r\nabc)\r\n" + tag + b" OK done\r\n"
            return None

        with FakeImap({5: a_mail("x")}, script) as server:
            first = read(store, server)
            assert numbers(first) == (0, 0, 0, 1) and "3 of 99 bytes" in first.failed_mails[0].error
            read(store, server, now=NOW + DELAYS[0])
            assert numbers(read(store, server, now=NOW + DELAYS[0] + DELAYS[1])) == (1, 0, 0, 0)
        assert kept(store) == [b"abc"]

    def test_a_mail_that_cannot_be_read_twice_is_shown_while_it_is_still_tried(self, store):
        def script(tag, command):
            return tag + b" NO broken\r\n" if b"BODY.PEEK[])" in command else None

        with FakeImap({5: a_mail("bad")}, script) as server:
            read(store, server)
            assert store.mailbox.troubles("office@127.0.0.1") == []
            read(store, server, now=NOW + DELAYS[0])
        [(_, seen)] = store.mailbox.troubles("office@127.0.0.1")
        assert seen.state == "retry" and seen.next_try_at == NOW + DELAYS[0] + DELAYS[1]

    def test_many_small_mails_come_with_few_commands_and_stand_in_their_order(self, store):
        mails = {uid: a_mail(f"{uid}") for uid in range(1, 26)}
        with FakeImap(mails) as server:
            assert numbers(read(store, server)) == (25, 0, 0, 0)
            asked = [command for command in server.log if b"BODY.PEEK[])" in command]
        assert len(asked) == 3
        assert kept(store) == list(mails.values())

    def test_one_mail_that_is_refused_leaves_the_others_of_its_command_to_come(self, store):
        def script(tag, command):
            if not asks_for(command, 6):
                return None
            one = a_mail("a")
            came = b"* 1 FETCH (UID 5 RFC822.SIZE %d BODY[] {%d}\r\n%b)\r\n" % (len(one), len(one), one)
            return (came if asks_for(command, 5) else b"") + tag + b" NO [SERVERBUG] broken\r\n"

        with FakeImap({5: a_mail("a"), 6: a_mail("bad"), 7: a_mail("c")}, script) as server:
            assert numbers(read(store, server)) == (2, 0, 0, 1)
            assert fetched_bodies(server) == [6, 7]
        assert kept(store) == [a_mail("a"), a_mail("c")]

    def test_told_to_stop_it_leaves_the_rest_for_the_next_reading(self, store):
        with FakeImap({5: a_mail("a"), 6: a_mail("b"), 7: a_mail("c")}) as server:
            asked = iter((False, True))
            assert read(store, server, stop=lambda: next(asked)).new == 1
            assert numbers(read(store, server)) == (2, 0, 0, 0)

    def test_no_command_that_changes_a_mailbox_is_ever_given(self, store):
        with FakeImap({5: a_mail("a")}) as server:
            read(store, server)
        verbs = {
            b" ".join(command.split()[: 2 if command.startswith(b"UID") else 1]) for command in server.log
        }
        assert verbs == {b"CAPABILITY", b"LOGIN", b"EXAMINE", b"UID FETCH", b"LOGOUT"}


def test_a_server_that_is_not_there_makes_every_folder_blind(store):
    class Nowhere:
        port = free_port()

    summary = read(store, Nowhere, "INBOX", "done")
    assert [folder for folder, _ in summary.failed_folders] == ["INBOX", "done"]
    assert all(f"127.0.0.1:{Nowhere.port} cannot be used" in error for _, error in summary.failed_folders)
    assert [entry.good_at for entry in store.health.folders()] == [None, None]


def test_a_mail_is_known_again_however_its_header_is_folded():
    one = Listed(uid=1, size=9, internal_date=None, header=b"Message-ID: <a@b>\r\nSubject: a\r\n b\r\n\r\n")
    two = Listed(uid=2, size=9, internal_date=None, header=b"Subject: a b\r\nMessage-ID:\r\n <a@b>\r\n\r\n")
    other = Listed(uid=3, size=8, internal_date=None, header=one.header)
    assert fingerprint(one) == fingerprint(two) != fingerprint(other)


@pytest.mark.parametrize("header", [b"", b"Subject: x\r\n\r\n", b"Message-ID:\r\nSubject: x\r\n\r\n"])
def test_a_mail_without_an_id_is_never_known_by_its_header(header):
    assert fingerprint(Listed(uid=1, size=9, internal_date=None, header=header)) is None


def move(dovecot, numbers: str, folder: str, *, out_of: str = "INBOX") -> None:
    with dovecot.client(out_of) as clerk:
        clerk.copy(numbers, folder)
        clerk.store(numbers, "+FLAGS", "\\Deleted")
        clerk.expunge()


def test_what_was_purged_is_not_read_in_again_after_a_change_of_uidvalidity(store, dovecot):
    dovecot.append(a_mail("with an id"))
    dovecot.append(b"Subject: without an id\r\n\r\nbody\r\n")
    read(store, dovecot)
    for message in store.messages.all():
        store.messages.finish(
            message.id, message_id=None, from_address="a@x.cn", from_name="", subject="x", received_at=NOW,
            kind="unrelated", facts={}, at=NOW,
        )  # fmt: skip
    before = store.purge.referenced()
    store.purge.forget_messages([message.id for message in store.messages.all()])
    assert store.purge.sweep(before) == 2
    dovecot.change_uidvalidity()
    again = read(store, dovecot)
    assert (again.new, again.duplicates) == (0, 2)
    assert list(store.originals.all()) == []


BIG = b"Message-ID: <big@x.cn>\r\nSubject: big\r\n\r\n" + b"0123456789abcdef\r\n" * 200_000


class TestApart:
    """A mail is taken apart while the next ones come, unless something in it must be opened."""

    @staticmethod
    def with_file(name: str, data: bytes) -> bytes:
        message = EmailMessage(policy=SMTP)
        message["From"], message["To"], message["Message-ID"] = "a@b.cn", "c@d.cn", "<1@b.cn>"
        message.set_content("见附件")
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
        return message.as_bytes()

    def test_files_and_facts_are_noted_with_the_mail(self, store):
        with FakeImap({5: self.with_file("扫描件.pdf", b"%PDF-1.4 scan")}) as server:
            read(store, server)
        [message] = store.messages.unfinished()
        [file] = store.documents.of_message(message.id)
        assert (file.filename, file.state) == ("扫描件.pdf", "new")
        assert store.originals.read(file.sha256) == b"%PDF-1.4 scan"
        parsed = parse(store.originals.read(message.sha256))
        assert message.facts is not None and facts_from_json(message.facts) == parsed.facts

    def test_what_must_be_opened_waits_for_the_child_process(self, store):
        mails = {5: self.with_file("a.zip", b"PK\x03\x04rest"), 6: self.with_file("b.pdf", b"%PDF-1.4")}
        with FakeImap(mails) as server:
            read(store, server)
        [zipped, plain] = store.messages.unfinished()
        assert zipped.facts is None and store.documents.of_message(zipped.id) == []
        assert plain.facts is not None

    def test_a_mail_that_cannot_be_taken_apart_is_kept_and_left_for_later(self, store, monkeypatch):
        def broken(raw):
            if b"bad" in raw:
                raise RecursionError
            return parse(raw)

        monkeypatch.setattr("reminder_service.jobs.incoming.take_apart.parse", broken)
        with FakeImap({5: a_mail("bad"), 6: a_mail("good")}) as server:
            assert numbers(read(store, server)) == (2, 0, 0, 0)
        assert [message.facts is None for message in store.messages.unfinished()] == [True, False]


class TestInPieces:
    def test_a_large_mail_comes_in_pieces_and_is_kept_as_it_came_in_its_place(self, store, dovecot):
        exact = b"Message-ID: <exact@x.cn>\r\n\r\n".ljust(2 * PIECE - 2, b"x") + b"\r\n"
        for raw in (a_mail("before"), BIG, exact, a_mail("after")):
            dovecot.append(raw)
        assert numbers(read(store, dovecot, pieces_from=PIECE)) == (4, 0, 0, 0)
        assert kept(store) == [a_mail("before"), BIG, exact, a_mail("after")]
        assert numbers(read(store, dovecot, pieces_from=PIECE)) == (0, 0, 0, 0)

    def test_memory_does_not_grow_with_the_mail(self, store, dovecot):
        dovecot.append(BIG * 4)
        tracemalloc.start()
        try:
            assert read(store, dovecot, pieces_from=PIECE).new == 1
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert peak < len(BIG * 4) / 2

    def test_a_mail_that_comes_short_waits_and_counts_as_it_is_in_the_end(self, store):
        def script(tag, command):
            if b"BODY.PEEK[]<" not in command:
                return None
            start = int(command.split(b"<")[1].split(b".")[0])
            piece = BIG[: len(BIG) - 100][start : start + PIECE]
            return b"* 1 FETCH (UID 1 BODY[]<%d> {%d}\r\n%s)\r\n%s OK done\r\n" % (
                start,
                len(piece),
                piece,
                tag,
            )

        with FakeImap({1: BIG}, script) as server:
            first = read(store, server, pieces_from=PIECE)
            assert numbers(first) == (0, 0, 0, 1) and "of 3600" in first.failed_mails[0].error
            assert read(store, server, pieces_from=PIECE, now=NOW + DELAYS[0]).new == 0
            assert read(store, server, pieces_from=PIECE, now=NOW + DELAYS[0] + DELAYS[1]).new == 1
        assert kept(store) == [BIG[:-100]]
        assert len(list(store.originals.root.glob(".*.tmp"))) == 0

    def test_a_large_mail_expunged_meanwhile_is_passed_over(self, store):
        mails = {1: BIG, 2: a_mail("there")}

        def script(tag, command):
            if b"BODY.PEEK[]<" in command:
                mails.pop(1, None)
                return tag + b" OK done\r\n"
            return None

        with FakeImap(mails, script) as server:
            assert numbers(read(store, server, pieces_from=PIECE)) == (1, 0, 0, 0)
            assert numbers(read(store, server, pieces_from=PIECE)) == (0, 0, 0, 0)

    def test_a_server_that_knows_no_pieces_gives_the_whole(self, store):
        def script(tag, command):
            whole = b"* 1 FETCH (UID 1 BODY[] {%d}\r\n%s)\r\n%s OK done\r\n" % (len(BIG), BIG, tag)
            return whole if b"BODY.PEEK[]<" in command else None

        with FakeImap({1: BIG}, script) as server:
            assert read(store, server, pieces_from=PIECE).new == 1
        assert kept(store) == [BIG]
