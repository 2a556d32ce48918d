"""The notice of 2024 in its three written forms: every one must give the same campaign."""

import json
import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reminder_service.domain.campaign import Campaign, DueRule, Version
from reminder_service.domain.documents import Cell, Row, Table
from reminder_service.domain.errors import WrongUsage
from reminder_service.domain.ladder import DEFAULT_LADDER
from reminder_service.domain.notice import read_notice
from reminder_service.domain.workdays import WorkCalendar

NOTICES = Path(__file__).parents[1] / "data" / "notices"
CALENDAR = WorkCalendar()
NAME = "women-children-2024"


def table(rows: list[list[str]], page: int = 1) -> Table:
    return Table(
        page=page,
        rows=tuple(
            Row(page=page, number=number, cells=tuple(Cell(text=text) for text in row))
            for number, row in enumerate(rows, start=1)
        ),
    )


def tables(name: str) -> list[Table]:
    stored = json.loads((NOTICES / f"{name}.json").read_text(encoding="utf-8"))
    return [table(rows, page) for page, rows in enumerate(stored, start=1)]


def text_of(name: str) -> str:
    return (NOTICES / f"{name}.txt").read_text(encoding="utf-8")


def from_text() -> Campaign:
    return read_notice(text_of(NAME), calendar=CALENDAR)


def wrapped(text: str, width: int) -> str:
    """Break every line after so many characters, but as typesetters do: never inside a Latin word or number."""
    lines: list[str] = []
    for line in text.split("\n"):
        piece = ""
        for word in re.findall(r"[A-Za-z]+|\d+[.．、]?|.", line):
            if len(piece) + len(word) > width:
                lines.append(piece)
                piece = ""
            piece += word
        lines.append(piece)
    return "\n".join(lines)


def test_txt_docx_and_pdf_give_identical_campaigns() -> None:
    docx = read_notice(text_of(f"{NAME}.docx"), tables(f"{NAME}.docx"), calendar=CALENDAR)
    pdf = read_notice(text_of(f"{NAME}.pdf"), tables(f"{NAME}.pdf"), calendar=CALENDAR)
    assert from_text() == docx == pdf


def test_a_table_torn_by_a_page_break_gives_the_same_campaign() -> None:
    (whole,) = json.loads((NOTICES / f"{NAME}.docx.json").read_text(encoding="utf-8"))
    torn = [row[:] for row in whole]
    torn[6][2] = "县妇联\n县交通运输\n局\n芦湖街道\n各儿童友好"
    rest = [torn[0], ["", "", "实践基地", "", ""], *torn[7:]]
    campaign = read_notice(text_of(f"{NAME}.docx"), [table(torn[:7], 5), table(rest, 6)], calendar=CALENDAR)
    assert campaign == from_text()


@settings(max_examples=25, deadline=None)
@given(st.integers(min_value=20, max_value=60))
def test_line_breaks_anywhere_change_nothing(width: int) -> None:
    text = wrapped(text_of(f"{NAME}.docx"), width)
    assert read_notice(text, tables(f"{NAME}.docx"), calendar=CALENDAR) == from_text()


def test_head_and_foot_are_read() -> None:
    campaign = from_text()
    assert campaign.id == "notice-2024-9"
    assert campaign.document_number == "高政办字〔2024〕9号"
    assert campaign.title == "关于2024年为全县妇女儿童办实事的通知"
    assert campaign.issuer == "高青县人民政府办公室"
    assert campaign.date == date(2024, 5, 23)
    assert campaign.region == "高青县"
    assert 2 <= len(campaign.short_name) <= 6


def test_when_how_and_where_to_report_is_read() -> None:
    campaign = from_text()
    assert campaign.cadence == "quarter"
    assert str(campaign.first_period) == "2024Q2"
    assert campaign.due_rule == DueRule.LAST_WORKDAY_ON_OR_BEFORE_END
    assert campaign.versions == (Version.ELECTRONIC, Version.STAMPED)
    assert (campaign.contact_phone, campaign.contact_mailbox) == ("6967116", "高青县妇联")
    assert campaign.ladder == DEFAULT_LADDER


