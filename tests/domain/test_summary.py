from datetime import date

from builders import address, campaign, document, form, message, scan, state
from reminder_service.domain.decisions import Decision, DecisionKind
from reminder_service.domain.documents import Kind, Problem
from reminder_service.domain.summary import Groups, UnitLine, grouped

EDU = "县教育和体育局"


def units(lines: tuple[UnitLine, ...]) -> list[str]:
    return [line.unit for line in lines]


def groups(*args: object, **more: object) -> Groups:
    return grouped(campaign(), state(*args, **more))  # type: ignore[arg-type]


def test_each_unit_stands_in_exactly_one_group() -> None:
    found = groups(
        message(address(EDU), document("a.docx", filled=form({1: "5所"})), scan("a.pdf"), id=1),
        message(address("团县委"), document("b.docx", filled=form({3: "联谊"})), id=2),
        message(address("县民政局"), document("c.doc", kind=Kind.DOC,
                problem=Problem(code="not_read", detail="旧版 Word")), id=3),
        message("who@example.com", scan("县残联.pdf"), id=4),
        decisions=[Decision(kind=DecisionKind.PROMISE, unit="县妇联", period="2024Q2", until=date(2024, 6, 30))],
    )  # fmt: skip
    assert units(found.complete) == [EDU]
    assert units(found.partial) == ["团县委"]
    assert units(found.attention) == ["县民政局"]
    assert units(found.maybe) == ["县残联"]
    assert units(found.promised) == ["县妇联"]
    assert units(found.missing) == ["县人力资源社会保障局", "市医疗保障局高青分局"]


def test_what_is_lacking_is_said_by_number_and_name() -> None:
    (line,) = groups(message(address("团县委"), document(filled=form({3: "联谊", 4: ""})))).partial
    assert line.words == "未收到盖章PDF版；第4项“实施特殊困难儿童关爱行动”进展情况为空"


def test_with_a_blind_mailbox_nobody_is_called_missing() -> None:
    found = groups(blind=True)
    assert found.missing == ()
    assert len(found.unknown) == 7


def test_a_promise_that_has_run_out_is_missing_again() -> None:
    promise = Decision(kind=DecisionKind.PROMISE, unit=EDU, period="2024Q2", until=date(2024, 6, 26))
    assert EDU in units(groups(decisions=[promise], now="2024-06-27 08:00").missing)


def test_bounced_units_are_listed_besides_their_group() -> None:
    found = groups(undeliverable={EDU: ("发往 a@example.cn 的邮件被退回",)})
    assert EDU in units(found.missing)
    assert units(found.undeliverable) == [EDU]
