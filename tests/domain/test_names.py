import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import campaign
from offices import campaign as shipped
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


SHIPPED = UnitNames(shipped())
_NEIGHBOURS = (
    "桓台县妇联",
    "桓台县民政局",
    "淄博市民政局",
    "张店区人民法院",
    "县财政局",
    "县委",
    "高青县",
    "体育局",
)


@pytest.mark.parametrize(
    ("written", "unit"),
    [
        ("县医保局", "市医疗保障局高青分局"),
        ("医保分局", "市医疗保障局高青分局"),
        ("淄博市医疗保障局高青分局（公章）", "市医疗保障局高青分局"),
        ("人社局", "县人力资源社会保障局"),
        ("高青县人力资源和社会保瘴局", "县人力资源社会保障局"),
        ("教体局", "县教育和体育局"),
        ("高青县教育和休育局", "县教育和体育局"),
        ("团委", "团县委"),
        ("共青团高青县委", "团县委"),
        ("共青团高青县委员会", "团县委"),
        ("法院", "县法院"),
        ("高青县人民法院", "县法院"),
        ("高青县人民检察院", "县检察院"),
        ("卫健局", "县卫生健康局"),
        ("文旅局", "县文化和旅游局"),
        ("高青县人民政府芦湖街道办事处", "芦湖街道"),
        ("高青县残疾人联和会", "县残联"),
        *((neighbour, None) for neighbour in _NEIGHBOURS),
    ],
)
def test_the_units_of_2024_are_known_and_their_neighbours_are_not(written: str, unit: str | None) -> None:
    assert SHIPPED.match(written).unit == unit


@pytest.mark.parametrize("written", ["县检法院", "人民检法院"])
def test_a_name_between_two_units_is_ambiguous_or_nobodys(written: str) -> None:
    assert SHIPPED.match(written).unit is None


@given(st.data())
def test_one_wrong_character_never_turns_a_unit_into_another(data: st.DataObject) -> None:
    unit = data.draw(st.sampled_from(shipped().units))
    name = unit.full_name
    place = data.draw(st.integers(0, len(name) - 1))
    slip = name[:place] + data.draw(st.sampled_from("囗曰己未士亻")) + name[place + 1 :]
    assert set(SHIPPED.match(slip).units) <= {unit.name} or unit.name in SHIPPED.match(slip).units


@given(st.text(max_size=40))
def test_no_text_breaks_the_matcher(text: str) -> None:
    assert len(NAMES.match(text).units) <= len(campaign().units)
    assert set(NAMES.mentioned(text)) <= {unit.name for unit in campaign().units}


def test_units_are_found_in_file_names_and_subjects() -> None:
    assert NAMES.mentioned("教体局2024年第二季度报表（盖章）.pdf") == ("县教育和体育局",)
    assert set(NAMES.mentioned("团县委、县民政局报送")) == {"团县委", "县民政局"}