def test_ten_items_and_twenty_eight_duties_are_found() -> None:
    campaign = from_text()
    assert [item.number for item in campaign.items] == list(range(1, 11))
    assert len(campaign.duties) == 28
    assert campaign.item(1).name == "实施教育资源扩增优化工程"
    assert campaign.item(6).units == ("县妇联", "县交通运输局", "芦湖街道", "各儿童友好实践基地")
    assert campaign.item(2).text.startswith("举办“春风行动”女性就业专场招聘活动")
    assert "为全县35-64岁适龄妇女" in campaign.item(3).text
    assert not any("责任单位" in item.text for item in campaign.items)


def test_seventeen_units_and_one_group_are_found_in_order() -> None:
    units = from_text().units
    assert [unit.code for unit in units] == [f"{number:02}" for number in range(1, 19)]
    assert [unit.name for unit in units if unit.group] == ["各儿童友好实践基地"]
    assert [unit.name for unit in units[:3]] == ["县教育和体育局", "县人力资源社会保障局", "县妇联"]


def test_no_spelling_means_two_units() -> None:
    units = from_text().units
    spellings = [spelling for unit in units for spelling in {unit.name, unit.full_name, *unit.aliases}]
    assert len(spellings) == len(set(spellings))


def test_seal_names_are_proposed_by_custom() -> None:
    names = {unit.name: unit.full_name for unit in from_text().units}
    assert names["县妇联"] == "高青县妇女联合会"
    assert names["团县委"] == "共青团高青县委员会"
    assert names["县检察院"] == "高青县人民检察院"
    assert names["芦湖街道"] == "高青县人民政府芦湖街道办事处"
    assert names["县人力资源社会保障局"] == "高青县人力资源和社会保障局"
    assert names["市医疗保障局高青分局"] == "市医疗保障局高青分局"


def test_the_city_completes_a_branch_office_where_the_notice_names_it() -> None:
    text = text_of(NAME).replace("高青县人民政府办公室\n关于", "淄博市高青县人民政府办公室\n关于")
    names = {unit.name: unit.full_name for unit in read_notice(text, calendar=CALENDAR).units}
    assert names["市医疗保障局高青分局"] == "淄博市医疗保障局高青分局"


def test_the_fourteen_targets_are_found_and_no_other() -> None:
    targets = [(item.number, target) for item in from_text().items for target in item.targets]
    assert [(number, str(t.value), t.measure, t.comparator, t.text) for number, t in targets] == [
        (1, "16", "所", "=", "中小学"),
        (1, "2", "所", "=", "幼儿园"),
        (1, "2", "个", "=", "智慧教育应用场景"),
        (2, "20", "场次", "=", "家政培训"),
        (3, "85", "%", ">=", "筛查率"),
        (4, "50", "人", ">=", "家庭教育骨干"),
        (5, "5", "场", ">=", "单身青年联谊活动"),
        (7, "70", "%", ">=", "法律明白人"),
        (7, "100", "%", "=", "辅导率"),
        (7, "5", "场", "=", "齐心护航宣讲"),
        (7, "1", "处", "=", "妈妈小屋"),
        (8, "8", "场", "=", "心理健康科普知识宣传"),
        (9, "5", "场", ">=", "戏曲演出、书画培训、公益讲座等文化活动"),
        (9, "4", "场", "=", "科普大篷车巡展"),
    ]


def test_the_form_is_read_from_the_annex() -> None:
    form = from_text().form
    assert form.title == "2024年为全县妇女儿童办实事工作进展情况报表"
    headings = [column.heading for column in form.columns]
    assert headings == ["序号", "实事名称", "责任单位", "本季度具体措施及任务进度情况", "完成时限"]


