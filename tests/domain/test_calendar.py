from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reminder_service.domain.campaign import DueRule
from reminder_service.domain.errors import WrongUsage
from reminder_service.domain.periods import Cadence, Period
from reminder_service.domain.workdays import WorkCalendar, due_date, first_period

CALENDAR = WorkCalendar()
LAST = DueRule.LAST_WORKDAY_ON_OR_BEFORE_END
DAYS = st.dates(date(2004, 1, 1), date(2030, 12, 31))


@pytest.mark.parametrize(
    ("period", "due"),
    [
        ("2024Q2", "2024-06-28"),
        ("2024Q3", "2024-09-30"),
        ("2024Q4", "2024-12-31"),
        ("2025Q4", "2025-12-31"),
        ("2026Q4", "2026-12-31"),
        ("2024M05", "2024-05-31"),
        ("2024M05T1", "2024-05-10"),
        ("2024M02T3", "2024-02-29"),
        ("2024H1", "2024-06-28"),
        ("2024", "2024-12-31"),
        ("2024-10-01", "2024-09-30"),
    ],
)
def test_the_due_date_is_the_last_workday_on_or_before_the_end(period: str, due: str) -> None:
    assert due_date(Period.parse(period), LAST, CALENDAR) == date.fromisoformat(due)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2024-09-29", True),
        ("2024-10-01", False),
        ("2024-10-07", False),
        ("2024-10-12", True),
        ("2024-06-10", False),
    ],
)
def test_announced_shifts_and_holidays_count(day: str, works: bool) -> None:
    assert CALENDAR.is_workday(date.fromisoformat(day)) is works


def test_where_no_calendar_is_known_weekends_count_and_it_says_so() -> None:
    assert not CALENDAR.knows(2027)
    assert CALENDAR.knows(2026)
    assert CALENDAR.is_workday(date(2027, 1, 4))
    assert not CALENDAR.is_workday(date(2027, 1, 3))


def test_the_offices_own_file_overrules() -> None:
    own = WorkCalendar({date(2027, 1, 4): False, date(2027, 1, 3): True}, complete=[2027])
    assert own.knows(2027)
    assert not own.is_workday(date(2027, 1, 4))
    assert own.is_workday(date(2027, 1, 3))


def test_one_local_holiday_does_not_make_a_year_known() -> None:
    own = WorkCalendar({date(2027, 3, 3): False})
    assert not own.knows(2027)
    assert not own.is_workday(date(2027, 3, 3))


def test_the_first_period_is_the_first_not_due_before_the_notice() -> None:
    assert str(first_period(date(2024, 5, 23), Cadence.QUARTER, LAST, CALENDAR)) == "2024Q2"
    assert str(first_period(date(2024, 6, 29), Cadence.QUARTER, LAST, CALENDAR)) == "2024Q3"


@given(DAYS, st.integers(-60, 60))
def test_shifting_from_a_workday_lands_on_a_workday_and_counts_back(day: date, workdays: int) -> None:
    start = CALENDAR.on_or_after(day)
    shifted = CALENDAR.shift(start, workdays)
    assert CALENDAR.is_workday(shifted)
    assert CALENDAR.between(start, shifted) == workdays


@given(DAYS, st.sampled_from([one for one in Cadence if one is not Cadence.ONCE]))
def test_periods_follow_each_other_without_gap_and_names_are_read_back(day: date, cadence: Cadence) -> None:
    period = Period.containing(day, cadence)
    assert period.start <= day <= period.end
    following = period.next()
    assert following is not None
    assert (following.start - period.end).days == 1
    assert following.previous() == period
    assert Period.parse(str(period)) == period


@pytest.mark.parametrize("text", ["2024Q5", "2024M13", "Q2", "", "2024-02-30", "2024M05T4"])
def test_what_names_no_period_is_refused_with_examples(text: str) -> None:
    with pytest.raises(WrongUsage, match="2024Q2"):
        Period.parse(text)
