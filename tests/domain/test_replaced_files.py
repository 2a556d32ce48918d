"""What a later mail replaced, nobody needs to mend or to look at any more."""

import pytest

from builders import address, document, form, message, scan, state
from reminder_service.domain.documents import Kind, Problem
from reminder_service.domain.incoming import IncomingDocument
from reminder_service.domain.state import PeriodState, Status

YOUTH = "团县委"
DAMAGED = Problem(code="unreadable", detail="文件已损坏")
UNKNOWN = Problem(code="not_read", detail="暂不能读取")


def unsealed(name: str = "打印.pdf") -> IncomingDocument:
    return document(name, kind=Kind.PDF, has_text=True, pictures=0)


def good() -> IncomingDocument:
    return document("报表.docx", filled=form({3: "联谊2场", 4: "结对10人"}))


def findings(of: PeriodState) -> list[str]:
    return [finding.code for finding in of.unit(YOUTH).findings]


@pytest.mark.parametrize("problem", [DAMAGED, UNKNOWN], ids=["damaged", "no reader"])
def test_a_file_that_could_not_be_read_and_was_sent_again_is_superseded(problem: Problem) -> None:
    now = state(
        message(address(YOUTH), document("坏.docx", problem=problem), scan(), when="2024-06-24 10:00", id=1),
        message(address(YOUTH), good(), when="2024-06-25 10:00", id=2),
    )
    assert findings(now) == ["superseded"]
    assert now.unit(YOUTH).status is Status.COMPLETE


def test_a_damaged_file_after_a_good_one_is_still_the_units_to_mend() -> None:
    now = state(
        message(address(YOUTH), good(), scan(), when="2024-06-24 10:00", id=1),
        message(address(YOUTH), document("坏.docx", problem=DAMAGED), when="2024-06-25 10:00", id=2),
    )
    assert findings(now) == ["unreadable"]
    assert now.unit(YOUTH).status is Status.PARTIAL


def test_a_damaged_word_file_is_not_mended_by_a_scan() -> None:
    now = state(
        message(address(YOUTH), document("坏.docx", problem=DAMAGED), when="2024-06-24 10:00", id=1),
        message(address(YOUTH), scan(), when="2024-06-25 10:00", id=2),
    )
    assert findings(now) == ["unreadable"]


def test_an_unsealed_pdf_is_looked_at_only_until_a_later_copy_comes() -> None:
    first = message(address(YOUTH), good(), unsealed(), when="2024-06-24 10:00", id=1)
    assert findings(state(first)) == ["stamp_not_found"]
    second = message(address(YOUTH), scan(), when="2024-06-25 10:00", id=2)
    assert findings(state(first, second)) == ["superseded"]
    third = message(address(YOUTH), unsealed("又一份.pdf"), when="2024-06-26 10:00", id=3)
    assert "stamp_not_found" in findings(state(first, second, third))


def test_an_expiring_link_is_settled_by_the_file_itself() -> None:
    link = message(address(YOUTH), when="2024-06-24 10:00", id=1, links=("https://mail.example.test/big/1",))
    assert findings(state(link)) == ["link_only"]
    now = state(link, message(address(YOUTH), good(), scan(), when="2024-06-25 10:00", id=2))
    assert findings(now) == []
    assert now.unit(YOUTH).status is Status.COMPLETE