def test_what_the_notice_leaves_open_is_asked_with_proposal_and_quotation() -> None:
    questions = {question.key: question for question in from_text().questions}
    assert list(questions) == [
        "due_date",
        "versions",
        "leading_unit",
        "group_members",
        "seal_names",
        "addresses",
    ]
    assert "每季度末" in questions["due_date"].quote
    assert "各儿童友好实践基地" in questions["group_members"].question
    assert all(question.proposal and question.quote for question in questions.values())
    assert from_text().open_questions == from_text().questions


@pytest.mark.parametrize(
    ("old", "new", "quote"),
    [
        pytest.param(
            "县文化和旅游局\n县科协",
            "县文化和旅游局\n县教育和体育局",
            "附件：县文化和旅游局、县教育和体育局",
            id="units",
        ),
        pytest.param(
            "实施“润童心”儿童素养提升行动",
            "实施“润童心”儿童艺术素养提升工程",
            "附件：实施“润童心”儿童艺术素养提升工程",
            id="name",
        ),
    ],
)
def test_an_annex_that_differs_from_the_text_becomes_a_question(old: str, new: str, quote: str) -> None:
    (rows,) = json.loads((NOTICES / f"{NAME}.docx.json").read_text(encoding="utf-8"))
    changed = table([[cell.replace(old, new) for cell in row] for row in rows])
    campaign = read_notice(text_of(f"{NAME}.docx"), [changed], calendar=CALENDAR)
    (question,) = (question for question in campaign.questions if question.key.startswith("difference"))
    assert quote in question.quote
    assert campaign.items == from_text().items


def test_a_row_only_in_the_annex_becomes_a_question() -> None:
    (rows,) = json.loads((NOTICES / f"{NAME}.docx.json").read_text(encoding="utf-8"))
    campaign = read_notice(
        text_of(f"{NAME}.docx"), [table([*rows, ["11", "建设母婴室", "县妇联", "", ""]])], calendar=CALENDAR
    )
    (question,) = (question for question in campaign.questions if question.key.startswith("difference"))
    assert "建设母婴室" in question.quote


def test_the_id_can_be_chosen() -> None:
    assert read_notice(text_of(NAME), calendar=CALENDAR, campaign="gaoqing-2024").id == "gaoqing-2024"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        pytest.param("", ["no title", "no date of issue"], id="empty"),
        pytest.param("买菜清单\n白菜两斤\n", ["no title", "no date of issue"], id="another text"),
        pytest.param(
            "甲县教育局\n关于开展检查的通知\n各学校：\n一、检查食堂。（责任单位：县教育局）\n甲县教育局\n2025年3月1日",
            ["how often or by when"],
            id="no cadence",
        ),
        pytest.param(
            "甲县教育局\n关于开展检查的通知\n各有关单位：\n请每月报送检查情况。\n甲县教育局\n2025年3月1日",
            ["no numbered matters"],
            id="no matters",
        ),
        pytest.param(
            "甲县教育局\n关于开展检查的通知\n各学校：\n一、检查食堂。\n二、检查宿舍。\n请每月报送检查情况。\n甲县教育局\n2025年3月1日",
            ["no responsible units"],
            id="no units",
        ),
    ],
)
def test_what_was_not_found_is_said_in_sentences(text: str, named: list[str]) -> None:
    with pytest.raises(WrongUsage) as caught:
        read_notice(text, calendar=CALENDAR)
    assert all(words in str(caught.value) for words in named)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_damaged_notice_is_read_or_refused_but_never_crashes(data: st.DataObject) -> None:
    text = text_of(NAME)
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 400)))
    junk = data.draw(
        st.text(
            alphabet="（）()〔〕“”《》一二12年月日号：。、\n\f责任单位每季末报送附件序\x00\ud800", max_size=30
        )
    )
    try:
        campaign = read_notice(text[:start] + junk + text[end:], calendar=CALENDAR)
    except WrongUsage as refused:
        assert str(refused)
    else:
        assert all(item.units for item in campaign.items)
        assert {name for item in campaign.items for name in item.units} == {
            unit.name for unit in campaign.units
        }
