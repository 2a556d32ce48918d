import io
import zipfile
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from builders import address, at, campaign, contacts, document, form, message, scan, state
from reminder_service.documents.xlsx import read_xlsx
from reminder_service.domain.campaign import Target, Version
from reminder_service.domain.documents import Kind
from reminder_service.domain.state import (
    Contact,
    DutyState,
    Extension,
    Finding,
    PeriodState,
    ReceivedVersion,
    Source,
    Status,
    TrayEntry,
    WaitsFor,
)
from reminder_service.reports.workbook import write_workbook

EDU = "县教育和体育局"
WOMEN = "县妇联"
YOUTH = "团县委"
HEALTH = "市医疗保障局高青分局"
SHEETS = ["汇总表", "报送情况", "明细", "问题清单", "指标进度"]


def workbook(of: PeriodState, **more: object) -> dict[str, Worksheet]:
    values: dict[str, object] = {"campaign": campaign(), "state": of, "contacts": contacts()}
    data = write_workbook(**(values | more))  # type: ignore[arg-type]
    book = load_workbook(io.BytesIO(data))
    return {sheet.title: sheet for sheet in book.worksheets}


def records(sheet: Worksheet) -> list[dict[str, object]]:
    """The rows of a list by heading; an empty cell reads as an empty text."""
    headings, *rows = sheet.iter_rows(values_only=True)
    return [
        dict(zip(map(str, headings), ("" if cell is None else cell for cell in row), strict=True))
        for row in rows
    ]


def of_unit(sheet: Worksheet, unit: str) -> dict[str, object]:
    return next(record for record in records(sheet) if record["单位"] == unit)


def item_row(sheet: Worksheet, number: int) -> list[object]:
    return next(list(row) for row in sheet.iter_rows(values_only=True) if row[0] == number)


def item_rows(sheet: Worksheet, number: int) -> list[int]:
    """The rows of the form that an item takes."""
    first = next(row for row in range(3, sheet.max_row) if sheet.cell(row, 1).value == number)
    merged = [one for one in sheet.merged_cells.ranges if (one.min_row, one.min_col) == (first, 1)]
    return list(range(first, merged[0].max_row + 1)) if merged else [first]


def changed(of: PeriodState, unit: str, **changes: object) -> PeriodState:
    """The state with other values for one unit."""
    units = tuple(
        replace(one, **changes) if one.unit == unit else one  # type: ignore[arg-type]
        for one in of.units
    )
    return replace(of, units=units)


def reported(of: PeriodState, unit: str, texts: Iterable[str | None]) -> PeriodState:
    duties = tuple(
        replace(duty, measures=text) for duty, text in zip(of.unit(unit).duties, texts, strict=True)
    )
    return changed(of, unit, duties=duties)


# --- the whole file ---------------------------------------------------------------------------------------------


def test_it_has_five_sheets_with_the_headings_of_the_contract() -> None:
    sheets = workbook(state())
    assert list(sheets) == SHEETS
    assert [cell.value for cell in sheets["汇总表"][2]] == [
        "序号",
        "实事名称",
        "责任单位",
        "本季度具体措施及任务进度情况",
        "完成时限",
    ]
    headings = {name: [cell.value for cell in sheets[name][1]] for name in SHEETS[1:]}
    assert headings == {
        "报送情况": [
            "单位",
            "状态",
            "电子版",
            "盖章版",
            "收到时间",
            "是否迟报",
            "缺少内容",
            "责任人",
            "电话",
        ],
        "明细": ["序号", "实事名称", "责任单位", "措施及进度", "完成时限", "来源文件", "来源位置"],
        "问题清单": ["单位", "序号", "问题", "等待谁处理", "说明", "来源文件"],
        "指标进度": ["序号", "指标", "目标", "已完成", "完成率", "依据"],
    }


def test_the_file_says_that_it_is_ours_so_that_it_never_counts_as_a_report() -> None:
    data = write_workbook(campaign(), state(), [])
    [mark] = load_workbook(io.BytesIO(data)).custom_doc_props.props
    assert (mark.name, mark.value) == ("ReminderServiceReport", "gaoqing:2024Q2")


