from dataclasses import replace

import pytest

from builders import address, campaign, document, form, message, state
from reminder_service.domain.documents import Cell, FormCode, Kind, Page, Reading, Row, Seal, Table
from reminder_service.domain.forms import find_form
from reminder_service.domain.incoming import IncomingDocument
from reminder_service.domain.sheaves import bound, with_whole_sheaves
from reminder_service.domain.state import Status

YOUTH = "团县委"
HEADINGS = ("序号", "实事名称", "责任单位", "本季度具体措施及任务进度情况", "完成时限")
TITLE = "2024年为全县妇女儿童办实事工作进展情况报表\n填报单位：团县委"
CARED = "结对帮扶困难儿童10人，开展走访慰问活动和心理辅导服务"
WEDDING = (
    "3",
    "实施新型婚育文化培育行动",
    "县妇联\n团县委\n市医疗保障局高青分局",
    "联谊2场，",
    "2024年12月底",
)
TORN = ("", "", "", "牵手37对。", "")
CARE = ("4", "实施特殊困难儿童关爱行动", "县民政局\n县残联\n县妇联\n团县委", CARED, "2024年12月底")
COLUMNS = campaign().form.columns


def page(
    name: str,
    *rows: tuple[str, ...],
    above: str = "",
    text: str = "",
    seal: bool = False,
    edges: tuple[float, ...] = (0, 50, 150, 250, 450),
    code: FormCode | None = None,
) -> IncomingDocument:
    """A photo of a page with a table."""
    table = Table(
        page=1,
        above=above,
        rows=tuple(
            Row(
                page=1,
                number=number,
                cells=tuple(
                    Cell(
                        text=cell, box=(left, 100.0 * number, left + 40, 100.0 * number + 90), confidence=0.95
                    )
                    for cell, left in zip(row, edges, strict=False)
                ),
            )
            for number, row in enumerate(rows, start=1)
        ),
    )
    seals = (Seal(box=(1, 1, 9, 9), score=0.9, text=""),) if seal else ()
    reading = Reading(
        document=name,
        filename=name,
        kind=Kind.IMAGE,
        pages=(Page(number=1, width=500, height=700, pictures=1, recognised=True, seals=seals),),
        tables=(table,) if rows else (),
        text=f"{above}\n{text}",
        code=code,
    )
    return replace(document(name), reading=reading, form=find_form(reading, COLUMNS))


def together(*pages: IncomingDocument) -> list[tuple[str, list[tuple[str, str, int]]]]:
    return [
        (one.filename, [(row.number, row.measures, row.page) for row in one.form.rows] if one.form else [])
        for one in bound(pages, COLUMNS)
    ]


def test_a_row_torn_between_two_photos_is_one_row_and_each_photo_keeps_its_own_rows() -> None:
    first, second = page("1.jpg", HEADINGS, WEDDING, above=TITLE), page("2.jpg", TORN, CARE)
    assert together(first, second) == [
        ("1.jpg", [("3", "联谊2场，牵手37对。", 1)]),
        ("2.jpg", [("4", CARED, 1)]),
    ]


def test_photos_sent_in_the_wrong_order_are_put_in_the_order_of_their_pages() -> None:
    last, middle = page("1.jpg", CARE), page("2.jpg", WEDDING)
    head = page(
        "3.jpg", HEADINGS, ("1", "实施教育资源扩增优化工程", "县教育和体育局", "5所", ""), above=TITLE
    )
    (sheaf,) = {one.sheaf for one in bound([last, middle, head], COLUMNS)}
    assert sheaf is not None
    assert sheaf.documents == ("3.jpg", "2.jpg", "1.jpg")


def test_printed_page_numbers_go_before_file_names() -> None:
    head = page("a.jpg", HEADINGS, WEDDING, above=TITLE, text="第1页　共3页")
    third, second = page("b.jpg", TORN, text="第3页　共3页"), page("c.jpg", TORN, text="第2页　共3页")
    (sheaf,) = {one.sheaf for one in bound([head, third, second], COLUMNS)}
    assert sheaf is not None
    assert sheaf.documents == ("a.jpg", "c.jpg", "b.jpg")


