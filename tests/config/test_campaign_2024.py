from collections import Counter
from datetime import date, time
from decimal import Decimal
from itertools import pairwise

import pytest

from reminder_service.config import campaign_yaml, load, load_campaign
from reminder_service.domain.campaign import Audience, DueRule, StepKind, Version
from reminder_service.domain.documents import FormCode
from reminder_service.domain.periods import Cadence, Period
from reminder_service.domain.workdays import due_date, first_period

RESPONSIBLE = {
    1: "县教育和体育局",
    2: "县人力资源社会保障局 县妇联",
    3: "县卫生健康局 县妇联",
    4: "县妇联 县教育和体育局",
    5: "县妇联 团县委 市医疗保障局高青分局",
    6: "县妇联 县交通运输局 芦湖街道 各儿童友好实践基地",
    7: "县妇联 县司法局 县检察院 县总工会",
    8: "县教育和体育局 县公安局 县检察院 县法院",
    9: "县文化和旅游局 县科协",
    10: "县民政局 县残联 县妇联 团县委",
}
TARGETS = [
    (1, "16所", "="),
    (1, "2所", "="),
    (1, "2个", "="),
    (2, "20场次", "="),
    (3, "85%", ">="),
    (4, "50人", ">="),
    (5, "5场", ">="),
    (7, "70%", ">="),
    (7, "100%", "="),
    (7, "5场", "="),
    (7, "1处", "="),
    (8, "8场", "="),
    (9, "5场", ">="),
    (9, "4场", "="),
]


@pytest.fixture
def campaign(campaign_path):
    return load_campaign(campaign_path)


def test_the_notice_names_ten_items_and_twenty_eight_duties(campaign):
    assert {item.number: " ".join(item.units) for item in campaign.items} == RESPONSIBLE
    assert len(campaign.duties) == 28
    assert Counter(len(item.units) > 1 for item in campaign.items) == {True: 9, False: 1}
    assert len(campaign.items_of("县妇联")) == 7


def test_seventeen_named_units_and_one_group_have_codes_in_the_order_of_first_appearance(campaign):
    first_named = list(dict.fromkeys(unit for item in campaign.items for unit in item.units))
    assert [unit.name for unit in campaign.units] == first_named
    assert [unit.code for unit in campaign.units] == [f"{number:02}" for number in range(1, 19)]
    assert [unit.name for unit in campaign.units if unit.group] == ["各儿童友好实践基地"]


@pytest.mark.parametrize(
    ("name", "seal"),
    [
        ("县教育和体育局", "高青县教育和体育局"),
        ("县人力资源社会保障局", "高青县人力资源和社会保障局"),
        ("县妇联", "高青县妇女联合会"),
        ("团县委", "共青团高青县委员会"),
        ("市医疗保障局高青分局", "淄博市医疗保障局高青分局"),
        ("芦湖街道", "高青县人民政府芦湖街道办事处"),
        ("县检察院", "高青县人民检察院"),
        ("县法院", "高青县人民法院"),
        ("县科协", "高青县科学技术协会"),
        ("县残联", "高青县残疾人联合会"),
    ],
)
def test_a_unit_knows_the_name_on_its_seal(campaign, name, seal):
    assert campaign.unit(name).full_name == seal


@pytest.mark.parametrize(
    ("alias", "name"),
    [
        ("县教体局", "县教育和体育局"),
        ("人社局", "县人力资源社会保障局"),
        ("县医保局", "市医疗保障局高青分局"),
        ("医保分局", "市医疗保障局高青分局"),
        ("县文旅局", "县文化和旅游局"),
        ("芦湖街道办事处", "芦湖街道"),
        ("团委", "团县委"),
    ],
)
def test_an_everyday_name_means_one_unit(campaign, alias, name):
    assert [unit.name for unit in campaign.units if alias in unit.aliases] == [name]


