"""What a recipient will see is shown beside the plain text, and nothing in it runs, loads or leaves its frame."""

import html
import re
from typing import Any

import pytest
from httpx import Response

from fixtures_browser import Served
from fixtures_console import Console
from offices import campaign
from reminder_service.console.shown import Shown
from reminder_service.domain.access import Role

CODE = campaign().unit("县总工会").code


def frame_in(page: str) -> str:
    found = re.search(r'<iframe[^>]* src="(/mails/shown/[^"]+)"[^>]*sandbox', page)
    assert found, page
    return found[1]


def policy_of(answer: Response) -> str:
    return str(answer.headers["content-security-policy"])


@pytest.fixture
def read(console: Console) -> Console:
    """A console whose mailbox was read, so that reminders may go."""
    console.app.store.health.note_reading("office", "INBOX", console.now)
    return console


def test_a_planned_mail_and_a_template_are_shown_as_the_recipient_sees_them(read: Console) -> None:
    browser = read.browser()
    planned = re.findall(r'href="(/mails/plan/mail\?[^"]+)"', browser.get("/mails/plan").text)
    paths = [planned[0].replace("&amp;", "&"), "/mails/templates/reminder/body.html"]
    for path in paths:
        shown = browser.get(frame_in(browser.get(path).text))
        assert shown.headers["content-type"].startswith("text/html")
        assert "background-color" in shown.text and "请勿通过本邮箱报送涉密信息" in shown.text
        assert policy_of(shown).startswith("sandbox; default-src 'none'")
        assert shown.headers["x-frame-options"] == "SAMEORIGIN"


def test_a_text_that_is_only_tried_is_shown_before_it_is_saved(read: Console) -> None:
    browser = read.browser()
    own = browser.get("/mails/templates/reminder/body.html").text
    source = re.search(r"<textarea[^>]*>\n(.*?)</textarea>", own, re.DOTALL)
    assert source
    changed = html.unescape(source[1]).replace("{% block body %}", "{% block body %}<p>先看一看</p>", 1)
    answer = browser.submit("/mails/templates/reminder/body.html/preview", text=changed)
    assert "先看一看" in browser.get(frame_in(answer.text)).text
    assert "先看一看" not in browser.get("/mails/templates/reminder/body.html").text, "nothing is saved"


def test_what_was_made_for_one_person_is_not_shown_to_another(read: Console) -> None:
    clerk, other = read.browser(), read.browser(Role.ADMINISTRATOR)
    path = frame_in(clerk.get("/mails/templates/receipt/body.html").text)
    assert clerk.get(path).status_code == 200
    assert other.get(path).status_code == 404
    assert read.stranger().get(path, follow_redirects=False).status_code in (303, 401)


def test_no_more_is_kept_than_is_looked_at() -> None:
    shown = Shown()
    first = shown.keep("一", user=1)
    last = [shown.keep(str(number), user=1) for number in range(300)][-1]
    assert shown.find(first, user=1) is None and shown.find(last, user=1) == "299"


def test_a_browser_shows_it_and_runs_nothing_of_it(served: Served) -> None:
    served.console.app.collect()
    page = served.page()
    said: list[str] = []
    page.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
    page.goto(f"{served.url}/units/{CODE}/reminder")
    frame: Any = page.frame_locator("iframe.letter")
    frame.get_by_text("请勿通过本邮箱报送涉密信息").wait_for()
    colour = frame.locator("td.head").first.evaluate("one => getComputedStyle(one).backgroundColor")
    assert colour == "rgb(29, 79, 145)", "styles of the mail are applied"
    evil = "<p>到了</p><script>alert(1)</script><img src=x onerror=alert(2)>"
    number = served.console.app.store.users.by_login(served.console.person(Role.CLERK))
    assert number
    token = served.console.web.state.parts.shown.keep(evil, user=number.id)
    page.evaluate("path => { document.querySelector('iframe.letter').src = path; }", f"/mails/shown/{token}")
    frame.get_by_text("到了").wait_for()
    assert said == []
    served.troubles.clear()  # the browser tells that it refused the script, which is what is wanted
