"""What the clerk settles is obeyed by status, plan, digest and workbook alike, and nothing goes twice after undo.

One playing serves every test here: each decision on a unit of its own.
"""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from openpyxl import load_workbook
from story_office import Office, Sent, at

from reminder_service.demo.texts import REPORTED
from servers.dovecot import PROGRAM, Dovecot
from servers.smtp import SmtpServer

pytestmark = pytest.mark.timeout(300)

EDUCATION, LABOUR, WOMEN, YOUTH = "县教育和体育局", "县人力资源社会保障局", "县妇联", "团县委"
POLICE, CIVIL, SCIENCE, UNION, JUSTICE = "县公安局", "县民政局", "县科协", "县总工会", "县司法局"
UNITS = (EDUCATION, LABOUR, WOMEN, YOUTH, POLICE, CIVIL, SCIENCE, UNION, JUSTICE)
STRANGER, OTHER = "somebody@mail.example.test", "else@mail.example.test"
REASON = "第1项数据与台账不符"
NOW = "06-25 08:40"


def address(unit: str) -> str:
    return f"u{UNITS.index(unit)}@units.example.cn"


@dataclass(kw_only=True)
class Settled:
    """The office after every decision."""

    office: Office
    numbers: dict[str, int]
    status: dict[str, Any]
    plan: list[dict[str, Any]]
    digest: Sent

    def unit(self, name: str) -> Any:
        return next(unit for unit in self.status["units"] if unit["unit"] == name)

    def planned(self, unit: str) -> list[tuple[str, str]]:
        return [(mail["time"][5:16], mail["kind"]) for mail in self.plan if mail["unit"] == unit]

    def row(self, sheet: str, unit: str) -> dict[str, str]:
        (content,) = [data for name, data in self.digest.files.items() if name.endswith(".xlsx")]
        page = load_workbook(io.BytesIO(content))[sheet]
        rows = [[str(cell.value or "") for cell in row] for row in page.iter_rows()]
        heads = next(row for row in rows if "单位" in row or "责任单位" in row)
        column = heads.index("单位" if "单位" in heads else "责任单位")
        return dict(zip(heads, next(row for row in rows if row[column] == unit), strict=True))

    def said(self, unit: str) -> str:
        """What the digest says of a unit below its first sentence."""
        lines = [line for line in self.digest.text.splitlines() if unit in line and "家单位中" not in line]
        return "\n".join(lines)


def _begin(office: Office) -> None:
    contacts = office.directory / "contacts.csv"
    rows = [f"{unit},王某,{address(unit)}" for unit in UNITS]
    contacts.write_text("\n".join(["单位,责任人,邮箱", *rows]) + "\n", encoding="utf-8")
    assert office.run("contacts", "import", contacts).code == 0
    office.job("remind", "06-14 09:00")


def _reports(office: Office) -> None:
    for unit in (EDUCATION, WOMEN):
        form = office.form(address(unit), REPORTED[unit], f"{unit}.docx")
        office.reply(address(unit), "06-19 10:00", form, office.scan(unit, REPORTED[unit], f"{unit}.pdf"))
    form = office.form(address(POLICE), REPORTED[POLICE], "公安.docx")
    office.fresh(STRANGER, "06-20 10:00", "报表", form, office.cover(POLICE, "公安.pdf"))
    office.fresh(OTHER, "06-20 10:30", "盖章件", office.cover(JUSTICE, "件.pdf"))
    office.reply(address(SCIENCE), "06-20 11:00", office.cover(SCIENCE, "宣传单.pdf"))
    assert office.job("collect", "06-21 09:00").code == 0


def _document(office: Office, unit: str, version: str) -> str:
    found = office.unit(unit, "06-21 09:10")[version]
    return str(found["document"])


def _decide(office: Office) -> dict[str, int]:
    status = office.status("06-21 09:10")
    police = [one["document"] for one in status["tray"] if one["suggested_unit"] == POLICE]
    science = _document(office, SCIENCE, "stamped")
    sealed = next(
        one["document"]
        for one in status["tray"]
        if one["reason"] == "unknown_sender" and one["suggested_unit"] != POLICE
    )
    commands = {
        "return": ("return", _document(office, EDUCATION, "electronic"), "--reason", REASON),
        "correct": (
            "correct",
            _document(office, WOMEN, "electronic"),
            "--item",
            "2",
            "--text",
            "已更正的文字",
        ),
        "promise": ("promise", LABOUR, "--until", "2024-06-27"),
        "extend": ("extend", YOUTH, "--until", "2024-07-05", "--reason", "机构调整"),
        "waive": ("waive", CIVIL, "10", "--reason", "上季度已完成"),
        "accept": ("accept", police[0]),
        "accept too": ("accept", police[1]),
        "assign": ("assign", sealed, "--unit", JUSTICE),
        "dismiss": ("dismiss", science),
        "note": ("note", UNION, "--text", "说本周内报"),
    }
    preview = office.run(*commands["return"], "--preview", "--at", at("06-24 15:00").isoformat())
    assert REASON in preview.out and "请更正2024年第二季度报送材料" in preview.out, preview.err
    assert office.run("decisions").out.count("return") == 0, "a preview decides nothing"
    numbers = {}
    for name, command in commands.items():
        ran = office.run(*command, "--author", "李某", "--at", at("06-24 15:00").isoformat())
        assert ran.code == 0, (name, ran.err)
        numbers[name] = int(re.findall(r"decision (\d+)", ran.out)[0])
    return numbers


