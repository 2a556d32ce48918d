"""What strangers, other sites and the wrong roles try against the console."""

from pathlib import Path

import pytest

from fixtures_console import SAFE, URL, Console, routes
from reminder_service.domain.access import Role
from reminder_service.jobs.access.access import make_link

PUBLIC = {"/login", "/welcome/{token}", "/healthz", "/metrics"}


def address(path: str) -> str:
    return path.replace("{token}", "x" * 43).replace("{number}", "1")


def test_a_stranger_sees_no_page_and_changes_nothing(console: Console) -> None:
    stranger = console.stranger()
    stranger.get("/login")
    for method, path in routes(console):
        if path in PUBLIC:
            continue
        answer = stranger.request(
            method,
            address(path),
            data={"csrf": stranger.csrf} if method not in SAFE else None,
            follow_redirects=False,
        )
        if method == "HEAD":
            continue
        if path.startswith("/api/"):  # programs are told, not sent to a page
            assert answer.status_code == 401, (method, path)
            continue
        assert answer.status_code == 303 and answer.headers["location"].startswith("/login"), (method, path)


@pytest.mark.parametrize("role", [Role.LEADER, Role.CLERK])
def test_only_administrators_reach_what_is_theirs(console: Console, role: Role) -> None:
    browser = console.browser(role)
    assert browser.get("/users").status_code == 403
    for path, fields in {
        "/users": {"login": "x1", "name": "x", "role": "administrator"},
        "/users/1": {"role": "administrator", "active": "1"},
        "/users/1/link": {},
        "/users/sessions/1/end": {},
        "/system/backup": {},
        "/system/doctor": {},
    }.items():
        assert browser.submit(path, **fields).status_code == 403, path
    assert [user.role for user in console.app.store.users.all()] == [role]


def test_a_leader_changes_nothing_but_their_own_account(console: Console) -> None:
    leader = console.browser(Role.LEADER)
    before = console.app.store.journal.entries()
    for method, path in routes(console):
        if method not in SAFE and path not in PUBLIC and not path.startswith(("/account", "/logout")):
            answer = leader.request(method, address(path), data={"csrf": leader.csrf}, follow_redirects=False)
            assert answer.status_code == 403, (method, path)
    assert console.app.store.journal.entries() == before


@pytest.mark.parametrize(
    "token", [None, "", "0" * 64, "é"], ids=["none", "empty", "made up", "not even ASCII"]
)
def test_a_form_without_this_sessions_token_changes_nothing(console: Console, token: str | None) -> None:
    browser = console.browser(Role.ADMINISTRATOR)
    fields = {"login": "evil", "name": "evil", "role": "administrator"}
    data = fields if token is None else fields | {"csrf": token}
    assert browser.post("/users", data=data).status_code == 403
    assert len(console.app.store.users.all()) == 1


def test_the_token_of_another_session_is_worth_nothing(console: Console) -> None:
    administrator, clerk = console.browser(Role.ADMINISTRATOR), console.browser()
    data = {"csrf": clerk.csrf, "login": "evil", "name": "evil", "role": "administrator"}
    assert administrator.post("/users", data=data).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:9999"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
    ids=lambda headers: str(headers),
)
def test_a_form_of_another_site_is_refused_even_with_the_token(
    console: Console, headers: dict[str, str]
) -> None:
    browser = console.browser(Role.ADMINISTRATOR)
    data = {"csrf": browser.csrf, "login": "evil", "name": "evil", "role": "administrator"}
    assert browser.post("/users", data=data, headers=headers).status_code == 403
    own = {"Origin": URL, "Sec-Fetch-Site": "same-origin"}
    assert browser.post("/users", data=data, headers=own).status_code == 200


