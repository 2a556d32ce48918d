from dataclasses import replace

import pytest

from builders import address, document, form, message, state
from reminder_service.domain.decisions import Decision, DecisionKind
from reminder_service.domain.documents import Box, Cell, Kind, Row, Table
from reminder_service.domain.forms import Form
from reminder_service.domain.incoming import IncomingDocument
from reminder_service.domain.printed_pages import page_marks
from reminder_service.domain.state import Finding

WOMEN = "县妇联"
ALL = {2: "培训3场", 3: "联谊2场", 4: "关爱10人"}


def copy(filled: Form, *, pages: int = 1, text: str = "", bottom: float = 3300) -> IncomingDocument:
    """A scan whose last row ends at ``bottom`` of 3508."""
    box: Box = (0, 0, 2480, bottom)
    rows = tuple(replace(row, box=box, confidence=0.95) for row in filled.rows)
    made = document("盖章.pdf", kind=Kind.PDF, filled=replace(filled, rows=rows), pictures=1, recognised=True)
    sheets = tuple(replace(made.reading.pages[0], number=number) for number in range(1, pages + 1))
    return replace(made, reading=replace(made.reading, pages=sheets, text=text))


def missed(*documents: IncomingDocument, accepted: bool = False) -> list[Finding]:
    done = Decision(kind=DecisionKind.ACCEPT, document="盖章.pdf", unit=WOMEN, period="2024Q2")
    now = state(message(address(WOMEN), *documents), decisions=[done] if accepted else [])
    return [one for one in now.unit(WOMEN).findings if one.code in ("page_missing", "mismatch")]


def test_a_copy_that_breaks_off_before_the_last_items_lacks_a_page_and_says_which_items() -> None:
    (found,) = missed(document(filled=form(ALL)), copy(form({2: "培训3场", 3: "联谊2场"})))
    assert (found.code, found.waits_for.value) == ("page_missing", "office")
    assert found.detail == "盖章版缺页：表格前后不完整，未见第4项“实施特殊困难儿童关爱行动”"


def test_a_table_that_ends_in_the_middle_of_the_page_is_no_missing_page() -> None:
    assert missed(document(filled=form(ALL)), copy(form({2: "培训3场", 3: "联谊2场"}), bottom=1200)) == []


def test_a_copy_whose_first_page_is_missing_begins_without_title_or_in_the_middle_of_a_row() -> None:
    later = replace(form({4: "关爱10人"}), title="")
    rest = replace(later.rows[0], number="", name="", units="", measures="联谊2场")
    torn = replace(later, rows=(rest, *later.rows))
    for one in (later, torn):
        assert [found.code for found in missed(document(filled=form(ALL)), copy(one))] == ["page_missing"]
    assert missed(document(filled=form(ALL)), copy(form({4: "关爱10人"}))) == []


def bare(width: int, problem: str = "not_a_form") -> IncomingDocument:
    """A stamped copy with a table in which no headings are."""
    made = document("盖章.pdf", kind=Kind.PDF, pictures=1, what=problem)
    row = Row(page=1, number=1, cells=tuple(Cell(text="甲") for _ in range(width)))
    return replace(made, reading=replace(made.reading, tables=(Table(page=1, rows=(row,)),)))


def test_a_copy_without_any_headings_lacks_its_first_page() -> None:
    typed = document(filled=form(ALL))
    (found,) = missed(typed, bare(5))
    assert found.detail == "盖章版缺页：表格没有表头，可能缺首页，请对照原件核对"
    assert missed(typed, bare(3)) == missed(typed, bare(5, "other_columns")) == []
    assert missed(typed, copy(form(ALL)), bare(5)) == []


def test_rows_that_only_other_units_owe_are_not_missed() -> None:
    whole = form(ALL, blank=[1])
    assert missed(document(filled=whole), copy(form(ALL))) == []


def test_a_page_missing_in_the_middle_is_noticed() -> None:
    filled = form({2: "培训3场", 4: "关爱10人"})
    rows = tuple(replace(row, page=page) for row, page in zip(filled.rows, (1, 2), strict=True))
    made = copy(replace(filled, rows=rows), pages=2, bottom=1200)
    assert [one.code for one in missed(document(filled=form(ALL)), made)] == ["page_missing"]


def test_a_row_left_out_in_the_middle_of_a_page_is_no_missing_page() -> None:
    assert missed(document(filled=form(ALL)), copy(form({2: "培训3场", 4: "关爱10人"}))) == []


def test_the_printed_number_of_pages_tells_which_is_missing() -> None:
    made = copy(form(ALL), pages=2, text="第1页　共3页\n第3页　共3页")
    (found,) = missed(document(filled=form(ALL)), made)
    assert found.detail == "盖章版缺页：页码为共3页，仅收到2页，缺第2页"


def test_a_whole_form_that_breaks_off_before_own_items_lacks_a_page_without_an_electronic_version_too() -> (
    None
):
    assert [one.code for one in missed(copy(form({2: "培训3场", 3: "联谊2场"}, blank=[1])))] == [
        "page_missing"
    ]


def test_own_rows_alone_are_no_whole_form() -> None:
    assert missed(copy(form({2: "培训3场", 3: "联谊2场"}))) == []


def test_what_a_person_accepted_as_it_is_lacks_nothing() -> None:
    assert missed(document(filled=form(ALL)), copy(form({2: "培训3场"})), accepted=True) == []


@pytest.mark.parametrize(
    ("text", "seen", "total"),
    [
        ("第1页　共2页", {1}, 2),
        ("第 1 页，共 2 页", {1}, 2),
        ("第２页/共２页", {2}, 2),
        ("Page 1 of 4", {1}, 4),
        ("第3页 共2页", set(), 0),
        ("见第2页共3项", set(), 0),
    ],
)
def test_page_numbers_are_read_in_their_usual_spellings(text: str, seen: set[int], total: int) -> None:
    marks = page_marks(text)
    assert (marks.seen, marks.total) == (seen, total)


def test_the_foot_of_a_page_on_its_side_cannot_be_told_so_it_may_go_on() -> None:
    made = copy(form({2: "培训3场"}))
    turned = tuple(replace(one, rotation=90) for one in made.reading.pages)
    sideways = replace(made, reading=replace(made.reading, pages=turned))
    assert [one.code for one in missed(document(filled=form(ALL)), sideways)] == ["page_missing"]
