import re
import shutil

import pytest

from reminder_service.config import load, load_campaign
from reminder_service.domain.errors import ConfigurationError


def problems(path) -> list[str]:
    with pytest.raises(ConfigurationError) as raised:
        load_campaign(path)
    return [problem.removeprefix(f"{path}:") for problem in raised.value.problems]


STEP = '{kind: reminder, offset: D-3W, at: "09:00", audience: gaps}'


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        pytest.param(
            "units: [县民政局, 县残联",
            "units: [县民政局, 县残连",
            [
                "items[10].units[2]: 县残连 is not among the units; did you mean 县残联?",
                "units[18].name: 县残联 is responsible for no item",
            ],
            id="unit unknown, unit unused",
        ),
        pytest.param(
            "units: [县民政局,",
            "units: [县民政局, 县妇联,",
            ["items[10].units[4]: the unit 县妇联 is used before, in line"],
            id="unit twice in an item",
        ),
        pytest.param(
            "number: 4",
            "number: 03",
            ["items[4].number: the number 3 is used before, in line"],
            id="number twice",
        ),
        pytest.param(
            "name: 实施家庭教育指导服务行动",
            "name: 实施巾帼促就业计划",
            ["items[4].name: the item 实施巾帼促就业计划 is used before, in line"],
            id="item name twice",
        ),
        pytest.param(
            'code: "07"', "code: 06", ["units[7].code: the code 06 is used before, in line"], id="code twice"
        ),
        pytest.param(
            'code: "07"',
            "code: A7",
            ["units[7].code: expected two to six digits such as \"07\"; found 'A7'"],
            id="code without digits",
        ),
        pytest.param(
            "aliases: [司法局]",
            "aliases: [司法局]\n    names: [{name: 教体局, until: 2024-05-31}]",
            ["units[10].names[1].name: 教体局 stands for another unit in line"],
            id="old name that another unit bears",
        ),
        pytest.param(
            "aliases: [司法局]",
            "aliases: [司法局]\n    names: [{name: 法制局}]",
            ["units[10].names[1].name: is not dated; add `since` or `until`"],
            id="dated name without dates",
        ),
        pytest.param(
            "aliases: [司法局]",
            "aliases: [司法局]\n    names: [{name: 法制局, since: 2024-05-01, until: 2024-04-30}]",
            ["units[10].names[1].until: 2024-04-30 lies before since 2024-05-01; correct one"],
            id="dated name that ends before it begins",
        ),
        pytest.param(
            "aliases: [司法局]",
            'aliases: [司法局]\n    successor_of: [{name: 法制办, since: 2024-05-01, code: "07"}]',
            ["units[10].successor_of[1].code: the code 07 is used before, in line"],
            id="code of a merged body that a unit has",
        ),
        pytest.param(
            "aliases: [司法局]",
            "aliases: [司法局]\n    successor_of: [{name: 县残联, since: 2024-05-01}]",
            ["units[10].successor_of[1].name: 县残联 stands for another unit in line"],
            id="merged body that is still a unit",
        ),
        pytest.param(
            "aliases: [司法局]",
            "aliases: [司法局, 教体局]",
            ["units[10].aliases[2]: 教体局 stands for another unit in line"],
            id="alias of two units",
        ),
        pytest.param(
            "aliases: [司法局]",
            "members: [司法局]",
            ["units[10].members: only a group has members"],
            id="members of no group",
        ),
        pytest.param(
            "key: deadline",
            "key: deadlines",
            ["form.columns[5].key: expected one of 'number', 'name', 'units', 'measures', 'deadline'"],
            id="unknown column",
        ),
        pytest.param(
            "key: deadline",
            "key: number",
            ["form.columns[5].key: the column number is used before"],
            id="column twice",
        ),
        pytest.param(
            "key: measures",
            "key: deadline",
            [
                "form.columns: has no column with `key: measures`",
                "form.columns[5].key: the column deadline is used before",
            ],
            id="no measures",
        ),
        pytest.param(
            "due: last_workday_on_or_before_end",
            "due: day_32_of_month",
            [
                "periods.due: expected last_workday_on_or_before_end, first_workday_on_or_after_end, end, or a day"
            ],
            id="no such due rule",
        ),
        pytest.param(
            "due: last_workday_on_or_before_end",
            "due: month_12_day_20_back",
            [
                "periods.due: month_12_day_20_back gives no due date of its own to every period of cadence quarter"
            ],
            id="due rule of another cadence",
        ),
        pytest.param(
            "left_out: []",
            "left_out: [M01, Q3, Q2]",
            [
                "periods.left_out[1]: M01 is no period of cadence quarter; write for example Q1 or 2025Q1",
                "periods.left_out[3]: Q2 is the first period",
            ],
            id="left out what is none, or the first",
        ),
        pytest.param(
            "left_out: []",
            "left_out: [Q1, Q2, Q3, Q4]",
            [
                "periods.left_out[2]: Q2 is the first period",
                "periods.left_out: leaves out every period of a year",
            ],
            id="nothing left to report on",
        ),
        pytest.param(
            "first: 2024Q2",
            "first: 2024M05",
            ["periods.first: 2024M05 is no period of cadence quarter but of month"],
            id="first period of another cadence",
        ),
        pytest.param(
            "last:  #",
            "last: 2024Q1  #",
            ["periods.last: 2024Q1 lies before the first period 2024Q2"],
            id="last before first",
        ),
        pytest.param(
            "first: 2024Q2",
            "first: 2024Q5",
            ["periods.first: expected a period such as 2024Q2"],
            id="no period",
        ),
        pytest.param(
            STEP,
            STEP.replace("D-3W", "D+3W"),
            ["reminders.steps[2].offset: a reminder step comes before the due date"],
            id="reminder after the due date",
        ),
        pytest.param(
            STEP,
            STEP.replace("D-3W", "D-1W"),
            ["reminders.steps[3].offset: a step reminder at D-1W stands in line"],
            id="step twice",
        ),
        pytest.param(
            STEP,
            STEP.replace("D-3W", "3 days"),
            [
                "reminders.steps[2].offset: expected workdays from the due date such as D-10W, D or D+1W; found '3 days'"
            ],
            id="no offset",
        ),
        pytest.param(
            STEP,
            STEP.replace("gaps", "all"),
            ["reminders.steps[2].audience: only a first_notice goes to all"],
            id="reminder to all",
        ),
        pytest.param(
            STEP,
            STEP.replace("09:00", "18:00"),
            ["reminders.steps[2].at: lies outside the office hours 08:30-17:30"],
            id="step at night",
        ),
        pytest.param(
            STEP,
            STEP.replace("gaps", "gaps, every: 2"),
            ["reminders.steps[2].every: only an overdue step repeats"],
            id="reminder repeated",
        ),
        pytest.param(
            "every: 3, ",
            "",
            ["reminders.steps[5].at_most: a step without `every` goes once"],
            id="at_most without every",
        ),
        pytest.param(
            "offset: D,",
            "offset: D-1W,",
            ["reminders.steps[4].offset: a due_today step has the offset D"],
            id="due today on another day",
        ),
        pytest.param(
            "offset: D+1W",
            "offset: D-1W",
            ["reminders.steps[5].offset: an overdue step comes after the due date"],
            id="overdue before the due date",
        ),
        pytest.param(
            "08:30-17:30",
            "17:30-08:30",
            ["reminders.office_hours: expected two times of one day such as 08:30-17:30"],
            id="hours reversed",
        ),
        pytest.param(
            "short_name: 妇儿实事",
            "short_name: 妇儿 [实事]",
            ["short_name: expected one short word without spaces and brackets"],
            id="short name in brackets",
        ),
        pytest.param(
            "key: leading_unit",
            "key: due_date",
            ["questions[2].key: the key due_date is used before"],
            id="question twice",
        ),
        pytest.param(
            "threshold: 0.85",
            "threshold: 85",
            [
                "recognition.threshold: expected a number of at most 1.0, such as `threshold: 0.85`; found '85'"
            ],
            id="threshold in percent",
        ),
        pytest.param(
            "value: 20\n",
            "value: 二十\n",
            ["items[2].targets[1].value: expected a number, such as `value: 20`; found '二十'"],
            id="target without figure",
        ),
        pytest.param(
            "[electronic, stamped]",
            "[electronic, stamp]",
            ["versions[2]: expected one of 'electronic' or 'stamped'"],
            id="unknown version",
        ),
        pytest.param(
            "group: true", "group: maybe", ["units[9].group: expected true or false"], id="no truth value"
        ),
    ],
)
def test_a_contradiction_is_told_with_place_and_cure(spoil_campaign, old, new, expected):
    found = problems(spoil_campaign(old, new))
    assert len(found) == len(expected), found
    for problem, start in zip(sorted(found, key=lambda p: p.split(":", 2)[2]), sorted(expected), strict=True):
        assert re.match(r"\d+:\d+: ", problem)
        assert problem.split(": ", 1)[1].startswith(start)


def test_contradictions_are_told_even_beside_broken_values(spoil_campaign):
    spoil_campaign("date: 2024-05-23", "date: soon")
    found = problems(spoil_campaign('code: "07"', "code: 06"))
    assert len(found) == 2


def test_the_name_of_the_file_must_be_fit_for_form_codes(campaign_path):
    renamed = campaign_path.rename(campaign_path.with_name("妇儿实事 2024.yaml"))
    (found,) = problems(renamed)
    assert "rename it to at most 64 small letters" in found


def test_two_campaigns_must_differ_in_their_subjects(directory, campaign_path):
    shutil.copy(campaign_path, campaign_path.with_name("zz-second.yaml"))
    with pytest.raises(ConfigurationError, match="zz-second.yaml: short_name: 妇儿实事 is used by"):
        load(directory, {})


def test_several_campaigns_live_side_by_side(directory, campaign_path):
    text = campaign_path.read_text().replace("short_name: 妇儿实事", "short_name: 第二件")
    campaign_path.with_name("second.yaml").write_text(text)
    assert list(load(directory, {}).campaigns) == ["gaoqing-2024-women-children", "second"]
