"""Killed at any moment, again and again, the service loses nothing, doubles nothing and hides nothing.

`./run test` kills it 10 times, `./run test-long` 60 times, `./run crash N` N times (CRASH_KILLS, CRASH_SEED).
"""

import os
import random
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from crash_world import World, message_id_of

from reminder_service.jobs.doctor.doctor_mail import check_mail_so_far
from servers.dovecot import Dovecot
from servers.smtp import SmtpServer

# The steps of the ladder of one quarter at which mails to units are due.
DAYS = ("06-14", "06-25", "06-27", "06-28", "07-01", "07-04", "07-09", "07-12", "07-17")


def storm(world: World, *, kills: int, mails: int, longest: float) -> None:
    """Kill the service while everything happens at once; UIDVALIDITY changes after a third and two thirds."""
    days = DAYS[: max(3, kills // 4)]
    with world.service(), world.alive(mails=mails):
        for number in range(kills):
            day = days[number * len(days) // kills]
            # Minutes pass between two starts, so that what was put off is tried again.
            month, of_month = (int(part) for part in day.split("-"))
            begin = world.now.replace(month=month, day=of_month, hour=9, minute=0)
            world.now = max(world.now + timedelta(minutes=6), begin)
            if number in (kills // 3, 2 * kills // 3):
                world.change_uidvalidity()
            world.kill_once(longest, while_sending=number % 2 == 0)
        world.rest()
        world.settle()


def nothing_is_lost(world: World) -> None:
    with world.store() as store:
        messages = store.messages.all()
        known = Counter(message.message_id for message in messages)
        states = Counter(message.state for message in messages)
    wanted = {message_id_of(raw) for raw in world.sent_in} - world.deleted
    assert {one for one in wanted if known[one] == 0} == set(), "lost"
    assert {one: count for one, count in known.items() if count > 1} == {}, "doubled"
    assert states.keys() == {"done"}


def nothing_goes_twice(world: World) -> None:
    arrived = Counter(message_id_of(mail.raw) for mail in world.smtp.received)
    assert {one: count for one, count in arrived.items() if count > 1} == {}
    with world.store() as store:
        outbox = {mail.message_id: mail for mail in store.outbox.all()}
    assert arrived.keys() <= outbox.keys()
    for message_id, mail in outbox.items():
        assert mail.state in ("sent", "unknown", "failed"), f"{mail.key} is {mail.state}"
        if mail.state == "sent":
            assert arrived[message_id] == 1, f"{mail.key} counts as sent and never arrived"
        elif mail.state == "failed":
            assert arrived[message_id] == 0 and (mail.error or "").startswith("dropped"), mail.error


def what_is_doubtful_is_settled_or_shown(world: World) -> None:
    arrived = {message_id_of(mail.raw) for mail in world.smtp.received}
    with world.store() as store:
        unknown = store.outbox.in_state("unknown")
        checks = list(check_mail_so_far(store, world.now.tzinfo))
    # What the copy in the mailbox proves is settled; the clerk may have thrown the copy away.
    assert {mail.message_id for mail in unknown} & arrived <= world.deleted
    shown = [check.detail for check in checks if check.name == "outbox"]
    assert bool(shown) == bool(unknown)
    assert all(f"{len(unknown)} mails may or may not have gone" in detail for detail in shown)


def outcome(world: World) -> str:
    with world.store() as store:
        out = Counter(mail.state for mail in store.outbox.all())
    return (
        f"{world.kills} kills, {world.kills_while_sending} of them while sending: "
        f"{len(world.sent_in)} mails came, {len(world.deleted)} deleted by the clerk, "
        f"{len(world.smtp.received)} went out; outbox {dict(out)}"
    )


def survives(tmp_path: Path, *, kills: int, mails: int, longest: float, seed: int) -> None:
    print(f"seed {seed}")
    with Dovecot() as dovecot, SmtpServer() as smtp:
        world = World(tmp_path, dovecot, smtp, seed=seed)
        storm(world, kills=kills, mails=mails, longest=longest)
        print(outcome(world))
        nothing_is_lost(world)
        nothing_goes_twice(world)
        what_is_doubtful_is_settled_or_shown(world)
        assert len(world.smtp.received) >= 18


@pytest.mark.timeout(300)
@pytest.mark.usefixtures("dovecot")  # says what to install where there is none
def test_ten_kills_lose_nothing_double_nothing_and_hide_nothing(tmp_path):
    survives(tmp_path, kills=10, mails=60, longest=2.0, seed=random.randrange(10**6))


@pytest.mark.long
@pytest.mark.timeout(0)
@pytest.mark.usefixtures("dovecot")
def test_many_kills_lose_nothing_double_nothing_and_hide_nothing(tmp_path):
    kills = int(os.environ.get("CRASH_KILLS") or 60)
    seed = int(os.environ.get("CRASH_SEED") or random.randrange(10**6))
    survives(tmp_path, kills=kills, mails=max(500, kills * 5), longest=4.0, seed=seed)
