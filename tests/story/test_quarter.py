"""The second quarter of 2024 from the first notice to the overdue reminders, by commands, over Dovecot and SMTP.

One playing serves every test here: ``played`` holds what each step of the story left.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from story_office import OFFICE, Office, Ran, Sent, at, recipients

from reminder_service.demo.mails import broken_mail
from reminder_service.demo.papers import Paper
from reminder_service.demo.texts import REPORTED
from servers.dovecot import PROGRAM, Dovecot
from servers.smtp import SmtpServer

pytestmark = pytest.mark.timeout(300)

EDUCATION, LABOUR, WOMEN, YOUTH = "县教育和体育局", "县人力资源社会保障局", "县妇联", "团县委"
STREET, PROCURACY, UNION, DISABLED = "芦湖街道", "县检察院", "县总工会", "县残联"
UNITS = (
    (EDUCATION, "01"),
    (LABOUR, "02"),
    (WOMEN, "03"),
    ("县卫生健康局", "04"),
    (YOUTH, "05"),
    ("市医疗保障局高青分局", "06"),
    ("县交通运输局", "07"),
    (STREET, "08"),
    ("各儿童友好实践基地", "09"),
    ("县司法局", "10"),
    (PROCURACY, "11"),
    (UNION, "12"),
    ("县公安局", "13"),
    ("县法院", "14"),
    ("县文化和旅游局", "15"),
    ("县科协", "16"),
    ("县民政局", "17"),
    (DISABLED, "18"),
)
ADDRESS = {unit: f"u{code}@units.example.cn" for unit, code in UNITS}
OLD_UNION = "left@units.example.cn"
STRANGER = "somebody@mail.example.test"


@dataclass(kw_only=True)
class Played:
    """What the steps of the story left, by name."""

    office: Office
    went: dict[str, list[Sent]] = field(default_factory=dict)
    ran: dict[str, Ran] = field(default_factory=dict)
    states: dict[str, dict[str, str]] = field(default_factory=dict)
    plan: list[dict[str, Any]] = field(default_factory=list)

    def step(self, name: str, job: str, when: str, *, twice: bool = True) -> None:
        """Run a job, twice where the second run has nothing to do, and keep what it left."""
        before = len(self.office.sent())
        run = self.office.twice if twice else self.office.job
        self.ran[name] = run(job, when)
        self.went[name] = self.office.since(before)
        self.states[name] = self.office.states(when)


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    if PROGRAM is None:
        pytest.skip("Dovecot is not installed: apt-get install dovecot-imapd (./run test does it as root)")
    refused = {OLD_UNION: "550 5.1.1 no such user"}
    with Dovecot() as dovecot, SmtpServer(refuse=refused) as smtp:
        office = Office(directory=tmp_path_factory.mktemp("story") / "config", dovecot=dovecot, smtp=smtp)
        story = Played(office=office)
        _first_notices(story)
        _first_answers(story)
        _before_the_due_date(story)
        _blind_day(story)
        _due_date_and_after(story)
        yield story


def _first_notices(story: Played) -> None:
    office = story.office
    contacts = office.directory / "contacts.csv"
    rows = [f"{unit},王{code},{ADDRESS[unit]}" for unit, code in UNITS if unit not in (UNION, DISABLED)]
    rows += [f"{UNION},旧人,{OLD_UNION}", f"{UNION},新人,{ADDRESS[UNION]}"]
    contacts.write_text("\n".join(["单位,责任人,邮箱", *rows]) + "\n", encoding="gb18030")
    story.ran["contacts"] = office.run("contacts", "import", contacts)
    story.step("too early", "remind", "06-13 16:00")
    story.plan = office.run("plan", "--from", "2024-06-14", "--to", "2024-06-28", "--json").json["mails"]
    # One address is refused, so a second run has something to do: the unit's other contact.
    story.step("first notice", "remind", "06-14 09:00", twice=False)
    story.step("second contact", "remind", "06-14 09:05")


def _first_answers(story: Played) -> None:
    office = story.office
    automatic = (("Auto-Submitted", "auto-replied"),)
    office.reply(ADDRESS[EDUCATION], "06-14 09:10", text="我已收到来信。", headers=automatic)
    office.reply(ADDRESS[STREET], "06-14 10:00", text="收到")
    empty = Paper(filename="空表.docx", content=_form(office, LABOUR))
    office.reply(ADDRESS[LABOUR], "06-14 10:30", empty, text="表收到了")
    story.step("words only", "collect", "06-14 11:00")
    office.arrives(broken_mail(), "06-19 10:00")
    office.reply(ADDRESS[EDUCATION], "06-19 10:05", *_both(office, EDUCATION))
    office.fresh(ADDRESS[WOMEN], "06-19 10:10", "", *_both(office, WOMEN))
    story.step("first reports", "collect", "06-19 10:30")
    half = {5: REPORTED[YOUTH][5]}
    office.reply(ADDRESS[YOUTH], "06-24 15:00", office.form(ADDRESS[YOUTH], half, "团委.docx"))
    story.step("half a report", "collect", "06-24 15:30")


def _before_the_due_date(story: Played) -> None:
    office = story.office
    office.reply(ADDRESS[LABOUR], "06-25 08:58", *_both(office, LABOUR))
    story.step("reminder", "remind", "06-25 09:00")
    office.fresh(STRANGER, "06-25 15:00", "民政局报表", office.cover("县民政局"))
    office.fresh(STRANGER, "06-25 15:05", "公安局报表", *_both(office, "县公安局"))
    story.step("strangers", "collect", "06-25 15:30")


def _blind_day(story: Played) -> None:
    office = story.office
    late_contact = office.directory / "more.csv"
    late_contact.write_text(f"单位,邮箱\n{DISABLED},{ADDRESS[DISABLED]}\n", encoding="utf-8")
    story.ran["more contacts"] = office.run("contacts", "import", late_contact)
    office.dovecot.stop()
    story.step("blind reminder", "remind", "06-27 09:00")
    story.step("blind digest", "digest", "06-27 16:30")
    office.dovecot.start()


def _due_date_and_after(story: Played) -> None:
    office = story.office
    story.step("due today", "remind", "06-28 09:00")
    story.step("read before digest", "collect", "06-28 16:25")
    story.step("digest", "digest", "06-28 16:30")
    office.reply(ADDRESS[PROCURACY], "07-01 08:30", *_both(office, PROCURACY))
    story.step("overdue", "remind", "07-01 09:00")
    for day in ("07-02", "07-03", "07-04", "07-05", "07-06", "07-09", "07-12", "07-17", "07-18"):
        story.step(f"overdue {day}", "remind", f"{day} 09:00", twice=False)
    story.step("end", "collect", "07-18 16:00")


def _form(office: Office, unit: str) -> bytes:
    return next(sent for sent in office.sent() if sent.to == ADDRESS[unit] and sent.forms).forms[0]


def _both(office: Office, unit: str) -> tuple[Paper, Paper]:
    texts = REPORTED[unit]
    return office.form(ADDRESS[unit], texts, f"{unit}报表.docx"), office.scan(unit, texts, f"{unit}盖章.pdf")


def _to(*units: str) -> list[str]:
    return sorted(ADDRESS[unit] for unit in units)


def _all_but(*units: str) -> list[str]:
    return _to(*(unit for unit, _ in UNITS if unit not in units))


# --- who got which mail when ---------------------------------------------------------------------------------


def test_contacts_come_from_a_csv_in_gb18030(played: Played) -> None:
    assert played.ran["contacts"].code == 0, played.ran["contacts"].err
    assert "18 contacts" in played.ran["contacts"].out


def test_nothing_goes_before_the_first_notice_is_due(played: Played) -> None:
    assert played.went["too early"] == []


def test_the_first_notice_goes_to_every_unit_that_has_an_address_with_its_own_form(played: Played) -> None:
    went = played.went["first notice"]
    assert recipients(went) == _all_but(UNION, DISABLED)
    assert all(len(sent.forms) == 1 for sent in went)
    for unit, code in UNITS:
        for sent in went:
            if sent.to == ADDRESS[unit]:
                assert f"[妇儿实事 2024Q2-{code}]" in sent.subject


def test_a_unit_without_an_address_is_named_with_the_reason(played: Played) -> None:
    assert f"not written to: {DISABLED}" in played.ran["first notice"].out


def test_a_refused_address_is_told_and_the_units_next_contact_is_used_from_then_on(played: Played) -> None:
    assert played.ran["first notice"].code == 1
    assert recipients(played.went["second contact"]) == _to(UNION)
    assert played.ran["second contact"].code == 0
    later = [
        mail for mail in played.office.messages() if mail["unit"] == UNION and mail["direction"] == "out"
    ]
    assert [mail["to"] for mail in later].count(OLD_UNION) == 1


def test_remind_sends_what_plan_foretold(played: Played) -> None:
    foretold = [(mail["to"], mail["subject"]) for mail in played.plan if mail["time"][:10] == "2024-06-14"]
    refused = [(to, subject) for to, subject in foretold if to == OLD_UNION]
    went = [(sent.to, sent.subject) for sent in played.went["first notice"]]
    assert sorted(went) == sorted(set(foretold) - set(refused))
    assert {mail["time"] for mail in played.plan} == {
        f"2024-06-{day}T09:00:00+08:00" for day in ("14", "25", "27", "28")
    }


def test_a_report_that_lands_minutes_before_the_reminder_is_read_first(played: Played) -> None:
    went = [sent for sent in played.went["reminder"] if "催报" in sent.subject or "提醒" in sent.subject]
    assert ADDRESS[LABOUR] not in recipients(went)


def test_reminders_go_only_to_units_that_owe_something(played: Played) -> None:
    went = [sent for sent in played.went["reminder"] if sent.forms]
    assert recipients(went) == _all_but(EDUCATION, LABOUR, WOMEN, DISABLED)


def test_a_reminder_names_the_gaps_of_its_unit_and_nothing_of_others(played: Played) -> None:
    (mail,) = [sent for sent in played.went["reminder"] if sent.to == ADDRESS[YOUTH]]
    assert "第10项" in mail.text and "盖章" in mail.text
    assert "第5项“" not in mail.text
    for unit, texts in REPORTED.items():
        if unit != YOUTH:
            assert not any(text[:12] in mail.text for text in texts.values())


def test_on_the_due_date_and_after_it_only_silent_units_are_written_to(played: Played) -> None:
    owing = _all_but(EDUCATION, LABOUR, WOMEN, "县公安局")
    assert recipients(played.went["due today"]) == owing
    assert recipients(sent for sent in played.went["overdue"] if sent.forms) == [
        address for address in owing if address != ADDRESS[PROCURACY]
    ]


def test_overdue_reminders_go_every_third_workday_and_five_times_at_most(played: Played) -> None:
    days = [
        name.removeprefix("overdue ") for name, went in played.went.items() if went and "overdue " in name
    ]
    assert days == ["07-04", "07-09", "07-12", "07-17"]


def test_nobody_gets_two_mails_of_the_ladder_on_one_day(played: Played) -> None:
    ladder = [
        (mail["unit"], mail["sent_at"][:10])
        for mail in played.office.messages()
        if mail["direction"] == "out" and mail["unit"] and mail["kind"] != "receipt" and mail["sent_at"]
    ]
    assert len(ladder) == len(set(ladder))


def test_every_mail_ends_with_the_warning_about_secrets_and_has_one_recipient(played: Played) -> None:
    assert all(len(mail.recipients) == 1 for mail in played.office.smtp.received)
    for sent in played.office.sent():
        assert "请勿通过本邮箱报送涉密信息" in sent.text.strip().splitlines()[-1]
        assert sent.mail["Auto-Submitted"] == "auto-generated"


# --- what counts as a report -----------------------------------------------------------------------------------


def test_words_automatic_replies_and_our_own_empty_form_are_no_report(played: Played) -> None:
    assert set(played.states["words only"].values()) == {"missing"}
    assert played.went["words only"] == []
    kinds = {mail["received_at"][:16]: mail["kind"] for mail in _incoming(played)}
    assert kinds["2024-06-14T09:10"] == "auto_reply"
    assert kinds["2024-06-14T10:00"] == kinds["2024-06-14T10:30"] == "reply"


def test_a_mail_that_cannot_be_parsed_stops_nothing_and_is_kept(played: Played) -> None:
    assert played.ran["first reports"].code == 0
    assert played.states["first reports"][EDUCATION] == "complete"
    assert played.states["first reports"][WOMEN] == "complete"  # its mail had no subject
    broken = [mail for mail in _incoming(played) if mail["received_at"][:16] == "2024-06-19T10:00"]
    assert len(broken) == 1


def test_a_blank_row_makes_the_report_partial_and_the_receipt_says_so(played: Played) -> None:
    assert played.states["half a report"][YOUTH] == "partial"
    (receipt,) = played.went["half a report"]
    assert receipt.to == ADDRESS[YOUTH]
    assert "第10项" in receipt.text and "团委.docx" in receipt.text


def test_each_submission_gets_one_receipt_and_a_stranger_one_a_day_that_names_no_unit(played: Played) -> None:
    receipts = [sent.to for sent in played.went["first reports"]]
    assert sorted(receipts) == _to(EDUCATION, WOMEN)
    (stranger,) = played.went["strangers"]
    assert stranger.to == STRANGER
    assert "已收到，待核" in stranger.text
    assert not any(unit in stranger.text + stranger.subject for unit in ("公安局", "民政局"))


def test_a_strangers_form_waits_for_the_office_and_a_strangers_scan_only_suggests(played: Played) -> None:
    states = played.states["strangers"]
    assert states["县公安局"] == "attention"
    assert states["县民政局"] == "missing"
    tray = played.office.status("06-25 15:30")["tray"]
    assert ("unknown_sender", "县民政局") in {(one["reason"], one["suggested_unit"]) for one in tray}


def test_a_report_after_the_due_date_is_late_and_others_are_not(played: Played) -> None:
    units = {unit["unit"]: unit for unit in played.office.status("07-18 16:00")["units"]}
    assert [unit for unit, state in units.items() if state["late"]] == [PROCURACY]
    assert units[PROCURACY]["status"] == "complete"
    assert units[PROCURACY]["electronic"]["received_at"] == "2024-07-01T08:30:00+08:00"


def test_the_end_of_the_quarter(played: Played) -> None:
    expected = dict.fromkeys((unit for unit, _ in UNITS), "missing")
    expected |= dict.fromkeys((EDUCATION, LABOUR, WOMEN, PROCURACY), "complete")
    expected |= {YOUTH: "partial", "县公安局": "attention"}
    assert played.states["end"] == expected
    units = {unit["unit"]: unit for unit in played.office.status("07-18 16:00")["units"]}
    assert [finding["code"] for finding in units[UNION]["findings"]] == ["undeliverable"]
    assert {duty["item"]: duty["measures"] for duty in units[EDUCATION]["duties"]} == REPORTED[EDUCATION]


# --- the mailbox cannot be read --------------------------------------------------------------------------------


def test_a_blind_mailbox_lets_only_first_notices_go_and_the_command_fails(played: Played) -> None:
    assert recipients(sent for sent in played.went["blind reminder"] if sent.forms) == _to(DISABLED)
    assert played.ran["blind reminder"].code == 1
    assert "imap.host" in played.ran["blind reminder"].err
    assert "13 reminders wait" in played.ran["blind reminder"].err
    assert "Traceback" not in played.ran["blind reminder"].err


def test_a_blind_digest_names_nobody_as_missing(played: Played) -> None:
    (digest,) = played.went["blind digest"]
    silent = [unit for unit, status in played.states["blind digest"].items() if status == "unknown"]
    assert len(silent) == 13
    assert "missing" not in played.states["blind digest"].values()
    assert "情况不明12 可能已报1 缺件1 待核1 已报齐3" in digest.subject
    heads = _sections(digest.text)
    assert "未报" not in heads
    assert all(unit in heads["情况不明"] for unit in silent if unit != "县民政局")
    assert "6月25日 15:30" in digest.text.splitlines()[2]


def test_after_the_outage_only_the_latest_missed_step_is_sent(played: Played) -> None:
    went = [sent for sent in played.went["due today"] if sent.to == ADDRESS["县法院"]]
    assert len(went) == 1
    steps = [mail["key"].split("/")[4] for mail in played.office.messages() if _ladder_of(mail, "县法院")]
    assert steps == ["D-10W", "D-3W", "D", "D+1W", "D+4W", "D+7W", "D+10W", "D+13W"]


# --- digest and workbook ---------------------------------------------------------------------------------------


def test_the_digest_keeps_missing_maybe_partial_and_waiting_units_apart(played: Played) -> None:
    (digest,) = played.went["digest"]
    assert digest.to == OFFICE
    assert "未报12 可能已报1 缺件1 待核1 已报齐3" in digest.subject
    assert list(digest.files) == ["汇总表_2024Q2.xlsx"]
    heads = _sections(digest.text)
    assert "县民政局" in heads["可能已报"] and "县民政局" not in heads["未报"]
    assert YOUTH in heads["缺件"] and "第10项" in heads["缺件"]
    assert "县公安局" in heads["已收待核"] and "县公安局" not in heads["未报"]
    assert UNION in heads["送达失败"]
    for unit in (EDUCATION, LABOUR, WOMEN):
        assert unit not in heads["未报"]


def test_the_workbook_holds_every_row_under_its_unit(played: Played, tmp_path: Path) -> None:
    file = tmp_path / "汇总.xlsx"
    ran = played.office.run("export", "2024Q2", "--output", file, "--at", at("07-18 16:00").isoformat())
    assert ran.code == 0, ran.err
    book = load_workbook(io.BytesIO(file.read_bytes()))
    assert book.sheetnames == ["汇总表", "报送情况", "明细", "问题清单", "指标进度", "图表"]
    summary = _cells(book["汇总表"])
    joint = next(text for text in summary if REPORTED[LABOUR][2] in text)
    assert REPORTED[WOMEN][2] in joint and LABOUR in joint and WOMEN in joint
    details = {(row[0], row[2]): row for row in book["明细"].iter_rows(min_row=2, values_only=True)}
    assert len(details) == 28
    by_number = {(str(number), unit): row for (number, unit), row in details.items()}
    assert by_number["1", EDUCATION][3] == REPORTED[EDUCATION][1]
    assert by_number["10", DISABLED][3] in (None, "", "未报")
    states = {row[0]: row for row in book["报送情况"].iter_rows(min_row=2, values_only=True)}
    assert len([unit for unit, _ in UNITS if unit in states]) == 18
    assert "是" in str(states[PROCURACY][5])
    problems = list(book["问题清单"].iter_rows(min_row=2, values_only=True))
    assert any(row[0] == YOUTH and str(row[1]) == "10" for row in problems)


def test_every_mail_in_and_out_is_listed_with_its_state(played: Played) -> None:
    out = [mail for mail in played.office.messages() if mail["direction"] == "out"]
    states = {mail["state"] for mail in out}
    assert states == {"sent", "failed"}
    assert [mail["to"] for mail in out if mail["state"] == "failed"] == [OLD_UNION]
    taken = {str(sent.mail["Message-ID"]) for sent in played.office.sent()}
    assert taken == {mail["message_id"] for mail in out if mail["state"] == "sent"}
    assert len({mail["key"] for mail in out}) == len(out)


def _incoming(played: Played) -> list[dict[str, Any]]:
    return [mail for mail in played.office.messages() if mail["direction"] == "in"]


def _ladder_of(mail: dict[str, Any], unit: str) -> bool:
    return bool(mail["direction"] == "out" and mail["unit"] == unit and mail["kind"] != "receipt")


def _cells(sheet: Any) -> list[str]:
    return [str(cell) for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None]


def _sections(text: str) -> dict[str, str]:
    """The groups of the digest's text by their heading, without the number in it."""
    parts = text.split("■ ")[1:]
    return {part.partition("（")[0].partition("：")[0]: part for part in parts}
