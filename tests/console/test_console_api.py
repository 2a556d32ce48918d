"""/api/: the documents of the command line for other programs, by token."""

import json
from pathlib import Path

import pytest
from httpx import Response
from typer.testing import CliRunner

from fixtures_console import NOW, Console
from offices import SHIPPED, address, campaign, mail, word_form
from reminder_service.cli.main import app as cli
from reminder_service.console.pages import api
from reminder_service.domain.access import Role
from reminder_service.jobs.access.api_tokens import end_token, make_token
from reminder_service.jobs.incoming.intake import Handover


def token(console: Console, role: Role = Role.LEADER) -> str:
    made = make_token(console.app.store, name="大屏", role=role, days=30, author="赵管理", now=console.now)
    assert isinstance(made, str)
    return made


def get(console: Console, path: str, sent: str | None) -> Response:
    headers = {"Authorization": f"Bearer {sent}"} if sent else {}
    return console.stranger().get(f"/api/{path}", headers=headers)


@pytest.mark.parametrize(
    ("path", "command"),
    [
        ("status?period=2024Q2", ["status", "2024Q2"]),
        ("messages", ["messages"]),
        ("plan?from=2024-06-20&to=2024-06-28", ["plan", "--from", "2024-06-20", "--to", "2024-06-28"]),
        ("versions?period=2024Q2", ["versions", "2024Q2"]),
        ("progress?period=2024Q2", ["progress", "2024Q2"]),
    ],
)
def test_a_document_is_the_one_that_the_command_prints(
    console: Console, path: str, command: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    console.app.store.health.note_reading("office", "INBOX", console.now)
    settings = console.app.configuration.service.store
    monkeypatch.setenv("REMINDER_SERVICE_STORE__URL", settings.url)
    monkeypatch.setenv("REMINDER_SERVICE_STORE__FILES", str(settings.files))
    arguments = ["--config", str(SHIPPED), *command, "--json", "--at", NOW.isoformat()]
    printed = CliRunner().invoke(cli, arguments)
    assert printed.exit_code == 0, printed.output
    answer = get(console, path, token(console))
    assert answer.status_code == 200 and answer.json() == json.loads(printed.stdout)


def test_only_a_token_in_force_opens_the_door(console: Console) -> None:
    good = token(console)
    assert get(console, "status", good).status_code == 200
    for wrong in (None, "", "rs_wrong", good + "x", good.removeprefix("rs_")):
        refused = get(console, "status", wrong)
        assert refused.status_code == 401 and "error" in refused.json()
        assert refused.headers["www-authenticate"] == "Bearer"
    number = console.app.store.tokens.all()[0].id
    assert end_token(console.app.store, number, author="赵管理", now=console.now)
    assert get(console, "status", good).status_code == 401


def test_a_token_ends_by_itself(console: Console) -> None:
    from datetime import timedelta

    good = token(console)
    console.now += timedelta(days=31)
    assert get(console, "campaigns", good).status_code == 401


def test_a_session_alone_reads_no_data_but_the_description(console: Console) -> None:
    browser = console.browser(Role.ADMINISTRATOR)
    assert browser.get("/api/status").status_code == 401
    described = browser.get("/api/openapi.json").json()
    assert {"/api/status", "/api/messages", "/api/plan", "/api/tray", "/api/targets"} <= set(
        described["paths"]
    )
    assert described["components"]["securitySchemes"]["HTTPBearer"]["scheme"] == "bearer"
    assert get(console, "openapi.json", None).status_code == 401


def test_a_tokens_role_bounds_what_it_reads(console: Console) -> None:
    assert get(console, "contacts", token(console)).status_code == 403
    found = get(console, "contacts", token(console, Role.CLERK))
    assert found.status_code == 200 and len(found.json()) == len(campaign().units)


def test_a_program_reads_what_waits_with_every_reason(console: Console, tmp_path: Path) -> None:
    unit = "县总工会"
    said = {item.number: f"已开展{item.name}。" for item in campaign().items_of(unit)}
    file = tmp_path / "a.eml"
    file.write_bytes(mail("who@example.net", {"报表.docx": word_form(said, unit=unit)}, subject="报送"))
    console.app.intake([file], Handover())
    answer = get(console, "tray", token(console))
    (case,) = answer.json()
    assert answer.headers["x-total-count"] == "1"
    told = {key: case[key] for key in ("urgency", "unit", "filename", "sender", "period", "due")}
    assert told == {
        "urgency": "holds_back", "unit": unit, "filename": "报表.docx", "sender": "who@example.net",
        "period": "2024Q2", "due": "2024-06-28",
    }  # fmt: skip
    assert [one["code"] for one in case["reasons"]] == ["unknown_sender"]
    assert case["received_at"].endswith("+08:00")
    page = console.browser().get(case["page"])
    assert page.status_code == 200 and case["reasons"][0]["detail"] in page.text


def test_a_program_reads_the_way_to_each_target_with_the_words(console: Console, tmp_path: Path) -> None:
    one = next(item for item in campaign().items if item.targets)
    unit = one.units[0]
    target = one.targets[0]
    text = f"今年累计完成{target.text}，已完成{target.value}{target.measure}。"
    file = tmp_path / "a.eml"
    file.write_bytes(mail(address(unit), {"报表.docx": word_form({one.number: text}, unit=unit)}))
    console.app.intake([file], Handover())
    answer = get(console, "targets?period=2024Q2", token(console)).json()
    assert answer["periods"] == ["2024Q2"], "the campaign's first"
    line = next(found for found in answer["targets"] if (found["item"], found["number"]) == (one.number, 1))
    mine = next(found for found in line["units"] if found["unit"] == unit)
    assert [found["period"] for found in mine["reached"]] == answer["periods"]
    assert line["open"] and mine["figures"][0]["quotes"] and not mine["figures"][0]["confirmed"]
    assert line["quote"] and line["target"] == target.text
    assert mine["figures"][0]["decision"] is None


def test_the_journal_is_searched_as_on_its_page(console: Console) -> None:
    console.app.store.journal.write(console.now, "王小明", "accept", "县总工会", {"file": "a.docx"})
    console.app.store.journal.write(console.now, "赵管理", "backup", "")
    good = token(console, Role.CLERK)
    (found,) = get(console, "journal?q=a.docx", good).json()
    assert (found["author"], found["action"]) == ("王小明", "accept")
    (found,) = get(console, "journal?q=下载备份", good).json()
    assert (found["action"], found["words"]) == ("backup", "下载备份")
    assert get(console, "journal", token(console)).status_code == 403


def test_lists_come_page_by_page(console: Console) -> None:
    good = token(console, Role.CLERK)
    first = get(console, "contacts?limit=10", good)
    assert len(first.json()) == 10 and first.headers["x-total-count"] == "18"
    link = first.headers["link"]
    second = get(console, link.removeprefix("</api/").partition(">")[0], good)
    assert len(second.json()) == 8 and "link" not in second.headers
    units = [one["unit"] for one in (*first.json(), *second.json())]
    assert len(set(units)) == 18
    assert get(console, "contacts?limit=100000", good).status_code == 422


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("status?period=2024M05", 404),
        ("status?period=x", 404),
        ("status?campaign=x", 404),
        ("changes", 404),
        ("plan?from=yesterday", 400),
        ("plan?from=2024-06-20&to=2030-01-01", 400),
        ("plan?from=2024-06-20&to=2024-01-01", 400),
        ("nowhere", 404),
    ],
)
def test_what_is_asked_wrongly_is_told_as_json(console: Console, path: str, code: int) -> None:
    answer = get(console, path, token(console))
    assert answer.status_code == code and answer.json()["error"]


