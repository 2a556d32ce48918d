"""任务: units, items and reminders changed through the pages; the file's comments stay, mistakes change nothing."""

import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document
from httpx import Response

from fixtures_browser import Served
from fixtures_console import NOW, Browser, Console
from offices import SHIPPED, campaign, configuration
from reminder_service.app import opened
from reminder_service.config import load, load_campaign, mark_of
from reminder_service.domain.access import Role
from reminder_service.domain.campaign import Campaign, Step, StepKind
from reminder_service.jobs.outgoing.remind import letter_for, planned

HERE = f"/directory/campaigns/{campaign().id}"
NOTICE = Path(__file__).parents[1] / "data" / "notices" / "disability-yearly.txt"
UNIT = "县总工会"
CODE = campaign().unit(UNIT).code


@pytest.fixture
def console(tmp_path: Path, fresh_store: Path) -> Iterator[Console]:
    """A console whose configuration is the office's own copy."""
    directory = tmp_path / "config"
    shutil.copytree(SHIPPED, directory, ignore=shutil.ignore_patterns("examples"))
    shutil.copy(fresh_store, tmp_path / "store.db")
    with opened(replace(configuration(tmp_path), directory=directory), at=NOW) as app:
        yield Console(app)


def file(console: Console) -> Path:
    return console.app.configuration.directory / "campaigns" / f"{campaign().id}.yaml"


def now(console: Console) -> Campaign:
    """The campaign as the service has it."""
    return console.app.campaigns[campaign().id]


def mark(browser: Browser, path: str) -> str:
    return re.findall(r'name="mark" value="(\w+)"', browser.get(path).text)[0]


def send(browser: Browser, path: str, **fields: object) -> Response:
    return browser.submit(path, **{"mark": mark(browser, path), **fields})


def steps(*given: Step) -> dict[str, list[str]]:
    """The rows of the form of reminders."""
    return {
        "kind": [str(one.kind) for one in given],
        "side": ["before" if one.offset < 0 else "after" for one in given],
        "days": [str(abs(one.offset)) for one in given],
        "at": [one.at.strftime("%H:%M") for one in given],
        "audience": [str(one.audience) for one in given],
        "every": [str(one.every) for one in given],
        "at_most": [str(one.at_most) for one in given],
    }


def schedule(*given: Step, **fields: object) -> dict[str, object]:
    rest = {"due": str(campaign().due_rule), "from": "08:30", "to": "17:30", "make_up_within": "10"}
    return {**rest, "letter_at": "09:00", **steps(*given), **fields}


def form_sent_to(console: Console, unit: str) -> str:
    """The text of the form in the mail that goes to a unit now."""
    import email
    import email.policy

    here = console.app.situation(now(console))
    mail = next(one for one in planned(here, start=here.now, end=here.now).mails if one.unit == unit)
    letter = letter_for(here, mail, console.app.letters(now(console)), here.state(mail.period))
    read = email.message_from_bytes(letter.raw, policy=email.policy.default)
    attached = next(part for part in read.iter_attachments() if str(part.get_filename()).endswith(".docx"))
    document = Document(BytesIO(attached.get_payload(decode=True)))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(line.text for line in document.paragraphs), *cells])


def test_a_renamed_unit_and_item_stand_in_the_next_form(console: Console) -> None:
    browser, told = console.browser(), re.findall("#.*", file(console).read_text())
    said = browser.said(
        send(
            browser,
            f"{HERE}/units/{CODE}",
            full_name="高青县职工联合会",
            aliases="县职工会；总工会\n工会",
            dated_name=["县职工联合会", ""],
            since=["2024-06-01", ""],
            until=["", ""],
        )
    )
    assert "已保存3处修改" in said and "县职工联合会" in said
    item = now(console).items_of(UNIT)[0]
    fields = {"item_name": "妇女权益保障新行动", "text": item.text, "units": "\n".join(item.units)}
    assert "已保存" in browser.said(send(browser, f"{HERE}/items/{item.number}", **fields))
    assert now(console) == load_campaign(file(console)) and now(console).unit(UNIT).names
    assert re.findall("#.*", file(console).read_text()) == told
    text = form_sent_to(console, UNIT)
    assert "高青县职工联合会" in text and "妇女权益保障新行动" in text
    entries = [one for one in console.app.store.journal.entries() if one.action == "campaign_edited"]
    assert {one.author for one in entries} == {"王小明"} and len(entries) >= 4
    assert "修改任务" in browser.get("/system").text


