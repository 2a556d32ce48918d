from dataclasses import replace

from builders import Q2, address, at, campaign, document, form, message, scan, state
from reminder_service.domain.campaign import ColumnKey
from reminder_service.domain.cell_corrections import CellCorrection, corrected
from reminder_service.domain.decisions import Decision, DecisionKind
from reminder_service.domain.documents import Kind
from reminder_service.domain.gaps import gaps_of
from reminder_service.domain.incoming import IncomingMessage
from reminder_service.domain.state import Status, UnitState, WaitsFor
from reminder_service.domain.summary import gap_words, grouped

CIVIL = "县民政局"
UNION = "县妇联"
LATER = "2024-06-27 10:00"
TEXTS = {2: "培训20场", 3: "宣讲5场", 4: "走访50人"}


def returned(what: str, *items: int, reason: str = "数据有误") -> Decision:
    return Decision(
        kind=DecisionKind.RETURN,
        document=what,
        unit=CIVIL,
        period=str(Q2),
        items=items,
        reason=reason,
        at=at("2024-06-26 15:00"),
    )


def both(text: str = "已走访", *, id: int = 1, when: str = "2024-06-26 10:00") -> IncomingMessage:
    files = (document(f"{id}.docx", filled=form({4: text})), scan(f"{id}.pdf"))
    return message(address(CIVIL), *files, id=id, when=when)


def civil(*messages: IncomingMessage, decisions: tuple[Decision, ...] = ()) -> UnitState:
    return state(*messages, decisions=decisions).unit(CIVIL)


def codes(unit: UnitState) -> list[tuple[str, WaitsFor, str | None]]:
    return [(one.code, one.waits_for, one.document) for one in unit.findings]


def test_a_returned_form_waits_for_its_unit_and_the_unit_is_not_missing() -> None:
    unit = civil(both(), decisions=(returned("1.docx"),))
    assert unit.status is Status.PARTIAL
    assert unit.electronic is None
    assert unit.stamped is not None
    assert codes(unit) == [("returned", WaitsFor.UNIT, "1.docx")]
    assert [one.filename for one in unit.returned] == ["1.docx"]


def test_a_returned_form_is_named_with_the_reason_and_never_called_not_received() -> None:
    whole = state(both(), decisions=[returned("1.docx")])
    unit = whole.unit(CIVIL)
    assert gap_words(campaign(), gaps_of(campaign(), unit)) == [
        "《1.docx》已退回，请更正后重新报送：数据有误"
    ]
    assert CIVIL in [line.unit for line in grouped(campaign(), whole).partial]


def test_a_word_file_with_a_sealed_picture_that_was_given_back_lacks_nothing_else() -> None:
    sealed = document("1.docx", filled=form({4: "已走访"}))
    sealed = replace(sealed, reading=replace(sealed.reading, red_picture=True))
    unit = civil(message(address(CIVIL), sealed), decisions=(returned("1.docx"),))
    assert (unit.electronic, unit.stamped) == (None, None)
    assert gap_words(campaign(), gaps_of(campaign(), unit)) == [
        "《1.docx》已退回，请更正后重新报送：数据有误"
    ]


def test_a_later_version_answers_the_return() -> None:
    unit = civil(both(), both("已走访50人", id=2, when=LATER), decisions=(returned("1.docx"),))
    assert unit.status is Status.COMPLETE
    assert unit.returned == ()
    assert ("superseded", WaitsFor.NOBODY, "1.docx") in codes(unit)
    assert unit.duties[0].measures == "已走访50人"


def test_a_return_does_not_bring_an_earlier_version_back() -> None:
    unit = civil(both("第一稿"), both("第二稿", id=2, when=LATER), decisions=(returned("2.docx"),))
    assert unit.electronic is None
    assert unit.duties[0].measures is None
    assert unit.status is Status.PARTIAL


def union(*messages: IncomingMessage, items: tuple[int, ...]) -> UnitState:
    return state(*messages, decisions=[returned("表.docx", *items)]).unit(UNION)


def forms(texts: dict[int, str], name: str = "表.docx", when: str = "2024-06-26 10:00") -> IncomingMessage:
    return message(
        address(UNION),
        document(name, filled=form(texts)),
        scan(f"{name}.pdf"),
        when=when,
        id=len(when + name),
    )


def test_a_row_given_back_does_not_count_and_the_others_do() -> None:
    unit = union(forms(TEXTS), items=(3,))
    assert [(duty.item, duty.measures) for duty in unit.duties] == [
        (2, "培训20场"),
        (3, None),
        (4, "走访50人"),
    ]
    assert [(one.code, one.item) for one in unit.findings] == [("returned", 3)]
    assert unit.status is Status.PARTIAL