def test_who_asks_too_often_has_to_wait(console: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = 0.0
    console.web.state.parts.rates.tick = lambda: clock
    monkeypatch.setattr(api, "ASKED_A_MINUTE", 3)
    monkeypatch.setattr(api, "REFUSED_A_MINUTE", 2)
    good = token(console)
    codes = [get(console, "campaigns", good).status_code for _ in range(5)]
    assert codes == [200, 200, 200, 429, 429]
    clock += 61
    assert get(console, "campaigns", good).status_code == 200
    tried = [get(console, "campaigns", "rs_guess") for _ in range(3)]
    assert [one.status_code for one in tried] == [401, 401, 429]
    assert int(tried[-1].headers["retry-after"]) > 0
    assert get(console, "campaigns", good).status_code == 429, "a guesser is held back whatever comes next"


def test_nothing_is_changed_by_a_token(console: Console) -> None:
    good = token(console, Role.CLERK)
    headers = {"Authorization": f"Bearer {good}"}
    sent = console.stranger().post("/mails/pause", headers=headers, follow_redirects=False)
    assert (sent.status_code, sent.headers["location"]) == (303, "/login")
    assert console.stranger().post("/api/status", headers=headers).status_code in (403, 405)
    assert console.app.store.pause.get() is None


def test_an_administrator_makes_a_token_that_is_shown_once(console: Console) -> None:
    browser = console.browser(Role.ADMINISTRATOR)
    page = browser.submit("/tokens", name="大屏<b>", role="leader", days=90)
    made = page.text.partition('value="rs_')[2].partition('"')[0]
    assert page.status_code == 200 and made and "大屏&lt;b&gt;" in page.text
    assert get(console, "status", f"rs_{made}").status_code == 200
    assert made not in browser.get("/tokens").text
    assert made.encode() not in (console.app.store.folder / "store.db").read_bytes()
    number = console.app.store.tokens.all()[0].id
    assert "已停用" in browser.said(browser.submit(f"/tokens/{number}/end"))
    actions = [one.action for one in console.app.store.journal.entries()[:2]]
    assert actions == ["end_token", "add_token"]


def test_tokens_are_for_administrators_and_administer_nothing(console: Console) -> None:
    clerk = console.browser(Role.CLERK)
    assert clerk.get("/tokens").status_code == 403
    assert clerk.submit("/tokens", name="x", role="leader", days=30).status_code == 403
    browser = console.browser(Role.ADMINISTRATOR)
    assert browser.submit("/tokens", name="x", role="administrator", days=30).status_code == 400
    assert "有效期" in browser.said(browser.submit("/tokens", name="x", role="leader", days=9999))
    assert console.app.store.tokens.all() == []