def test_a_page_that_points_its_own_name_at_us_sees_nothing(console: Console) -> None:
    browser = console.browser()
    for host in ("evil.example", "evil.example:8080", "127.0.0.1.evil.example", ""):
        assert browser.get("/", headers={"Host": host}).status_code == 400, host
    for host in ("localhost:8080", "127.0.0.1", "[::1]:8080"):
        assert browser.get("/login", headers={"Host": host}).status_code == 200, host


def test_two_gigabytes_are_refused_before_any_of_it_is_read(console: Console) -> None:
    def body():
        raise AssertionError("the body was read")
        yield b""

    headers = {"Content-Length": str(2 << 30), "Content-Type": "multipart/form-data; boundary=x"}
    for browser in (console.stranger(), console.browser()):
        answer = browser.post("/system/collect", content=body(), headers=headers)
        assert answer.status_code == 413, answer.text


@pytest.mark.parametrize("said", [{}, {"Content-Length": "10"}], ids=["says no length", "lies"])
def test_a_body_longer_than_it_says_is_cut_off(console: Console, said: dict[str, str]) -> None:
    sent = 0

    def body():
        nonlocal sent
        for _ in range(64):
            sent += 1 << 20
            yield b"a" * (1 << 20)

    headers = {"Content-Type": "application/x-www-form-urlencoded", **said}
    answer = console.browser().post("/system/collect", content=body(), headers=headers)
    assert answer.status_code == 413


@pytest.mark.parametrize(
    "path",
    [
        "/static/../web.py",
        "/static/%2e%2e/web.py",
        "/static/..%2f..%2fconfig%2fsettings.py",
        "/static//etc/passwd",
        "/static/%00",
        "/static/vendor/",
    ],
)
def test_no_path_leads_out_of_the_static_files(console: Console, path: str) -> None:
    answer = console.stranger().get(path)
    assert answer.status_code in (404, 400), answer.text[:200]


def test_every_answer_carries_the_headers_that_keep_browsers_strict(console: Console) -> None:
    browser = console.browser()
    for path in ("/", "/login", "/nowhere", "/healthz", "/static/console.js"):
        headers = browser.get(path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy and "http" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        assert headers.get("cache-control") == (None if path.startswith("/static") else "no-store"), path


def test_no_page_holds_what_the_policy_forbids() -> None:
    folder = Path(__file__).parents[2] / "templates" / "console"
    for file in folder.glob("*.html"):
        text = file.read_text(encoding="utf-8")
        assert " style=" not in text and "<style" not in text, file
        assert "hx-on" not in text and not any(
            f" on{event}=" in text for event in ("click", "load", "submit", "error")
        )
        assert "| safe" not in text and "js:" not in text, file
        for script in text.split("<script")[1:]:
            assert script.startswith(" src=") and script.split(">", 1)[1].startswith("</script>"), file


def test_markup_in_names_is_shown_and_not_obeyed(console: Console) -> None:
    name = "<img src=x onerror=alert(1)>"
    administrator = console.browser(Role.ADMINISTRATOR)
    administrator.submit("/users", login="evil", name=name, role="clerk")
    console.app.store.journal.write(console.now, name, name, name, {name: name})
    for path in ("/users", "/system"):
        page = administrator.get(path).text
        assert "<img" not in page, path
        assert "&lt;img" in page, path


def test_words_of_the_next_page_cannot_be_forged(console: Console) -> None:
    browser = console.browser()
    browser.cookies.set("flash", "WyJldmlsIiwgImdvb2QiXQ==.0000")
    assert "evil" not in browser.get("/account").text


def test_a_link_for_one_user_changes_no_other(console: Console) -> None:
    console.person(Role.ADMINISTRATOR)
    console.person(Role.CLERK)
    store = console.app.store
    before = store.users.password_of(1)
    path = f"/welcome/{make_link(store, store.users.by_login('clerk'), author='', now=console.now)}"
    stranger = console.stranger()
    stranger.get(path)
    stranger.submit(
        path, login="administrator", name="赵管理", password="brand new 99", repeated="brand new 99"
    )
    assert store.users.password_of(1) == before