def test_a_new_alias_is_understood_at_once(console: Console) -> None:
    browser, written = console.browser(), "县职工服务中心"
    assert not console.app.situation(now(console)).names.match(written).unit
    unit = now(console).unit(UNIT)
    fields = {"full_name": unit.full_name, "aliases": "；".join((*unit.aliases, written))}
    browser.said(send(browser, f"{HERE}/units/{CODE}", **fields))
    assert console.app.situation(now(console)).names.match(written).unit == UNIT


def test_whom_to_ask_stands_in_the_next_mail_and_the_short_name_of_a_running_campaign_stays(
    console: Console,
) -> None:
    browser = console.browser()
    fields = {"short_name": "别的", "phone": "6961234", "mailbox": "县妇联", "attach_form": "1"}
    assert "已保存" in browser.said(send(browser, f"{HERE}/about", **fields))
    assert now(console).short_name == campaign().short_name and not now(console).attach_calendar
    assert "6961234" in form_sent_to(console, UNIT)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"full_name": "县总工会", "aliases": "县妇联"}, "“县妇联”已是另一个单位的名称或别名"),
        ({"full_name": ""}, "全称：不能空着"),
        ({"full_name": "x", "dated_name": "县工会"}, "须写明起始日期或截止日期"),
        ({"full_name": "x", "dated_name": "县工会", "since": "明年"}, "须像2027-01-01这样"),
        (
            {"full_name": "x", "dated_name": "县工会", "since": "2024-07-01", "until": "2024-06-01"},
            "早于起始日期",
        ),
    ],
    ids=["taken", "empty", "no date", "no day", "backwards"],
)
def test_a_mistake_about_a_unit_is_told_and_changes_nothing(
    console: Console, fields: dict[str, str], words: str
) -> None:
    browser, before = console.browser(), file(console).read_bytes()
    rows = {"dated_name": "", "since": "", "until": ""}
    answer = send(browser, f"{HERE}/units/{CODE}", **{**rows, **fields})
    assert answer.status_code == 422 and words in answer.text and "没有保存" in answer.text
    assert fields["full_name"] in answer.text and str(file(console).parent) not in answer.text
    assert file(console).read_bytes() == before and now(console) == campaign()


def test_an_item_keeps_only_units_that_the_campaign_has_and_leaves_none_without_work(
    console: Console,
) -> None:
    browser, before = console.browser(), file(console).read_bytes()
    item = now(console).items[8]
    fields = {"item_name": item.name, "text": item.text}
    answer = send(browser, f"{HERE}/items/9", **fields, units="县文化和旅游局\n县科学院")
    assert "“县科学院”不是本任务的责任单位" in answer.text
    answer = send(browser, f"{HERE}/items/9", **fields, units="县文化和旅游局")
    assert "“县科协”没有负责任何一项实事" in answer.text and file(console).read_bytes() == before
    targets = {"target": ["演出", ""], "value": ["6", ""], "measure": ["场", ""], "quote": ["", ""]}
    targets["comparator"] = [">=", "="]
    browser.said(send(browser, f"{HERE}/items/9", **fields, **targets, units="县科协；县文化和旅游局"))
    found = now(console).item(9)
    assert found.units == ("县科协", "县文化和旅游局")
    assert [(one.text, str(one.value), one.comparator) for one in found.targets] == [("演出", "6", ">=")]


