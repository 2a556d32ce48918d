"""Forms in PDF files whose columns no rules part."""

from collections.abc import Sequence

import pytest
from document_makers import COLUMNS

from reminder_service.documents.pdf_join import Sheet, joined
from reminder_service.documents.pdf_sheets import laid_out, sheet_of, whole
from reminder_service.documents.pdf_text import Char
from reminder_service.documents.pdf_unruled import Columns
from reminder_service.domain import documents
from reminder_service.domain.documents import Kind, Reading
from reminder_service.domain.forms import Form, find_form

Line = tuple[float, str]
SIZE = 10.0


class Page:
    """What the reader asks of a page: its width and its rules."""

    width = 600.0

    def __init__(self, rules: Sequence[float] = ()) -> None:
        self.edges = [
            {"orientation": "h", "top": top, "x0": 40.0, "x1": 560.0, "width": 520.0} for top in rules
        ]

    def find_tables(self, settings: object) -> list[object]:
        return []


def typed(top: float, *fields: Line) -> list[Char]:
    return [
        {
            "text": char,
            "x0": x + SIZE * at,
            "x1": x + SIZE * (at + 1),
            "top": top,
            "bottom": top + SIZE,
            "size": SIZE,
        }
        for x, text in fields
        for at, char in enumerate(text)
    ]


TITLE = typed(20, (150, "实事进展情况报表")) + typed(40, (40, "填报单位：县民政局"))
HEAD = typed(60, (40, "序号"), (90, "实事名称"), (190, "责任单位"), (300, "进展情况"), (500, "完成时限"))


def form(*pages: list[Char], rules: Sequence[float] = ()) -> Form | None:
    sheets, plain = list[Sheet](), list[Sheet]()
    columns: Columns | None = None
    for number, chars in enumerate(pages, start=1):
        plain.append(sheet_of(Page(rules), number, chars))
        sheet, columns = laid_out(Page(rules), plain[-1], chars, columns)
        sheets.append(sheet)
    seen = [documents.Page(number=sheet.number, width=600, height=800, has_text=True) for sheet in sheets]
    sheets = whole(sheets, plain, seen)
    return find_form(Reading(document="", filename="", kind=Kind.PDF, tables=tuple(joined(sheets))), COLUMNS)


def texts(found: Form | None) -> list[tuple[str, str, str, str]]:
    assert found
    return [(row.number, row.name, row.measures, row.deadline) for row in found.rows]


def test_columns_stand_under_their_headings_and_rows_begin_at_their_numbers() -> None:
    body = typed(
        80,
        (45, "1"),
        (90, "甲事"),
        (190, "县民政局"),
        (270, "已走访十户老人并送去了春节慰问品"),
        (500, "6月底"),
    )
    body += typed(95, (270, "金。")) + typed(
        115, (45, "2"), (90, "乙事"), (190, "县民政局"), (270, "已办结"), (500, "9月")
    )
    foot = typed(150, (40, "填报人：张三"))
    found = form(TITLE + HEAD + body + foot)
    assert texts(found) == [
        ("1", "甲事", "已走访十户老人并送去了春节慰问品金。", "6月底"),
        ("2", "乙事", "已办结", "9月"),
    ]
    assert found and (found.unit, found.rows[0].confidence) == ("县民政局", 0.5)


def test_headings_in_two_lines_and_numbers_in_the_middle_of_their_rows() -> None:
    head = typed(52, (40, "序"), (300, "本季度具体措施")) + typed(60, (90, "实事名称"), (190, "责任单位"))
    head += typed(68, (40, "号"), (300, "及任务进度情况"))
    body = typed(90, (270, "第一行说到这里还没有说完所以")) + typed(
        105, (45, "1"), (90, "甲事"), (190, "县民政局")
    )
    body += typed(105, (270, "第二行接着说到这里又没有说完")) + typed(120, (270, "第三行完。"))
    body += typed(135, (45, "2"), (90, "乙事"), (190, "县民政局"), (270, "已办结"))
    assert [row[:3] for row in texts(form(TITLE + head + body))] == [
        ("1", "甲事", "第一行说到这里还没有说完所以第二行接着说到这里又没有说完第三行完。"),
        ("2", "乙事", "已办结"),
    ]


def test_level_rules_part_the_rows() -> None:
    body = typed(80, (270, "第一行说到这里还没有说完所以")) + typed(
        95, (45, "1"), (90, "甲事"), (270, "第二行完。")
    )
    body += typed(115, (45, "2"), (90, "乙事"), (270, "已办结"))
    found = texts(form(TITLE + HEAD + body, rules=(76, 110, 130)))
    assert [row[2] for row in found] == ["第一行说到这里还没有说完所以第二行完。", "已办结"]


def test_rows_go_on_on_the_next_page_without_headings() -> None:
    first = (
        TITLE + HEAD + typed(80, (45, "1"), (90, "甲事"), (190, "县民政局"), (270, "已办结"), (500, "6月"))
    )
    second = typed(30, (45, "2"), (90, "乙事"), (190, "县民政局"), (270, "办理中"), (500, "9月"))
    assert texts(form(first, second)) == [("1", "甲事", "已办结", "6月"), ("2", "乙事", "办理中", "9月")]


@pytest.mark.parametrize(
    "body",
    [
        typed(80, (90, "甲事"), (270, "没有序号")),
        typed(80, (45, "1"), (90, "甲事"), (270, "已办结")) + typed(95, (90, "乙事"), (270, "已办结")),
    ],
    ids=["no number at all", "rules make a row without a number"],
)
def test_what_row_a_cell_belongs_to_is_not_guessed(body: list[Char]) -> None:
    assert form(TITLE + HEAD + body, rules=(76, 90, 110)) is None


def test_text_in_columns_is_no_form() -> None:
    text = typed(60, (40, "序言"), (190, "单位介绍"), (300, "工作进展")) + typed(80, (40, "1"), (190, "乙"))
    assert form(text) is None


def test_half_a_form_is_none_but_a_page_with_the_signature_alone_does_no_harm() -> None:
    first = (
        TITLE + HEAD + typed(80, (45, "1"), (90, "甲事"), (190, "县民政局"), (270, "已办结"), (500, "6月"))
    )
    signed = typed(30, (300, "县民政局（盖章）"))
    assert len(texts(form(first, signed))) == 1
    torn = [
        char for top in range(20, 120, 20) for char in typed(top, (270, "上一页没有写完的话还在这里继续"))
    ]
    assert form(first, torn) is None
