from dataclasses import replace

import pytest

from builders import address, at, document, form, message, scan, state
from reminder_service.domain.decisions import Decision, DecisionKind
from reminder_service.domain.documents import Doubt, Kind, Problem, Signature
from reminder_service.domain.incoming import IncomingDocument
from reminder_service.domain.state import PeriodState, Status, WaitsFor

EDU = "县教育和体育局"
WOMEN = "县妇联"
YOUTH = "团县委"


def findings(of: PeriodState, unit: str) -> list[tuple[str, int | None]]:
    return [(finding.code, finding.item) for finding in of.unit(unit).findings]


def test_both_versions_and_every_duty_are_complete() -> None:
    now = state(message(address(YOUTH), document(filled=form({3: "联谊2场", 4: "结对10人"})), scan()))
    assert now.unit(YOUTH).status is Status.COMPLETE
    assert [duty.measures for duty in now.unit(YOUTH).duties] == ["联谊2场", "结对10人"]
    assert findings(now, YOUTH) == []


def test_the_electronic_version_alone_is_partial_and_the_stamped_one_is_null() -> None:
    now = state(message(address(EDU), document(filled=form({1: "已维修5所"}))))
    assert now.unit(EDU).status is Status.PARTIAL
    assert now.unit(EDU).stamped is None
    assert findings(now, EDU) == []


@pytest.mark.parametrize("text", ["", "  ", "/", "—", "……"])
def test_blank_is_not_an_answer(text: str) -> None:
    now = state(message(address(YOUTH), document(filled=form({3: "联谊2场", 4: text})), scan()))
    assert findings(now, YOUTH) == [("blank_measures", 4)]
    assert now.unit(YOUTH).status is Status.PARTIAL


def test_no_progress_is_an_answer() -> None:
    now = state(message(address(EDU), document(filled=form({1: "本季度无进展"})), scan()))
    assert now.unit(EDU).status is Status.COMPLETE


def test_a_duty_without_a_row_is_named() -> None:
    now = state(message(address(YOUTH), document(filled=form({3: "联谊2场"})), scan()))
    assert findings(now, YOUTH) == [("row_missing", 4)]


def test_other_units_rows_left_blank_in_a_whole_form_are_normal() -> None:
    now = state(message(address(EDU), document(filled=form({1: "已维修5所"}, blank=[2, 3, 4])), scan()))
    assert now.unit(EDU).status is Status.COMPLETE


def test_the_same_as_above_is_shown_expanded() -> None:
    now = state(message(address(YOUTH), document(filled=form({3: "联谊2场", 4: "同上"})), scan()))
    assert now.unit(YOUTH).duties[1].measures == "联谊2场"
    assert now.unit(YOUTH).status is Status.COMPLETE


@pytest.mark.parametrize("text", ["同上季度", "见附件", "略"])
def test_a_text_that_points_elsewhere_waits_for_the_unit(text: str) -> None:
    now = state(message(address(EDU), document(filled=form({1: text})), scan()))
    assert findings(now, EDU) == [("refers_elsewhere", 1)]
    assert now.unit(EDU).status is Status.PARTIAL


def test_see_attachment_is_all_right_where_the_attachment_came_along() -> None:
    more = document("实施方案.docx", what="not_a_form")
    now = state(message(address(EDU), document(filled=form({1: "见附件"})), more, scan()))
    assert now.unit(EDU).status is Status.COMPLETE


def test_a_newer_version_wins_row_by_row_and_blank_rows_take_nothing_away() -> None:
    now = state(
        message(address(YOUTH), document("1.docx", filled=form({3: "联谊2场", 4: "结对10人"})), scan()),
        message(address(YOUTH), document("2.docx", filled=form({3: "联谊3场"}, blank=[4])), id=2,
                when="2024-06-27 10:00"),
    )  # fmt: skip
    assert [duty.measures for duty in now.unit(YOUTH).duties] == ["联谊3场", "结对10人"]
    assert now.unit(YOUTH).status is Status.COMPLETE


