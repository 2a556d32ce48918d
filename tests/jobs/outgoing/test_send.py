"""Sending through a real SMTP server out of a real store."""

import itertools
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reminder_service.jobs.outgoing.send import DELAYS, Limits, TokenBucket, send_due
from reminder_service.mail import smtp
from reminder_service.store import TakenMail, open_store
from servers.ports import free_port
from servers.processes import Killable
from servers.settings import Smtp, a_mail

NOW = datetime(2024, 6, 3, 1, 0, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def store(tmp_path: Path):
    with open_store(f"sqlite:///{tmp_path}/store.db", tmp_path / "files") as opened:
        yield opened


class Clock:
    """Stands still but for whoever sleeps."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def sleep(self, seconds: float) -> None:
        self.seconds += seconds

    def monotonic(self) -> float:
        return self.seconds


def queue(store, *addresses: str) -> None:
    for number, address in enumerate(addresses):
        key = f"c/2024Q2/{address}/reminder/D/{number}"
        store.outbox.enqueue(
            key=key,
            message_id=f"<{key}@example.cn>",
            campaign="c",
            period="2024Q2",
            unit=address,
            kind="reminder",
            to=address,
            subject="催报",
            raw_sha256=store.originals.put(a_mail(key)),
            not_before=NOW,
            created_at=NOW,
        )


def send(
    store, server, *, at=NOW, rate=600, clock=None, daily=None, stop=lambda: False, copy_to=None, waiting=()
):
    clock = clock or Clock()
    return send_due(
        store,
        lambda: smtp.connect(Smtp(port=server.port), None, copy_to=copy_to),
        sender="office@example.cn",
        limits=Limits(rate=rate, daily=daily, zone=ZONE, waiting=frozenset(waiting)),
        stop=stop,
        clock=lambda: at,
        sleep=clock.sleep,
        monotonic=clock.monotonic,
    )


def states(store) -> list[str]:
    return [mail.state for mail in store.outbox.all()]


def numbers(summary) -> tuple[int, int, int, int]:
    return summary.sent, summary.failed, summary.unknown, summary.left


def test_what_is_due_goes_once_and_a_second_run_sends_nothing(store, smtp_server):
    queue(store, "a@example.cn", "b@example.cn")
    assert numbers(send(store, smtp_server)) == (2, 0, 0, 0)
    assert numbers(send(store, smtp_server)) == (0, 0, 0, 0)
    assert smtp_server.recipients == ["a@example.cn", "b@example.cn"]
    assert [mail.raw for mail in smtp_server.received] == [
        store.originals.read(mail.raw_sha256) for mail in store.outbox.all()
    ]
    assert states(store) == ["sent", "sent"]
    assert store.health.sending().error is None


def test_before_it_waits_for_the_rate_what_went_is_noted(store, smtp_server):
    queue(store, "a@example.cn", "b@example.cn", "c@example.cn")
    clock, seen = Clock(), []

    def sleep(seconds: float) -> None:
        seen.append(states(store))
        clock.seconds += seconds

    send_due(
        store,
        lambda: smtp.connect(Smtp(port=smtp_server.port), None),
        sender="office@example.cn",
        limits=Limits(rate=1),
        clock=lambda: NOW,
        sleep=sleep,
        monotonic=clock.monotonic,
    )
    assert seen == [["sent", "queued", "queued"], ["sent", "sent", "queued"]]
    assert states(store) == ["sent"] * 3


def test_a_mail_is_noted_as_sent_though_the_next_one_was_dropped_meanwhile(store):
    queue(store, "a@example.cn", "b@example.cn")
    a, b = store.outbox.all()
    assert store.outbox.claim(a.id, NOW)
    store.outbox.drop(b.id, "reported")
    assert not store.outbox.claim(b.id, NOW, taken=TakenMail(id=a.id, at=NOW))
    assert states(store) == ["sent", "failed"]


def test_nothing_due_needs_no_server(store):
    class Nowhere:
        port = free_port()

    assert send(store, Nowhere).error is None
    assert store.health.sending() is None


def test_an_address_refused_for_good_fails_alone(store, smtp_server):
    smtp_server.refuse["gone@example.cn"] = "550 5.1.1 no such user"
    queue(store, "gone@example.cn", "b@example.cn")
    assert numbers(send(store, smtp_server)) == (1, 1, 0, 0)
    [gone, _] = store.outbox.all()
    assert gone.state == "failed" and "550 5.1.1 no such user" in gone.error


def test_a_refusal_for_now_is_tried_again_later_and_later_and_fails_at_the_sixth(store, smtp_server):
    smtp_server.refuse["slow@example.cn"] = "451 greylisted"
    queue(store, "slow@example.cn")
    at = NOW
    for delay in DELAYS:
        assert numbers(send(store, smtp_server, at=at)) == (0, 0, 0, 1)
        assert numbers(send(store, smtp_server, at=at + delay - timedelta(seconds=1))) == (0, 0, 0, 0)
        at += delay
    assert numbers(send(store, smtp_server, at=at)) == (0, 1, 0, 0)
    assert at - NOW < timedelta(days=1)
    assert states(store) == ["failed"]


def test_greylisting_passes_at_the_second_try(store, smtp_server):
    smtp_server.refuse["slow@example.cn"] = "451 greylisted"
    queue(store, "slow@example.cn")
    send(store, smtp_server)
    smtp_server.refuse.clear()
    assert numbers(send(store, smtp_server, at=NOW + DELAYS[0])) == (1, 0, 0, 0)


@pytest.mark.parametrize(("answer", "state"), [("452 full", "queued"), ("554 spam", "failed")])
def test_a_refused_body_is_no_uncertainty(store, smtp_server, answer, state):
    smtp_server.answer_data = answer
    queue(store, "a@example.cn")
    send(store, smtp_server)
    assert states(store) == [state]


@pytest.mark.parametrize("drop", ["before", "after"])
def test_a_connection_lost_after_the_body_is_unknown_and_never_sent_again(store, smtp_server, drop):
    smtp_server.drop = drop
    queue(store, "a@example.cn")
    assert numbers(send(store, smtp_server)) == (0, 0, 1, 0)
    smtp_server.drop = None
    for days in range(3):
        assert numbers(send(store, smtp_server, at=NOW + timedelta(days=days))) == (0, 0, 0, 0)
    assert states(store) == ["unknown"]
    assert len(smtp_server.received) == (1 if drop == "after" else 0)


def test_without_a_server_everything_stays_queued_and_the_sentence_is_kept(store):
    class Nowhere:
        port = free_port()

    queue(store, "a@example.cn", "b@example.cn")
    summary = send(store, Nowhere)
    assert numbers(summary) == (0, 0, 0, 2)
    assert f"127.0.0.1:{Nowhere.port} cannot be used" in summary.error
    assert store.health.sending().error == summary.error
    assert states(store) == ["queued", "queued"]


def test_a_server_that_goes_away_half_way_leaves_the_rest_queued(store, smtp_server):
    queue(store, "a@example.cn", "b@example.cn", "c@example.cn")
    clock = Clock()

    def gone_when_we_wait(seconds: float) -> None:
        smtp_server.stop()

    clock.sleep = gone_when_we_wait
    summary = send(store, smtp_server, rate=1, clock=clock)
    assert numbers(summary) == (1, 0, 0, 2)
    assert "connection refused" in summary.error
    assert states(store) == ["sent", "queued", "queued"]


def test_a_sender_that_may_not_send_costs_no_mail(store, smtp_server):
    smtp_server.refuse_senders["office@example.cn"] = "553 not yours"
    queue(store, "a@example.cn", "b@example.cn")
    summary = send(store, smtp_server)
    assert numbers(summary) == (0, 0, 0, 2) and "office.address" in summary.error
    assert states(store) == ["queued", "queued"]


def test_a_mail_dropped_while_others_go_is_not_sent(store, smtp_server):
    queue(store, "a@example.cn", "b@example.cn")
    clock = Clock()

    def unit_has_reported(seconds: float) -> None:
        store.outbox.drop(store.outbox.all()[1].id, "reported meanwhile")

    clock.sleep = unit_has_reported
    assert numbers(send(store, smtp_server, rate=1, clock=clock)) == (1, 0, 0, 0)
    assert smtp_server.recipients == ["a@example.cn"]
    assert states(store) == ["sent", "failed"]


def test_a_damaged_original_holds_up_its_own_mail_only(store, smtp_server):
    queue(store, "a@example.cn", "b@example.cn")
    store.originals.path(store.outbox.all()[0].raw_sha256).unlink()
    summary = send(store, smtp_server)
    assert numbers(summary) == (1, 0, 0, 1) and "missing" in summary.error
    assert states(store) == ["queued", "sent"]


def test_killed_between_mark_and_answer_is_unknown_and_never_sent_again(store, smtp_server, tmp_path):
    smtp_server.think = 30
    queue(store, "a@example.cn")
    process = Killable("send", tmp_path, smtp_server.port)
    wait_until(lambda: smtp_server.received)
    assert process.kill()
    assert states(store) == ["sending"]
    smtp_server.think = 0
    assert numbers(send(store, smtp_server)) == (0, 0, 1, 0)
    assert numbers(send(store, smtp_server)) == (0, 0, 0, 0)
    assert states(store) == ["unknown"] and len(smtp_server.received) == 1


def test_killed_at_any_moment_no_mail_goes_twice_and_none_is_forgotten(store, smtp_server, tmp_path):
    smtp_server.think = 0.01
    addresses = [f"unit{number}@example.cn" for number in range(30)]
    queue(store, *addresses)
    killed = 0
    for wait in (0.05, 0.1, 0.15, 0.08):
        process = Killable("send", tmp_path, smtp_server.port)
        time.sleep(wait)
        killed += process.kill()
    smtp_server.think = 0
    send(store, smtp_server)
    assert killed, "no round was killed half-way"
    assert len(set(smtp_server.recipients)) == len(smtp_server.recipients)
    arrived = set(smtp_server.recipients)
    for mail in store.outbox.all():
        assert mail.state == "unknown" or (mail.state == "sent" and mail.to in arrived)
    assert states(store).count("unknown") <= killed


@given(rate=st.integers(1, 60), mails=st.integers(1, 200))
def test_no_minute_sees_more_than_twice_the_rate_and_no_later_one_more_than_the_rate(rate, mails):
    clock = Clock()
    bucket = TokenBucket(rate, clock.monotonic, clock.sleep)
    times = []
    for _ in range(mails):
        bucket.take()
        times.append(clock.seconds)
    assert times[:rate] == [0.0] * min(rate, mails)
    for earlier, later in itertools.pairwise(times[rate:]):
        assert later - earlier >= 60 / rate - 1e-6


def wait_until(true) -> None:
    for _ in range(1000):
        if true():
            return
        time.sleep(0.01)
    raise AssertionError("waited for ten seconds in vain")


def test_the_cap_of_the_day_counts_by_office_time_and_the_rest_goes_the_next_day(store, smtp_server):
    queue(store, "a@example.cn", "b@example.cn", "c@example.cn")
    summary = send(store, smtp_server, daily=2)
    assert numbers(summary) == (2, 0, 0, 1) and "smtp.daily is 2" in summary.note
    evening = datetime(2024, 6, 3, 23, 59, tzinfo=ZONE)
    assert numbers(send(store, smtp_server, at=evening, daily=2)) == (0, 0, 0, 1)
    assert numbers(send(store, smtp_server, at=evening + timedelta(minutes=2), daily=2)) == (1, 0, 0, 0)


def test_while_sending_is_paused_nothing_goes_and_afterwards_all_of_it(store, smtp_server):
    queue(store, "a@example.cn")
    assert store.pause.begin(NOW, "检查模板") and not store.pause.begin(NOW)
    summary = send(store, smtp_server)
    assert numbers(summary) == (0, 0, 0, 1)
    assert summary.error is None and "检查模板" in summary.note
    assert store.pause.end() and not store.pause.end()
    assert numbers(send(store, smtp_server)) == (1, 0, 0, 0)


def test_told_to_stop_it_leaves_the_rest_queued(store, smtp_server):
    queue(store, "a@example.cn", "b@example.cn", "c@example.cn")
    asked = iter((False, True))
    assert numbers(send(store, smtp_server, stop=lambda: next(asked))) == (1, 0, 0, 2)


def test_two_commands_in_one_minute_share_the_rate(store, smtp_server):
    clock = Clock()
    queue(store, *(f"{number}@example.cn" for number in range(6)))
    send(store, smtp_server, rate=6, clock=clock)
    assert clock.seconds == 0
    queue(store, *(f"{number}@example.com" for number in range(3)))
    send(store, smtp_server, rate=6, clock=clock)
    assert clock.seconds == pytest.approx(30)


def test_the_office_gets_a_copy_in_the_same_transaction(store, smtp_server):
    queue(store, "a@example.cn")
    send(store, smtp_server, copy_to="office@example.cn")
    [mail] = smtp_server.received
    assert mail.recipients == ("a@example.cn", "office@example.cn")
    assert b"office@example.cn" not in mail.raw.split(b"To: ", 1)[0]


def test_a_copy_that_is_refused_stops_no_mail(store, smtp_server):
    smtp_server.refuse["office@example.cn"] = "550 mailbox full"
    queue(store, "a@example.cn")
    assert numbers(send(store, smtp_server, copy_to="office@example.cn")) == (1, 0, 0, 0)
    assert smtp_server.recipients == ["a@example.cn"]


@pytest.mark.parametrize(
    "answer", ["550 Connection frequency limited", "554 5.7.1 too many mails", "550 发送频率过快"]
)
def test_a_provider_that_wants_us_slower_loses_us_no_mail(store, smtp_server, answer):
    smtp_server.refuse["a@example.cn"] = answer
    queue(store, "a@example.cn")
    assert numbers(send(store, smtp_server)) == (0, 0, 0, 1)
    assert states(store) == ["queued"]


def test_only_what_is_doubtful_can_be_settled_by_a_person(store, smtp_server):
    smtp_server.drop = "before"
    queue(store, "a@example.cn", "b@example.cn")
    send(store, smtp_server)
    assert states(store) == ["unknown", "unknown"]
    assert store.outbox.mark_sent(1, NOW) and store.outbox.send_again(2, NOW)
    assert not store.outbox.mark_sent(1, NOW) and not store.outbox.send_again(1, NOW)
    smtp_server.drop = None
    assert numbers(send(store, smtp_server)) == (1, 0, 0, 0)
    assert states(store) == ["sent", "sent"]


def test_what_must_wait_stays_queued_and_is_told(store, smtp_server):
    queue(store, "a@example.cn", "b@example.cn")
    summary = send(store, smtp_server, waiting=[1])
    assert numbers(summary) == (1, 0, 0, 1) and "1 mails wait for office hours" in summary.note
    assert states(store) == ["queued", "sent"]
