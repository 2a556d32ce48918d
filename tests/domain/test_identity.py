from builders import Q2, Q3, address, at, contacts, document, form, message, scan, state
from reminder_service.domain.decisions import Decision, DecisionKind
from reminder_service.domain.documents import FormCode, Kind
from reminder_service.domain.incoming import Answered
from reminder_service.domain.state import PeriodState, Status

EDU = "县教育和体育局"
YOUTH = "团县委"
CIVIL = "县民政局"
BOTH_OPEN = ((Q2, at("2024-06-14 09:00")), (Q3, at("2024-09-14 09:00")))


def code(period: str = "2024Q2", unit: str = "01") -> FormCode:
    return FormCode(campaign="gaoqing", period=period, unit_code=unit)


def codes(of: PeriodState, unit: str) -> list[str]:
    return [finding.code for finding in of.unit(unit).findings]


def test_a_report_from_a_contact_counts_without_any_word_in_the_file() -> None:
    now = state(message(address(EDU), document(filled=form({1: "已维修5所"})), scan()))
    assert now.unit(EDU).status is Status.COMPLETE


def test_an_unlisted_sender_with_a_form_is_shown_for_confirmation_and_never_missing() -> None:
    now = state(message("who@example.com", document(filled=form({1: "已维修5所"}))))
    assert now.unit(EDU).status is Status.ATTENTION
    assert codes(now, EDU) == ["unknown_sender"]
    assert now.unit(EDU).electronic is not None
    assert now.unit(EDU).electronic.pending
    assert [(entry.reason, entry.suggested_unit) for entry in now.tray] == [("unknown_sender", EDU)]


def test_a_scan_from_an_unlisted_sender_changes_no_unit_but_the_tray_suggests_it() -> None:
    now = state(message("who@example.com", scan("县教体局盖章.pdf")))
    assert now.unit(EDU).status is Status.MISSING
    assert now.unit(EDU).maybe_reported
    assert now.unit(EDU).findings == ()
    assert [(entry.reason, entry.suggested_unit) for entry in now.tray] == [("unknown_sender", EDU)]


def test_the_office_may_accept_what_an_unlisted_sender_sent() -> None:
    accepted = Decision(kind=DecisionKind.ACCEPT, document="报表.docx", period="2024Q2", unit=EDU)
    now = state(message("who@example.com", document(filled=form({1: "已维修5所"}))), decisions=[accepted])
    assert now.unit(EDU).status is Status.PARTIAL
    assert now.unit(EDU).duties[0].measures == "已维修5所"


def test_an_answer_to_our_own_mail_is_trusted_whoever_sends_it() -> None:
    answered = (Answered(unit=EDU, period="2024Q2"),)
    now = state(message("private@example.com", document(filled=form({1: "已维修5所"})), answers=answered))
    assert codes(now, EDU) == []
    assert now.unit(EDU).status is Status.PARTIAL


def test_another_units_form_code_is_ambiguous_and_neither_unit_is_called_missing() -> None:
    now = state(message(address(EDU), document(filled=form({4: "发放助学金"}), code=code(unit="06"))))
    assert codes(now, EDU) == ["ambiguous_unit"]
    assert codes(now, CIVIL) == ["ambiguous_unit"]
    assert now.unit(EDU).status is now.unit(CIVIL).status is Status.ATTENTION


def test_a_form_headed_by_another_unit_than_its_sender_is_ambiguous() -> None:
    now = state(message(address(EDU), document(filled=form({4: "发放助学金"}, unit="高青县民政局"))))
    assert codes(now, EDU) == codes(now, CIVIL) == ["ambiguous_unit"]


def test_a_code_that_the_header_contradicts_is_ambiguous() -> None:
    odd = document(filled=form({4: "发放助学金"}, unit="高青县民政局"), code=code(unit="07"))
    now = state(message(address("县残联"), odd))
    assert codes(now, "县残联") == codes(now, CIVIL) == ["ambiguous_unit"]


def test_one_person_serving_two_units_hands_in_two_reports_with_one_mail() -> None:
    shared = [*contacts(YOUTH), *(one for one in contacts(CIVIL))]
    shared = [type(one)(unit=one.unit, address="zhang@example.cn") for one in shared]
    now = state(
        message(
            "zhang@example.cn",
            document("甲.docx", filled=form({3: "联谊2场", 4: "结对"}, unit="共青团高青县委员会")),
            document("乙.docx", filled=form({4: "发放助学金"}, unit="高青县民政局")),
            scan("团县委盖章.pdf"),
            scan("县民政局盖章.pdf"),
        ),
        known=shared,
    )
    assert now.unit(YOUTH).status is now.unit(CIVIL).status is Status.COMPLETE
    assert now.unit(CIVIL).stamped is not None
    assert now.unit(CIVIL).stamped.filename == "县民政局盖章.pdf"


