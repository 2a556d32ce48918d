"""Notices that want reports on several days of a month: what is read, what is proposed, when mails would go."""

from datetime import date

import pytest

from builders import CALENDAR, ZONE, at, campaign, contacts, state
from reminder_service.domain.campaign import Campaign
from reminder_service.domain.due_rules import DueRule
from reminder_service.domain.notice.due_words import due_words
from reminder_service.domain.notice.schedule import find_schedule
from reminder_service.domain.periods import Cadence, Period
from reminder_service.domain.reminders import Planner


@pytest.mark.parametrize(
    ("words", "cadence", "rule", "first", "proposal"),
    [
        (
            "请于每月15日和月底前将进展情况报送我办。",
            "half_month",
            "last_workday_on_or_before_end",
            "2024M05H1",
            "每半月最后一个法定工作日（当天下班前）",
        ),
        (
            "请于每月10日、25日前报送进展情况，遇节假日顺延。",
            "half_month",
            "days_10_25_of_month_forward",
            "2024M05H1",
            "每月10日前报上半月、25日前报下半月（含当日）；遇休息日顺延到此后第一个法定工作日",
        ),
        (
            "各单位每月5日前、20日前报送进展情况。",
            "half_month",
            "5_days_after_end_back",
            "2024M05H1",
            "每月5日前报上月下半月、20日前报上半月（含当日）；遇休息日提前到此前最后一个法定工作日",
        ),
        (
            "请每月8日、18日及月末报送情况。",
            "ten_days",
            "days_8_18_31_of_month_back",
            "2024M05T1",
            "每月8日前报上旬、18日前报中旬、月底前报下旬（含当日）；遇休息日提前到此前最后一个法定工作日",
        ),
        (
            "实行半月报制度，请按时报送进展情况。",
            "half_month",
            "last_workday_on_or_before_end",
            "2024M05H1",
            "每半月最后一个法定工作日（当天下班前）",
        ),
        (
            "请于每月5日、15日、25日前报送情况。",
            "ten_days",
            "5_days_after_end_back",
            "2024M05T1",
            "每月5日前报上月下旬、15日前报上旬、25日前报中旬（含当日）；遇休息日提前到此前最后一个法定工作日",
        ),
    ],
)
def test_days_of_each_month_become_periods_of_their_own(
    words: str, cadence: str, rule: str, first: str, proposal: str
) -> None:
    found = find_schedule([words], date(2024, 5, 6), CALENDAR)
    assert found
    assert (str(found.cadence), str(found.rule), str(found.first)) == (cadence, rule, first)
    assert due_words(found.rule, found.cadence) == proposal


@pytest.mark.parametrize("words", ["请于每月25日前报送进展情况。", "请于每月25日前报送，联系电话6967116。"])
def test_one_day_of_each_month_stays_a_monthly_report(words: str) -> None:
    found = find_schedule([words], date(2024, 5, 6), CALENDAR)
    assert found
    assert (found.cadence, str(found.rule)) == (Cadence.MONTH, "day_25_of_month_back")


def twice_a_month() -> Campaign:
    return campaign(
        cadence=Cadence.HALF_MONTH,
        first_period=Period.parse("2024M08H2"),
        due_rule=DueRule.parse("days_15_31_of_month_back"),
        left_out=("M10H1",),
    )


def test_every_half_month_has_its_due_date_and_one_that_is_left_out_has_none() -> None:
    one = twice_a_month()
    planner = Planner(campaign=one, calendar=CALENDAR, zone=ZONE, contacts=contacts(), history=())
    unit = one.units[0].name
    mails = planner.plan(
        lambda period: state(of=one, period=period, now="2024-08-20 09:00"),
        start=at("2024-08-20 09:00"),
        end=at("2024-11-01 18:00"),
    ).mails
    due = {str(mail.period): f"{mail.due:%m-%d}" for mail in mails if mail.unit == unit}
    # 14 September is a working Saturday, 1 to 7 October are free.
    assert due == {
        "2024M08H2": "08-30",
        "2024M09H1": "09-14",
        "2024M09H2": "09-30",
        "2024M10H2": "10-31",
        "2024M11H1": "11-15",
    }
    assert all(CALENDAR.is_workday(mail.time.date()) for mail in mails)
    assert Period.parse("2024M09H1").title == "2024年9月上半月"