def test_the_same_state_gives_the_same_bytes() -> None:
    now = state(message(address(EDU), document(filled=form({1: "已维修5所"})), scan()))
    assert write_workbook(campaign(), now, contacts()) == write_workbook(campaign(), now, contacts())


def test_no_time_of_writing_is_in_the_file() -> None:
    now = state(now="2024-06-27 08:00")
    with zipfile.ZipFile(io.BytesIO(write_workbook(campaign(), now, []))) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(2024, 1, 1, 0, 0, 0)}
        assert archive.read("docProps/core.xml").count(b"2024-06-27T00:00:00Z") == 2  # the office's 08:00


# --- 汇总表 -----------------------------------------------------------------------------------------------------


def test_the_form_has_a_row_for_each_item_in_the_order_of_the_notice() -> None:
    sheet = workbook(state())["汇总表"]
    assert sheet["A1"].value == "2024年为全县妇女儿童办实事工作进展情况报表（2024年第二季度）"
    assert [sheet.cell(row, 1).value for row in range(3, 7)] == [1, 2, 3, 4]
    assert item_row(sheet, 3)[:3] == [3, "实施新型婚育文化培育行动", "县妇联\n团县委\n市医疗保障局高青分局"]


def test_the_text_of_an_item_with_one_unit_stands_alone() -> None:
    now = state(message(address(EDU), document(filled=form({1: "已维修5所"}))))
    assert item_row(workbook(now)["汇总表"], 1)[3:] == ["已维修5所", "2024年12月底"]


def test_the_text_of_a_joint_item_stands_under_each_units_name() -> None:
    now = state(message(address(YOUTH), document(filled=form({3: "联谊2场", 4: "结对10人"}))))
    assert (
        item_row(workbook(now)["汇总表"], 3)[3]
        == "县妇联：\n未报\n团县委：\n联谊2场\n市医疗保障局高青分局：\n未报"
    )


def test_deadlines_that_differ_stand_under_each_units_name() -> None:
    now = state(message(address(YOUTH), document(filled=form({3: "联谊2场", 4: "结对10人"}))))
    assert item_row(workbook(now)["汇总表"], 3)[4] == "2024年12月底"
    other = changed(now, HEALTH, duties=(DutyState(item=3, unit=HEALTH, measures="已支付", deadline="长期"),))
    assert item_row(workbook(other)["汇总表"], 3)[4] == "团县委：\n2024年12月底\n市医疗保障局高青分局：\n长期"


def test_a_deadline_is_not_given_to_a_unit_that_reported_without_one() -> None:
    now = state(message(address(YOUTH), document(filled=form({3: "联谊2场", 4: "结对10人"}))))
    other = changed(now, HEALTH, duties=(DutyState(item=3, unit=HEALTH, measures="已支付"),))
    assert item_row(workbook(other)["汇总表"], 3)[4] == "团县委：\n2024年12月底"
    same = changed(
        now, HEALTH, duties=(DutyState(item=3, unit=HEALTH, measures="已支付", deadline="2024年12月底"),)
    )
    assert item_row(workbook(same)["汇总表"], 3)[4] == "2024年12月底"


def test_what_waits_for_the_office_is_marked() -> None:
    waiting = changed(state(), EDU, duties=(DutyState(item=1, unit=EDU, measures="已维修5所", pending=True),))
    sheets = workbook(waiting)
    assert item_row(sheets["汇总表"], 1)[3] == "已维修5所（待核）"
    assert records(sheets["明细"])[0]["措施及进度"] == "已维修5所（待核）"