def test_a_scan_without_a_word_follows_the_form_that_came_with_it() -> None:
    shared = [type(one)(unit=one.unit, address="zhang@example.cn") for one in contacts(YOUTH, CIVIL)]
    sent = message(
        "zhang@example.cn", scan("scan0001.pdf"), document(filled=form({4: "助学"}, unit="县民政局"))
    )
    now = state(sent, known=shared)
    assert now.unit(CIVIL).status is Status.COMPLETE


def test_with_no_other_evidence_a_report_belongs_to_the_period_opened_last() -> None:
    sent = message(address(EDU), document(filled=form({1: "已维修9所"})), when="2024-09-20 10:00")
    now = state(sent, period=Q3, opened=BOTH_OPEN)
    assert now.unit(EDU).duties[0].measures == "已维修9所"


def test_a_late_report_with_last_quarters_form_code_goes_to_last_quarter() -> None:
    late = message(
        address(EDU), document(filled=form({1: "已维修5所"}), code=code()), when="2024-09-20 10:00"
    )
    assert state(late, period=Q2, opened=BOTH_OPEN).unit(EDU).duties[0].measures == "已维修5所"
    assert state(late, period=Q3, opened=BOTH_OPEN).unit(EDU).status is Status.MISSING


def test_last_quarters_form_with_new_text_is_proposed_for_this_quarter() -> None:
    first = message(address(EDU), document("q2.docx", filled=form({1: "已维修5所"}), code=code()))
    again = message(
        address(EDU),
        document("q3.docx", filled=form({1: "已维修9所"}), code=code()),
        id=2,
        when="2024-09-20 10:00",
    )
    q2 = state(first, again, period=Q2, opened=BOTH_OPEN)
    q3 = state(first, again, period=Q3, opened=BOTH_OPEN)
    assert q2.unit(EDU).duties[0].measures == "已维修5所"
    assert codes(q3, EDU) == ["ambiguous_period"]
    assert q3.unit(EDU).status is Status.ATTENTION


def test_last_quarters_own_file_sent_again_is_never_taken_for_this_quarters() -> None:
    first = message(address(EDU), document("q2.docx", filled=form({1: "已维修5所"}), code=code()))
    again = message(
        address(EDU), document("q2 again.docx", filled=form({1: "已维修5所"}), code=code()), id=2,
        when="2024-09-20 10:00",
    )  # fmt: skip
    assert state(first, again, period=Q3, opened=BOTH_OPEN).unit(EDU).status is Status.MISSING


def test_last_quarters_text_without_a_word_about_the_period_is_asked_about() -> None:
    first = message(address(EDU), document("q2.docx", filled=form({1: "已维修5所"})))
    again = message(
        address(EDU), document("again.docx", filled=form({1: "已维修5所"})), id=2, when="2024-09-20 10:00"
    )
    assert codes(state(first, again, period=Q3, opened=BOTH_OPEN), EDU) == ["ambiguous_period"]


def test_a_code_and_a_title_that_disagree_about_the_period_are_asked_about() -> None:
    odd = document(filled=form({1: "已维修9所"}, period="2024Q3"), code=code("2024Q2"))
    sent = message(address(EDU), odd, when="2024-09-20 10:00")
    assert codes(state(sent, period=Q3, opened=BOTH_OPEN), EDU) == ["ambiguous_period"]


def test_a_closed_period_is_never_overwritten() -> None:
    late = message(
        address(EDU), document(filled=form({1: "已维修5所"}), code=code()), when="2024-09-20 10:00"
    )
    now = state(late, period=Q2, opened=BOTH_OPEN, closed=[Q2])
    assert codes(now, EDU) == ["closed_period"]


def test_our_own_form_sent_back_empty_is_no_report() -> None:
    empty = document(filled=form({}, blank=[1]), code=code())
    assert state(message(address(EDU), empty)).unit(EDU).status is Status.MISSING


def test_what_the_clerk_hands_in_for_a_unit_counts_for_it() -> None:
    handed = message(
        "", document("IMG_1.jpg", kind=Kind.IMAGE), by_office=True, forced_unit=CIVIL, channel="微信"
    )
    now = state(handed)
    assert now.unit(CIVIL).stamped is not None
    assert now.unit(CIVIL).stamped.channel == "微信"


def test_what_nobody_can_tell_waits_in_the_tray() -> None:
    now = state(message("who@example.com", scan("scan.pdf")))
    assert [(entry.reason, entry.suggested_unit) for entry in now.tray] == [("unknown_sender", None)]
    assert now.count(Status.MISSING) == 7
