"""Full names and spellings of bodies, lists of units, the text mended."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reminder_service.domain.notice.bodies import Place, full_name
from reminder_service.domain.notice.head import short_name
from reminder_service.domain.notice.rows import units_in
from reminder_service.domain.notice.text import tidy
from reminder_service.domain.notice.units import build_units, find_clauses, split_units

COUNTY = Place(region="临河县", city="云州市")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("县妇联", "临河县妇女联合会"),
        ("县残联", "临河县残疾人联合会"),
        ("县科协", "临河县科学技术协会"),
        ("团县委", "共青团临河县委员会"),
        ("县法院", "临河县人民法院"),
        ("县教体局", "临河县教育和体育局"),
        ("县委宣传部", "中共临河县委宣传部"),
        ("县委政法委", "中共临河县委政法委员会"),
        ("县政府办公室", "临河县人民政府办公室"),
        ("县税务局", "国家税务总局临河县税务局"),
        ("东关街道", "临河县人民政府东关街道办事处"),
        ("东关街道办事处", "临河县人民政府东关街道办事处"),
        ("青石镇", "临河县青石镇人民政府"),
        ("市生态环境局临河分局", "云州市生态环境局临河分局"),
        ("临河县公安局", "临河县公安局"),
        ("国网临河县供电公司", "国网临河县供电公司"),
        ("各乡镇", "各乡镇"),
    ],
)
def test_the_seal_name_is_region_plus_full_name(name: str, expected: str) -> None:
    assert full_name(name, COUNTY) == expected


def test_an_everyday_name_that_fits_two_units_is_nobodys() -> None:
    city, county = build_units(("市医疗保障局临河分局", "县医保局"), COUNTY)
    assert not set(city.aliases) & {county.name, county.full_name, *county.aliases}
    assert "医保局" not in city.aliases + county.aliases


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("（责任单位：县妇联、团县委）。", ("县妇联", "团县委")),
        ("(责任单位:县妇联,团县委)", ("县妇联", "团县委")),
        ("（责任部门：县妇联；各镇（街道））", ("县妇联", "各镇（街道）")),
        ("（配合单位：县公安局；牵头单位：县应急局）", ("县应急局", "县公安局")),
        ("（县教育局牵头，县公安局、县卫健局配合）", ("县教育局", "县公安局", "县卫健局")),
        ("（县城管局、县住建局按职责分工负责）", ("县城管局", "县住建局")),
        ("牵头单位：县应急局\n配合单位：县公安局、县妇联\n", ("县应急局", "县公安局", "县妇联")),
        ("（责任单位：县妇联和各有关镇街）", ("县妇联", "各有关镇街")),
        ("【责任单位：县妇联】", ("县妇联",)),
        ("（县妇联、县市场监管局）", ("县妇联", "县市场监管局")),
        ("（责任单位：县妇联、县法院；完成时限：2025年12月底）", ("县妇联", "县法院")),
    ],
)
def test_units_are_found_whatever_the_style(text: str, named: tuple[str, ...]) -> None:
    (clause,) = find_clauses("开展宣传。" + text)
    assert clause.named == named


@pytest.mark.parametrize(
    "text", ["（由专人负责）", "（3人以上）", "（以下简称县局）", "各单位要压实责任", "（见附件）"]
)
def test_other_brackets_name_no_units(text: str) -> None:
    assert find_clauses(text) == []


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        (
            "县妇联\n县交通运输\n局\n芦湖街道\n各儿童友好\n实践基地",
            ("县妇联", "县交通运输局", "芦湖街道", "各儿童友好实践基地"),
        ),
        ("县人力资源社会保障局县妇联", ("县人力资源社会保障局", "县妇联")),
        ("县教育和体\n育局", ("县教育和体育局",)),
        ("县妇联、团县委", ("县妇联", "团县委")),
    ],
)
def test_names_broken_in_a_cell_are_mended(cell: str, names: tuple[str, ...]) -> None:
    assert units_in(cell, ()) == names


def test_known_names_settle_where_a_broken_name_ends() -> None:
    assert units_in("市医疗保障局\n高青分局\n县妇联", ("市医疗保障局高青分局",)) == (
        "市医疗保障局高青分局",
        "县妇联",
    )


@pytest.mark.parametrize(
    "title",
    [
        "关于2024年为全县妇女儿童办实事的通知",
        "关于做好2025年第一季度安全生产月报工作的通知",
        "关于印发《甲》的通知",
        "的通知",
    ],
)
def test_a_short_name_fits_a_subject_line(title: str) -> None:
    assert 1 <= len(short_name(title)) <= 6


@pytest.mark.parametrize(
    ("raw", "mended"),
    [
        ("关于 2024年 5 月", "关于2024年5月"),
        ("盖章 PDF 版", "盖章PDF版"),
        ("35-64 岁", "35-64岁"),
        ("Word or\u3000Excel", "Word or Excel"),
        ("２０２４年８５％", "2024年85%"),
        ("\ufeff高\u200b青 县", "高青县"),
    ],
)
def test_spaces_of_the_typesetter_are_removed(raw: str, mended: str) -> None:
    assert tidy(raw) == mended


@given(st.text())
def test_mending_twice_is_mending_once(text: str) -> None:
    assert tidy(tidy(text)) == tidy(text)


@given(
    st.lists(
        st.sampled_from(["县妇联", "团县委", "县教育和体育局", "各镇（街道）", "县法院"]),
        min_size=1,
        unique=True,
    )
)
def test_a_list_of_units_is_parted_as_it_was_joined(names: list[str]) -> None:
    assert split_units("、".join(names)) == tuple(names)