def test_reminders_are_previewed_and_then_go_as_set(console: Console) -> None:
    browser, before = console.browser(), now(console).ladder.steps
    late = replace(before[1], offset=-2)
    path = f"{HERE}/ladder"
    given = schedule(before[0], late, before[4], mark=mark(browser, path))
    seen = browser.submit(f"{path}/preview", **given)
    assert "新增" in seen.text and "不再发" in seen.text and "2024-06-26 09:00" in seen.text
    assert now(console) == campaign(), "a preview saves nothing"
    assert "已保存" in browser.said(browser.submit(path, **given))
    assert now(console).ladder.steps == (before[0], late, before[4])
    assert "2024年6月26日" in unescape(browser.get("/mails/plan").text)


@pytest.mark.parametrize(
    ("step", "words"),
    [
        ({"kind": StepKind.OVERDUE, "offset": -1}, "逾期催报须安排在截止日之后"),
        ({"kind": StepKind.REMINDER, "offset": 3}, "“催报”须安排在截止日当天或之前"),
        ({"kind": StepKind.DUE_TODAY, "offset": -1}, "当日提醒只能安排在截止日当天"),
        ({"at": campaign().ladder.steps[0].at.replace(hour=22)}, "发信时间须在补发时段08:30-17:30之内"),
        ({"kind": StepKind.REMINDER, "every": 3}, "只有逾期催报可以重复"),
    ],
    ids=["overdue before", "reminder after", "day", "night", "repeated"],
)
def test_a_ladder_that_makes_no_sense_is_told_in_chinese(
    console: Console, step: dict[str, object], words: str
) -> None:
    browser, before = console.browser(), file(console).read_bytes()
    given = replace(campaign().ladder.steps[1], **step)
    answer = send(browser, f"{HERE}/ladder", **schedule(given))
    assert answer.status_code == 422 and words in answer.text and file(console).read_bytes() == before


def test_the_second_of_two_editors_is_told(console: Console) -> None:
    browser, other = console.browser(), console.browser()
    path = f"{HERE}/units/{CODE}"
    seen = mark(browser, path)
    send(other, path, full_name="高青县总工会甲")
    said = browser.said(browser.submit(path, mark=seen, full_name="高青县总工会乙"))
    assert "别人刚刚修改过" in said and "高青县总工会甲" in said
    assert now(console).unit(UNIT).full_name == "高青县总工会甲"
    elsewhere = browser.said(
        browser.submit(f"{HERE}/units/02", mark=mark(browser, f"{HERE}/units/02"), full_name="x局")
    )
    assert "已保存" in elsewhere


def test_units_are_merged_and_added(console: Console) -> None:
    browser = console.browser()
    seen = mark_of(now(console))
    said = browser.said(
        browser.submit(f"{HERE}/units/{CODE}/merge", mark=seen, heir="03", merge_since="2024-06-01")
    )
    assert "已保存" in said and not now(console).has_unit(UNIT)
    assert now(console).current_unit(UNIT) == now(console).unit_by_code("03").name
    new = {"new_name": "县妇幼保健院", "new_full_name": "", "new_items": ["3", "10"]}
    assert "没有保存" in browser.said(browser.submit(f"{HERE}/units", mark=seen, **new))
    said = browser.said(browser.submit(f"{HERE}/units", mark=mark(browser, HERE), **new))
    assert "县妇幼保健院" in said and len(now(console).items_of("县妇幼保健院")) == 2
    assert browser.get("/directory/units/19").status_code == 200


def test_another_file_with_a_mistake_puts_the_old_text_back(console: Console) -> None:
    browser, before, running = console.browser(), file(console).read_bytes(), now(console)
    seen = mark(browser, f"{HERE}/units/{CODE}")
    (console.app.configuration.directory / "calendar.yaml").write_text("schema: 1\ndays: 7\n")
    answer = browser.submit(f"{HERE}/units/{CODE}", mark=seen, full_name="高青县总工会甲")
    assert answer.status_code == 422 and "没有保存，任务照旧" in answer.text
    assert file(console).read_bytes() == before and now(console) is running
    assert "campaign_edited" not in {one.action for one in console.app.store.journal.entries()}


