"""Who gets into the console, and who does not: the first administrator, log-in, roles, sessions."""

import re
from datetime import timedelta

import pytest

from fixtures_console import PASSWORD, Browser, Console
from reminder_service.domain.access import ATTEMPTS_PER_PERSON, ATTEMPTS_WITHIN, Role
from reminder_service.jobs.access.access import make_link


def first_link(console: Console) -> str:
    return f"/welcome/{make_link(console.app.store, None, author='', now=console.now)}"


def set_up(browser: Browser, path: str, **changes: str) -> str:
    browser.get(path)
    fields = {"login": "zhao", "name": "赵管理", "password": PASSWORD, "repeated": PASSWORD} | changes
    return browser.submit(path, **fields).text


def journal(console: Console) -> list[tuple[str, str]]:
    return [(one.author, one.action) for one in console.app.store.journal.entries()]


class TestTheFirstAdministrator:
    def test_is_set_up_by_a_link_that_works_once(self, console: Console) -> None:
        path, browser = first_link(console), console.stranger()
        assert "设立管理员" in browser.get(path).text
        assert "设立管理员" in browser.get(path).text, "looking at it must not use it up"
        set_up(browser, path)
        assert console.app.store.users.administrators() == 1
        assert browser.get(path).status_code == 404
        assert browser.submit("/login", login="ZHAO", password=PASSWORD).status_code == 303
        assert ("赵管理", "first_administrator") in journal(console)

    def test_is_not_set_up_by_a_link_that_is_too_old(self, console: Console) -> None:
        path = first_link(console)
        console.now += timedelta(hours=25)
        assert console.stranger().get(path).status_code == 404

    def test_is_not_set_up_twice_by_an_earlier_link(self, console: Console) -> None:
        path = first_link(console)
        console.person(Role.ADMINISTRATOR)
        assert console.stranger().get(path).status_code == 404

    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            pytest.param({"password": "short", "repeated": "short"}, "密码至少", id="short"),
            pytest.param({"password": "1111111111", "repeated": "1111111111"}, "过于简单", id="simple"),
            pytest.param({"repeated": "another one"}, "不一致", id="mistyped"),
            pytest.param({"login": "a b"}, "用户名须为", id="login with a blank"),
            pytest.param({"name": " "}, "姓名须为", id="no name"),
        ],
    )
    def test_is_told_what_is_wrong_with_the_form(
        self, console: Console, changes: dict[str, str], words: str
    ) -> None:
        assert words in set_up(console.stranger(), first_link(console), **changes)
        assert console.app.store.users.all() == []


class TestLoggingIn:
    def test_leads_to_the_page_that_was_asked_for(self, console: Console) -> None:
        console.person(Role.CLERK)
        browser = console.stranger()
        page = browser.get("/system?q=x")
        assert "/login?next=/system%3Fq%3Dx" in str(page.url)
        wanted = re.search(r'name="next" value="([^"]*)"', page.text)
        assert wanted
        entered = browser.submit("/login", login="clerk", password=PASSWORD, next=wanted[1])
        assert entered.headers["location"] == "/system?q=x"

    @pytest.mark.parametrize(
        "path", ["//evil.example", "https://evil.example", "/\\evil.example", "/a\r\nX: y"]
    )
    def test_never_leads_to_another_site(self, console: Console, path: str) -> None:
        console.person(Role.CLERK)
        browser = console.stranger()
        browser.get("/login")
        entered = browser.submit("/login", login="clerk", password=PASSWORD, next=path)
        assert entered.headers["location"] == "/"

    def test_gives_a_new_token_whatever_the_browser_came_with(self, console: Console) -> None:
        console.person(Role.CLERK)
        browser = console.stranger()
        browser.cookies.set("session", "chosen-by-an-attacker", domain="127.0.0.1", path="/")
        browser.get("/login")
        before = browser.cookies["visit"]
        entered = browser.post(
            "/login",
            data={"csrf": _csrf(before), "login": "clerk", "password": PASSWORD},
            follow_redirects=False,
        )
        assert entered.status_code == 303
        cookie = entered.headers["set-cookie"]
        assert "chosen-by-an-attacker" not in cookie and before not in cookie
        assert "HttpOnly" in cookie and "SameSite=lax" in cookie

    def test_again_ends_the_session_before(self, console: Console) -> None:
        browser = console.browser(Role.CLERK)
        old = browser.cookies["session"]
        browser.submit("/login", login="clerk", password=PASSWORD)
        assert browser.cookies["session"] != old
        assert len(console.app.store.sessions.open()) == 1

    def test_fails_alike_for_a_wrong_password_and_a_user_who_is_not_there(self, console: Console) -> None:
        console.person(Role.CLERK)
        browser = console.stranger()
        browser.get("/login")
        answers = [
            browser.submit("/login", login=login, password="wrong password") for login in ("clerk", "nobody")
        ]
        assert [answer.status_code for answer in answers] == [403, 403]
        assert all("用户名或密码不正确" in answer.text for answer in answers)

    def test_is_refused_after_too_many_failures_even_with_the_right_password(self, console: Console) -> None:
        console.person(Role.CLERK)
        browser = console.stranger()
        browser.get("/login")
        for _ in range(ATTEMPTS_PER_PERSON):
            browser.submit("/login", login="clerk", password="wrong password")
        assert "尝试次数过多" in browser.submit("/login", login="clerk", password=PASSWORD).text
        console.now += ATTEMPTS_WITHIN
        assert browser.submit("/login", login="clerk", password=PASSWORD).status_code == 303

    def test_tries_of_one_user_do_not_lock_another_out(self, console: Console) -> None:
        console.person(Role.ADMINISTRATOR)
        browser = console.stranger()
        browser.get("/login")
        for _ in range(ATTEMPTS_PER_PERSON + 1):
            browser.submit("/login", login="clerk", password="wrong password")
        assert browser.submit("/login", login="administrator", password=PASSWORD).status_code == 303


