"""Figures in reported texts and the targets they are about, in the sentences that offices write."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import Q2, Q3
from offices import campaign
from reminder_service.domain.figure_match import target_of
from reminder_service.domain.figures import figures_in
from reminder_service.domain.progress import number_words

ITEMS = {item.number: item for item in campaign().items}

# item, what is reported, what is found: value or "text", C cumulative, P of the period, U unsaid, and the target's place
CASES = [
    (1, "完成9所中小学、1所幼儿园维修改造。", "9U0 1U1"),
    (1, "投资503万元维修改造中小学3所、幼儿园60所，建筑面积5571平方米。", "3U0 60U1"),
    (1, "其余7所中小学、1所幼儿园已进场施工。", ""),
    (1, "1个智慧教育应用场景投入使用。", "1U2"),
    (1, "维修改造16所中小学2所幼儿园", "16U0 2U1"),
    (1, "截至目前，已维修改造中小学十二所。", "12C0"),
    (1, "截至9月4日已完成工程总量的52%。", ""),
    (1, "计划维修改造16所中小学。", ""),
    (1, "计划维修改造16所中小学，已完成维修改造中小学9所。", "9U0"),
    (1, "正在维修改造中小学5所。", ""),
    (1, "维修改造中小学5所，正在施工。", ""),
    (1, "基本完成中小学维修改造任务。", ""),
    (1, "投资1200万元维修改造中小学3所和幼儿园2所", "3U0 2U1"),
    (2, "开展家政培训8场次，培训316人。", "8U0"),
    (2, "家政培训工作有序推进，已开展8场次。", "8U0"),
    (2, "全年目标：家政培训20场次", ""),
    (2, "开展家政培训8场，培训316人。", "8U0"),
    (2, "累计开展家政培训18场次。", "18C0"),
    (2, "本季度开展家政培训6场次，累计14场次。", "6P0 14C0"),
    (2, "二季度开展家政培训6场次。", "6P0"),
    (2, "第二季度，举办家政培训6场次。", "6P0"),
    (2, "一季度开展家政培训3场次，二季度开展家政培训6场次。", "6P0"),
    (2, "4—6月开展家政培训6场次。", "6P0"),
    (2, "1-6月开展家政培训9场次。", "9C0"),
    (2, "去年开展家政培训30场次。", ""),
    (2, "2023年开展家政培训30场次。", ""),
    (2, "2024年上半年开展家政培训9场次。", "9C0"),
    (2, "开展家政培训10余场次。", "textU0"),
    (2, "开展家政培训近20场次。", "textU0"),
    (2, "开展家政培训20场次左右。", "textU0"),
    (2, "开展家政培训二十场次。", "20U0"),
    (2, "今年以来共开展家政培训11场次。", "11C0"),
    (2, "共开展家政培训11场次。", "11C0"),
    (2, "本季度共开展家政培训4场次。", "4P0"),
    (2, "与团县委共同开展家政培训4场次。", "4U0"),
    (2, "下一步，将开展家政培训12场次。", ""),
    (2, "家政培训3-5场次。", ""),
    (2, "举办第3场次家政培训。", ""),
    (2, "家政培训较去年增加5场次。", ""),
    (2, "举办“春风行动”女性就业专场招聘活动2场。", ""),
    (2, "实施四项促就业计划。", ""),
    (3, "筛查率46.2%。", "46.2U0"),
    (3, "累计筛查宫颈癌9479人，筛查率达到51.7%，确诊患者60人。", "51.7U0"),
    (3, "对全县35-64岁适龄妇女免费检查。", ""),
    (3, "筛查率达到85%以上。", ""),
    (3, "筛查率达到百分之八十六。", "86U0"),
    (3, "筛查率达86．5％。".replace("．", "."), "86.5U0"),
    (4, "培训骨干77人；开展公益讲座56场。", ""),
    (4, "举办家庭教育指导骨干培训班4期，培训骨干77人。", "77U0"),
    (4, "培训家庭教育骨干近百人。", "textU0"),
    (4, "培训家庭教育骨干100余人。", "textU0"),
    (4, "培训家庭教育骨干不少于50人。", ""),
    (4, "培训家庭教育骨干50人以上。", "textU0"),
    (4, "共培训家庭教育骨干五十六名。", "56C0"),
    (4, "培训家庭教育骨干1,200人。", "1200U0"),
    (4, "培训家庭教育骨干0.12万人。", "1200U0"),
    (4, "每期培训家庭教育骨干30人。", ""),
    (4, "培训家庭教育骨干 26 人。", "26U0"),
    (5, "举办“相约芦湖·缘来是你”青年联谊活动8场，参加单身青年259人，牵手成功47对。", "8U0"),
    (5, "单身青年联谊活动3场。", "3U0"),
    (5, "城乡居民住院分娩按不低于3000元支付217人。", ""),
    (5, "2024年5月20日，举办单身青年联谊活动1场。", "1U0"),
    (7, "70%以上的村（社区）妇联至少有一名“法律明白人”，现已培育1803名，占比72.4%。", "72.4U0"),
    (7, "52%的村（社区）妇联已有“法律明白人”。", "52U0"),
    (7, "婚前辅导率达到100%，开展“幸福护航”宣讲8场。", "100U1 8U2"),
    (7, "开展齐心护航宣讲2场。", "2U2"),
    (7, "建设“妈妈小屋”5处，提供温馨服务2565人次。", "5U3"),
    (7, "“妈妈小屋”选址已确定，计划9月投入使用。", ""),
    (8, "开展心理健康科普知识宣传3场。", "3U0"),
    (8, "开展法治进校园活动7场。", ""),
    (8, "设置“护学岗”212处，处置率100%。", ""),
    (9, "开展“戏曲进校园”演出3场、“非遗进校园”活动4场、书画培训2场。", "3U0 4U0 2U0"),
    (9, "科普大篷车巡展5场，覆盖学生1294余名。", "5U1"),
]  # fmt: skip


def seen(item: int, text: str) -> str:
    letters = {"cumulative": "C", "period": "P", "unsaid": "U"}
    found = []
    for figure in figures_in(text, Q2):
        if (place := target_of(figure, ITEMS[item])) is not None:
            value = number_words(figure.value) if figure.value is not None else "text"
            found.append(f"{value}{letters[figure.basis]}{place}")
    return " ".join(found)


@pytest.mark.parametrize(
    ("item", "text", "expected"), [pytest.param(*case, id=f"{case[0]} {case[1][:24]}") for case in CASES]
)
def test_a_sentence_gives_the_figures_it_says(item: int, text: str, expected: str) -> None:
    assert seen(item, text) == expected


def test_a_quarter_named_in_the_text_counts_in_its_own_period_only() -> None:
    text = "二季度开展家政培训6场次。"
    assert [str(one.value) for one in figures_in(text, Q2)] == ["6"]
    assert figures_in(text, Q3) == ()


_WORDS = st.sampled_from(
    [
        "累计",
        "截至目前",
        "家政培训",
        "10",
        "余",
        "场次",
        "，",
        "。",
        "%",
        "第",
        "十",
        "万",
        "“",
        "《",
        "2024年",
        "\n",
        "３",
    ]
)


@given(st.one_of(st.text(), st.lists(_WORDS).map("".join)))
def test_any_text_gives_figures_whose_words_stand_in_it(text: str) -> None:
    for figure in figures_in(text, Q2):
        assert figure.quote
        assert figure.quote in text
        for item in ITEMS.values():
            target_of(figure, item)