def test_a_joint_text_that_waits_is_marked_at_the_units_name() -> None:
    now = changed(state(), HEALTH, duties=(DutyState(item=3, unit=HEALTH, measures="已支付", pending=True),))
    assert "市医疗保障局高青分局（待核）：\n已支付" in str(item_row(workbook(now)["汇总表"], 3)[3])


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        pytest.param({}, "未报", id="nothing-came"),
        pytest.param(
            {"duties": (DutyState(item=1, unit=EDU, waived="工程已移交"),)}, "免报：工程已移交", id="waived"
        ),
        pytest.param({"status": Status.UNKNOWN}, "情况不明（邮箱未读取）", id="blind-mailbox"),
        pytest.param({"maybe_reported": True}, "可能已报（待确认）", id="tray-suggests-it"),
        pytest.param({"status": Status.ATTENTION}, "待核（已收材料，内容未确认）", id="waits-for-office"),
        pytest.param(
            {
                "status": Status.PARTIAL,
                "stamped": ReceivedVersion(
                    document="s", filename="盖章.pdf", received_at=at("2024-06-26 10:00"), message_id=None
                ),
            },
            "未报电子版（已收盖章版）",
            id="only-the-stamped-version",
        ),
        pytest.param(
            {
                "status": Status.PARTIAL,
                "findings": (
                    Finding(code="blank_measures", waits_for=WaitsFor.UNIT, detail="第1项为空", item=1),
                ),
            },
            "未报（进展情况未填写）",
            id="blank",
        ),
    ],
)
def test_why_there_is_no_text_is_said_and_missing_only_where_that_is_certain(
    changes: dict[str, object], words: str
) -> None:
    assert item_row(workbook(changed(state(), EDU, **changes))["汇总表"], 1)[3] == words


def test_the_note_says_the_period_the_moment_and_how_many_are_in() -> None:
    now = state(
        message(address(YOUTH), document(filled=form({3: "联谊2场", 4: "结对10人"})), scan()),
        now="2024-06-28 16:30",
    )
    note = list(workbook(now)["汇总表"].iter_rows(values_only=True))[-1][0]
    assert note == (
        "注：报送期为2024年第二季度，截止日期2024-06-28；统计截至2024-06-28 16:30，"
        "应报单位7家，其中已报齐1家、未报6家。"
    )


def test_with_a_blind_mailbox_the_note_says_so_and_calls_nobody_missing() -> None:
    note = str(list(workbook(state(blind=True))["汇总表"].iter_rows(values_only=True))[-1][0])
    assert "未报0家" in note
    assert "邮箱未读取（情况不明）7家" in note
    assert "以上情况可能不全" in note


def test_the_form_prints_on_a4_landscape_one_page_wide_with_its_headings_on_every_page() -> None:
    sheet = workbook(state())["汇总表"]
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.print_title_rows == "$2:$2"
    assert "A1:E1" in {str(merged) for merged in sheet.merged_cells.ranges}
    assert sheet["A1"].font.name == "方正小标宋简体"
    assert (sheet["A2"].font.name, sheet["D3"].font.name) == ("黑体", "仿宋_GB2312")
    assert all(cell.border.left.style == "thin" and cell.alignment.wrap_text for cell in sheet[3])


def test_a_long_text_makes_its_row_higher() -> None:
    now = state()
    low = workbook(reported(now, EDU, ["已维修5所"]))["汇总表"].row_dimensions[3].height
    high = workbook(reported(now, EDU, ["已维修5所，其余正在施工。" * 30]))["汇总表"].row_dimensions[3].height
    assert high > 2 * low


def test_a_text_too_long_for_the_tallest_row_goes_over_several_rows_and_is_whole() -> None:
    text = "已完成维修改造，正在组织验收。" * 200
    sheet = workbook(reported(state(), EDU, [text]))["汇总表"]
    rows = item_rows(sheet, 1)
    pieces = [str(sheet.cell(row, 4).value) for row in rows]
    assert len(pieces) > 1
    assert "".join(pieces) == text
    assert all(piece.endswith("。") for piece in pieces)
    assert max(sheet.row_dimensions[row].height for row in rows) <= 409
    assert item_row(sheet, 2)[1] == "实施巾帼促就业计划"


