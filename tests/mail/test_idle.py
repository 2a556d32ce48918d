"""Hearing of new mail: over a real Dovecot, and over a fake that forgets, refuses and goes silent."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial

import pytest

from reminder_service.mail import imap
from reminder_service.mail.idle import FIRST_PAUSE, LONGEST_PAUSE, listen, pause_after
from servers.fakeimap import FakeImap
from servers.settings import Imap, a_mail

SOON = 15  # seconds; generous, for busy machines


class Listening:
    def __init__(self) -> None:
        self.heard, self.stop = threading.Event(), threading.Event()
        self.pauses: list[int] = []
        self.thread = threading.Thread()

    @contextmanager
    def to(self, port: int, *, timeout: float = 5, renew: float = 60) -> Iterator["Listening"]:
        settings = Imap(port=port, timeout=timedelta(seconds=timeout))
        self.thread = threading.Thread(
            target=listen,
            args=(partial(imap.connect, settings, "secret-pw"), "INBOX", self.heard.set, self.stop),
            kwargs={"renew": renew, "pause": self._pause},
        )
        self.thread.start()
        try:
            yield self
        finally:
            self.stop.set()
            self.thread.join(SOON)

    def _pause(self, failures: int) -> float:
        self.pauses.append(failures)
        return 0.02


def wait_for(what) -> None:
    until = time.monotonic() + SOON
    while not what():
        assert time.monotonic() < until
        time.sleep(0.02)


def test_new_mail_is_heard_of_and_the_listener_ends_when_told(dovecot):
    dovecot.append(a_mail("before"))
    with Listening().to(dovecot.port) as listening:
        for name in ("one", "two"):
            assert not listening.heard.wait(0.5)
            dovecot.append(a_mail(name))
            assert listening.heard.wait(SOON)
            listening.heard.clear()
        assert all(b"Seen" not in flags for flags in dovecot.flags())
    assert not listening.thread.is_alive()
    assert listening.pauses == []


def idling(*answers: bytes):
    """A server that says these lines to IDLE, one more with each IDLE, and takes DONE."""
    rest = list(answers)
    open_tag: list[bytes] = []

    def script(tag: bytes, command: bytes) -> bytes | None:
        if command == b"IDLE":
            open_tag[:] = [tag]
            return b"+ waiting\r\n" + (rest.pop(0) if rest else b"")
        if tag == b"DONE":
            return open_tag[0] + b" OK done\r\n"
        return None

    return script


def test_a_server_that_does_not_offer_it_is_left_alone():
    with FakeImap() as server, Listening().to(server.port) as listening:
        listening.thread.join(SOON)
        assert not listening.thread.is_alive() and not listening.stop.is_set()
    assert b"IDLE" not in server.log


def test_mail_told_of_in_one_breath_with_the_go_ahead_is_heard_of():
    script = idling(b"* 1 EXISTS\r\n")
    with (
        FakeImap(capabilities=b"IMAP4rev1 IDLE", script=script) as server,
        Listening().to(server.port, renew=1) as listening,
    ):
        assert listening.heard.wait(SOON)


def test_a_sign_of_life_and_a_change_of_flags_are_no_mail():
    script = idling(b"* OK still here\r\n", b"* 1 FETCH (FLAGS (\\Seen))\r\n")
    with (
        FakeImap(capabilities=b"IMAP4rev1 IDLE", script=script) as server,
        Listening().to(server.port, renew=1) as listening,
    ):
        wait_for(lambda: server.log.count(b"IDLE") >= 3)
        assert not listening.heard.is_set()


def test_a_link_that_died_on_the_other_side_is_noticed_and_made_anew():
    silent = True

    def script(tag: bytes, command: bytes) -> bytes | None:
        if command == b"IDLE":
            return b"+ waiting\r\n"
        if tag == b"DONE":
            return b"* OK half open, no end in sight\r\n" if silent else b"x OK\r\n"
        return None

    with (
        FakeImap(capabilities=b"IMAP4rev1 IDLE", script=script) as server,
        Listening().to(server.port, timeout=0.3, renew=1) as listening,
    ):
        wait_for(lambda: len(listening.pauses) >= 2)
        assert listening.heard.wait(SOON), "what came meanwhile has to be looked for"


def test_a_server_that_refuses_it_is_asked_ever_more_seldom():
    def script(tag: bytes, command: bytes) -> bytes | None:
        return tag + b" NO not today\r\n" if command == b"IDLE" else None

    with (
        FakeImap(capabilities=b"IMAP4rev1 IDLE", script=script) as server,
        Listening().to(server.port) as listening,
    ):
        wait_for(lambda: len(listening.pauses) >= 3)
    assert listening.pauses[:3] == [1, 2, 3]


@pytest.mark.parametrize("chance", [0.0, 0.5, 1.0])
def test_pauses_double_up_to_half_an_hour_and_differ(chance):
    pauses = [pause_after(failures, chance) for failures in (1, 2, 3, 100)]
    share = 0.5 + chance
    assert pauses == [
        FIRST_PAUSE * share,
        2 * FIRST_PAUSE * share,
        4 * FIRST_PAUSE * share,
        LONGEST_PAUSE * share,
    ]
