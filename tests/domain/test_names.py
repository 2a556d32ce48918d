import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import campaign
from reminder_service.domain.names import UnitNames

NAMES = UnitNames(campaign())


@pytest.mark.parametrize(
    ("written", "unit"),
    [
        ("县教育和体育局", "县教育和体育局"),
        ("高青县教育和体育局", "县教育和体育局"),
        ("县教体局", "县教育和体育局"),
        ("教体局", "县教育和体育局"),
        ("县教育局", "县教育和体育局"),
        ("县人社局", "县人力资源社会保障局"),
        ("高青县人力资源和社会保障局（盖章）", "县人力资源社会保障局"),
        ("县医保局", "市医疗保障局高青分局"),
        ("市医保局高青分局", "市医疗保障局高青分局"),
        ("淄博市医疗保障局高青分局", "市医疗保障局高青分局"),
        ("团县委", "团县委"),
        ("共青团高青县委员会", "团县委"),
        ("高青县妇女联台会", "县妇联"),
        ("高青 县 残疾人联合会", "县残联"),
        ("县财政局", None),
        ("", None),
        ("局", None),
    ],
)
def test_a_written_name_means_the_unit_that_a_clerk_would_say(written: str, unit: str | None) -> None:
    assert NAMES.match(written).unit == unit


@given(st.text(max_size=40))
def test_no_text_breaks_the_matcher(text: str) -> None:
    assert len(NAMES.match(text).units) <= len(campaign().units)
    assert set(NAMES.mentioned(text)) <= {unit.name for unit in campaign().units}


def test_units_are_found_in_file_names_and_subjects() -> None:
    assert NAMES.mentioned("教体局2024年第二季度报表（盖章）.pdf") == ("县教育和体育局",)
    assert set(NAMES.mentioned("团县委、县民政局报送")) == {"团县委", "县民政局"}