@pytest.fixture(scope="module")
def settled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settled]:
    if PROGRAM is None:
        pytest.skip("Dovecot is not installed: apt-get install dovecot-imapd (./run test does it as root)")
    with Dovecot() as dovecot, SmtpServer() as smtp:
        office = Office(directory=tmp_path_factory.mktemp("story") / "config", dovecot=dovecot, smtp=smtp)
        _begin(office)
        _reports(office)
        numbers = _decide(office)
        office.job("collect", NOW)
        status = office.status(NOW)
        plan = office.run("plan", "--from", at(NOW).isoformat(), "--to", "2024-06-28", "--json").json["mails"]
        before = len(office.sent())
        office.job("digest", NOW)
        digest = next(one for one in office.since(before) if "日报" in one.subject or one.files)
        yield Settled(office=office, numbers=numbers, status=status, plan=plan, digest=digest)


def test_a_returned_form_is_waited_for_told_and_shown(settled: Settled) -> None:
    unit = settled.unit(EDUCATION)
    assert (unit["status"], unit["electronic"]) == ("partial", None)
    assert [(one["code"], one["waits_for"]) for one in unit["findings"]] == [("returned", "unit")]
    assert settled.planned(EDUCATION)[0] == ("06-25T08:40", "correction")
    assert REASON in settled.said(EDUCATION)
    assert REASON in settled.row("报送情况", EDUCATION)["缺少内容"]
    assert REASON in settled.row("问题清单", EDUCATION)["说明"]


def test_a_corrected_text_stands_everywhere_in_place_of_the_first(settled: Settled) -> None:
    duty = next(duty for duty in settled.unit(WOMEN)["duties"] if duty["item"] == 2)
    assert (duty["measures"], duty["original"]) == ("已更正的文字", REPORTED[WOMEN][2])
    (content,) = [data for name, data in settled.digest.files.items() if name.endswith(".xlsx")]
    cells = [
        str(cell.value)
        for row in load_workbook(io.BytesIO(content))["明细"].iter_rows()
        for cell in row
        if cell.value
    ]
    assert f"已更正的文字\n（更正，原文：{REPORTED[WOMEN][2]}）" in cells
    assert REPORTED[WOMEN][2] not in cells


def test_a_promise_pauses_and_an_extension_moves_the_ladder(settled: Settled) -> None:
    assert settled.unit(LABOUR)["promised_until"] == "2024-06-27"
    assert settled.planned(LABOUR) == [("06-28T09:00", "due_today")]
    assert "电话承诺6月27日前报送" in settled.said(LABOUR)
    assert settled.unit(YOUTH)["extended"] == {"until": "2024-07-05", "reason": "机构调整"}
    assert settled.planned(YOUTH) == []
    assert "延期至7月5日" in settled.said(YOUTH)


def test_a_waived_unit_is_left_in_peace(settled: Settled) -> None:
    (duty,) = settled.unit(CIVIL)["duties"]
    assert duty["waived"] == {"reason": "上季度已完成"}
    assert settled.unit(CIVIL)["status"] == "complete"
    assert settled.planned(CIVIL) == []


def test_an_accepted_report_counts_and_its_sender_is_known(settled: Settled) -> None:
    assert settled.unit(POLICE)["status"] == "complete"
    assert settled.planned(POLICE) == []
    assert not [one for one in settled.status["tray"] if one["suggested_unit"] == POLICE]


def test_an_assigned_scan_counts_and_only_the_rest_is_asked_for(settled: Settled) -> None:
    unit = settled.unit(JUSTICE)
    assert unit["stamped"]["filename"] == "件.pdf"
    assert (unit["electronic"], unit["status"]) == (None, "partial")
    assert settled.planned(JUSTICE)[0] == ("06-25T09:00", "reminder")


def test_what_was_dismissed_is_no_report(settled: Settled) -> None:
    assert (settled.unit(SCIENCE)["status"], settled.unit(SCIENCE)["findings"]) == ("missing", [])
    assert settled.planned(SCIENCE)[0] == ("06-25T09:00", "reminder")


def test_a_note_of_a_call_changes_nothing_but_the_call_sheet(settled: Settled) -> None:
    assert settled.unit(UNION)["status"] == "missing"
    sheet = settled.office.run("call-sheet", "--at", at(NOW).isoformat()).out
    assert "06-24 15:00 电话：说本周内报" in sheet


def test_the_correction_goes_once_answers_the_report_and_not_again_after_undo_and_redo(
    settled: Settled,
) -> None:
    office = settled.office
    before = len(office.sent())
    office.twice("remind", NOW)
    (mail,) = [one for one in office.since(before) if one.to == address(EDUCATION)]
    assert REASON in mail.text
    answered = next(
        one["message_id"]
        for one in office.messages()
        if one["direction"] == "in" and one["from"] == address(EDUCATION)
    )
    assert mail.mail["In-Reply-To"] == answered
    document = settled.unit(EDUCATION)["findings"][0]["document"]
    office.run("undo", str(settled.numbers["return"]))
    assert office.unit(EDUCATION, "06-25 08:50")["status"] == "complete"
    office.run("return", document, "--reason", REASON, "--at", at("06-25 08:55").isoformat())
    before = len(office.sent())
    office.job("remind", "06-25 08:56")
    assert [one for one in office.since(before) if one.to == address(EDUCATION)] == []
    assert office.unit(EDUCATION, "06-25 08:57")["status"] == "partial"
