"""What strangers write into file names, cells, subjects, names and web pages is shown on every page, and never obeyed."""

import re
from pathlib import Path
from typing import Any

import pytest

from fixtures_browser import Served
from fixtures_console import SAFE, Console, routes
from offices import address, campaign, html_mail, mail, word_form
from reminder_service.domain.access import Role
from reminder_service.domain.state import Contact
from reminder_service.jobs.incoming.intake import Handover

UNIT = "县总工会"
EVIL = "<img src=x onerror=alert(1)>{{ 7 * 7 }}${6*6}\"'><script>alert(2)</script>"
TRICKS = (
    "../../etc/passwd",
    "..%2f..%2fetc%2fpasswd",
    "%2e%2e/store.db",
    "..\\..\\store.db",
    "%00",
    "/etc/passwd",
    EVIL,
)


def hostile_mails() -> list[bytes]:
    """A unit's own report and a stranger's, with markup wherever there is room, and a mail that is a web page."""
    item = campaign().items_of(UNIT)[0]
    form = word_form({item.number: f"培训20场次。{EVIL}"}, unit=f"{UNIT}{EVIL}", title=f"报表{EVIL}")
    own = word_form({item.number: f"培训20场次。{EVIL}"}, unit=UNIT, title=f"报表{EVIL}")
    files = {f"{EVIL.replace('/', '')}.docx": form}
    return [
        mail(address(UNIT), {"a.docx": own}, subject=f"一{EVIL}", text=EVIL),
        mail(f'"{"<script>alert(3)</script>"}" <who@example.net>', files, subject=f"二{EVIL}", text=EVIL),
        html_mail(
            "web@example.net",
            f"<html><body>{EVIL}<iframe src=//evil.example></iframe></body></html>",
            f"三{EVIL}",
        ),
    ]


def bring(console: Console, folder: Path) -> None:
    """Let hostile mails come, and put markup into what people of the office type."""
    files = []
    for number, raw in enumerate(hostile_mails()):
        files.append(folder / f"hostile-{number}.eml")
        files[-1].write_bytes(raw)
    console.app.intake(files, Handover())
    store = console.app.store
    store.contacts.replace_all(
        [
            *store.contacts.all(),
            Contact(unit=UNIT, name=EVIL, department=EVIL, address="evil@example.net", phone=EVIL),
        ]
    )
    store.journal.write(console.now, EVIL, EVIL, EVIL, {EVIL: EVIL})
    code = campaign().unit(UNIT).code
    clerk = console.browser()
    clerk.submit(f"/units/{code}/call", campaign=campaign().id, text=EVIL)
    clerk.submit(f"/units/{code}/extend", campaign=campaign().id, until="2024-07-05", reason=EVIL)
    store.pause.begin(console.now, EVIL)


def pages(console: Console) -> list[str]:
    """Every page that needs no more than a unit, a campaign or a number to be looked at."""
    values = {"code": campaign().unit(UNIT).code, "campaign": campaign().id, "number": "1", "kind": "xlsx"}
    found = []
    for method, path in routes(console):
        names = set(re.findall(r"{(\w+)", path))
        if method == "GET" and names <= values.keys() and path not in ("/events", "/healthz"):
            found.append(re.sub(r"{(\w+)[^}]*}", lambda one: values[one[1]], path))
    return list(dict.fromkeys(found))


def links(page: str) -> set[str]:
    return {one.replace("&amp;", "&") for one in re.findall(r'href="(/[^"]*)"', page)}


def test_no_page_holds_markup_of_a_stranger(console: Console, tmp_path: Path) -> None:
    bring(console, tmp_path)
    browser = console.browser(Role.ADMINISTRATOR)
    todo, seen, shown = pages(console), set[str](), 0
    while todo:
        path = todo.pop()
        plain = re.sub(r"\d+", "0", path.split("?")[0]) + str(sorted(re.findall(r"[?&](\w+)=", path)))
        if plain in seen or path.startswith(("/static", "/events", "/healthz")):
            continue
        seen.add(plain)
        answer = browser.get(path)
        assert answer.status_code < 500, (path, answer.text[:300])
        if "text/html" not in answer.headers.get("content-type", ""):
            continue
        text = answer.text
        assert "<img src=x" not in text and "<script>" not in text and "<iframe src=//" not in text, path
        assert "49$" not in text and "}36" not in text, f"{path} works out what a stranger wrote"
        shown += "&lt;img src=x" in text
        todo += sorted(links(text))
    assert shown >= 5, "the walk has to meet what was sent"


def test_a_browser_that_sees_it_all_runs_nothing(served: Served, tmp_path: Path) -> None:
    bring(served.console, tmp_path)
    page = served.page(Role.ADMINISTRATOR)
    said: list[str] = []

    def heard(dialog: Any) -> None:
        said.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", heard)
    code = campaign().unit(UNIT).code
    for path in ("/", "/tray", f"/units/{code}", "/mails/in", "/system", "/directory", "/results"):
        page.goto(served.url + path)
    assert said == []


@pytest.mark.parametrize("trick", TRICKS)
def test_no_download_leads_out_of_its_folder(console: Console, trick: str) -> None:
    browser = console.browser(Role.ADMINISTRATOR)
    for path in (
        f"/originals/documents/{trick}",
        f"/originals/mails/{trick}",
        f"/results/download/{trick}",
        f"/directory/{trick}",
        f"/directory/campaigns/{trick}",
    ):
        answer = browser.get(path, follow_redirects=False)
        assert answer.status_code in (303, 307, 400, 404, 405, 422), (path, answer.status_code)
        assert b"root:" not in answer.content and b"SQLite format" not in answer.content


def test_every_form_without_its_token_is_refused(console: Console) -> None:
    browser = console.browser(Role.ADMINISTRATOR)
    before = [(one.action, one.subject) for one in console.app.store.journal.entries()]
    tried = 0
    for method, path in routes(console):
        if method in SAFE:
            continue
        tried += 1
        answer = browser.request(
            method, re.sub(r"{\w+[^}]*}", "1", path), data={"reason": "x"}, follow_redirects=False
        )
        assert answer.status_code == 403, (method, path, answer.status_code)
    assert tried > 20
    assert [(one.action, one.subject) for one in console.app.store.journal.entries()] == before