@pytest.mark.parametrize(
    "other",
    [
        page("2.jpg", CARE[:4], edges=(0, 50, 150, 250)),
        page("2.jpg", CARE, edges=(0, 150, 250, 350, 400)),
        page("2.jpg"),
        page("2.jpg", HEADINGS, CARE, above=TITLE),
        page("2.jpg", HEADINGS, CARE, above="填报单位：县妇联"),
    ],
    ids=["fewer columns", "other columns", "no table", "another form with its title", "another unit"],
)
def test_what_is_no_further_page_stays_by_itself(other: IncomingDocument) -> None:
    head = page("1.jpg", HEADINGS, WEDDING, above=TITLE)
    assert [one.sheaf for one in bound([head, other], COLUMNS)] == [None, None]


def test_pages_with_codes_of_different_units_are_never_put_together() -> None:
    codes = [FormCode(campaign="gaoqing", period="2024Q2", unit_code=unit) for unit in ("04", "05")]
    head = page("1.jpg", HEADINGS, WEDDING, above=TITLE, code=codes[0])
    assert [one.sheaf for one in bound([head, page("2.jpg", CARE, code=codes[1])], COLUMNS)] == [None, None]


def handed_in(*pages: IncomingDocument) -> list[tuple[str, str | None]]:
    now = state(
        message(
            address(YOUTH),
            document(filled=form({3: "联谊2场，牵手37对。", 4: CARED})),
            *bound(pages, COLUMNS),
        )
    )
    ignored = "stamped_copy_is_image"
    return [(one.code, one.document) for one in now.unit(YOUTH).findings if one.code != ignored]


def test_a_seal_on_any_page_is_the_seal_of_all() -> None:
    signed = "填报单位（盖章）：团县委"
    first, second = (
        page("1.jpg", HEADINGS, WEDDING, above=TITLE),
        page("2.jpg", HEADINGS, TORN, CARE, text=signed, seal=True),
    )
    assert handed_in(first, second) == []


def test_without_a_seal_on_any_page_a_person_is_asked_once() -> None:
    first, second = page("1.jpg", HEADINGS, WEDDING, above=TITLE), page("2.jpg", TORN, CARE)
    assert handed_in(first, second) == [("stamp_not_found", "1.jpg")]


def test_two_photos_are_held_against_the_electronic_version_as_one_copy() -> None:
    first = page("1.jpg", HEADINGS, WEDDING, above=TITLE, seal=True)
    second = page("2.jpg", TORN, (*CARE[:3], CARED.replace("10", "18"), ""))
    assert [code for code, _ in handed_in(first, second)] == ["mismatch"]


def test_two_photos_alone_report_both_rows_where_they_stand() -> None:
    pages = (page("1.jpg", HEADINGS, WEDDING, above=TITLE), page("2.jpg", TORN, CARE, seal=True))
    unit = state(message(address(YOUTH), *bound(pages, COLUMNS))).unit(YOUTH)
    assert [duty.source.filename for duty in unit.duties if duty.source] == ["1.jpg", "2.jpg"]
    assert unit.stamped is not None
    assert (unit.stamped.filename, unit.status) == ("2.jpg", Status.PARTIAL)


def test_a_further_page_that_is_blank_is_not_taken_for_our_own_empty_form() -> None:
    code = FormCode(campaign="gaoqing", period="2024Q2", unit_code="04")
    first = page("1.jpg", HEADINGS, WEDDING, above=TITLE, code=code)
    second = page("2.jpg", (*CARE[:3], "", ""), seal=True, code=code)
    unit = state(message(address(YOUTH), *bound((first, second), COLUMNS))).unit(YOUTH)
    assert "stamp_not_found" not in [one.code for one in unit.findings]


def test_what_a_person_corrected_on_one_page_stands_in_the_whole_form() -> None:
    pages = bound((page("1.jpg", HEADINGS, WEDDING, above=TITLE), page("2.jpg", CARE)), COLUMNS)
    last = pages[1].form
    assert last is not None
    mended = replace(pages[1], form=replace(last, rows=(replace(last.rows[0], measures="结对12人"),)))
    first, second = with_whole_sheaves((pages[0], mended))
    assert first.whole is not None
    assert [row.measures for row in first.whole.rows] == ["联谊2场，", "结对12人"]
    assert second.whole == first.whole
