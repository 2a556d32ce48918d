"""Numbers that are targets, and numbers that only look like it."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reminder_service.domain.targets import find_targets


def seen(text: str) -> list[tuple[str, str, str, str]]:
    return [
        (target.text, str(target.value), target.measure, target.comparator) for target in find_targets(text)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "维修改造16所中小学、2所幼儿园，",
            [("中小学", "16", "所", "="), ("幼儿园", "2", "所", "=")],
            id="two in a list",
        ),
        pytest.param(
            "全县开展家政培训 20场次。".replace(" ", ""),
            [("家政培训", "20", "场次", "=")],
            id="object before",
        ),
        pytest.param(
            "年内举办不少于5场单身青年联谊活动。", [("单身青年联谊活动", "5", "场", ">=")], id="object after"
        ),
        pytest.param("培训家庭教育骨干不少于50人。", [("家庭教育骨干", "50", "人", ">=")], id="at least"),
        pytest.param("筛查率达到85%以上。", [("筛查率", "85", "%", ">=")], id="rate or more"),
        pytest.param("力争辅导率达到100％，", [("辅导率", "100", "%", "=")], id="full-width per cent"),
        pytest.param(
            "70%以上的村（社区）至少有一名“法律明白人”。",
            [("法律明白人", "70", "%", ">=")],
            id="share of villages",
        ),
        pytest.param("建设“妈妈小屋”1处，更好地服务。", [("妈妈小屋", "1", "处", "=")], id="quoted object"),
        pytest.param(
            "开展各类演出、培训、讲座等活动不少于5场。",
            [("演出、培训、讲座等活动", "5", "场", ">=")],
            id="summed list",
        ),
        pytest.param(
            "举办宣传活动至少六场。", [("宣传活动", "6", "场", ">=")], id="Chinese numeral behind at least"
        ),
        pytest.param("发放宣传册1.5万份。", [("宣传册", "15000", "份", "=")], id="ten thousands"),
        pytest.param("投入专项资金500万元。", [("专项资金", "500", "万元", "=")], id="money raised"),
        pytest.param("培训骨干200人以上。", [("骨干", "200", "人", ">=")], id="or more at the end"),
    ],
)
def test_a_target_is_found_with_its_object_and_comparator(
    text: str, expected: list[tuple[str, str, str, str]]
) -> None:
    assert seen(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("为全县35-64岁适龄妇女免费检查", id="ages"),
        pytest.param("支付额不低于3000元，", id="amount paid per case"),
        pytest.param("每人每年补助标准不低于8000元", id="allowance"),
        pytest.param("实施“雏凤助飞”四项促就业计划", id="Chinese numeral"),
        pytest.param("打通出行最后“一公里”", id="figure of speech"),
        pytest.param("根据高政办字〔2024〕9号文件，2024年底前完成", id="document number and year"),
        pytest.param("对全县50人以上的企业开展检查", id="which enterprises"),
        pytest.param("死亡人数不超过8人", id="ceiling"),
        pytest.param("全县现有16所中小学", id="what exists already"),
        pytest.param("2023年已完成改造16所", id="what is done already"),
        pytest.param("服务农户1200余户", id="vague"),
        pytest.param("第3批培训，前5名表彰", id="ordinals"),
        pytest.param("在3个月内、10个工作日内办结", id="spans of time"),
        pytest.param("提升2个百分点", id="percentage points"),
        pytest.param("公安、民政等4个部门联合发文", id="offices counted"),
        pytest.param("打造“15个项目”品牌，落实《10项措施》", id="names"),
        pytest.param("每班30-40人", id="range"),
    ],
)
def test_a_number_that_only_describes_is_no_target(text: str) -> None:
    assert seen(text) == []


def test_a_target_quotes_the_words_around_it() -> None:
    (target,) = find_targets("优化平台，力争筛查率达到85%以上。持续推进")
    assert target.quote == "力争筛查率达到85%以上"


@given(
    st.text(
        alphabet="0123456789.%％万亿余以上不少于至岁年元场个所人次“”《》、，。（）第月-率达到一二十点开展",
        max_size=80,
    )
)
def test_any_text_gives_targets_quoted_from_it(text: str) -> None:
    for target in find_targets(text):
        assert target.quote in text
        assert target.text
        assert target.value >= Decimal(0)
        assert target.comparator in {">=", "="}


@given(st.integers(min_value=1, max_value=10**6), st.sampled_from(["场", "所", "处", "人次", "户"]))
def test_every_plain_count_is_found(number: int, measure: str) -> None:
    (target,) = find_targets(f"全县开展科普宣传{number}{measure}。")
    assert (target.text, int(target.value), target.measure) == ("科普宣传", number, measure)
