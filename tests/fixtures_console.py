"""A console for tests: the shipped campaign on a real store, and browsers of people who are logged in.

``console`` is the office with its web application and a clock that a test moves; ``console.browser(Role.CLERK)`` is
somebody's browser. Links and forms work as for a person: ``browser.submit(path, field=value)`` sends a form with its token.
"""

import shutil
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from httpx import Response
from pwdlib import PasswordHash
from starlette.testclient import TestClient

from builders import ZONE
from offices import address, campaign, configuration
from reminder_service.app import App, opened
from reminder_service.domain.access import Role
from reminder_service.domain.state import Contact
from reminder_service.jobs.access.access import csrf_of

PASSWORD = "correct horse 7"
NAMES = {Role.LEADER: "李主任", Role.CLERK: "王小明", Role.ADMINISTRATOR: "赵管理"}
SAFE = {"GET", "HEAD", "OPTIONS"}
URL = "http://127.0.0.1:8080"
NOW = datetime(2024, 6, 20, 10, 0, tzinfo=ZONE)
"""Six workdays before the due date of the second quarter: 28 June."""


@cache
def _hashed_password() -> str:
    return PasswordHash.recommended().hash(PASSWORD)


class Browser(TestClient):
    """One person's browser."""

    @property
    def csrf(self) -> str:
        """What this browser's forms carry."""
        token = self.cookies.get("session") or self.cookies.get("visit") or ""
        return csrf_of(token)

    def submit(self, path: str, *, files: Any = None, **fields: Any) -> Response:
        """Send a form as the page would; redirects are not followed."""
        data = {"csrf": self.csrf, **fields}
        return self.post(path, data=data, files=files, follow_redirects=False)

    def said(self, answer: Response) -> str:
        """Follow a form's answer to the next page and return its text."""
        assert answer.status_code == 303, answer.text
        return self.get(answer.headers["location"]).text


class Console:
    """An office with its web application."""

    def __init__(self, app: App) -> None:
        from reminder_service.console import create_web

        self.app = app
        self.now = NOW
        app.clock = lambda: self.now
        self.web = create_web(app)

    def stranger(self, address: str = "127.0.0.1") -> Browser:
        """Return the browser of somebody who is not logged in, at a network address."""
        return Browser(self.web, base_url=URL, raise_server_exceptions=False, client=(address, 50000))

    def person(self, role: Role) -> str:
        """Make a user of a role, and return the login."""
        store = self.app.store
        login = str(role)
        if store.users.by_login(login) is None:
            number = store.users.add(login=login, name=NAMES[role], role=role, at=self.now)
            assert number is not None
            store.users.set_password(number, _hashed_password())
        return login

    def browser(self, role: Role = Role.CLERK) -> Browser:
        """Return the browser of somebody of that role, logged in."""
        browser = self.stranger()
        browser.get("/login")
        entered = browser.submit("/login", login=self.person(role), password=PASSWORD)
        assert entered.status_code == 303, entered.text
        return browser


def routes(console: Console) -> list[tuple[str, str]]:
    """Every method and path of the console."""
    found = [
        (method, path)
        for route in console.web.routes
        for inner in getattr(route, "routes", None)
        or getattr(getattr(route, "original_router", None), "routes", [route])
        if (path := getattr(inner, "path", "")) and not path.startswith("/static")
        for method in getattr(inner, "methods", None) or ()
    ]
    assert ("POST", "/login") in found and ("GET", "/users") in found, found
    return found


@pytest.fixture(scope="session")
def fresh_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with a contact for every unit, made once; each test gets a copy."""
    folder = tmp_path_factory.mktemp("office")
    with opened(configuration(folder), at=NOW) as app:
        app.store.contacts.replace_all(
            [Contact(unit=unit.name, name="王小明", address=address(unit.name)) for unit in campaign().units]
        )
    return folder / "store.db"


@pytest.fixture
def console(tmp_path: Path, fresh_store: Path) -> Iterator[Console]:
    """A console on the shipped campaign; every unit has one contact, nothing has come or gone yet."""
    shutil.copy(fresh_store, tmp_path / "store.db")
    with opened(configuration(tmp_path), at=NOW) as app:
        yield Console(app)