def test_the_same_text_again_does_not_mend_a_row_and_another_text_does() -> None:
    again = forms(TEXTS, "再报.docx", LATER)
    assert union(forms(TEXTS), again, items=(3,)).status is Status.PARTIAL
    mended = union(forms(TEXTS), forms({3: "宣讲8场"}, "更正.docx", LATER), items=(3,))
    assert mended.status is Status.COMPLETE
    assert [duty.measures for duty in mended.duties] == ["培训20场", "宣讲8场", "走访50人"]


def test_one_decimal_point_mends_a_row() -> None:
    one = {**TEXTS, 3: "发放15万元"}
    mended = union(forms(one), forms({3: "发放1.5万元"}, "更正.docx", LATER), items=(3,))
    assert mended.status is Status.COMPLETE


def test_of_two_rows_given_back_the_mended_one_is_no_longer_named() -> None:
    unit = union(forms(TEXTS), forms({3: "宣讲8场"}, "更正.docx", LATER), items=(3, 4))
    assert [one.item for one in unit.findings if one.code == "returned"] == [4]


def test_who_accepts_a_file_later_takes_the_return_back() -> None:
    accepted = Decision(kind=DecisionKind.ACCEPT, document="1.docx", unit=CIVIL)
    assert civil(both(), decisions=(returned("1.docx"), accepted)).status is Status.COMPLETE


def test_a_returned_scan_without_a_seal_no_longer_waits_for_the_office() -> None:
    bare_scan = document("1.pdf", kind=Kind.PDF, has_text=False, pictures=1, sealed=False)
    mail = message(address(CIVIL), document("1.docx", filled=form({4: "已走访"})), bare_scan)
    assert civil(mail).status is Status.ATTENTION
    unit = civil(mail, decisions=(returned("1.pdf", reason="未盖章"),))
    assert codes(unit) == [("returned", WaitsFor.UNIT, "1.pdf")]


def test_a_confirmed_row_no_longer_differs_and_the_others_still_do() -> None:
    typed = document("1.docx", filled=form({2: "20场", 3: "5场", 4: "50人"}))
    stamped = document("1.pdf", kind=Kind.PDF, pictures=1, filled=form({2: "20场", 3: "6场", 4: "60人"}))
    mail = message(address(UNION), typed, stamped)
    confirmed = Decision(kind=DecisionKind.CONFIRM, document="1.pdf", unit=UNION, item=3)
    differ = [one.item for one in state(mail).unit(UNION).findings if one.code == "mismatch"]
    left = [
        one.item for one in state(mail, decisions=[confirmed]).unit(UNION).findings if one.code == "mismatch"
    ]
    assert (differ, left) == ([3, 4], [4])


def test_a_confirmed_row_is_no_longer_hardly_read() -> None:
    row = form({4: "己走访"}).rows[0]
    read = replace(form({4: "己走访"}), rows=(replace(row, confidence=0.3),))
    mail = message(address(CIVIL), document("1.jpg", kind=Kind.IMAGE, filled=read, recognised=True))
    assert "low_confidence" in [one.code for one in civil(mail).findings]
    confirmed = Decision(kind=DecisionKind.CONFIRM, document="1.jpg", unit=CIVIL, item=4)
    assert "low_confidence" not in [one.code for one in civil(mail, decisions=(confirmed,)).findings]


def cell(**changes: object) -> CellCorrection:
    values: dict[str, object] = {
        "document": "x",
        "page": 1,
        "row": 5,
        "column": ColumnKey.MEASURES,
        "text": "已走访",
        "original": "己走访",
    }
    return CellCorrection(**(values | changes))  # type: ignore[arg-type]


def test_a_corrected_cell_keeps_what_was_read_and_needs_no_second_look() -> None:
    (row,) = corrected(form({4: "己走访"}), [cell()]).rows
    assert (row.measures, row.original, row.confidence) == ("已走访", "己走访", None)


def test_a_correction_follows_its_text_when_a_better_reader_counts_rows_otherwise() -> None:
    read = form({3: "宣讲", 4: "己走访"})
    rows = corrected(read, [cell(row=9)]).rows
    assert [row.measures for row in rows] == ["宣讲", "已走访"]


def test_a_correction_leaves_alone_what_is_read_rightly_now() -> None:
    read = form({4: "已走访60人"})
    assert corrected(read, [cell()]) == read


def test_a_second_correction_keeps_the_first_text_that_was_read() -> None:
    (row,) = corrected(form({4: "己走访"}), [cell(), cell(original="已走访", text="已走访5人")]).rows
    assert (row.measures, row.original) == ("已走访5人", "己走访")