def test_a_page_may_end_between_two_units_but_never_inside_a_line() -> None:
    now = reported(state(), YOUTH, ["联谊2场。" * 200, "结对10人"])
    now = reported(now, HEALTH, ["已支付。" * 200])
    sheet = workbook(now)["汇总表"]
    rows = item_rows(sheet, 3)
    pieces = [str(sheet.cell(row, 4).value) for row in rows]
    assert pieces[0] == "县妇联：\n未报"
    assert pieces[1].startswith("团县委：\n联谊2场。")
    assert [piece for piece in pieces if "联谊" in piece and "已支付" in piece] == []
    merged = {merged.coord for merged in sheet.merged_cells.ranges}
    assert {f"{column}{rows[0]}:{column}{rows[-1]}" for column in "ABCE"} <= merged
    assert not any(one.startswith("D") for one in merged)


def test_a_deadline_far_taller_than_the_measures_has_its_room() -> None:
    now = changed(
        state(), EDU, duties=(DutyState(item=1, unit=EDU, measures="5所", deadline="另行通知\n" * 100),)
    )
    sheet = workbook(now)["汇总表"]
    heights = [sheet.row_dimensions[row].height for row in item_rows(sheet, 1)]
    assert max(heights) <= 409
    assert sum(heights) >= 100 * 9


# --- 报送情况 ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (Status.COMPLETE, "已报齐"),
        (Status.ATTENTION, "待核"),
        (Status.PARTIAL, "缺件"),
        (Status.MISSING, "未报"),
        (Status.UNKNOWN, "邮箱未读取（情况不明）"),
    ],
)
def test_states_are_said_in_the_offices_words(status: Status, words: str) -> None:
    assert of_unit(workbook(changed(state(), EDU, status=status))["报送情况"], EDU)["状态"] == words


def test_a_unit_whose_report_may_lie_in_the_tray_is_not_called_missing() -> None:
    row = of_unit(workbook(changed(state(), EDU, maybe_reported=True))["报送情况"], EDU)
    assert row["状态"] == "可能已报"
    assert "未收" not in f"{row['电子版']}{row['盖章版']}{row['缺少内容']}"


def test_a_blind_mailbox_names_nothing_as_lacking() -> None:
    row = of_unit(workbook(state(blind=True))["报送情况"], EDU)
    assert (row["电子版"], row["缺少内容"]) == ("情况不明", "邮箱未读取，是否报送情况不明")


def test_versions_are_listed_with_their_times_in_office_time() -> None:
    now = state(message(address(EDU), document(filled=form({1: "已维修5所"})), when="2024-06-28 15:04"))
    one = now.unit(EDU).electronic
    assert one is not None
    in_utc = changed(now, EDU, electronic=replace(one, received_at=one.received_at.astimezone(UTC)))
    row = of_unit(workbook(in_utc)["报送情况"], EDU)
    assert row["电子版"] == "2024-06-28 15:04\n报表.docx"
    assert (row["盖章版"], row["收到时间"]) == ("未收", "2024-06-28 15:04")
    assert row["缺少内容"] == "未收到盖章PDF版"


def test_a_version_that_waits_or_came_another_way_says_so() -> None:
    version = ReceivedVersion(
        document="e",
        filename="报表.docx",
        received_at=at("2024-06-26 10:00"),
        message_id=None,
        channel="微信",
        pending=True,
    )
    row = of_unit(workbook(changed(state(), EDU, electronic=version))["报送情况"], EDU)
    assert row["电子版"] == "2024-06-26 10:00\n报表.docx\n（微信；待核）"


def test_a_version_that_the_notice_does_not_ask_for_is_not_lacking() -> None:
    only = campaign(versions=(Version.ELECTRONIC,))
    row = of_unit(workbook(state(of=only), campaign=only)["报送情况"], EDU)
    assert (row["电子版"], row["盖章版"]) == ("未收", "无须报送")


def test_late_units_are_marked() -> None:
    late = changed(state(), EDU, late=True, status=Status.COMPLETE)
    sheet = workbook(late)["报送情况"]
    assert (of_unit(sheet, EDU)["是否迟报"], of_unit(sheet, YOUTH)["是否迟报"]) == ("是", "否")


