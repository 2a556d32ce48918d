"""待处理 in a real browser, by keyboard alone."""

from datetime import timedelta
from pathlib import Path

import pytest

from fixtures_browser import Served
from fixtures_console import Console
from offices import campaign, mail, word_form
from reminder_service.jobs.incoming.intake import Handover

pytestmark = pytest.mark.long

UNITS = ("县总工会", "县司法局", "县民政局")


@pytest.fixture
def waiting(served: Served, tmp_path: Path) -> Served:
    """A served console with a form from an unlisted sender for each of three units."""
    console = served.console
    for number, unit in enumerate(UNITS):
        said = {item.number: f"已开展{item.name}。" for item in campaign().items_of(unit)}
        raw = mail(f"who{number}@example.net", {f"{unit}.docx": word_form(said, unit=unit)}, subject=unit)
        file = tmp_path / f"{number}.eml"
        file.write_bytes(raw)
        console.app.intake([file], Handover(received_at=console.now - timedelta(hours=3 - number)))
    return served


def kinds(console: Console) -> list[str]:
    return [one.kind for one in console.app.store.decisions.active(campaign().id)]


def test_the_queue_is_settled_and_undone_without_a_mouse(waiting: Served) -> None:
    console, page = waiting.console, waiting.page()
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
