"""Whatever goes wrong, a person reads Chinese: each refusal provoked, its page without an English sentence in sight."""

import re
from html import unescape

import pytest
from httpx import Response

from fixtures_console import Browser, Console
from offices import campaign
from reminder_service.domain.access import Role
from reminder_service.domain.errors import BusyError, OutsideError, WrongUsage

ENGLISH = re.compile(r"[A-Za-z]{2,} [a-z]{2,}")
HERE = {"campaign": campaign().id, "period": "2024Q2"}
UNIT = campaign().units[0]
UNKNOWN_ITEM = 99


def said(answer: Response) -> str:
    """What the page says, without what stands under 技术说明."""
    text = answer.text
    if "<main" in text:
        text = text.partition("<main")[2].partition("</main>")[0]
    text = re.sub(r"<details>.*?</details>", "", text, flags=re.S)
    words = " ".join(unescape(re.sub(r"<[^>]*>", " ", f"<{text}" if "<" in text else text)).split())
    assert re.search(r"[一-鿿]", words) and not ENGLISH.search(words), words
    return words


def flash(page: str) -> str:
    """What the page has to say about what was done just now."""
    found = re.search(r'<p class="flash bad[^>]*>(.*?)</p>', page, re.S)
    assert found, page
    return found[1]


@pytest.fixture
def clerk(console: Console) -> Browser:
    return console.browser(Role.CLERK)


def test_a_name_that_is_not_the_consoles(clerk: Browser) -> None:
    answer = clerk.get("/", headers={"host": "evil.example"})
    assert answer.status_code == 400 and "主机名" in said(answer)


def test_another_sites_form(clerk: Browser) -> None:
    answer = clerk.post("/mails/pause", headers={"origin": "http://evil.example"})
    assert answer.status_code == 403 and "其他网站" in said(answer)


def test_an_old_form_and_one_that_is_too_much_for_ones_role(console: Console, clerk: Browser) -> None:
    old = clerk.post("/mails/pause", data={"csrf": "old"})
    assert old.status_code == 403 and "过期" in said(old)
    for answer in (clerk.get("/users"), console.browser(Role.LEADER).submit("/mails/pause")):
        assert answer.status_code == 403 and "没有进行此项操作的权限" in said(answer)


def test_what_is_not_there(clerk: Browser) -> None:
    for path, words in (
        ("/nowhere", "没有这个页面"),
        ("/units/none", "没有这个单位"),
        ("/?period=2031X9", "没有这个报送期"),
        ("/?campaign=none", "没有这项任务"),
        ("/mails/out/9999", "没有这封邮件"),
        (f"/originals/documents/{'a' * 64}", "没有这个文件"),
        ("/results/download/exe", "没有这种格式"),
        ("/mails/templates/none/body.html", "没有这个模板"),
    ):
        answer = clerk.get(path)
        assert answer.status_code == 404 and words in said(answer), path


def test_a_way_of_asking_that_there_is_not(clerk: Browser) -> None:
    answer = clerk.delete("/mails", headers={"X-CSRF-Token": clerk.csrf})
    assert answer.status_code == 405 and "不能这样进行" in said(answer)


def test_too_much_at_once(console: Console, clerk: Browser) -> None:
    for browser in (console.stranger(), clerk):
        answer = browser.post("/login", content=b"x" * (3 << 20))
        assert answer.status_code == 413 and "内容过大" in said(answer)


def test_what_cannot_be_understood(clerk: Browser) -> None:
    for path, fields in (
        ("/results/edit", {"item": "x", "unit": UNIT.name}),
        (f"/units/{UNIT.code}/waive", {**HERE, "item": "x", "reason": "理由"}),
        (f"/units/{UNIT.code}/call", {**HERE, "text": "长" * 3000}),
    ):
        answer = clerk.submit(path, **fields)
        assert answer.status_code == 422 and "填写的内容有误" in said(answer), path


def test_a_form_that_the_library_refuses(clerk: Browser) -> None:
    fields = "".join(f'--x\r\nContent-Disposition: form-data; name="n{n}"\r\n\r\n\r\n' for n in range(1100))
    kind = {"content-type": "multipart/form-data; boundary=x"}
    answer = clerk.post("/upload", content=f"{fields}--x--\r\n".encode(), headers=kind)
    assert answer.status_code == 400 and "请返回检查后重试" in said(answer)


def test_what_the_rules_forbid_is_said_as_it_concerns_the_clerk(clerk: Browser) -> None:
    answer = clerk.submit(f"/units/{UNIT.code}/waive", item=UNKNOWN_ITEM, reason="理由", **HERE)
    assert answer.status_code == 400 and f"{UNIT.name}不承担第{UNKNOWN_ITEM}项" in said(answer)
    assert "does not owe" not in answer.text


@pytest.mark.parametrize(
    ("error", "status", "words", "detail"),
    [
        (OutsideError("The store /x.db cannot be used: the disk is full; free some."), 502, "磁盘已满", True),
        (BusyError("`collect` is at work in /data; wait until it has finished."), 503, "另一项工作", True),
        (WrongUsage("Something that nobody thought of."), 400, "技术说明", True),
        (ZeroDivisionError("a secret of the program"), 500, "已记入日志", False),
    ],
)
def test_what_fails_has_its_words_and_keeps_the_original_for_whoever_mends_it(
    console: Console, clerk: Browser, error: Exception, status: int, words: str, detail: bool
) -> None:
    def fail() -> None:
        raise error

    console.web.add_api_route("/fails", fail)
    console.web.router.routes.insert(0, console.web.router.routes.pop())
    answer = clerk.get("/fails")
    assert answer.status_code == status and words in said(answer)
    assert (str(error) in unescape(answer.text)) is detail


def test_a_sheet_of_contacts_that_cannot_be_used(clerk: Browser) -> None:
    for content, words in ((b"a,b\n1,2\n", "“单位”这一栏"), (b"", "文件是空的"), (b"PK", "xlsx 或 csv")):
        name = "people.xlsx" if content.startswith(b"PK") else "people.csv"
        answer = clerk.submit("/directory/import", files=[("file", (name, content))])
        told = flash(clerk.said(answer))
        assert words in told and not ENGLISH.search(told), told


def test_a_notice_that_cannot_be_read(console: Console) -> None:
    administrator = console.browser(Role.ADMINISTRATOR)
    answer = administrator.submit(
        "/directory/campaigns", files=[("file", ("通知.txt", "今天开会。".encode()))]
    )
    told = flash(administrator.said(answer) if answer.status_code == 303 else answer.text)
    assert "没有找到" in told and not ENGLISH.search(told), told
