"""A clerk's work in a real browser: what she sees, by mouse and by keyboard, and nobody is shut out."""

from pathlib import Path
from typing import Any

import pytest

from fixtures_browser import PHONE, Served, faults, picture
from offices import address, campaign, mail, stamped_scan, word_form
from reminder_service.domain.access import Role
from reminder_service.jobs.intake import Handover

UNIT, OTHER = "县总工会", "县司法局"


def said(unit: str) -> dict[int, str]:
    return {item.number: f"已开展{item.name}，培训20场次。" for item in campaign().items_of(unit)}


def take(served: Served, folder: Path, *mails: bytes) -> None:
    files = []
    for number, raw in enumerate(mails):
        files.append(folder / f"taken-{number}.eml")
        files[-1].write_bytes(raw)
    served.console.app.intake(files, Handover())


@pytest.fixture
def reported(served: Served, tmp_path: Path) -> Served:
    """A console at which one unit has reported, and two forms came from senders whom nobody knows."""
    own = mail(
        address("县医疗保障局") if "县医疗保障局" in [one.name for one in campaign().units] else address("县妇联"),
        {"报表.docx": word_form(said("县妇联"), unit="县妇联"), "盖章.pdf": stamped_scan("x", "高青县妇女联合会")},
    )
    strangers = [
        mail(f"who{number}@example.net", {f"{unit}报表.docx": word_form(said(unit), unit=unit)})
        for number, unit in enumerate((UNIT, OTHER))
    ]
    take(served, tmp_path, own, *strangers)
    return served


def test_every_page_can_be_used_by_everybody(reported: Served) -> None:
    page = reported.page(Role.ADMINISTRATOR)
    paths = ["/", *page.locator("nav a").evaluate_all("all => all.map(one => one.getAttribute('href'))")]
    unit = campaign().unit(UNIT).code
    paths += [f"/units/{unit}", "/upload", "/users", "/account", "/mails/plan", "/nowhere"]
    found: dict[str, list[str]] = {}
    for path in dict.fromkeys(paths):
        page.goto(reported.url + path)
        if wrong := faults(page):
            found[path] = wrong
        if path not in ("/nowhere", "/users"):
            picture(page, "console" + (path.replace("/", "-").rstrip("-") or "-overview"))
    assert not found, "\n".join(f"{path} {one}" for path, wrong in found.items() for one in wrong)
    page.context.clear_cookies()
    page.goto(f"{reported.url}/login")
    assert not faults(page)


def test_no_page_is_wider_than_a_phone(reported: Served) -> None:
    page = reported.page(size=PHONE)
    paths = page.locator("nav a").evaluate_all("all => all.map(one => one.getAttribute('href'))")
    wide = {}
    for path in [*paths, "/upload", f"/units/{campaign().unit(UNIT).code}"]:
        page.goto(reported.url + path)
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > PHONE["width"]:
            wide[path] = width
    assert not wide


def test_what_waits_is_settled_by_keyboard_alone(reported: Served) -> None:
    page = reported.page()
    page.keyboard.press("g")
    page.keyboard.press("t")
    page.wait_for_url("**/tray**")
    first = page.locator("h1").first.inner_text()
    before = waiting(reported)
    page.keyboard.press("j")
    page.wait_for_function("words => document.querySelector('h1').innerText !== words", arg=first)
    page.keyboard.press("k")
    page.wait_for_function("words => document.querySelector('h1').innerText === words", arg=first)
    page.keyboard.press("a")
    page.wait_for_selector("[data-press=z]")
    assert waiting(reported) == before - 1
    page.keyboard.press("z")
    page.wait_for_function("() => !document.querySelector('[data-press=z]')")
    assert waiting(reported) == before


def waiting(served: Served) -> int:
    from reminder_service.jobs.tray import waiting as cases

    return len(cases(served.console.app.situation(campaign())))


def tell(page: Any) -> str:
    """What the page says after an act."""
    text: str = page.locator("#flash").inner_text()
    return text
