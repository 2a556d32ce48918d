from datetime import datetime, timedelta

from builders import at
from reminder_service.domain.alarms import MAX_TRIES, Outage, after_telling, looked, to_tell
from reminder_service.domain.health import ServiceHealth, Tried, service_health

START = at("2024-06-28 09:00")
AFTER = timedelta(hours=6)
BOTH = frozenset({"mail", "chat"})


def look(now: datetime, *, good_at: datetime | None = START, error: str | None = "no") -> ServiceHealth:
    inbox = Tried(account="o@x", folder="INBOX", attempted_at=now, good_at=good_at, error=error)
    return service_health([inbox], [], folders=("INBOX",), stale_after=timedelta(hours=2), now=now)


def works(now: datetime) -> ServiceHealth:
    return look(now, good_at=now, error=None)


def after(hours: float) -> datetime:
    return START + timedelta(hours=hours)


def told(outage: Outage, *marks: str, failed: bool = False) -> Outage:
    return after_telling(outage, frozenset(marks), failed=failed)


def test_an_outage_is_told_once_it_has_lasted_long_enough_and_only_once():
    outage = looked(None, look(after(1)))
    assert outage is not None and outage.since == START
    assert not to_tell(outage, BOTH, after=AFTER, now=after(5.9))
    assert to_tell(outage, BOTH, after=AFTER, now=after(6)) == BOTH
    outage = looked(told(outage, "mail", "chat"), look(after(30)))
    assert outage is not None
    assert not to_tell(outage, BOTH, after=AFTER, now=after(30))


def test_without_any_good_reading_the_outage_begins_when_it_is_first_seen():
    outage = looked(None, look(after(1), good_at=None))
    assert outage is not None and outage.since == after(1)


def test_an_outage_that_ends_before_anybody_knew_of_it_is_forgotten():
    assert looked(looked(None, look(after(1))), works(after(2))) is None


def test_those_who_were_told_learn_that_it_is_over_and_nobody_else():
    outage = told(Outage(since=START), "mail")
    over = looked(outage, works(after(8)))
    assert over is not None and over.over_at == after(8)
    assert to_tell(over, BOTH, after=AFTER, now=after(8)) == {"mail"}
    assert not to_tell(told(over, "mail"), BOTH, after=AFTER, now=after(9))


def test_a_chat_service_that_fails_is_tried_again_and_given_up_in_the_end():
    outage = told(Outage(since=START), "mail", failed=True)
    assert to_tell(outage, BOTH, after=AFTER, now=after(7)) == {"chat"}
    for _ in range(MAX_TRIES - 1):
        outage = told(outage, failed=True)
    assert not to_tell(outage, BOTH, after=AFTER, now=after(7))


def test_a_second_outage_is_told_again():
    over = looked(told(Outage(since=START), "mail"), works(after(8)))
    again = looked(over, look(after(12), good_at=after(9)))
    assert again == Outage(since=after(9))
