from datetime import timedelta

import pytest

from builders import at
from reminder_service.domain.health import HealthState, ServiceHealth, Tried, service_health

NOW = at("2024-06-28 09:00")
LATELY = NOW - timedelta(minutes=5)
LONG_AGO = NOW - timedelta(hours=3)


def judged(
    *read: Tried, sent: tuple[Tried, ...] = (), folders: tuple[str, ...] = ("INBOX",)
) -> ServiceHealth:
    return service_health(read, sent, folders=folders, stale_after=timedelta(hours=2), now=NOW)


def inbox(**changes: object) -> Tried:
    return Tried(
        **{"account": "office@x", "folder": "INBOX", "attempted_at": LATELY, "good_at": LATELY} | changes
    )


@pytest.mark.parametrize(
    "tried, state",
    [
        pytest.param(inbox(), HealthState.GOOD, id="read lately"),
        pytest.param(inbox(good_at=LONG_AGO, attempted_at=LONG_AGO), HealthState.STALE, id="nobody tries"),
        pytest.param(inbox(error="no"), HealthState.FAILING, id="the last attempt failed"),
        pytest.param(inbox(error="no", good_at=None), HealthState.NEVER, id="it never worked"),
    ],
)
def test_a_folder_stands_as_its_attempts_went(tried, state):
    found = judged(tried)
    assert found.reading[0].state is state
    assert found.state is state
    assert found.reading_works is (state is HealthState.GOOD)


def test_a_configured_folder_that_nobody_tried_was_never_read():
    found = judged(inbox(), folders=("INBOX", "垃圾邮件"))
    assert [way.state for way in found.reading] == [HealthState.GOOD, HealthState.NEVER]
    assert found.read_at is None


def test_a_folder_that_is_no_longer_configured_counts_for_nothing():
    assert judged(inbox(), inbox(folder="Old", error="gone")).state is HealthState.GOOD


def test_the_oldest_good_reading_is_what_can_be_relied_on():
    older = LATELY - timedelta(minutes=30)
    found = judged(inbox(), inbox(folder="Junk", good_at=older), folders=("INBOX", "Junk"))
    assert found.read_at == older


def test_sending_does_not_go_stale_but_fails():
    idle = Tried(account="smtp", attempted_at=LONG_AGO, good_at=LONG_AGO)
    assert judged(inbox(), sent=(idle,)).state is HealthState.GOOD
    broken = Tried(account="smtp", attempted_at=LATELY, good_at=LONG_AGO, error="refused")
    found = judged(inbox(), sent=(broken,))
    assert found.state is HealthState.FAILING
    assert found.reading_works
