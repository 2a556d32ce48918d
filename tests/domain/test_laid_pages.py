"""Rows of an Office file found on the pages that it was laid out on."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reminder_service.domain.documents import Cell, Row
from reminder_service.domain.laid_pages import (
    LaidPage,
    LaidPages,
    laid_pages_from_json,
    laid_pages_to_json,
)

PARTS = ("1实施妇女权益保障行动县妇联已开展“两癌”筛查20场次年底", "2实施童心儿童素养行动县科协已完成12月")


def page(text: str, number: int = 1) -> LaidPage:
    """A page on which every character is a point wide and ten points high, one after the other."""
    boxes = [value for place in range(len(text)) for value in (place * 10, 100, place * 10 + 10, 200)]
    return LaidPage(number=number, width=500, height=700, text=text, boxes=tuple(boxes))


def row(*texts: str) -> Row:
    return Row(page=1, number=1, cells=tuple(Cell(text=text) for text in texts))


FIRST = row("1", "实施妇女权益保障行动", "县妇联", "已开展“两癌”筛查20场次", "年底")
SECOND = row("2", "实施童心儿童素养行动", "县科协", "已完成", "12月")


def spans(found: object) -> list[tuple[int, int, int]]:
    return [(one.page, round(one.box[0]), round(one.box[2])) for one in found]  # type: ignore[attr-defined]


def test_a_row_and_its_cell_are_found_whatever_is_punctuated_otherwise() -> None:
    pages = LaidPages(pages=(page("".join(PARTS).replace("“两癌”", "两癌“”")),))
    start = PARTS[0].index("已开展")
    (whole,) = spans(pages.find_row(FIRST))
    assert whole == (1, 0, len(PARTS[0]))
    (cell,) = spans(pages.find_cell(FIRST, "已开展“两癌”筛查20场次"))
    assert (cell[1], cell[2]) == (start, PARTS[0].index("年底"))


def test_a_short_text_that_stands_in_many_rows_is_found_behind_what_stands_before_it() -> None:
    other = "3实施另一件实事行动县团委已完成12月"
    pages = LaidPages(pages=(page(PARTS[1] + other),))
    start = PARTS[1].index("已完成")
    assert spans(pages.find_cell(SECOND, "已完成")) == [(1, start, start + 3)]


def test_what_could_be_either_of_two_is_not_marked() -> None:
    pages = LaidPages(pages=(page(PARTS[1] * 2),))
    assert pages.find_cell(SECOND, "已完成") == () and pages.find_row(SECOND) == ()


def test_a_cell_that_goes_on_over_the_page_has_two_places() -> None:
    text = "已开展培训二十场次覆盖职工若干人"
    long = row("1", "实施妇女权益保障行动", "县妇联", text, "年底")
    before = "1实施妇女权益保障行动县妇联"
    pages = (page(f"{before}{text[:9]}年底"), page(f"{text[9:]}2下一行", 2))
    found = LaidPages(pages=pages).find_cell(long, text)
    assert spans(found) == [(1, len(before), len(before) + 9), (2, 0, len(text) - 9)]
    assert [one.page for one in LaidPages(pages=pages, torn=False).find_cell(long, text)] == [1]


def test_a_text_that_a_sheet_cuts_off_is_found_by_its_beginning() -> None:
    text = "已开展培训二十场次覆盖职工若干人"
    cut = row("1", "实施妇女权益保障行动", "县妇联", text)
    found = LaidPages(pages=(page(f"1实施妇女权益保障行动县妇联2县科协{text[:10]}"),), torn=False)
    assert spans(found.find_cell(cut, text)) == [(1, 18, 28)]


def test_another_cell_that_was_set_behind_the_row_is_not_taken_for_its_own() -> None:
    text = "已开展实施乙项工作若干次"
    pages = LaidPages(pages=(page("2实施童心儿童素养行动县科协已开展实施甲项工作若干次"),), torn=False)
    assert pages.find_cell(row("2", "实施童心儿童素养行动", "县科协", text), text) == ()


def test_a_text_that_is_not_there_is_nowhere() -> None:
    pages = LaidPages(pages=(page(PARTS[0]),))
    assert pages.find_cell(FIRST, "完全不同的另一段文字") == () and pages.find_cell(FIRST, "") == ()
    assert LaidPages(pages=()).find_row(FIRST) == ()


@given(
    st.lists(st.lists(st.text(max_size=12), max_size=4), max_size=4),
    st.lists(st.text(max_size=20), max_size=3),
)
def test_whatever_stands_there_a_place_lies_on_its_page(cells: list[list[str]], texts: list[str]) -> None:
    pages = tuple(page(text, number) for number, text in enumerate(texts, start=1))
    laid = LaidPages(pages=pages)
    for texts_of_row in cells:
        one = row(*texts_of_row)
        for place in (*laid.find_row(one), *(p for text in texts_of_row for p in laid.find_cell(one, text))):
            x0, top, x1, bottom = place.box
            assert 0 <= x0 < x1 <= len(pages[place.page - 1].text) and (top, bottom) == (10, 20)


def test_pages_are_kept_as_they_are() -> None:
    pages = (page("甲“乙"), page("", 2))
    assert laid_pages_from_json(json.loads(json.dumps(laid_pages_to_json(pages)))) == pages


@pytest.mark.parametrize(
    "broken", [{}, {"number": 1, "width": 1, "height": 1, "text": "甲", "boxes": [1]}, {"boxes": None}]
)
def test_torn_pages_are_refused(broken: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r".+"):
        laid_pages_from_json([broken])
