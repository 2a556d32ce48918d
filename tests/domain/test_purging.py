from datetime import datetime

import pytest

from builders import at
from reminder_service.domain.periods import Period
from reminder_service.domain.purging import (
    CampaignPeriods,
    Cutoffs,
    HeldMail,
    HeldMessage,
    periods_named,
    purgeable_mails,
    purgeable_messages,
    purgeable_periods,
)

OLD, BEFORE, NEW = at("2023-01-10 09:00"), at("2025-01-01 00:00"), at("2025-02-01 09:00")
Q = {name: Period.parse(name) for name in ("2023Q1", "2023Q4", "2024Q1", "2024Q4", "2025Q1")}


def purgeable(open_: str, **closed: datetime) -> set[str]:
    one = CampaignPeriods(
        campaign="c",
        open=frozenset({Period.parse(open_)}),
        open_since=NEW,
        closed={Period.parse(name): moment for name, moment in closed.items()},
    )
    return {str(period) for _, period in purgeable_periods([one], BEFORE)}


@pytest.mark.parametrize(
    "open_, closed, expected",
    [
        pytest.param("2025Q1", {"2023Q1": OLD, "2023Q4": OLD}, {"2023Q1", "2023Q4"}, id="long closed"),
        pytest.param("2025Q1", {"2024Q4": OLD}, set(), id="the period before an open one"),
        pytest.param("2024Q4", {"2024Q1": OLD}, set(), id="the year of an open one"),
        pytest.param("2025Q1", {"2023Q1": NEW}, set(), id="closed lately"),
        pytest.param("2023Q1", {"2023Q4": OLD}, set(), id="an older period is still open"),
    ],
)
def test_a_period_goes_only_if_no_open_one_needs_it(open_, closed, expected):
    assert purgeable(open_, **closed) == expected


def message(id: int, *places: str, at: datetime = OLD, finished: bool = True) -> HeldMessage:
    held = frozenset(("c", Period.parse(place)) for place in places)
    return HeldMessage(id=id, collected_at=at, finished=finished, places=held)


def test_a_mail_that_also_reports_for_a_period_that_stays_is_kept():
    messages = [message(1, "2023Q1"), message(2, "2023Q1", "2025Q1"), message(3, "2023Q1", at=NEW)]
    gone = purgeable_messages(messages, [("c", Q["2023Q1"])], Cutoffs.all_before(BEFORE), open_since=NEW)
    assert [one.id for one in gone] == [1]


def test_other_mail_goes_by_its_own_age_but_not_what_came_since_a_period_is_open_or_waits():
    messages = [message(1), message(2, at=at("2024-06-01 09:00")), message(3, finished=False)]
    since = at("2024-05-01 09:00")
    gone = purgeable_messages(messages, [], Cutoffs.all_before(BEFORE), open_since=since)
    assert [one.id for one in gone] == [1]
    assert not purgeable_messages(messages, [], Cutoffs(reports=BEFORE), open_since=since)


def test_mails_that_went_out_go_with_their_period_once_they_are_done_with():
    def mail(id: int, place: str | None, *, finished: bool = True) -> HeldMail:
        held = ("c", Period.parse(place)) if place else None
        return HeldMail(id=id, created_at=OLD, finished=finished, place=held)

    mails = [mail(1, "2023Q1"), mail(2, "2025Q1"), mail(3, None), mail(4, "2023Q1", finished=False)]
    gone = purgeable_mails(mails, [("c", Q["2023Q1"])], Cutoffs.all_before(BEFORE))
    assert [one.id for one in gone] == [1, 3]


def test_the_journal_names_a_campaigns_purged_periods():
    assert periods_named(["c/2023Q1", "other/2023Q4"], "c") == {Q["2023Q1"]}