def test_extension_and_promise_are_said_before_what_is_lacking() -> None:
    excused = changed(
        state(),
        EDU,
        extended=Extension(until=date(2024, 7, 5), reason="单位搬迁"),
        promised_until=date(2024, 7, 1),
    )
    assert str(of_unit(workbook(excused)["报送情况"], EDU)["缺少内容"]).split("\n") == [
        "延期至2024-07-05（单位搬迁）",
        "承诺2024-07-01前报送",
        "未收到电子版报表",
        "未收到盖章PDF版",
    ]


def test_all_contacts_of_a_unit_stand_in_their_order() -> None:
    people = [
        Contact(unit=EDU, name="李四", phone="13900000000", order=1),
        Contact(unit=EDU, name="张三", department="办公室", phone="0533-6960001"),
        Contact(unit=YOUTH, name="王五"),
    ]
    row = of_unit(workbook(state(), contacts=people)["报送情况"], EDU)
    assert (row["责任人"], row["电话"]) == ("张三（办公室）\n李四", "0533-6960001\n13900000000")


def test_lists_have_filters_and_headings_that_stay() -> None:
    sheets = workbook(state())
    assert sheets["报送情况"].auto_filter.ref == "A1:I8"
    assert all(sheets[name].freeze_panes == "A2" for name in SHEETS[1:])
    assert len(sheets["报送情况"].conditional_formatting) == 2


# --- 明细 -------------------------------------------------------------------------------------------------------


def test_a_corrected_text_is_marked_and_keeps_what_the_file_says() -> None:
    mended = DutyState(item=1, unit=EDU, measures="已维修5所", original="己维修5所")
    sheets = workbook(changed(state(), EDU, duties=(mended,)))
    assert records(sheets["明细"])[0]["措施及进度"] == "已维修5所\n（更正，原文：己维修5所）"
    assert sheets["明细"]["D2"].fill.fgColor.rgb == "FFFFF2CC"
    assert "己维修5所" not in str(item_row(sheets["汇总表"], 1))


def test_every_duty_has_a_row_that_leads_to_its_source() -> None:
    now = state(message(address(EDU), document(filled=form({1: "已维修5所"}))))
    sheet = workbook(now, originals=lambda sha: f"file:///data/files/{sha}")["明细"]
    assert len(records(sheet)) == len(campaign().duties)
    assert records(sheet)[0] == {
        "序号": 1,
        "实事名称": "实施教育资源扩增优化工程",
        "责任单位": EDU,
        "措施及进度": "已维修5所",
        "完成时限": "2024年12月底",
        "来源文件": "报表.docx",
        "来源位置": "第1页第2行",
    }
    assert sheet["G2"].hyperlink.target == "file:///data/files/报表.docx"
    assert [sheet[cell].hyperlink for cell in ("F2", "F3", "G3")] == [None] * 3


def test_without_links_files_are_named_with_their_numbers() -> None:
    source = Source(document="0123456789abcdef" * 4, filename="报表.docx", page=1, row=2)
    now = changed(state(), EDU, duties=(DutyState(item=1, unit=EDU, measures="5所", source=source),))
    sheet = workbook(now)["明细"]
    assert sheet["F2"].value == "报表.docx\n（文件编号0123456789ab）"
    assert (sheet["G2"].value, sheet["G2"].hyperlink) == ("第1页第2行", None)


def test_recognised_text_is_marked_as_such() -> None:
    source = Source(document="d", filename="扫描.pdf", page=2, row=3, recognised=True)
    now = changed(state(), EDU, duties=(DutyState(item=1, unit=EDU, measures="5所", source=source),))
    assert records(workbook(now)["明细"])[0]["来源位置"] == "第2页第3行（文字识别）"


# --- 问题清单 ---------------------------------------------------------------------------------------------------


def test_findings_stand_with_whom_they_wait_for_the_office_first() -> None:
    now = state(
        message(address(YOUTH), document(filled=form({3: "联谊2场", 4: "/"})), id=1),
        message(address(EDU), document("说明.docx", what="not_a_form"), id=2),
    )
    found = [
        (row["单位"], row["序号"], row["问题"], row["等待谁处理"])
        for row in records(workbook(now)["问题清单"])
    ]
    assert found == [
        (EDU, "", "文件中没有报表", "办公室"),
        (YOUTH, 4, "进展情况未填写", "单位"),
    ]