def test_a_whole_form_that_replaces_all_before_it_takes_old_rows_away() -> None:
    now = state(
        message(address(YOUTH), document("1.docx", filled=form({3: "联谊2场", 4: "结对10人"})), scan()),
        message(address(YOUTH), document("2.docx", filled=form({3: "联谊3场"}, blank=[4])), scan("新.pdf"), id=2,
                text="原报表有误，以此为准。", when="2024-06-27 10:00"),
    )  # fmt: skip
    assert [duty.measures for duty in now.unit(YOUTH).duties] == ["联谊3场", None]
    assert ("blank_measures", 4) in findings(now, YOUTH)


def test_a_correction_after_the_due_date_does_not_make_a_punctual_report_late() -> None:
    now = state(
        message(address(EDU), document("1.docx", filled=form({1: "5所"})), scan(), when="2024-06-28 17:00"),
        message(address(EDU), document("2.docx", filled=form({1: "6所"})), id=2, when="2024-07-02 09:00"),
    )
    assert now.unit(EDU).duties[0].measures == "6所"
    assert not now.unit(EDU).late


def test_what_completes_a_report_after_the_due_day_makes_it_late() -> None:
    electronic = message(address(EDU), document(filled=form({1: "5所"})), when="2024-06-28 23:59")
    punctual = message(address(EDU), scan(), id=2, when="2024-06-28 23:59")
    late = message(address(EDU), scan(), id=2, when="2024-06-29 00:01")
    assert not state(electronic, punctual).unit(EDU).late
    assert state(electronic, late).unit(EDU).late


def test_an_extension_moves_the_last_day() -> None:
    granted = Decision(
        kind=DecisionKind.EXTEND,
        unit=EDU,
        period="2024Q2",
        until=at("2024-07-05 00:00").date(),
        reason="机构调整",
    )
    sent = message(address(EDU), document(filled=form({1: "5所"})), scan(), when="2024-07-04 10:00")
    assert not state(sent, decisions=[granted]).unit(EDU).late


def test_a_row_filled_for_another_unit_is_shown_to_it_and_counts_for_nobody() -> None:
    now = state(
        message(address(YOUTH), document(filled=form({1: "已维修5所", 3: "联谊", 4: "结对"})), scan())
    )
    assert findings(now, EDU) == [("reported_by_another", 1)]
    assert now.unit(EDU).status is Status.ATTENTION
    assert now.unit(EDU).duties[0].measures is None
    assert now.unit(YOUTH).status is Status.COMPLETE


def test_a_row_that_several_other_units_owe_is_unmatched() -> None:
    now = state(message(address(EDU), document(filled=form({1: "5所", 4: "谁的"})), scan()))
    assert findings(now, EDU) == [("unmatched_row", None)]
    assert now.unit(EDU).status is Status.ATTENTION


def test_a_stamped_copy_with_text_and_no_picture_is_looked_at_by_a_person() -> None:
    plain = document("盖章.pdf", kind=Kind.PDF, filled=form({1: "5所"}))
    now = state(message(address(EDU), document(filled=form({1: "5所"})), plain))
    assert findings(now, EDU) == [("stamp_not_found", None)]
    assert now.unit(EDU).stamped is not None
    assert now.unit(EDU).status is Status.ATTENTION


def test_the_stamped_copy_gives_the_text_where_no_electronic_version_has_the_row() -> None:
    stamped = document("盖章.pdf", kind=Kind.PDF, filled=form({1: "5所"}), pictures=1)
    now = state(message(address(EDU), stamped))
    assert now.unit(EDU).duties[0].measures == "5所"
    assert now.unit(EDU).electronic is None
    assert now.unit(EDU).status is Status.PARTIAL


def test_a_photo_is_accepted_as_the_stamped_version_and_marked() -> None:
    now = state(message(address(EDU), document(filled=form({1: "5所"})), document("p.jpg", kind=Kind.IMAGE)))
    assert now.unit(EDU).status is Status.COMPLETE
    assert findings(now, EDU) == [("stamped_copy_is_image", None)]


