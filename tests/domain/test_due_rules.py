"""Every rule at the dates where weekends, 调休 and the turn of the year make it go wrong."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import CALENDAR, campaign
from reminder_service.domain.due_rules import DueRule, Move
from reminder_service.domain.periods import Cadence, Period
from reminder_service.domain.workdays import due_date, first_period

RULES = (
    "last_workday_on_or_before_end",
    "first_workday_on_or_after_end",
    "end",
    "day_25_of_month",
    "day_31_of_month_back",
    "day_5_of_next_month_forward",
    "days_15_31_of_month_back",
    "days_5_10_20_of_month_forward",
    "month_12_day_20_back",
    "month_2_day_29_of_next_year_back",
    "10_days_after_end",
    "5_days_after_end_back",
    "5_workdays_after_end",
)


@pytest.mark.parametrize(
    ("period", "rule", "due"),
    [
        # 30 June 2024 is a Sunday.
        ("2024Q2", "last_workday_on_or_before_end", "2024-06-28"),
        ("2024Q2", "first_workday_on_or_after_end", "2024-07-01"),
        ("2024Q2", "end", "2024-06-30"),
        ("2024Q2", "day_30_of_month_back", "2024-06-28"),
        ("2024Q2", "day_30_of_month_forward", "2024-07-01"),
        ("2024Q2", "5_workdays_after_end", "2024-07-05"),
        # 29 September 2024 is a working Sunday, 1 to 7 October are free, 12 October is a working Saturday.
        ("2024M09", "day_29_of_month_back", "2024-09-29"),
        ("2024M09", "day_28_of_month_forward", "2024-09-29"),
        ("2024Q3", "day_5_of_next_month_back", "2024-09-30"),
        ("2024Q3", "day_5_of_next_month_forward", "2024-10-08"),
        ("2024Q3", "1_workdays_after_end", "2024-10-08"),
        ("2024Q3", "5_workdays_after_end", "2024-10-12"),
        ("2024M09T3", "5_days_after_end_back", "2024-09-30"),
        ("2024-10-08", "end", "2024-10-08"),
        # the turn of the year
        ("2025Q4", "last_workday_on_or_before_end", "2025-12-31"),
        ("2025M12", "day_5_of_next_month_back", "2026-01-05"),
        ("2025", "month_1_day_15_of_next_year_back", "2026-01-15"),
        ("2026", "last_workday_on_or_before_end", "2026-12-31"),
        ("2026M12", "day_25_of_month_back", "2026-12-25"),
        ("2026", "month_12_day_20_back", "2026-12-18"),
        # months without that day
        ("2024M02", "day_31_of_month", "2024-02-29"),
        ("2024", "month_2_day_29_of_next_year", "2025-02-28"),
        # several days a month: the 15th, the 25th and the 5th
        ("2025M07T1", "5_days_after_end_back", "2025-07-15"),
        ("2025M07T2", "5_days_after_end_back", "2025-07-25"),
        ("2025M07T3", "5_days_after_end_back", "2025-08-05"),
        # half-months: 15 September 2024 is a free Sunday, 31 August a Saturday
        ("2024M09H1", "last_workday_on_or_before_end", "2024-09-14"),
        ("2024M09H1", "days_15_31_of_month_forward", "2024-09-18"),
        ("2024M08H2", "days_15_31_of_month_back", "2024-08-30"),
        ("2025M02H2", "days_10_25_of_month_back", "2025-02-25"),
        ("2025M07H2", "5_days_after_end_back", "2025-08-05"),
        ("2025M07T3", "days_8_18_28_of_month_back", "2025-07-28"),
        # the last month of a half-year
        ("2025H1", "day_25_of_month_back", "2025-06-25"),
    ],
)
def test_a_rule_gives_the_day_that_the_notice_means(period: str, rule: str, due: str) -> None:
    assert due_date(Period.parse(period), DueRule.parse(rule), CALENDAR) == date.fromisoformat(due)


@pytest.mark.parametrize("name", RULES)
def test_a_rule_is_read_back_as_it_is_written(name: str) -> None:
    assert str(DueRule.parse(name)) == name


@pytest.mark.parametrize(
    "text",
    [
        "",
        "month",
        "day_0_of_month",
        "day_32_of_month",
        "month_13_day_1",
        "days_15_of_month",
        "days_25_10_of_month",
        "days_10_32_of_month",
        "month_2_day_30",
        "5_workdays_after_end_back",
    ],
)
def test_what_is_no_rule_is_refused_with_examples(text: str) -> None:
    with pytest.raises(ValueError, match="day_25_of_month_back"):
        DueRule.parse(text)


@given(
    st.sampled_from(RULES).map(DueRule.parse),
    st.sampled_from([one for one in Cadence if one is not Cadence.ONCE]),
    st.dates(date(2010, 1, 1), date(2030, 12, 31)),
)
def test_due_dates_follow_each_other_as_the_periods_do(rule: DueRule, cadence: Cadence, day: date) -> None:
    if not rule.fits(cadence):
        return
    period = Period.containing(day, cadence)
    following = period.next()
    assert following is not None
    first, second = (due_date(one, rule, CALENDAR) for one in (period, following))
    assert first <= second  # two may meet before a long holiday
    if rule.move is not Move.STAY:
        assert CALENDAR.is_workday(first)


@pytest.mark.parametrize(
    ("notice", "cadence", "rule", "first"),
    [
        ("2025-02-26", "month", "day_25_of_month_back", "2025M03"),
        ("2025-02-25", "month", "day_25_of_month_back", "2025M02"),
        ("2025-03-03", "month", "day_5_of_next_month_back", "2025M02"),
        ("2025-03-06", "month", "day_5_of_next_month_back", "2025M03"),
        ("2024-05-16", "half_month", "days_15_31_of_month_back", "2024M05H2"),
        ("2024-05-15", "half_month", "days_15_31_of_month_back", "2024M05H1"),
        ("2025-01-03", "year", "month_1_day_15_of_next_year_back", "2024"),
        ("2024-07-03", "quarter", "5_workdays_after_end", "2024Q2"),
    ],
)
def test_the_first_period_is_the_first_that_can_still_be_met(
    notice: str, cadence: str, rule: str, first: str
) -> None:
    found = first_period(date.fromisoformat(notice), Cadence(cadence), DueRule.parse(rule), CALENDAR)
    assert str(found) == first


def test_a_period_that_nobody_reports_on_is_passed_over() -> None:
    one = campaign(left_out=("Q1", "2025Q3"), last_period=Period.parse("2025Q4"))
    period: Period | None = one.first_period
    seen = []
    while period is not None:
        seen.append(str(period))
        period = one.following(period)
    assert seen == ["2024Q2", "2024Q3", "2024Q4", "2025Q2", "2025Q4"]


def test_a_campaign_that_leaves_everything_out_ends() -> None:
    one = campaign(left_out=("Q1", "Q2", "Q3", "Q4"))
    assert one.following(one.first_period) is None


def test_a_long_way_after_the_end_is_possible() -> None:
    assert due_date(Period.parse("2024Q2"), DueRule.parse("100_days_after_end"), CALENDAR) == date(
        2024, 6, 30
    ) + timedelta(days=100)
