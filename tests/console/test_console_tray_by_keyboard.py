"""待处理 in a real browser, by keyboard alone."""

import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from fixtures_console import PASSWORD, Console
from offices import campaign, mail, word_form
from reminder_service.domain.access import Role
from reminder_service.jobs.incoming.intake import Handover

pytestmark = pytest.mark.long

CHROMIUM = Path("/usr/bin/chromium")
UNITS = ("县总工会", "县司法局", "县民政局")


@pytest.fixture
def served(console: Console, tmp_path: Path) -> Iterator[tuple[Console, str]]:
    """A console on a port, with a form from an unlisted sender for each of three units."""
    import uvicorn

    for number, unit in enumerate(UNITS):
        said = {item.number: f"已开展{item.name}。" for item in campaign().items_of(unit)}
        raw = mail(f"who{number}@example.net", {f"{unit}.docx": word_form(said, unit=unit)}, subject=unit)
        file = tmp_path / f"{number}.eml"
        file.write_bytes(raw)
        console.app.intake([file], Handover(received_at=console.now - timedelta(hours=3 - number)))
    server = uvicorn.Server(uvicorn.Config(console.web, host="127.0.0.1", port=0, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield console, f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(10)


@pytest.fixture
def page(served: tuple[Console, str]) -> Iterator[Any]:
    """A browser's page of a clerk who is logged in; what the browser refuses or reports fails the test."""
    from playwright.sync_api import sync_playwright

    console, url = served
    if not CHROMIUM.exists():
        pytest.skip("no /usr/bin/chromium here")
    said: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1366, "height": 768})
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(f"{url}/login")
        page.fill("[name=login]", console.person(Role.CLERK))
        page.fill("[name=password]", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(f"{url}/")
        yield page
        browser.close()
    assert said == []


def kinds(console: Console) -> list[str]:
    return [one.kind for one in console.app.store.decisions.active(campaign().id)]


def test_the_queue_is_settled_and_undone_without_a_mouse(served: tuple[Console, str], page: Any) -> None:
    console, _ = served
    keyboard = page.keyboard

    def on(name: str) -> None:
        """Wait until a thing is shown and has the focus."""
        page.wait_for_selector(f'h1:focus:text-is("{name}")')

    keyboard.press("g")
    keyboard.press("t")
    page.wait_for_url("**/tray/**")
    first, second, third = (f"{unit}.docx" for unit in UNITS)
    on(first)
    keyboard.press("j")
    on(second)
    keyboard.press("k")
    on(first)
    keyboard.press("a")
    on(second)
    assert kinds(console) == ["accept"]
    keyboard.press("z")
    on(first)
    assert kinds(console) == []
    keyboard.press("n")
    keyboard.type("广告")
    keyboard.press("Enter")
    on(second)
    keyboard.press("u")
    keyboard.type("县妇联")
    keyboard.press("Enter")
    on(third)
    keyboard.press("r")
    keyboard.type("请补充数字")
    keyboard.press("Tab")
    while page.evaluate("document.activeElement.textContent") != "预览邮件":
        keyboard.press("Tab")
    keyboard.press("Enter")
    page.wait_for_selector("#return-preview pre")
    assert "请补充数字" in page.inner_text("#return-preview")
    assert kinds(console) == ["dismiss", "assign"]
    keyboard.press("Enter")  # the button that gives it back has the focus
    page.wait_for_selector('.undo:has-text("已退回")')
    assert kinds(console) == ["dismiss", "assign", "return"]


def test_the_pages_fit_a_phone(served: tuple[Console, str], page: Any) -> None:
    _, url = served
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{url}/tray")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