def test_an_encrypted_file_waits_for_the_unit_and_is_no_version() -> None:
    locked = document("盖章.pdf", kind=Kind.PDF, problem=Problem(code="unreadable", detail="PDF 有密码"))
    now = state(message(address(EDU), locked))
    assert now.unit(EDU).stamped is None
    assert [(f.code, f.waits_for) for f in now.unit(EDU).findings] == [("unreadable", WaitsFor.UNIT)]
    assert now.unit(EDU).status is Status.PARTIAL


def test_a_file_without_a_reader_waits_for_the_office_and_is_no_version() -> None:
    old = document("报表.doc", kind=Kind.DOC, problem=Problem(code="not_read", detail="旧版 Word"))
    now = state(message(address(EDU), old))
    assert now.unit(EDU).electronic is None
    assert now.unit(EDU).status is Status.ATTENTION


def test_a_word_file_without_a_form_is_shown_unless_it_is_material_to_one() -> None:
    alone = state(message(address(EDU), document("总结.docx", what="not_a_form")))
    beside = state(
        message(
            address(EDU), document(filled=form({1: "5所"})), document("总结.docx", what="not_a_form"), scan()
        )
    )
    assert findings(alone, EDU) == [("not_a_form", None)]
    assert beside.unit(EDU).status is Status.COMPLETE


def test_only_a_link_waits_for_the_unit() -> None:
    now = state(message(address(EDU), links=("https://example.cn/x",)))
    assert findings(now, EDU) == [("link_only", None)]
    assert now.unit(EDU).status is Status.PARTIAL


def test_a_waived_duty_counts_as_reported() -> None:
    waived = Decision(kind=DecisionKind.WAIVE, unit=YOUTH, period="2024Q2", item=4, reason="已完成")
    now = state(message(address(YOUTH), document(filled=form({3: "联谊2场"})), scan()), decisions=[waived])
    assert now.unit(YOUTH).status is Status.COMPLETE
    assert now.unit(YOUTH).duties[1].waived == "已完成"


def test_with_a_blind_mailbox_nobody_is_missing() -> None:
    now = state(message(address(EDU), document(filled=form({1: "5所"}))), blind=True)
    assert now.unit(EDU).status is Status.PARTIAL
    assert now.count(Status.UNKNOWN) == 6
    assert now.count(Status.MISSING) == 0


def test_a_bounced_mail_is_told_and_leaves_the_unit_missing() -> None:
    now = state(undeliverable={EDU: ("发往 a@example.cn 的邮件被退回",)})
    assert findings(now, EDU) == [("undeliverable", None)]
    assert now.unit(EDU).status is Status.MISSING


def test_an_older_version_that_serves_nothing_any_more_is_superseded() -> None:
    now = state(
        message(address(EDU), document("1.docx", filled=form({1: "5所"})), scan()),
        message(address(EDU), document("2.docx", filled=form({1: "6所"})), id=2, when="2024-06-27 10:00"),
    )
    assert findings(now, EDU) == [("superseded", None)]
    assert now.unit(EDU).status is Status.COMPLETE


def test_two_units_of_a_joint_item_both_stand_with_their_own_text() -> None:
    now = state(
        message(address(YOUTH), document("a.docx", filled=form({3: "联谊2场", 4: "结对"})), scan("a.pdf")),
        message(address(WOMEN), document("b.docx", filled=form({2: "培训", 3: "联谊3场", 4: "关爱"})),
                scan("b.pdf"), id=2),
    )  # fmt: skip
    assert now.unit(YOUTH).duties[0].measures == "联谊2场"
    assert now.unit(WOMEN).duties[1].measures == "联谊3场"


def test_a_word_file_with_a_sealed_picture_gives_both_versions_and_is_marked() -> None:
    plain = document(filled=form({1: "5所"}))
    sealed = replace(plain, reading=replace(plain.reading, red_picture=True))
    now = state(message(address(EDU), sealed))
    assert now.unit(EDU).status is Status.COMPLETE
    assert findings(now, EDU) == [("stamped_copy_is_image", None)]


