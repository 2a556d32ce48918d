"""The numbers that charts show."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from builders import ZONE, address, at, campaign, document, form, message, scan, state
from reminder_service.domain.campaign import Target
from reminder_service.domain.charts import completion_by_day, on_time_rates, reached
from reminder_service.domain.progress import progress
from reminder_service.domain.state import Status

EDU, YOUTH = "县教育和体育局", "团县委"


def complete(unit: str, measures: dict[int, str], when: str, id: int):
    return message(
        address(unit), document(f"{id}.docx", filled=form(measures)), scan(f"{id}.pdf"), when=when, id=id
    )


BOTH = (
    complete(EDU, {1: "已维修5所"}, "2024-06-24 10:00", 1),
    complete(YOUTH, {3: "联谊2场", 4: "结对10人"}, "2024-07-01 10:00", 2),
)


def test_completion_is_counted_day_by_day_to_the_last_report() -> None:
    counts = completion_by_day(state(*BOTH, now="2024-07-03 09:00"), ZONE)
    assert [counts[0].day, counts[-1].day] == [date(2024, 6, 24), date(2024, 7, 1)]
    assert [one.complete for one in counts] == [1, 1, 1, 1, 1, 1, 1, 2]


def test_a_correction_after_the_due_date_does_not_move_the_day() -> None:
    again = message(
        address(EDU),
        document("3.docx", filled=form({1: "已维修6所"})),
        scan("3.pdf"),
        when="2024-07-02 10:00",
        id=3,
    )
    unit = state(BOTH[0], again, now="2024-07-03 09:00").unit(EDU)
    assert (unit.in_at, unit.late) == (at("2024-06-24 10:00"), False)


def test_nothing_complete_is_nothing_to_draw() -> None:
    assert completion_by_day(state(), ZONE) == ()


def test_late_and_missing_are_not_on_time_and_an_open_period_counts_neither_way() -> None:
    over = state(*BOTH, now="2024-07-03 09:00")
    rates = {one.unit: (one.on_time, one.periods) for one in on_time_rates([over], ZONE)}
    assert rates[EDU] == (1, 1)
    assert rates[YOUTH] == (0, 1)
    assert on_time_rates([state(*BOTH, now="2024-06-27 09:00")], ZONE) == ()


def test_a_unit_whose_state_is_unknown_or_waits_for_the_office_or_is_extended_is_not_judged() -> None:
    over = state(now="2024-07-03 09:00")
    units = tuple(replace(unit, status=Status.UNKNOWN) for unit in over.units)
    assert on_time_rates([replace(over, units=units)], ZONE) == ()
    units = tuple(replace(unit, status=Status.ATTENTION) for unit in over.units)
    assert on_time_rates([replace(over, units=units)], ZONE) == ()
    later = tuple(replace(unit, due=unit.due + timedelta(days=30)) for unit in over.units)
    assert on_time_rates([replace(over, units=later)], ZONE) == ()


def test_a_target_has_a_line_for_each_unit_that_reported_and_one_where_nobody_did() -> None:
    target = Target(text="维修学校", value=Decimal(10), measure="所", comparator=">=", quote="维修10所学校")
    one = campaign()
    items = (
        replace(one.items[0], targets=(target,)),
        replace(one.items[1], targets=(target,)),
        *one.items[2:],
    )
    asked = replace(one, items=items)
    now = state(complete(EDU, {1: "累计维修学校5所"}, "2024-06-24 10:00", 1), of=asked)
    lines = reached(progress(asked, [now], {}))
    assert [(line.item, line.unit, line.rate, line.confirmed) for line in lines] == [
        (1, EDU, 0.5, False),
        (2, "", None, False),
    ]
