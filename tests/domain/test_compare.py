from dataclasses import replace

import pytest

from builders import address, document, form, message, state
from reminder_service.domain.compare import Said, compare_recognised, compare_texts, figures
from reminder_service.domain.documents import Kind
from reminder_service.domain.incoming import IncomingDocument
from reminder_service.domain.rows import expanded
from reminder_service.domain.state import WaitsFor

EDU = "县教育和体育局"
YOUTH = "团县委"


def stamped(text: str, name: str = "盖章.pdf") -> IncomingDocument:
    return document(name, kind=Kind.PDF, filled=form({1: text}), pictures=1)


@pytest.mark.parametrize(
    ("one", "other", "kinds"),
    [
        ("培训20场次，覆盖85%。", "培训 20 场次, 覆盖85％", []),
        ("“春风行动”\n招聘会", '"春风行动"招聘会', []),
        ("培训20场次", "培训26场次", ["figure"]),
        ("完成3.5万元", "完成35万元", ["figure"]),
        ("筛查率85%", "筛查率85‰", ["figure"]),
        ("已完成招聘", "未完成招聘", ["wording"]),
    ],
)
def test_figures_agree_exactly_and_wording_without_marks(one: str, other: str, kinds: list[str]) -> None:
    assert [difference.kind for difference in compare_texts({1: one}, {1: other}).differences] == kinds


def test_a_row_in_one_version_only_is_a_difference() -> None:
    assert [one.kind for one in compare_texts({1: "a", 2: "b"}, {1: "a"}).differences] == ["row"]


def test_figures_carry_their_measure_word_or_percent_sign() -> None:
    assert figures("投资20万元，6月28日完成，达８５％") == ["20万元", "6月", "28日", "85%"]


def test_a_stamped_copy_with_another_figure_waits_for_the_office() -> None:
    now = state(message(address(EDU), document(filled=form({1: "已维修5所"})), stamped("已维修6所")))
    assert [(one.code, one.item) for one in now.unit(EDU).findings] == [("mismatch", 1)]


def test_a_stamped_copy_of_an_earlier_version_is_known_as_such() -> None:
    now = state(
        message(address(EDU), document("1.docx", filled=form({1: "已维修5所"})), stamped("已维修5所")),
        message(
            address(EDU), document("2.docx", filled=form({1: "已维修6所"})), id=2, when="2024-06-27 09:00"
        ),
    )
    assert "stamped_older" in [one.code for one in now.unit(EDU).findings]


LONG = "开展春风行动女性就业专场招聘会5场次，参会企业45家，提供岗位8303个，达成就业意向109人。"


@pytest.mark.parametrize(
    ("seen", "confidence", "verdict"),
    [
        (LONG, 0.99, "agree"),
        (LONG.replace("招聘会", "招骋会"), 0.93, "agree"),
        (LONG.replace("，", ","), 0.99, "agree"),
        (LONG.replace("8303", "8308"), 0.97, "differ"),
        (LONG.replace("8303", "8308"), 0.7, "differ"),
        (LONG.replace("8303", "8308"), 0.69, "cannot_tell"),
        (LONG.replace("提供岗位", "001234提供岗位"), 0.69, "cannot_tell"),
        (LONG[:20], 0.97, "cannot_tell"),
        (
            "全年常态化推进，成立工作专班，印发实施方案，明确责任科室和责任人，建立台账，按月调度。",
            0.97,
            "differ",
        ),
    ],
)
def test_recognised_text_differs_only_by_what_recognition_cannot_explain(
    seen: str, confidence: float, verdict: str
) -> None:
    found = compare_recognised({1: Said(text=LONG)}, {1: Said(text=seen, confidence=confidence)})
    assert found.verdict == verdict


def test_other_wording_surely_read_with_the_same_figures_differs() -> None:
    one, other = "已完成验收并投入使用，群众满意", "因资金未到位尚未开工建设，进度滞后"
    found = compare_recognised({1: Said(text=one)}, {1: Said(text=other, confidence=0.98)})
    assert [difference.kind for difference in found.differences] == ["wording"]


@pytest.mark.parametrize(("figures_sure", "verdict"), [(0.9, "differ"), (0.6, "cannot_tell")])
def test_a_figure_differs_where_its_digits_are_surely_read_whatever_the_letters_beside_are(
    figures_sure: float, verdict: str
) -> None:
    seen = Said(text=LONG.replace("8303", "8308"), confidence=0.3, figures_confidence=figures_sure)
    found = compare_recognised({1: Said(text=LONG)}, {1: seen})
    assert found.verdict == verdict
    assert [one.item for one in found.differences + found.unsure] == [1]


def test_a_figure_too_many_in_a_badly_read_row_is_no_difference() -> None:
    twice = Said(text=f"{LONG}招聘会5场次", confidence=0.6, figures_confidence=0.95)
    assert compare_recognised({1: Said(text=LONG)}, {1: twice}).verdict == "cannot_tell"


def _recognised(text: str, figures_sure: float) -> IncomingDocument:
    filled = form({1: text})
    row = replace(filled.rows[0], confidence=figures_sure, figures_confidence=figures_sure)
    filled = replace(filled, rows=(row,))
    return document("盖章.pdf", kind=Kind.PDF, filled=filled, pictures=1, recognised=True)


@pytest.mark.parametrize(
    ("seen", "figures_sure", "codes"),
    [
        (LONG, 0.3, []),
        (LONG.replace("8303", "8308"), 0.9, ["mismatch"]),
        (LONG.replace("8303", "8308"), 0.3, ["low_confidence"]),
        (LONG[:20], 0.9, ["low_confidence"]),
    ],
    ids=["faithful", "changed", "changed and hard to read", "half of it not read"],
)
def test_what_a_scan_does_not_surely_say_alike_is_put_before_a_person(
    seen: str, figures_sure: float, codes: list[str]
) -> None:
    mail = message(address(EDU), document(filled=form({1: LONG})), _recognised(seen, figures_sure))
    findings = state(mail).unit(EDU).findings
    assert [(one.code, one.waits_for) for one in findings] == [(code, WaitsFor.OFFICE) for code in codes]
    assert all(one.item == 1 and one.document == "盖章.pdf" for one in findings)


def test_a_row_that_was_not_found_on_a_scan_is_put_before_a_person() -> None:
    typed = document(filled=form({3: "联谊2场", 4: LONG}))
    scanned = replace(_recognised(LONG, 0.9), form=form({4: LONG}))
    findings = state(message(address(YOUTH), typed, scanned)).unit(YOUTH).findings
    assert [(one.code, one.item) for one in findings] == [("low_confidence", 3)]


def test_the_text_of_the_row_above_is_as_sure_as_it_was_read_there() -> None:
    rows = (
        replace(form({1: "培训20场次"}).rows[0], confidence=0.5, figures_confidence=0.4),
        replace(form({2: "同上"}).rows[0], confidence=0.9, figures_confidence=1.0),
    )
    assert [(row.measures, row.figures_confidence) for row in expanded(rows)] == [("培训20场次", 0.4)] * 2


def test_two_changed_figures_in_a_short_text_are_told_where_the_words_around_them_are_the_same() -> None:
    typed = {1: Said(text="已维修校舍8所，投入资金260万元")}
    surely = Said(text="已维修校舍5所，投入资金120万元", confidence=0.98, figures_confidence=1.0)
    hardly = Said(text="已维修校舍5所，投入资金120万元", confidence=0.5, figures_confidence=0.5)
    assert compare_recognised(typed, {1: surely}).verdict == "differ"
    assert compare_recognised(typed, {1: hardly}).verdict == "cannot_tell"