def test_a_draft_is_changed_before_it_is_started(console: Console) -> None:
    browser = console.browser()
    here = browser.submit(
        "/directory/campaigns", files=[("file", (NOTICE.name, NOTICE.read_bytes()))]
    ).headers["location"]
    draft = console.app.configuration.directory / "campaigns" / "drafts" / f"{here.rsplit('/', 1)[1]}.yaml"
    unit = load_campaign(draft).units[0]
    said = browser.said(send(browser, f"{here}/units/{unit.code}", full_name="某县残疾人联合会"))
    assert "草稿启用后照此办理" in said
    about = {"short_name": "残疾人 工作", "phone": "6967000", "mailbox": "", "ask_contacts": "1"}
    answer = send(browser, f"{here}/about", **about)
    assert answer.status_code == 422 and "简称：须是20字以内的一个词" in answer.text
    browser.said(send(browser, f"{here}/about", **{**about, "short_name": "残疾人工作"}))
    found = load_campaign(draft)
    assert (found.short_name, found.contact_phone) == ("残疾人工作", "6967000")
    assert found.ask_contacts and not found.attach_form
    assert load_campaign(draft).units[0].full_name == "某县残疾人联合会"
    given = schedule(*load_campaign(draft).ladder.steps, mark="x", due=str(load_campaign(draft).due_rule))
    assert "照此安排" in browser.submit(f"{here}/ladder/preview", **given).text


def test_what_is_typed_is_never_markup_and_survives(console: Console) -> None:
    browser, evil = console.browser(), "<script>alert(1)</script>{{ 7*7 }}: #\"'"
    browser.said(
        send(
            browser,
            f"{HERE}/units/{CODE}",
            full_name=evil,
            aliases="",
            dated_name=evil,
            since="2024-07-01",
            until="",
        )
    )
    assert load(console.app.configuration.directory).campaigns[campaign().id].unit(UNIT).full_name == evil
    for path in (HERE, f"{HERE}/units/{CODE}", f"/directory/units/{CODE}", "/directory", "/system"):
        page = browser.get(path).text
        assert "<script>alert" not in page and "49" not in page.split("alert(1)")[-1][:40], path
        assert "&lt;script&gt;" in page, path


def test_a_clerk_sets_reminders_and_merges_units_in_a_browser(served: Served) -> None:
    page = served.page()
    page.goto(f"{served.url}{HERE}")
    page.get_by_role("button", name="修改截止日和催报安排").click()
    page.get_by_label("第2步工作日数").fill("2")
    page.get_by_label("新增1种类").select_option("催报")
    page.get_by_label("新增1工作日数").fill("4")
    page.get_by_role("button", name="预览发信安排").click()
    assert page.locator("#outlook").get_by_text("新增").count() >= 2
    page.get_by_role("button", name="保存").click()
    page.get_by_text("程序从现在起照此办理").wait_for()
    offsets = [one.offset for one in now(served.console).ladder.steps]
    assert offsets == [-10, -4, -2, -1, 0, 1]
    page.goto(f"{served.url}{HERE}/units/{CODE}")
    page.locator("select[name=heir]").select_option("县妇联")
    page.locator("input[name=merge_since]").fill("2024-07-01")
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="并入").click()
    page.get_by_text("程序从现在起照此办理").wait_for()
    assert now(served.console).current_unit(UNIT) == "县妇联"
    for path in ("/", "/units/03", "/tray", "/results", "/targets", "/directory", "/mails/plan"):
        assert page.goto(f"{served.url}{path}").status == 200, path


def test_a_leader_sees_but_does_not_change(console: Console) -> None:
    leader = console.browser(Role.LEADER)
    page = leader.get(HERE).text
    assert "责任单位的名称" in page and f"{HERE}/units/" not in page
    for path in (f"{HERE}/units/{CODE}", f"{HERE}/items/1", f"{HERE}/ladder"):
        assert leader.get(path).status_code == 403 and leader.submit(path).status_code == 403


def test_what_is_not_there_is_told(console: Console) -> None:
    browser = console.browser()
    for path in (f"{HERE}/units/99", f"{HERE}/items/99", "/directory/campaigns/none/ladder"):
        assert browser.get(path).status_code == 404
    file(console).write_text("schema: 1\ntitle: [")
    assert browser.get(f"{HERE}/ladder").status_code == 409
