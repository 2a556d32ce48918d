"""A summary once a week, and no digest on a day without news where the office wants that."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from builders import CALENDAR, ZONE, at
from letterbox import letters
from offices import campaign, store_with_contacts
from reminder_service.domain.decisions import DecisionKind
from reminder_service.domain.periods import Period
from reminder_service.jobs.decisions.decide import Settled, decide
from reminder_service.jobs.digest.digest import digest
from reminder_service.jobs.digest.weekly import is_weekly_day, weekly
from reminder_service.jobs.state.situation import Situation, situation
from reminder_service.jobs.state.surroundings import Surroundings
from reminder_service.store import Store

Q2 = Period.parse("2024Q2")
OFFICE = ("office@example.cn", "leader@example.cn")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with store_with_contacts(tmp_path) as one:
        one.periods.open(campaign().id, str(Q2), at("2024-06-14 09:00"))
        yield one


def here(store: Store, when: str) -> Situation:
    around = Surroundings(
        calendar=CALENDAR,
        zone=ZONE,
        office_address="office@example.cn",
        folders=("INBOX",),
        stale_after=timedelta(hours=2),
        campaigns={campaign().id: campaign()},
    )
    store.health.note_reading("office@imap", "INBOX", at(when))
    return situation(store, campaign(), around, now=at(when))


def quiet_digests(store: Store, when: str) -> int:
    writer = letters(**vars_of(campaign()))
    return digest(store, here(store, when), writer, OFFICE[:1], lambda sha: sha, quiet=True).queued


def vars_of(one: object) -> dict[str, object]:
    return {name: getattr(one, name) for name in ("id", "items", "units", "form", "ladder", "versions")}


def everything_waived(store: Store) -> None:
    before = here(store, "2024-06-10 09:00")
    for unit in campaign().units:
        for item in campaign().items_of(unit.name):
            settled = Settled(
                kind=DecisionKind.WAIVE, unit=unit.name, item=item.number, period=Q2, reason="测试"
            )
            decide(store, before, settled)


def test_a_week_has_one_summary_for_each_address(store: Store) -> None:
    writer = letters(**vars_of(campaign()))
    assert weekly(store, here(store, "2024-06-21 16:00"), writer, OFFICE).queued == 2
    assert weekly(store, here(store, "2024-06-21 17:00"), writer, OFFICE).queued == 0
    assert weekly(store, here(store, "2024-06-28 16:00"), writer, OFFICE).queued == 2
    keys = [mail.key for mail in store.outbox.all()]
    assert keys[0].endswith("/-/weekly/2024-W25/1")


def test_a_week_whose_friday_is_free_has_its_summary_earlier() -> None:
    friday = 4
    assert is_weekly_day(date(2024, 6, 21), friday, CALENDAR)
    assert not is_weekly_day(date(2024, 6, 20), friday, CALENDAR)
    # 1 May 2024 to 5 May is free: Friday the 3rd falls back to Tuesday the 30th.
    assert is_weekly_day(date(2024, 4, 30), friday, CALENDAR)
    # In the week of 1 to 7 October 2024 only Monday the 30th of September is a workday.
    assert is_weekly_day(date(2024, 9, 30), friday, CALENDAR)


def test_a_day_without_news_has_no_digest(store: Store) -> None:
    everything_waived(store)
    assert quiet_digests(store, "2024-06-20 16:30") == 0


def quiet_summaries(store: Store, when: str) -> int:
    writer = letters(**vars_of(campaign()))
    return weekly(store, here(store, when), writer, OFFICE[:1], quiet=True).queued


def test_a_week_without_news_and_with_nothing_ahead_has_no_summary(store: Store) -> None:
    everything_waived(store)  # on 10 June, a week before
    assert quiet_summaries(store, "2024-06-20 16:00") == 0
    assert quiet_summaries(store, "2024-07-05 16:00") == 0


def test_the_due_date_in_the_week_ahead_is_news_for_the_summary(store: Store) -> None:
    everything_waived(store)
    assert quiet_summaries(store, "2024-06-21 16:00") == 1


def test_what_was_settled_on_monday_is_news_for_the_weeks_summary_and_none_for_fridays_digest(
    store: Store,
) -> None:
    everything_waived(store)
    noted = Settled(kind=DecisionKind.NOTE, unit="县民政局", period=Q2, reason="来电")
    decide(store, here(store, "2024-07-01 10:00"), noted)
    assert quiet_digests(store, "2024-07-05 16:00") == 0
    assert quiet_summaries(store, "2024-07-05 16:00") == 1


def test_gaps_that_reminders_will_name_are_news_for_the_summary(store: Store) -> None:
    assert quiet_summaries(store, "2024-06-14 16:00") == 1


def test_the_due_day_and_days_with_gaps_after_it_have_one(store: Store) -> None:
    assert quiet_digests(store, "2024-06-28 16:30") == 1
    assert quiet_digests(store, "2024-07-04 16:30") == 1


def test_what_a_person_settled_since_yesterday_is_news(store: Store) -> None:
    everything_waived(store)
    decide(
        store,
        here(store, "2024-06-20 10:00"),
        Settled(kind=DecisionKind.NOTE, unit="县民政局", period=Q2, reason="来电"),
    )
    assert quiet_digests(store, "2024-06-20 16:30") == 1


def test_a_blind_mailbox_is_news(store: Store) -> None:
    everything_waived(store)
    here(store, "2024-06-20 10:00")
    late = situation(store, campaign(), here(store, "2024-06-20 10:00").around, now=at("2024-06-20 16:30"))
    assert digest(store, late, letters(**vars_of(campaign())), OFFICE[:1], str, quiet=True).queued == 1