class TestASession:
    def test_is_kept_as_a_hash_only(self, console: Console) -> None:
        token = console.browser().cookies["session"]
        for file in console.app.store.folder.glob("store.db*"):
            assert token.encode() not in file.read_bytes()

    def test_ends_by_itself_when_nobody_uses_it(self, console: Console) -> None:
        browser = console.browser()
        console.now += timedelta(hours=1, minutes=50)
        assert browser.get("/").url.path == "/"
        console.now += timedelta(hours=1, minutes=50)
        assert browser.get("/").url.path == "/", "it was used in between"
        console.now += timedelta(hours=2, minutes=10)
        assert browser.get("/").url.path == "/login"

    def test_is_not_kept_alive_by_a_page_that_refreshes_itself(self, console: Console) -> None:
        browser = console.browser()
        for _ in range(5):
            console.now += timedelta(minutes=30)
            answer = browser.get("/", headers={"X-Live": "1"})
        assert answer.url.path == "/login"

    def test_ends_after_the_longest_time_however_much_it_is_used(self, console: Console) -> None:
        browser = console.browser()
        for _ in range(12):
            console.now += timedelta(hours=1)
            assert browser.get("/account").url.path == "/account"
        console.now += timedelta(minutes=1)
        assert browser.get("/account").url.path == "/login"

    def test_ends_by_logging_out(self, console: Console) -> None:
        browser = console.browser()
        token = browser.cookies["session"]
        assert "您已退出" in browser.said(browser.submit("/logout"))
        browser.cookies.set("session", token)
        assert browser.get("/").url.path == "/login"
        assert ("王小明", "logout") in journal(console)

    def test_is_ended_by_an_administrator(self, console: Console) -> None:
        clerk, administrator = console.browser(), console.browser(Role.ADMINISTRATOR)
        number = next(one.id for one in console.app.store.sessions.open() if one.user == 1)
        administrator.submit(f"/users/sessions/{number}/end")
        assert clerk.get("/").url.path == "/login"

    def test_of_somebody_else_is_not_mine_to_end(self, console: Console) -> None:
        leader, clerk = console.browser(Role.LEADER), console.browser()
        for one in console.app.store.sessions.open():
            leader.submit(f"/account/sessions/{one.id}/end")
        assert clerk.get("/").url.path == "/"


class TestUsers:
    def test_are_added_by_an_administrator_and_set_their_own_password(self, console: Console) -> None:
        administrator = console.browser(Role.ADMINISTRATOR)
        page = administrator.submit("/users", login="qian", name="钱经办", role="clerk").text
        link = re.search(r'value="http://127.0.0.1:8080(/welcome/[^"]+)"', page)
        assert link
        browser = console.stranger()
        assert "钱经办，请设置密码" in browser.get(link[1]).text
        browser.submit(link[1], password=PASSWORD, repeated=PASSWORD)
        assert browser.submit("/login", login="qian", password=PASSWORD).status_code == 303
        assert {("赵管理", "add_user"), ("赵管理", "make_link"), ("钱经办", "set_password")} <= set(
            journal(console)
        )

    def test_that_are_locked_out_are_out_at_once(self, console: Console) -> None:
        clerk, administrator = console.browser(), console.browser(Role.ADMINISTRATOR)
        administrator.submit("/users/1", role="clerk")
        assert clerk.get("/").url.path == "/login"
        clerk.get("/login")
        assert "不正确" in clerk.submit("/login", login="clerk", password=PASSWORD).text

    def test_keep_an_administrator(self, console: Console) -> None:
        administrator = console.browser(Role.ADMINISTRATOR)
        words = administrator.said(administrator.submit("/users/1", role="clerk", active="1"))
        assert "至少须保留一名" in words
        assert administrator.get("/users").status_code == 200

    def test_change_their_own_password_and_are_logged_out_elsewhere(self, console: Console) -> None:
        here, elsewhere = console.browser(), console.browser()
        new = "another horse 8"
        wrong = here.submit("/account/password", old="no", password=new, repeated=new)
        assert "原密码不正确" in here.said(wrong)
        done = here.submit("/account/password", old=PASSWORD, password=new, repeated=new)
        assert "密码已修改" in here.said(done)
        assert elsewhere.get("/").url.path == "/login"
        elsewhere.get("/login")
        assert elsewhere.submit("/login", login="clerk", password=new).status_code == 303


def _csrf(token: str) -> str:
    from reminder_service.jobs.access.access import csrf_of

    return csrf_of(token)
