"""任务 and 工作日历: a further campaign from a notice, put to work while the service runs; days of the office's own."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from fixtures_console import NOW, Console
from offices import SHIPPED, configuration
from reminder_service.app import opened
from reminder_service.config import load, load_campaign
from reminder_service.domain.access import Role

NOTICE = Path(__file__).parents[1] / "data" / "notices" / "disability-yearly.txt"
HERE = "/directory/campaigns"


@pytest.fixture
def console(tmp_path: Path, fresh_store: Path) -> Iterator[Console]:
    """A console whose configuration is the office's own copy."""
    directory = tmp_path / "config"
    shutil.copytree(SHIPPED, directory, ignore=shutil.ignore_patterns("examples"))
    shutil.copy(fresh_store, tmp_path / "store.db")
    own = replace(configuration(tmp_path), directory=directory)
    with opened(own, at=NOW) as app:
        yield Console(app)


def files(console: Console, where: str = "campaigns") -> list[str]:
    """The campaign files of a folder."""
    return sorted(path.stem for path in (console.app.configuration.directory / where).glob("*.yaml"))


def read_notice(console: Console, name: str = NOTICE.name) -> str:
    """Read the notice into a draft and return its address."""
    answer = console.browser().submit(HERE, files=[("file", (name, NOTICE.read_bytes()))])
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def test_a_notice_becomes_a_draft_that_changes_nothing_until_it_is_started(console: Console) -> None:
    browser, before = console.browser(), dict(console.app.campaigns)
    path = read_notice(console)
    page = browser.get(path).text
    assert "草稿" in page and "待答复" in page and "textarea" in page
    assert console.app.campaigns == before and files(console) == sorted(before)
    assert "未答复" in browser.said(browser.submit(f"{path}/start"))
    assert console.app.campaigns == before


def test_answers_are_written_with_comments_kept_and_the_service_takes_the_campaign_up(
    console: Console,
) -> None:
    browser = console.browser()
    path = read_notice(console)
    number = path.rsplit("/", 1)[1]
    draft = console.app.configuration.directory / "campaigns" / "drafts" / f"{number}.yaml"
    comments = [line for line in draft.read_text(encoding="utf-8").splitlines() if line.startswith("#")]
    questions = load_campaign(draft).questions
    given = {f"answer-{one.key}": f"按建议。{{{{ 7*7 }}}}<b>：#{one.key}" for one in questions}
    page = browser.said(browser.submit(f"{path}/answers", **given))
    assert f"已保存{len(questions)}个答复" in page and "<b>：" not in page
    text = draft.read_text(encoding="utf-8")
    assert [line for line in text.splitlines() if line.startswith("#")] == comments
    assert [one.answer for one in load_campaign(draft).questions] == list(given.values())
    running = console.app.campaigns
    started = browser.said(browser.submit(f"{path}/start"))
    assert (
        "任务已启用" in started
        and number in console.app.campaigns
        and set(running) < set(console.app.campaigns)
    )
    assert not draft.exists() and number in files(console)
    assert browser.get(f"/?campaign={number}").status_code == 200
    assert number in load(console.app.configuration.directory).campaigns
    actions = {(one.action, one.author) for one in console.app.store.journal.entries()}
    assert {("campaign_drafted", "王小明"), ("answer", "王小明"), ("campaign_started", "王小明")} <= actions


def test_a_notice_is_read_once_and_its_draft_can_be_deleted(console: Console) -> None:
    browser, path = console.browser(), read_notice(console)
    again = browser.submit(HERE, files=[("file", (NOTICE.name, NOTICE.read_bytes()))])
    assert "草稿尚在" in browser.said(again)
    assert "草稿已删除" in browser.said(browser.submit(f"{path}/drop"))
    assert not files(console, "campaigns/drafts") and browser.get(path).status_code == 404


def test_a_configuration_with_a_mistake_keeps_the_draft_and_the_running_campaigns(console: Console) -> None:
    browser, path = console.browser(), read_notice(console)
    number = path.rsplit("/", 1)[1]
    draft = console.app.configuration.directory / "campaigns" / "drafts" / f"{number}.yaml"
    browser.submit(f"{path}/answers", **{f"answer-{one.key}": "是" for one in load_campaign(draft).questions})
    (console.app.configuration.directory / "calendar.yaml").write_text(
        "schema: 1\ndays: 7\n", encoding="utf-8"
    )
    before = console.app.campaigns
    assert "没有启用" in browser.said(browser.submit(f"{path}/start"))
    assert draft.exists() and console.app.campaigns == before


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.txt", "今天天气很好。".encode()),
        ("a.xlsx", b"PK\x03\x04"),
        ("../../x.yaml", b"a: [1"),
        ("a.pdf", b""),
    ],
)
def test_what_is_no_notice_is_told_and_leaves_nothing(console: Console, name: str, content: bytes) -> None:
    browser, before = console.browser(), files(console)
    page = browser.said(browser.submit(HERE, files=[("file", (name, content))]))
    assert "没有从该文件读出通知" in page and "/tmp" not in page
    assert not files(console, "campaigns/drafts") and files(console) == before


def test_a_path_instead_of_a_number_finds_nothing(console: Console) -> None:
    browser = console.browser()
    for number in ("..%2fservice", "..%2f..%2fetc%2fpasswd", "none"):
        assert browser.get(f"{HERE}/{number}").status_code == 404
        assert browser.submit(f"{HERE}/{number}/drop").status_code in (404, 405)
    assert (console.app.configuration.directory / "service.yaml").exists()


def test_days_of_the_offices_own_count_at_once(console: Console) -> None:
    browser = console.browser()
    moved = browser.said(
        browser.submit("/directory/calendar", first="2024-06-27", last="2024-06-28", kind="free")
    )
    assert "本单位另定：" in moved and "2024年6月28日（星期五）放假" in moved
    assert not console.app.configuration.calendar.is_workday(date(2024, 6, 28))
    assert "2024年6月26日" in browser.get("/").text, "the due date moved"
    back = browser.said(
        browser.submit("/directory/calendar", first="2024-06-27", last="2024-06-28", kind="announced")
    )
    assert "本单位另定：" not in back
    browser.submit("/directory/calendar/2027", complete="1")
    assert 2027 in console.app.configuration.calendar.complete
    assert {one.author for one in console.app.store.journal.entries() if one.action == "calendar"} == {
        "王小明"
    }


@pytest.mark.parametrize(
    "fields",
    [
        {"first": "x", "kind": "free"},
        {"first": "2024-06-28", "kind": "x"},
        {"first": "1024-06-28", "kind": "free"},
    ],
)
def test_what_is_no_day_is_refused(console: Console, fields: dict[str, str]) -> None:
    assert console.browser().submit("/directory/calendar", **fields).status_code == 400
    assert not console.app.configuration.calendar.own_days


def test_a_leader_and_a_forged_form_change_nothing(console: Console) -> None:
    leader, clerk, path = console.browser(Role.LEADER), console.browser(), read_notice(console)
    one = [("file", (NOTICE.name, NOTICE.read_bytes()))]
    assert leader.submit(HERE, files=one).status_code == 403
    assert "textarea" not in leader.get(path).text
    for target in (
        f"{path}/answers",
        f"{path}/start",
        f"{path}/drop",
        "/directory/calendar",
        "/directory/calendar/2027",
    ):
        assert leader.submit(target).status_code == 403
        assert clerk.post(target, data={"csrf": "x"}).status_code == 403
    assert files(console, "campaigns/drafts") and not console.app.configuration.calendar.complete
