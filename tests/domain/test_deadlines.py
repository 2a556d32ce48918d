"""Deadlines as units write them: which day they leave, and when a matter is overdue."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reminder_service.domain.deadlines import last_day, overdue, says_done


@pytest.mark.parametrize(
    ("text", "day"),
    [
        pytest.param("2024年12月底", date(2024, 12, 31), id="end-of-a-month"),
        pytest.param("2024年11月", date(2024, 11, 30), id="a-month"),
        pytest.param("2024年6月30日前", date(2024, 6, 30), id="a-day"),
        pytest.param("2024.6.30", date(2024, 6, 30), id="a-day-in-figures"),
        pytest.param("2024-09", date(2024, 9, 30), id="a-month-in-figures"),
        pytest.param("9月底前", date(2024, 9, 30), id="no-year"),
        pytest.param("十一月中旬", date(2024, 11, 20), id="a-third-of-a-month"),
        pytest.param("2024年5月至12月", date(2024, 12, 31), id="the-end-of-a-span"),
        pytest.param("2024年12月至2025年3月", date(2025, 3, 31), id="a-span-over-the-year"),
        pytest.param("第三季度", date(2024, 9, 30), id="a-quarter"),
        pytest.param("2025年上半年", date(2025, 6, 30), id="half-a-year"),
        pytest.param("全年", date(2024, 12, 31), id="the-whole-year"),
        pytest.param("2025年底", date(2025, 12, 31), id="year-end"),
        pytest.param("2025年", date(2025, 12, 31), id="a-year"),
        pytest.param("年内", date(2024, 12, 31), id="within-the-year"),
        pytest.param("每季度", None, id="every-quarter"),
        pytest.param("长期坚持，2024年12月底小结", None, id="without-end"),
        pytest.param("次年3月", None, id="next-year"),
        pytest.param("2月30日", None, id="no-such-day"),
        pytest.param("已完成", None, id="no-day"),
        pytest.param("", None, id="nothing"),
    ],
)
def test_a_deadline_leaves_until_its_last_day(text: str, day: date | None) -> None:
    assert last_day(text, year=2024) == day


@given(st.text(st.sampled_from("2024年12月第三季度上下半旬底日./- 0一十每") | st.characters(), max_size=30))
def test_whatever_stands_there_is_a_day_or_none(text: str) -> None:
    assert last_day(text, year=2024) is None or last_day(text, year=2024) >= date(2000, 1, 31)  # type: ignore[operator]


@pytest.mark.parametrize(
    ("text", "done"),
    [
        pytest.param("改造工程已全部完成。", True, id="all-done"),
        pytest.param("三处站点均已完成；验收合格。", True, id="each-done"),
        pytest.param("已完成16所。", False, id="so-many-are-done"),
        pytest.param("预计年底全部完成。", False, id="will-be"),
        pytest.param("尚未全部完成。", False, id="not-yet"),
        pytest.param("正在推进。", False, id="at-work"),
    ],
)
def test_only_what_says_so_is_done(text: str, done: bool) -> None:
    assert says_done(text) is done


def test_a_matter_is_overdue_from_the_day_after() -> None:
    assert not overdue("2024年9月底", "正在推进。", today=date(2024, 9, 30), year=2024)
    assert overdue("2024年9月底", "正在推进。", today=date(2024, 10, 1), year=2024)
    assert not overdue("2024年9月底", "已全部完成。", today=date(2024, 10, 1), year=2024)
