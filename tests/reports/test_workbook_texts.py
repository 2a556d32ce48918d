from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from reminder_service.reports.texts import (
    CUT,
    few_lines,
    lines_of,
    moment_words,
    parts_of,
    safe_text,
    width_of,
    wrapped,
)


@given(st.text(st.characters(codec=None)))
def test_any_text_can_stand_in_an_office_file(text: str) -> None:
    element = etree.Element("t")
    element.text = safe_text(text)
    assert etree.fromstring(etree.tostring(element)).text in (safe_text(text), None)


@pytest.mark.parametrize("char", ["\x00", "\x07", "\x1b", "\ud83d", "\uffff", "\u202e", "\u2066"])
def test_what_is_forbidden_or_hides_something_becomes_visible(char: str) -> None:
    assert safe_text(f"报{char}表") == "报\ufffd表"


def test_kinds_of_line_breaks_become_one() -> None:
    assert safe_text("一\r\n二\r三\x0b四\u2028五\n六") == "一\n二\n三\n四\n五\n六"


@given(st.text(), st.integers(min_value=len(CUT), max_value=200))
def test_a_text_is_never_longer_than_allowed_and_says_when_it_was_cut(text: str, longest: int) -> None:
    shown = safe_text(text, longest)
    assert len(shown.encode("utf-16-le")) <= 2 * longest
    assert shown == safe_text(text) or shown.endswith(CUT)


def test_a_moment_is_said_in_office_time() -> None:
    office = timezone(timedelta(hours=8))
    assert moment_words(datetime(2024, 6, 28, 7, 4, tzinfo=UTC), office) == "2024-06-28 15:04"


def test_a_chinese_character_is_as_wide_as_two_digits() -> None:
    assert width_of("“两癌”12%") == 11


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        pytest.param("", 1, id="nothing"),
        pytest.param("一二三四五", 1, id="just-fits"),
        pytest.param("一二三四五六", 2, id="one-more"),
        pytest.param("一\n二\n", 3, id="breaks"),
        pytest.param("一二三四abc", 2, id="a-word-goes-to-the-next-line"),
        pytest.param("a" * 31, 4, id="a-word-longer-than-the-line"),
        pytest.param("一二三四五，六七八九", 3, id="a-comma-takes-a-character-with-it"),
        pytest.param("一二三四（六七八九）", 3, id="a-bracket-is-not-left-behind"),
        pytest.param("一二“四”、六七", 3, id="marks-one-after-another"),
        pytest.param("。" * 11, 3, id="marks-alone"),
    ],
)
def test_lines_are_counted_as_they_wrap(text: str, lines: int) -> None:
    assert lines_of(text, 10) == lines


@given(st.text(), st.integers(min_value=2, max_value=100))
def test_lines_have_room_for_the_whole_text(text: str, room: int) -> None:
    # A full-width character may leave half a place free at the end of each line.
    assert lines_of(text, room) * room >= width_of(text.replace("\n", ""))


@given(st.text(), st.integers(min_value=2, max_value=100))
def test_wrapped_lines_are_the_text_again(text: str, room: int) -> None:
    lines = wrapped(text, room)
    assert "".join(lines) == text
    assert all(width_of(line.removesuffix("\n")) <= room for line in lines)


@given(
    st.text(st.sampled_from("一，。“”（）a1 \n\u0301\N{GRINNING FACE}"), max_size=300),
    st.integers(min_value=2, max_value=20),
    st.integers(min_value=1, max_value=5),
)
def test_parts_hold_so_many_lines_and_lose_nothing(text: str, room: int, most: int) -> None:
    parts = list(parts_of(text, room, most))
    assert "".join(parts).replace("\n", "") == text.replace("\n", "")
    assert all(lines_of(part, room) <= most for part in parts)


def test_a_part_ends_with_a_sentence_where_one_is_near() -> None:
    assert list(parts_of("一二三四五六七。八九十", 10, 2)) == ["一二三四五六七。", "八九十"]
    assert list(parts_of("一。二三四五六七八九十一二三", 10, 2)) == ["一。二三四五六七八九", "十一二三"]
    assert list(parts_of("一二三四\n五六七八\n九", 10, 2)) == ["一二三四\n五六七八", "九"]


def test_a_text_of_line_breaks_alone_is_only_so_many_lines() -> None:
    assert few_lines("一\n二") == "一\n二"
    assert few_lines("\n" * 30_000).count("\n") == 1000
    assert few_lines("一\n" * 1500).count("一") == 1500