def test_a_table_with_other_columns_is_shown_even_if_its_stamped_print_could_be_read() -> None:
    printed = document("盖章.pdf", kind=Kind.PDF, filled=form({1: "5所"}), pictures=1, recognised=True)
    now = state(message(address(EDU), document("台账.docx", what="other_columns"), printed))
    assert ("other_columns", None) in findings(now, EDU)


def test_pages_photographed_one_by_one_need_one_seal_among_them() -> None:
    pages = [
        document("1.jpg", kind=Kind.IMAGE, sealed=False),
        document("2.jpg", kind=Kind.IMAGE, sealed=True),
    ]
    now = state(message(address(EDU), document(filled=form({1: "5所"})), *pages))
    assert "stamp_not_found" not in [code for code, _ in findings(now, EDU)]
    assert now.unit(EDU).status is Status.COMPLETE


def test_recognised_text_taken_over_with_doubt_is_looked_at() -> None:
    blurred = form({1: "5所"})
    rows = tuple(replace(row, confidence=0.5) for row in blurred.rows)
    scanned = document(
        "盖章.pdf", kind=Kind.PDF, filled=replace(blurred, rows=rows), pictures=1, recognised=True
    )
    now = state(message(address(EDU), scanned))
    assert ("low_confidence", 1) in findings(now, EDU)
    assert now.unit(EDU).duties[0].source is not None
    assert now.unit(EDU).duties[0].source.recognised


def _hardly_read(row_changes: dict[str, object], *, recognised: bool) -> str:
    """What is said of a row that no electronic version has."""
    filled = form({1: "已维修5所"})
    rows = tuple(replace(row, **row_changes) for row in filled.rows)
    one = document(
        "盖章.pdf", kind=Kind.PDF, filled=replace(filled, rows=rows), pictures=1, recognised=recognised
    )
    (found,) = (
        each for each in state(message(address(EDU), one)).unit(EDU).findings if each.code == "low_confidence"
    )
    return found.detail


def test_the_letters_that_were_hardly_recognised_are_named_the_least_sure_first() -> None:
    doubts = (
        Doubt(text="已维【修】5所", confidence=0.8),
        Doubt(text="维修【5】所", confidence=0.4),
        Doubt(text="修5【所】", confidence=0.88),
    )
    detail = _hardly_read({"confidence": 0.4, "doubts": doubts}, recognised=True)
    assert "把握不大（存疑的字：维修【5】所、已维【修】5所），请对照原件核对" in detail
    many = tuple(Doubt(text=f"【{letter}】", confidence=0.5) for letter in "一二三四五六七八")
    assert "【六】等）" in _hardly_read({"confidence": 0.5, "doubts": many}, recognised=True)


def test_text_that_was_put_into_columns_by_its_place_is_said_to_be() -> None:
    detail = _hardly_read({"confidence": 0.5}, recognised=False)
    assert "没有框线的表格" in detail
    assert "识别" not in detail


def _with_signature(verdict: str) -> IncomingDocument:
    plain = document("盖章.pdf", kind=Kind.PDF, pictures=1, sealed=False)
    made = Signature(signer="县妇联", verdict=verdict)
    return replace(plain, reading=replace(plain.reading, signed=True, signatures=(made,)))


def test_a_file_altered_after_signing_waits_for_the_office() -> None:
    now = state(message(address(EDU), document(filled=form({1: "5所"})), _with_signature("altered")))
    assert findings(now, EDU) == [("signature_invalid", None)]
    assert now.unit(EDU).status is Status.ATTENTION


@pytest.mark.parametrize("verdict", ["intact", "unchecked"])
def test_a_signature_of_an_unknown_issuer_or_algorithm_is_no_fault(verdict: str) -> None:
    now = state(message(address(EDU), document(filled=form({1: "5所"})), _with_signature(verdict)))
    assert findings(now, EDU) == []
