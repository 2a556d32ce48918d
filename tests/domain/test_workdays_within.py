from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import CALENDAR

DAYS = st.dates(min_value=date(2024, 1, 1), max_value=date(2027, 12, 31))


@given(DAYS, st.integers(-40, 60), st.integers(-3, 20))
def test_a_stretch_is_within_so_many_workdays_where_it_counts_no_more(
    first: date, length: int, workdays: int
) -> None:
    last = first + timedelta(days=length)
    assert CALENDAR.within(first, last, workdays) == (CALENDAR.between(first, last) <= workdays)


@pytest.mark.parametrize("last", [date(2024, 6, 28), date(2124, 6, 28)], ids=["near", "a century away"])
def test_the_end_may_lie_beyond_every_announcement(last: date) -> None:
    assert CALENDAR.within(date(2024, 6, 26), last, 2) is (last.year == 2024)
