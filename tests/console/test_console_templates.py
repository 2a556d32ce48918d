"""邮件模板: edited, checked, previewed, tried on oneself, taken back."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from httpx import Response

from fixtures_console import Browser, Console
from offices import SHIPPED, campaign
from reminder_service.domain.access import Role
from reminder_service.jobs.outgoing.mail_samples import MAIL_NAMES
from reminder_service.jobs.outgoing.mail_templates import PARTS

FILE = "/mails/templates/reminder/subject.txt"
GOOD = "{{ reference }} 请{{ unit }}尽快报送"


@pytest.fixture
def office(console: Console, tmp_path: Path) -> Console:
    """A console whose configuration, and so its own templates, lie in the test's folder."""
    from reminder_service.console import create_web

    folder = tmp_path / "config"
    shutil.copytree(SHIPPED, folder)
    console.app.configuration = replace(console.app.configuration, directory=folder)
    console.app.store.health.note_reading("office", "INBOX", console.now)
    console.web = create_web(console.app)
    return console


def own(office: Console) -> Path:
    return office.app.configuration.directory / "templates" / "mail"


def save(browser: Browser, text: str, path: str = FILE) -> Response:
    page = browser.get(path).text
    seen = page.partition('name="seen" value="')[2].partition('"')[0]
    return browser.submit(path, text=text, seen=seen)


def test_every_template_opens_with_its_variables_and_a_preview(office: Console) -> None:
    browser = office.browser(Role.LEADER)
    assert all(words in browser.get("/mails/templates").text for words in MAIL_NAMES.values())
    for name in MAIL_NAMES:
        page = browser.get(f"/mails/templates/{name}/body.html")
        assert page.status_code == 200 and "不能使用：" not in page.text, name
        assert "请勿通过本邮箱报送涉密信息。" in page.text and "<code>{{ office }}</code>" in page.text
    assert len(PARTS) == 3


def test_a_saved_text_is_used_by_the_next_mail_and_taken_back(office: Console) -> None:
    browser = office.browser()
    assert "已保存" in browser.said(save(browser, GOOD))
    assert (own(office) / "reminder.subject.txt").read_text(encoding="utf-8") == GOOD + "\n"
    assert "尽快报送" in browser.get(FILE).text and "本办已改" in browser.get(FILE).text
    save(browser, GOOD + "！")
    assert len(list((own(office) / "earlier").iterdir())) == 1, "the text before is kept"
    assert "已恢复程序自带的文字" in browser.said(browser.submit(f"{FILE}/revert"))
    assert not (own(office) / "reminder.subject.txt").exists()
    assert len(list((own(office) / "earlier").iterdir())) == 2
    assert [one.action for one in office.app.store.journal.entries()[:3]] == ["template"] * 3


@pytest.mark.parametrize(
    ("path", "text", "words"),
    [
        (FILE, "{{ reference.__class__.__mro__ }}", "下划线"),
        (FILE, "{% include '/etc/passwd' %}", "不能引用"),
        (FILE, "{{ reference }}{{ password }}", "没有名为 password"),
        (FILE, "{{ reference }} {% for a in range(9999999) %}{% endfor %}", "没有名为 range"),
        (FILE, "{% if %}", "语法有误"),
        (FILE, "没有编号的主题", "reference"),
        (FILE, "  ", "主题不能为空"),
        ("/mails/templates/reminder/body.txt", "只有这一句", "涉密信息"),
        (
            "/mails/templates/reminder/body.html",
            "<script>alert(1)</script>请勿通过本邮箱报送涉密信息。",
            "不能使用“&lt;script”",
        ),
        (FILE, "{{ reference }} {{ gaps.none.none }}", "不能使用"),
        (
            "/mails/templates/alarm/subject.txt",
            "故障{% if over %}{{ accounts.none.none }}{% endif %}",
            "不能使用",
        ),
    ],
)
def test_a_text_that_may_not_be_used_is_never_saved(
    office: Console, path: str, text: str, words: str
) -> None:
    answer = save(office.browser(), text, path)
    assert answer.status_code == 400 and words in answer.text
    assert "/tmp" not in answer.text and not own(office).exists()


def test_a_preview_saves_nothing_and_shows_words_as_words(office: Console) -> None:
    answer = office.browser().submit(f"{FILE}/preview", text=GOOD + "<b>", unit="县司法局")
    assert "请县司法局尽快报送&lt;b&gt;" in answer.text and not own(office).exists()


def test_of_two_who_edit_at_once_the_second_is_told(office: Console) -> None:
    browser = office.browser()
    page = browser.get(FILE).text
    seen = page.partition('name="seen" value="')[2].partition('"')[0]
    browser.submit(FILE, text=GOOD, seen=seen)
    second = browser.submit(FILE, text=GOOD + "?", seen=seen)
    assert second.status_code == 400 and "已被他人修改" in second.text


def test_a_trial_goes_to_the_office_alone_and_counts_as_no_mail_to_a_unit(office: Console) -> None:
    browser, store = office.browser(), office.app.store
    plan = [str(one.key) for one in planned_mails(office)]
    for name in ("first_notice", "digest", "weekly", "alarm"):
        assert "不计入催报" in browser.said(browser.submit(f"/mails/templates/{name}/trial"))
    mails = store.outbox.all()
    assert {one.to for one in mails} == {"office@example.cn"} and len(mails) == 4
    assert all(
        one.kind == "trial" and one.unit is None and one.subject.startswith("【试发】") for one in mails
    )
    assert [str(one.key) for one in planned_mails(office)] == plan
    assert store.periods.all(campaign().id) == []


def planned_mails(office: Console) -> tuple[object, ...]:
    from reminder_service.jobs.outgoing.remind import planned

    here = office.app.situation(campaign())
    return planned(here, start=here.now, end=here.now.replace(day=28)).mails


def test_a_leader_looks_only_and_odd_paths_lead_nowhere(office: Console) -> None:
    leader = office.browser(Role.LEADER)
    for path in (FILE, f"{FILE}/revert", f"{FILE}/preview", "/mails/templates/reminder/trial"):
        assert leader.submit(path, text=GOOD).status_code == 403
    browser = office.browser()
    for path in ("base/html", "..%2f..%2fservice/yaml", "reminder/body.exe", "x/subject.txt"):
        assert browser.get(f"/mails/templates/{path}").status_code == 404
    assert browser.submit("/mails/templates/base/trial").status_code == 404
