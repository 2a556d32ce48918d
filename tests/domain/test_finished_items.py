"""销号: an item that is done for a unit is not asked for in later periods."""

from builders import Q2, Q3, address, campaign, document, form, message, scan, state
from reminder_service.domain.decisions import Decision, DecisionKind, Decisions
from reminder_service.domain.gaps import gaps_of
from reminder_service.domain.periods import Period
from reminder_service.domain.state import Status
from reminder_service.domain.wording import let_off_words

YOUTH = "团县委"


def finish(item: int, since: Period = Q2, unit: str = YOUTH) -> Decision:
    return Decision(
        kind=DecisionKind.FINISH, unit=unit, item=item, period=str(since), reason="任务已全部完成"
    )


def test_a_finished_item_counts_as_reported_and_says_why() -> None:
    now = state(
        message(address(YOUTH), document(filled=form({4: "结对10人"})), scan()), decisions=[finish(3)]
    )
    unit = now.unit(YOUTH)
    assert unit.status is Status.COMPLETE
    assert let_off_words(unit.duties[0]) == "已销号：任务已全部完成"


def test_it_is_asked_for_up_to_the_period_before() -> None:
    since_q3 = Decisions.of([finish(3, Q3)])
    assert since_q3.finished_before(YOUTH, 3, Q2) is None
    assert since_q3.finished_before(YOUTH, 3, Q3) is not None
    assert since_q3.finished_before(YOUTH, 3, Period.parse("2025Q4")) is not None
    assert since_q3.finished_before(YOUTH, 4, Q3) is None


def test_a_unit_that_finished_everything_owes_nothing() -> None:
    unit = state(decisions=[finish(3), finish(4)]).unit(YOUTH)
    assert unit.status is Status.COMPLETE
    assert not gaps_of(campaign(), unit)


def test_what_the_unit_reports_all_the_same_is_shown() -> None:
    now = state(
        message(address(YOUTH), document(filled=form({3: "又办1场", 4: "结对10人"})), scan()),
        decisions=[finish(3)],
    )
    assert now.unit(YOUTH).duties[0].measures == "又办1场"


def test_to_let_a_unit_off_without_a_reason_is_to_let_it_off() -> None:
    waive = Decision(kind=DecisionKind.WAIVE, unit=YOUTH, item=3, period="2024Q2")
    finished = Decision(kind=DecisionKind.FINISH, unit=YOUTH, item=4, period="2024Q2")
    unit = state(decisions=[waive, finished]).unit(YOUTH)
    assert unit.status is Status.COMPLETE
    assert not gaps_of(campaign(), unit)
    assert [let_off_words(duty) for duty in unit.duties] == ["免报", "已销号"]
