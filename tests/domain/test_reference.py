"""Last period's text, shown in the next form, is never a report."""

import pytest

from reminder_service.domain.reference import reference_of, without_reference

SHOWN = reference_of("开展家政培训5场〔含2场夜校〕，\n培训120人次。")


def test_an_untouched_reference_leaves_nothing() -> None:
    assert without_reference(SHOWN) == ""


@pytest.mark.parametrize("text", ["开展8场", "本季度无进展", "", "上期填报"])
def test_what_a_unit_wrote_stays_as_it_is(text: str) -> None:
    assert without_reference(text) == text


def test_what_was_written_beside_the_reference_counts() -> None:
    assert without_reference(f"{SHOWN}\n本季度又开展3场") == "本季度又开展3场"
    assert without_reference(f"又开展3场{SHOWN}") == "又开展3场"


@pytest.mark.parametrize(
    "seen",
    [
        "[上期填报内容,供参考:开展5场]",
        "上期填报内容，供参考：开展5场",
        "【 上期填报内容 ， 供参考 ： 开展5场",
        SHOWN.removesuffix("〕"),
    ],
)
def test_a_reference_that_a_scan_or_a_program_mangled_is_still_none(seen: str) -> None:
    assert without_reference(seen) == ""


def test_a_long_text_is_cut_with_a_mark() -> None:
    shown = reference_of("长" * 1000)
    assert len(shown) < 450
    assert "……〕" in shown