def test_what_needs_nothing_is_listed_last() -> None:
    bounced = Finding(code="undeliverable", waits_for=WaitsFor.NOBODY, detail="550 用户不存在")
    row = records(workbook(changed(state(), EDU, findings=(bounced,)))["问题清单"])[-1]
    assert (row["问题"], row["等待谁处理"], row["说明"]) == ("邮件被退回", "无需处理", "550 用户不存在")


def test_the_tray_is_listed_once_even_where_a_unit_has_the_same_finding() -> None:
    doubt = Finding(code="ambiguous_unit", waits_for=WaitsFor.OFFICE, detail="可能属于：…", document="d")
    in_tray = TrayEntry(message_id="<1@x>", document="d", reason="ambiguous_unit", suggested_unit=YOUTH)
    now = replace(changed(state(), EDU, findings=(doubt,)), tray=(in_tray,))
    assert [row["单位"] for row in records(workbook(now)["问题清单"])] == [EDU]


def test_a_mail_of_unknown_origin_stands_with_sender_subject_and_time() -> None:
    entry = TrayEntry(
        message_id="<1@x>",
        document="d",
        reason="unknown_sender",
        suggested_unit=None,
        filename="附件.docx",
        sender="liu@example.com",
        subject="二季度",
        received_at=at("2024-06-28 17:40"),
    )
    sheet = workbook(replace(state(), tray=(entry,)), originals=lambda sha: f"files/{sha}")["问题清单"]
    assert records(sheet)[0] == {
        "单位": "（单位待确认）",
        "序号": "",
        "问题": "发件人不在名录，请确认",
        "等待谁处理": "办公室",
        "说明": "发件人：liu@example.com；主题：二季度；收到时间：2024-06-28 17:40",
        "来源文件": "附件.docx",
    }
    assert sheet["C2"].hyperlink.target == "files/d"


# --- 指标进度 ---------------------------------------------------------------------------------------------------


def test_targets_stand_as_the_notice_sets_them() -> None:
    def target(text: str, value: str, measure: str, comparator: str) -> Target:
        return Target(text=text, value=Decimal(value), measure=measure, comparator=comparator, quote="")

    items = campaign().items
    targets = (
        target("筛查率", "85", "%", ">="),
        target("家政培训", "20", "场次", "="),
        target("投入", "1.50", "万元", "="),
    )
    one = campaign(items=(replace(items[0], targets=targets), *items[1:]))
    rows = records(workbook(state(of=one), campaign=one)["指标进度"])
    assert [(row["序号"], row["指标"], row["目标"], row["已完成"]) for row in rows] == [
        (1, "筛查率", "≥85%", ""),
        (1, "家政培训", "20场次", ""),
        (1, "投入", "1.5万元", ""),
    ]


# --- text from outside ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+86 533",
        "-5所",
        "@SUM(A1)",
        "\t=1+1",
        '=HYPERLINK("http://x")',
        "#N/A",
        "#REF!",
        "2024-06-28",
        "007",
    ],
)
def test_text_from_outside_stays_text(text: str) -> None:
    now = reported(state(), EDU, [text])
    people = [Contact(unit=EDU, name=text, phone=text)]
    sheets = workbook(now, contacts=people)
    shown = (sheets["汇总表"]["D3"], sheets["明细"]["D2"], sheets["报送情况"]["H2"], sheets["报送情况"]["I2"])
    assert [(cell.value, cell.data_type) for cell in shown] == [(text, "s")] * 4
    assert all(cell.quotePrefix == text.startswith(("=", "+", "-", "@", "\t")) for cell in shown)


