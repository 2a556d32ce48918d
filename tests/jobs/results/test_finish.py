"""An item confirmed as done: from the next period on nobody is asked for it, until that is taken back."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from builders import CALENDAR, ZONE, at
from offices import campaign, store_with_contacts
from reminder_service.domain.decisions import DecisionKind
from reminder_service.domain.errors import WrongUsage
from reminder_service.domain.periods import Period
from reminder_service.jobs.decisions.decide import Settled, decide, undo
from reminder_service.jobs.results.versions import decided
from reminder_service.jobs.state.situation import Situation, situation
from reminder_service.jobs.state.status import status_json
from reminder_service.jobs.state.surroundings import Surroundings
from reminder_service.store import Store

EDU = "县教育和体育局"
Q2, Q3, Q4 = map(Period.parse, ("2024Q2", "2024Q3", "2024Q4"))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with store_with_contacts(tmp_path) as one:
        yield one


def now(store: Store) -> Situation:
    around = Surroundings(
        calendar=CALENDAR,
        zone=ZONE,
        office_address="office@example.cn",
        folders=(),
        stale_after=timedelta(hours=2),
        campaigns={campaign().id: campaign()},
    )
    return situation(store, campaign(), around, now=at("2024-06-26 10:00"))


def finished_in(store: Store, period: Period) -> list[int]:
    return [duty.item for duty in now(store).state(period).unit(EDU).duties if duty.finished]


def test_an_item_that_is_done_is_not_asked_for_from_the_next_period_on_until_undone(store: Store) -> None:
    number = decide(
        store,
        now(store),
        Settled(kind=DecisionKind.FINISH, unit=EDU, item=4, reason="已验收", author="李主任"),
    )
    assert [finished_in(store, period) for period in (Q2, Q3, Q4)] == [[], [4], [4]]
    duties = status_json(now(store).state(Q3), ZONE)["units"][0]["duties"]
    told = {duty["item"]: duty["waived"] for duty in duties}
    assert told[4] == {"reason": "已验收", "finished": True}
    assert decided(store, now(store).state(Q4))[EDU, 4] == (number,)

    undo(store, number, author="李主任", now=at("2024-06-26 11:00"))
    assert finished_in(store, Q3) == []


def test_the_period_may_be_named(store: Store) -> None:
    decide(store, now(store), Settled(kind=DecisionKind.FINISH, unit=EDU, item=4, period=Q2))
    assert finished_in(store, Q2) == [4]


def test_an_item_has_to_be_named_that_the_unit_owes(store: Store) -> None:
    with pytest.raises(WrongUsage, match="name the item"):
        decide(store, now(store), Settled(kind=DecisionKind.FINISH, unit=EDU))
    with pytest.raises(WrongUsage, match="does not owe"):
        decide(store, now(store), Settled(kind=DecisionKind.FINISH, unit=EDU, item=10))
