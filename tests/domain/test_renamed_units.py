"""Units that are renamed or merged: names are dated, and an old seal is a hint, not an error."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import campaign, document, form, message, scan, state
from reminder_service.domain.campaign import Campaign, DatedName, Predecessor
from reminder_service.domain.documents import FormCode, Seal
from reminder_service.domain.incoming import IncomingDocument
from reminder_service.domain.names import UnitNames
from reminder_service.domain.state import PeriodState

UNIT = "县教育和体育局"
CHANGE = date(2024, 6, 1)


def renamed() -> Campaign:
    """教育和体育局 was 文教局 until May 2024; the civil affairs bureau took over the 老龄办."""
    one = campaign()
    units = {
        UNIT: {"names": (DatedName(name="高青县文教局", until=date(2024, 5, 31)),)},
        "县民政局": {
            "successor_of": (Predecessor(name="县老龄办", since=CHANGE, code="19", aliases=("老龄工作办",)),)
        },
    }
    return replace(one, units=tuple(replace(unit, **units.get(unit.name, {})) for unit in one.units))


def sealed(text: str) -> IncomingDocument:
    """A scan whose seal bears this text."""
    one = scan()
    page = replace(one.reading.pages[0], seals=(Seal(box=(1.0, 1.0, 9.0, 9.0), score=0.9, text=text),))
    return replace(one, reading=replace(one.reading, pages=(page,)))


def report(seal: str, *, when: str = "2024-06-26 10:00") -> PeriodState:
    """The state after 教育和体育局 sent its form and a copy with this seal."""
    filled = document(filled=form({1: "已新建16所"}))
    return state(message("u01@example.cn", filled, sealed(seal), when=when), of=renamed())


def findings(period: PeriodState) -> list[str]:
    return [finding.code for finding in next(one for one in period.units if one.unit == UNIT).findings]


@pytest.mark.parametrize("written", ["高青县文教局", "县文教局", "文教局（公章）"])
@pytest.mark.parametrize("day", [date(2024, 5, 1), CHANGE, date(2026, 1, 1)])
def test_an_old_name_means_the_unit_before_and_after_the_change(written: str, day: date) -> None:
    assert UnitNames(renamed()).at(day).match(written).unit == UNIT


def test_an_old_seal_is_noted_and_no_fault() -> None:
    period = report("高青县文教局")
    assert findings(period) == []
    version = period.units[0].stamped
    assert version is not None and version.seal is not None
    assert version.seal.note == "公章为高青县文教局（2024-05-31止），按县教育和体育局收下"


def test_the_seal_in_use_is_not_remarked_on() -> None:
    version = report("高青县教育和体育局").units[0].stamped
    assert version is not None and version.seal is not None
    assert version.seal.note is None


def test_a_year_after_the_change_a_person_looks_at_the_old_seal() -> None:
    assert "stamp_mismatch" not in findings(report("高青县文教局", when="2025-05-31 10:00"))
    assert "stamp_mismatch" in findings(report("高青县文教局", when="2025-06-01 10:00"))


def test_another_units_seal_is_a_mismatch_as_before() -> None:
    assert findings(report("高青县残疾人联合会")) == ["stamp_mismatch"]


def test_the_seal_of_a_merged_body_is_the_successors() -> None:
    sent = message("u06@example.cn", document(filled=form({4: "已走访"})), sealed("高青县老龄办"))
    unit = next(one for one in state(sent, of=renamed()).units if one.unit == "县民政局")
    assert unit.status == "complete"


@pytest.mark.parametrize("heading", ["县老龄办", "老龄工作办"])
def test_a_report_under_a_merged_bodys_name_counts_for_the_successor(heading: str) -> None:
    sent = message("u06@example.cn", document(filled=form({4: "已走访"}, unit=heading)))
    unit = next(one for one in state(sent, of=renamed()).units if one.unit == "县民政局")
    assert [duty.measures for duty in unit.duties] == ["已走访"]
    assert unit.findings == ()


def test_a_form_that_was_printed_for_the_merged_body_counts_for_the_successor() -> None:
    code = FormCode(campaign="gaoqing", period="2024Q2", unit_code="19")
    sent = message("u06@example.cn", document(filled=form({4: "已走访"}), code=code))
    unit = next(one for one in state(sent, of=renamed()).units if one.unit == "县民政局")
    assert unit.electronic is not None and unit.findings == ()


def test_a_name_that_passed_to_another_unit_goes_by_the_day() -> None:
    one = campaign()
    early, late = (
        DatedName(name="县事业局", until=date(2024, 5, 31)),
        DatedName(name="县事业局", since=CHANGE),
    )
    dated = {UNIT: (early,), "县残联": (late,)}
    names = UnitNames(
        replace(one, units=tuple(replace(unit, names=dated.get(unit.name, ())) for unit in one.units))
    )
    assert names.at(date(2024, 5, 31)).match("县事业局").unit == UNIT
    assert names.at(CHANGE).match("县事业局").unit == "县残联"
    assert set(names.match("县事业局").units) == {UNIT, "县残联"}
    assert names.at(CHANGE).mentioned("县事业局报表.docx") == ("县残联",)


@given(st.dates(date(2023, 1, 1), date(2027, 1, 1)), st.dates(date(2023, 1, 1), date(2027, 1, 1)))
def test_the_day_never_changes_what_an_undated_name_means(change: date, day: date) -> None:
    one = campaign()
    old = DatedName(name="县文教局", until=change)
    units = tuple(replace(unit, names=(old,)) if unit.name == UNIT else unit for unit in one.units)
    names = UnitNames(replace(one, units=units)).at(day)
    assert all(names.match(unit.name).unit == unit.name for unit in one.units)
    assert names.match("县文教局").unit == UNIT
