"""指标进度 as the office reads it: proposals marked, units apart, a bar for each rate, the words that say so."""

import io
import zipfile
from dataclasses import replace

from defusedxml.ElementTree import fromstring
from openpyxl import load_workbook

from builders import state
from offices import campaign as shipped
from reminder_service.domain.state import DutyState, PeriodState, Source
from reminder_service.reports.workbook import write_workbook

CAMPAIGN = shipped()


def reported(texts: dict[tuple[str, int], str]) -> PeriodState:
    now = state(of=CAMPAIGN)
    source = Source(document="d", filename="报表.docx", page=1, row=2)
    return replace(
        now,
        units=tuple(
            replace(
                one,
                duties=tuple(
                    DutyState(item=item, unit=unit, measures=text, source=source)
                    for (unit, item), text in texts.items()
                    if unit == one.unit
                ),
            )
            for one in now.units
        ),
    )


def row_of(now: PeriodState, target: str) -> dict[str, object]:
    sheet = load_workbook(io.BytesIO(write_workbook(CAMPAIGN, now, [])))["指标进度"]
    headings, *rows = sheet.iter_rows(values_only=True)
    return next(dict(zip(map(str, headings), row, strict=True)) for row in rows if row[1] == target)


def test_a_proposed_figure_is_marked_and_stands_on_its_words() -> None:
    row = row_of(reported({("县教育和体育局", 1): "完成8所中小学维修改造。"}), "维修改造中小学")
    assert row["已完成"] == "8所（待确认）"
    assert row["完成率"] == 0.5
    assert "“完成8所中小学维修改造”" in str(row["依据"])
    assert "报表.docx" in str(row["依据"])


def test_units_of_a_joint_item_stand_apart_and_nothing_is_added_up() -> None:
    texts = {("县人力资源社会保障局", 2): "家政培训8场次。", ("县妇联", 2): "家政培训6场次。"}
    row = row_of(reported(texts), "家政培训")
    assert (
        row["已完成"]
        == "县人力资源社会保障局：8场次（待确认）\n县妇联：6场次（待确认）\n（各单位分列，未相加）"
    )
    assert row["完成率"] == "40.0%\n30.0%"


def test_words_without_an_exact_number_stay_words() -> None:
    row = row_of(reported({("县妇联", 4): "培训家庭教育骨干近百人。"}), "培训家庭教育骨干")
    assert (row["已完成"], row["完成率"] or "") == ("见原文（待确认）", "")
    assert "近百人" in str(row["依据"])


def test_rates_are_drawn_as_bars_that_the_sheet_keeps() -> None:
    data = write_workbook(CAMPAIGN, reported({("县妇联", 7): "婚前辅导率达到91%。"}), [])
    sheet = load_workbook(io.BytesIO(data))["指标进度"]
    [rules] = sheet.conditional_formatting
    assert [rule.type for rule in rules.rules] == ["dataBar"]


def test_a_bar_is_as_long_as_its_rate_and_of_one_colour() -> None:
    data = write_workbook(CAMPAIGN, reported({("县妇联", 7): "婚前辅导率达到91%。"}), [])
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sheet = fromstring(archive.read("xl/worksheets/sheet5.xml"))
    bars = [one for one in sheet.iter() if one.tag.endswith("}dataBar")]
    assert [(bar.get("minLength"), bar.get("maxLength")) for bar in bars] == [("0", "100")] * 2
    assert bars[1].get("gradient") == "0"
    assert [one.get("val") for one in bars[0].iter() if one.tag.endswith("}cfvo")] == ["0", "1"]
    # The two are one rule: the newer one names the id that the older one carries.
    ids = [one.text for one in sheet.iter() if one.tag.endswith("}id")]
    assert ids == [one.get("id") for one in sheet.iter() if one.tag.endswith("}cfRule") and one.get("id")]