def test_no_formula_is_anywhere_in_the_file() -> None:
    evil = "=cmd|' /C calc'!A0"
    now = reported(state(), YOUTH, [evil, evil])
    entry = TrayEntry(
        message_id=evil, document=evil, reason=evil, suggested_unit=None, filename=evil, sender=evil
    )
    data = write_workbook(
        campaign(title=evil, short_name=evil),
        replace(now, tray=(entry,)),
        [Contact(unit=YOUTH, name=evil, department=evil, phone=evil)],
        originals=lambda sha: sha,
    )
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sheets = [archive.read(name) for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
    assert len(sheets) == 5
    assert all(b"<f>" not in sheet and b'<c r="A1" t="e"' not in sheet for sheet in sheets)


def test_excels_escapes_are_shown_as_they_were_written() -> None:
    data = write_workbook(campaign(), reported(state(), EDU, ["_x0041_"]), [])
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert b">_x005F_x0041_<" in archive.read("xl/worksheets/sheet1.xml")
    named = replace(campaign().items[0], name="_x0041_")
    one = campaign(items=(named, *campaign().items[1:]))
    with zipfile.ZipFile(io.BytesIO(write_workbook(one, state(of=one), []))) as archive:
        assert b">_x005F_x0041_<" in archive.read("xl/worksheets/sheet1.xml")


def test_a_text_longer_than_a_cell_is_cut_with_a_mark() -> None:
    value = str(workbook(reported(state(), EDU, ["长" * 40_000]))["明细"]["D2"].value)
    assert len(value) == 32_767
    assert value.endswith("…（内容过长，已截断）")


def test_joint_texts_that_are_too_long_together_are_whole_all_the_same() -> None:
    now = reported(state(), YOUTH, ["长" * 20_000] * 2)
    now = reported(now, HEALTH, ["远" * 20_000])
    sheet = workbook(now)["汇总表"]
    text = "".join(str(sheet.cell(row, 4).value) for row in item_rows(sheet, 3))
    assert (text.count("长"), text.count("远")) == (20_000, 20_000)


def test_cells_are_cut_as_excel_counts() -> None:
    sheets = workbook(reported(state(), EDU, ["\N{GRINNING FACE}" * 30_000]))
    value = str(sheets["明细"]["D2"].value)
    assert 32_700 < len(value.encode("utf-16-le")) // 2 <= 32_767
    assert value.endswith("\N{GRINNING FACE}…（内容过长，已截断）")
    longest = max(
        len(str(cell.value or "").encode("utf-16-le")) // 2 for row in sheets["汇总表"].rows for cell in row
    )
    assert longest <= 32_767


def test_text_that_takes_no_room_is_cut_as_well() -> None:
    now = reported(state(), YOUTH, ["\u0301" * 30_000, "结对10人"])
    now = reported(now, HEALTH, ["\u0301" * 30_000])
    assert len(str(item_row(workbook(now)["汇总表"], 3)[3])) == 32_767


@given(st.text(st.characters(codec=None), max_size=60))
@settings(max_examples=40)
def test_no_text_from_outside_breaks_the_file(text: str) -> None:
    now = reported(state(), YOUTH, [text, text])
    finding = Finding(code=text, waits_for=WaitsFor.OFFICE, detail=text, document=text, filename=text)
    version = ReceivedVersion(
        document=text, filename=text, received_at=at("2024-06-26 10:00"), message_id=None, channel=text
    )
    now = changed(now, YOUTH, findings=(finding,), electronic=version)
    people = [Contact(unit=YOUTH, name=text, department=text, phone=text)]
    assert list(workbook(now, contacts=people, originals=lambda sha: f"files/{sha}")) == SHEETS


def test_our_own_reader_takes_the_workbook_for_ours() -> None:
    reading = read_xlsx(write_workbook(campaign(), state(), contacts()), "汇总表_2024Q2.xlsx")
    assert reading.kind is Kind.XLSX
    assert reading.own


def test_a_unit_that_is_excused_from_everything_lacks_nothing() -> None:
    duties = (DutyState(item=1, unit=EDU, waived="本年度无此任务"),)
    excused = changed(state(), EDU, duties=duties, status=Status.COMPLETE)
    row = of_unit(workbook(excused)["报送情况"], EDU)
    assert (row["电子版"], row["盖章版"], row["缺少内容"]) == ("免报", "免报", "")