def test_the_fourteen_targets_are_in_the_words_of_the_notice(campaign):
    found = [
        (item.number, f"{target.value}{target.measure}", target.comparator)
        for item in campaign.items
        for target in item.targets
    ]
    assert found == TARGETS
    for item in campaign.items:
        for target in item.targets:
            assert target.quote in item.text
            assert f"{target.value}{target.measure}" in target.quote
            assert isinstance(target.value, Decimal)


def test_the_text_of_the_items_is_whole(campaign):
    for item in campaign.items:
        assert item.text.endswith("。")
        assert not any(character.isspace() for character in item.text)
        assert "责任单位" not in item.text
    assert "35-64岁" in campaign.item(3).text
    assert campaign.item(6).text.startswith("发挥儿童友好实践基地和儿童友好社区示范引领作用")


def test_the_head_of_the_notice(campaign):
    assert campaign.id == "gaoqing-2024-women-children"
    assert campaign.title == "关于2024年为全县妇女儿童办实事的通知"
    assert campaign.document_number == "高政办字〔2024〕9号"
    assert campaign.issuer == "高青县人民政府办公室"
    assert campaign.date == date(2024, 5, 23)
    assert (campaign.short_name, campaign.region) == ("妇儿实事", "高青县")
    assert (campaign.contact_phone, campaign.contact_mailbox) == ("6967116", "高青县妇联")
    assert campaign.versions == (Version.ELECTRONIC, Version.STAMPED)
    assert campaign.form.title == "2024年为全县妇女儿童办实事工作进展情况报表"
    assert [column.heading for column in campaign.form.columns] == [
        "序号",
        "实事名称",
        "责任单位",
        "本季度具体措施及任务进度情况",
        "完成时限",
    ]


def test_the_first_period_is_due_on_the_last_workday_of_june(directory):
    configuration = load(directory, {})
    campaign = configuration.campaigns["gaoqing-2024-women-children"]
    assert campaign.cadence is Cadence.QUARTER
    assert campaign.first_period == Period.parse("2024Q2")
    expected = first_period(campaign.date, campaign.cadence, campaign.due_rule, configuration.calendar)
    assert campaign.first_period == expected
    assert campaign.due_rule is DueRule.LAST_WORKDAY_ON_OR_BEFORE_END
    assert due_date(campaign.first_period, campaign.due_rule, configuration.calendar) == date(2024, 6, 28)


def test_the_ladder_is_the_one_agreed(campaign):
    steps = [
        (step.kind, step.offset, step.audience, step.every, step.at_most) for step in campaign.ladder.steps
    ]
    assert steps == [
        (StepKind.FIRST_NOTICE, -10, Audience.ALL, 0, 1),
        (StepKind.REMINDER, -3, Audience.GAPS, 0, 1),
        (StepKind.REMINDER, -1, Audience.GAPS, 0, 1),
        (StepKind.DUE_TODAY, 0, Audience.GAPS, 0, 1),
        (StepKind.OVERDUE, 1, Audience.GAPS, 3, 5),
    ]
    assert {step.at for step in campaign.ladder.steps} == {time(9)}
    assert campaign.ladder.office_hours == (time(8, 30), time(17, 30))


def test_every_question_of_the_shipped_campaign_is_answered(campaign):
    assert not campaign.open_questions
    assert {question.key for question in campaign.questions} == {
        "due_date",
        "leading_unit",
        "group_members",
        "seal_names",
        "addresses",
        "versions",
    }


def test_the_id_and_the_codes_fit_into_form_codes(campaign):
    for unit in campaign.units:
        code = FormCode(campaign=campaign.id, period=str(campaign.first_period), unit_code=unit.code)
        assert FormCode.parse(str(code)) == code


def test_the_shipped_file_is_what_the_program_writes(campaign, campaign_path):
    assert campaign_yaml(campaign) == campaign_path.read_text()


def test_every_top_level_key_stands_under_a_comment_or_beside_one(campaign_path):
    lines = campaign_path.read_text().splitlines()
    keys = [(above, line) for above, line in pairwise(lines) if line[:1].isalpha()]
    assert keys
    assert [line for above, line in keys if "#" not in line and not above.startswith("#")] == []
