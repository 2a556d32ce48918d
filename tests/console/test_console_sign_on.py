"""统一登录: who comes back from the office's identity provider is let in, and nobody who only looks like it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from joserfc.jwk import OctKey, RSAKey
from pydantic import SecretStr

from fixtures_console import NOW, Browser, Console
from reminder_service.config import OidcSettings
from reminder_service.console import create_web
from reminder_service.domain.access import Role
from servers.provider import IdentityProvider

FAILED = "统一登录没有完成"


@pytest.fixture
def provider() -> Iterator[IdentityProvider]:
    with IdentityProvider(now=int(NOW.timestamp())) as server:
        server.claims = {"preferred_username": "Clerk", "name": "王小明"}
        yield server


@pytest.fixture
def office(console: Console, provider: IdentityProvider) -> Console:
    """A console whose users log in at the provider; a clerk is known to it."""
    set_up(console, provider)
    console.person(Role.CLERK)
    return console


def set_up(console: Console, provider: IdentityProvider, **changes: Any) -> None:
    service = console.app.configuration.service
    oidc = OidcSettings(issuer=provider.issuer, client_id=provider.client_id, **changes)
    oidc = oidc.model_copy(update={"client_secret": SecretStr(provider.client_secret)})
    settings = service.console.model_copy(update={"oidc": oidc})
    console.app.configuration = replace(
        console.app.configuration, service=service.model_copy(update={"console": settings})
    )
    console.web = create_web(console.app)


def begin(browser: Browser, wanted: str = "/") -> str:
    """Return where the browser is sent."""
    answer = browser.get("/login/sso", params={"next": wanted}, follow_redirects=False)
    assert answer.status_code == 303
    return answer.headers["location"]


def back(browser: Browser, address: str) -> str:
    """Come back, and return the page that the browser ends at with its address."""
    answer = browser.get(address)
    return f"{answer.url.path} {answer.text}"


def test_a_known_user_is_let_in_and_led_where_they_wanted(
    office: Console, provider: IdentityProvider
) -> None:
    browser = office.stranger()
    assert "统一登录" in browser.get("/login").text
    answer = browser.get(provider.authorize(begin(browser, "/system?q=x")), follow_redirects=False)
    assert answer.headers["location"] == "/system?q=x"
    assert "王小明" in browser.get("/").text
    assert ("王小明", "login") in [(one.author, one.action) for one in office.app.store.journal.entries()]


def test_whoever_is_not_known_and_in_no_group_of_ours_stays_out(
    office: Console, provider: IdentityProvider
) -> None:
    provider.claims |= {"preferred_username": "mallory", "groups": ["administrators"]}
    browser = office.stranger()
    assert "尚未在本程序登记" in back(browser, provider.authorize(begin(browser)))
    assert browser.get("/").url.path == "/login"
    assert [one.login for one in office.app.store.users.all()] == ["clerk"]


def test_a_group_gives_its_role_and_takes_it_away(office: Console, provider: IdentityProvider) -> None:
    set_up(office, provider, role_claim="groups", clerks=("reports",), leaders=("heads",))
    provider.claims = {"preferred_username": "li", "name": "李主任", "groups": ["staff", "reports"]}
    users = office.app.store.users
    for groups, role in ((["staff", "reports"], Role.CLERK), ("heads", Role.LEADER)):
        provider.claims["groups"] = groups
        browser = office.stranger()
        assert back(browser, provider.authorize(begin(browser))).startswith("/ ")
        assert (found := users.by_login("li")) and found.role is role and found.name == "李主任"


def test_a_user_who_is_locked_out_stays_out(office: Console, provider: IdentityProvider) -> None:
    users = office.app.store.users
    users.set_active(1, False)
    browser = office.stranger()
    assert "已停用" in back(browser, provider.authorize(begin(browser)))


@pytest.mark.parametrize(
    "lies",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"aud": "another-program"},
        {"aud": ["reminder-service", "another-program"], "azp": "another-program"},
        {"iss": "https://evil.example"},
        {"exp": int(NOW.timestamp()) - 3600},
        {"exp": None},
        {"iat": int(NOW.timestamp()) + 3600},
        {"preferred_username": None},
        {"preferred_username": ["clerk"]},
    ],
    ids=str,
)
def test_a_token_that_is_not_ours_opens_nothing(
    office: Console, provider: IdentityProvider, lies: dict[str, Any]
) -> None:
    provider.lies = lies
    browser = office.stranger()
    assert FAILED in back(browser, provider.authorize(begin(browser)))
    assert browser.get("/").url.path == "/login"


@pytest.mark.parametrize("algorithm", ["RS256", "HS256"])
def test_a_token_signed_by_somebody_else_opens_nothing(
    office: Console, provider: IdentityProvider, algorithm: str
) -> None:
    # HS256: signed with what everybody knows, the published key or the client's secret.
    keys = {"RS256": RSAKey.generate_key(2048), "HS256": OctKey.import_key(provider.client_secret * 6)}
    provider.key, provider.algorithm = keys[algorithm], algorithm
    browser = office.stranger()
    assert FAILED in back(browser, provider.authorize(begin(browser)))


def test_an_answer_counts_once(office: Console, provider: IdentityProvider) -> None:
    browser = office.stranger()
    address = provider.authorize(begin(browser))
    kept = browser.cookies["begun"]
    assert back(browser, address).startswith("/ ")
    browser.cookies.clear()
    browser.cookies.set("begun", kept)
    assert FAILED in back(browser, address)


def test_an_answer_counts_in_the_browser_that_asked_only(office: Console, provider: IdentityProvider) -> None:
    attacker, victim = office.stranger(), office.stranger()
    address = provider.authorize(begin(attacker))
    assert FAILED in back(victim, address), "or the victim would work under the attacker's name"
    begin(victim)
    assert FAILED in back(victim, address)
    assert victim.get("/").url.path == "/login"


@pytest.mark.parametrize(
    "query", ["", "?code=x", "?state=x", "?code=x&state=x", "?error=access_denied&state=x"]
)
def test_an_answer_that_nobody_asked_for_is_refused(office: Console, query: str) -> None:
    browser = office.stranger()
    browser.cookies.set("begun", "x")
    assert FAILED in back(browser, f"/login/sso/return{query}")


def test_an_answer_that_comes_too_late_is_refused(office: Console, provider: IdentityProvider) -> None:
    browser = office.stranger()
    address = provider.authorize(begin(browser))
    office.now += timedelta(minutes=11)
    assert FAILED in back(browser, address)


def test_it_never_leads_to_another_site(office: Console, provider: IdentityProvider) -> None:
    browser = office.stranger()
    answer = browser.get(provider.authorize(begin(browser, "//evil.example")), follow_redirects=False)
    assert answer.headers["location"] == "/"


def test_without_a_provider_or_with_a_silent_one_the_password_remains(
    console: Console, provider: IdentityProvider
) -> None:
    browser = console.stranger()
    assert "统一登录" not in browser.get("/login").text
    assert "没有设置统一登录" in back(browser, "/login/sso")
    set_up(console, provider)
    provider.__exit__()
    browser = console.stranger()
    assert FAILED in back(browser, "/login/sso")


def test_settings_that_cannot_work_are_told() -> None:
    for wrong in (
        {"issuer": "https://id.example.cn"},
        {"scope": "profile"},
        {"clerks": ("a",)},
        {"issuer": "http://id"},
    ):
        with pytest.raises(ValueError, match=r"needed|openid|role_claim|https"):
            OidcSettings(**wrong)  # type: ignore[arg-type]
