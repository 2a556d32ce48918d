"""Chromium at a console that is really served: ``served`` is the console with its address, ``clerk`` a page of a clerk.

A page that a browser had to refuse something on (the content policy, a script that failed) fails its test at the end.
"""

import io
import os
import re
import shutil
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from fixtures_console import NOW, PASSWORD, Console
from offices import SHIPPED, configuration
from reminder_service.app import opened
from reminder_service.domain.access import Role
from servers.ports import free_port
from servers.smtp import SmtpServer

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
AXE = Path(__file__).parent / "vendor" / "axe-core" / "axe.min.js"
SCREEN = {"width": 1366, "height": 768}
PHONE = {"width": 390, "height": 844}
PICTURES = os.environ.get("CONSOLE_PICTURES")
"""A folder that pages are photographed into, for the documentation; tests look the same without."""
ALBUM = os.environ.get("CONSOLE_ALBUM")
"""A folder for pictures of every page from top to bottom, for whoever changed how they look."""


@dataclass(kw_only=True)
class Served:
    """A console that a browser reaches, the mail server its mails go to, the folder that mails come to."""

    console: Console
    url: str
    smtp: SmtpServer
    inbox: Path
    browser: Any
    troubles: list[str] = field(default_factory=list)

    def page(self, role: Role = Role.CLERK, size: dict[str, int] = SCREEN) -> Any:
        """Return a browser's page of somebody of that role, logged in by the form."""
        context = self.browser.new_context(
            viewport=size, locale="zh-CN", timezone_id="Asia/Shanghai", reduced_motion="reduce"
        )
        context.set_default_timeout(20_000)
        page = context.new_page()
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.troubles.append(str(error)))
        page.goto(f"{self.url}/login")
        page.get_by_label("用户名").fill(self.console.person(role))
        page.get_by_label("密码").fill(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(f"{self.url}/")
        return page

    def _said(self, message: Any) -> None:
        # A refusal that a test provokes is told by the browser as well; what the policy or a script does is not.
        if message.type == "error" and "the server responded with a status of" not in message.text:
            self.troubles.append(message.text)


def faults(page: Any) -> list[str]:
    """Return what axe-core calls serious or critical on a page."""
    # A page whose text was set anew keeps it.
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    return [
        f"{one['id']}: {one['nodes'][0]['html'][:200]} ({one['nodes'][0]['failureSummary'][:200]})"
        for one in found
        if one["impact"] in ("serious", "critical")
    ]


def picture(page: Any, name: str) -> None:
    """Photograph a page where pictures are asked for."""
    if PICTURES:
        page.wait_for_timeout(300)
        # 64 colours are enough for text and badges, and a fifth of the bytes.
        shot = Image.open(io.BytesIO(page.screenshot())).convert("RGB").quantize(64)
        shot.save(Path(PICTURES) / f"{name}.png", optimize=True)


def album(page: Any, name: str) -> None:
    """Photograph the whole of a page where an album is asked for."""
    if ALBUM:
        file = re.sub(r"[^\w.-]+", "_", name).strip("_")[:80] or "start"
        page.screenshot(path=Path(ALBUM) / f"{file}.png", full_page=True)


# For a module: while it is open the thread has an event loop, in which no other test may call asyncio.run.
@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """The system's Chromium; nothing is downloaded."""
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed: apt-get install chromium (./run test does it as root)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        # As root in a container there is no sandbox to be had, and /dev/shm is small.
        options = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=options)
        yield browser
        browser.close()


@pytest.fixture
def served(tmp_path: Path, fresh_store: Path, smtp_server: SmtpServer, chromium: Any) -> Iterator[Served]:
    """A console on the shipped campaign at an address of its own; every unit has a contact, its settings are a copy."""
    import uvicorn

    shutil.copy(fresh_store, tmp_path / "store.db")
    directory, inbox = tmp_path / "config", tmp_path / "inbox"
    shutil.copytree(SHIPPED, directory, ignore=shutil.ignore_patterns("examples"))
    inbox.mkdir()
    loaded, port = configuration(tmp_path), free_port()
    raw: dict[str, Any] = loaded.service.model_dump()
    raw |= {
        "imap": None,
        "folder_mailbox": {"inbox": inbox},
        "smtp": {"host": smtp_server.host, "port": smtp_server.port, "security": "none", "rate": 600},
    }
    raw["console"] |= {"host": "127.0.0.1", "port": port}
    service = type(loaded.service).model_validate(raw)
    settings = replace(loaded, directory=directory, service=service)
    with opened(settings, at=NOW) as app:
        console = Console(app)
        server = uvicorn.Server(
            uvicorn.Config(
                console.web, port=port, log_config=None, access_log=False, timeout_graceful_shutdown=1
            )
        )
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        while not server.started and thread.is_alive():
            time.sleep(0.01)
        here = Served(
            console=console, url=f"http://127.0.0.1:{port}", smtp=smtp_server, inbox=inbox, browser=chromium
        )
        try:
            yield here
        finally:
            for context in chromium.contexts:
                context.close()
            server.should_exit = True
            thread.join(10)
        assert not here.troubles, here.troubles
