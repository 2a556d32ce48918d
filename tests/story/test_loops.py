"""Loops: machines that answer our mails never get more than the contract's limits, played over real servers.

Each story runs many rounds of "they answer all that we sent them, we collect"; the number of our mails must stand still.
"""

from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
from story_office import OFFICE, Office, Sent, at

from reminder_service.demo.mails import composed
from reminder_service.demo.papers import Paper
from servers.dovecot import PROGRAM, Dovecot
from servers.smtp import SmtpServer

pytestmark = pytest.mark.timeout(300)

EDUCATION = "县教育和体育局"
UNIT = "u01@units.example.cn"
STRANGER = "robot@tickets.example.test"
ROUNDS = 3


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """An office that has just sent its first notices, with one contact."""
    if PROGRAM is None:
        pytest.skip("Dovecot is not installed: apt-get install dovecot-imapd (./run test does it as root)")
    with Dovecot() as dovecot, SmtpServer() as smtp:
        one = Office(directory=tmp_path / "config", dovecot=dovecot, smtp=smtp)
        contacts = tmp_path / "contacts.csv"
        contacts.write_text(f"单位,责任人,邮箱\n{EDUCATION},王小明,{UNIT}\n", encoding="utf-8")
        assert one.run("contacts", "import", contacts).code == 0
        assert one.job("remind", "06-14 09:00").code == 0
        assert [sent.to for sent in one.sent()] == [UNIT]
        yield one


def letter(number: int, sender: str, subject: str, *papers: Paper, **headers: str) -> EmailMessage:
    mail = composed(
        sender=sender, name="", to=OFFICE, subject=subject, text="您的来信已收到。", at=at("06-14 10:00"),
        papers=papers, headers=tuple((name.replace("_", "-"), value) for name, value in headers.items()),
    )  # fmt: skip
    del mail["Message-ID"]
    mail["Message-ID"] = f"<{number}.{abs(hash(sender))}@robots.example.test>"
    return mail


def played(office: Office, answer: object, rounds: int = ROUNDS, answers: int = 1) -> list[Sent]:
    """Let ``answer`` write for every mail that went out, again and again; return what we sent besides the first."""
    number = seen = 0
    for round_ in range(rounds):
        new, seen = office.since(seen), len(office.sent())
        # The other side may repeat itself without being written to, as a loop that is under way does.
        for sent in (new or office.sent()[-1:]) * answers:
            number += 1
            office.arrives(answer(number, sent), f"06-14 {10 + round_}:00")  # type: ignore[operator]
        assert office.job("collect", f"06-14 {10 + round_}:05").code == 0
    return office.since(1)


def test_two_services_that_write_to_each_other_fall_silent(office):
    """The other one answers like this program: marked as automatic, under our subject, with our mail as its thread."""

    def answer(number: int, sent: Sent) -> EmailMessage:
        return letter(
            number, UNIT, f"回执：{sent.subject}", Auto_Submitted="auto-generated",
            In_Reply_To=sent.mail["Message-ID"], References=sent.mail["Message-ID"],
        )  # fmt: skip

    assert played(office, answer) == []


def test_an_autoresponder_that_copies_our_subject_and_hides_what_it_is_gets_nothing(office):
    def answer(number: int, sent: Sent) -> EmailMessage:
        return letter(number, UNIT, sent.subject, In_Reply_To=sent.mail["Message-ID"])

    assert played(office, answer) == []


def test_an_autoresponder_that_sends_our_own_form_back_is_never_answered(office):
    [first] = office.sent()
    form = Paper(filename="报表.docx", content=first.forms[0])

    def answer(number: int, sent: Sent) -> EmailMessage:
        return letter(number, UNIT, sent.subject, form, In_Reply_To=first.mail["Message-ID"])

    assert played(office, answer) == []
    assert office.states("06-14 12:30")[EDUCATION] == "missing"


def test_a_robot_that_returns_a_filled_form_for_each_receipt_gets_five_a_day(office):
    """The worst case: a contact's system answers every receipt twice, with reports that look like a person's."""

    def answer(number: int, sent: Sent) -> EmailMessage:
        form = office.form(UNIT, {1: f"第{number}次填报，已完成", 4: "已开展", 8: "已开展"})
        return letter(number, UNIT, sent.subject, form, In_Reply_To=sent.mail["Message-ID"])

    receipts = played(office, answer, answers=2)
    came = [mail for mail in office.messages() if mail["direction"] == "in"]
    assert len(came) == 2 + 4 + 6
    assert len(receipts) == 5
    assert {sent.to for sent in receipts} == {UNIT}


def test_a_ticket_system_that_is_no_contact_gets_one_receipt_a_day(office):
    """It sends what it was sent from an address of its own, under a ticket number, without marking it as automatic."""

    def answer(number: int, sent: Sent) -> EmailMessage:
        form = office.form(UNIT, {1: f"工单{number}", 4: "已开展", 8: "已开展"})
        return letter(number, STRANGER, f"[工单#{number}] {sent.subject}", form)

    receipts = played(office, answer)
    assert [sent.to for sent in receipts] == [STRANGER]
    assert EDUCATION not in receipts[0].text


def test_a_report_in_an_automatic_mail_counts_but_is_never_answered(office):
    kinds = (
        {"Auto_Submitted": "auto-replied"},
        {"Precedence": "bulk"},
        {"List_Id": "<units.example.cn>"},
        {"Return_Path": "<>"},
    )

    def answer(number: int, sent: Sent) -> EmailMessage:
        form = office.form(UNIT, {1: f"已完成{number}", 4: "已开展", 8: "已开展"})
        return letter(number, UNIT, sent.subject, form, **kinds[number - 1])

    assert played(office, answer, rounds=1, answers=len(kinds)) == []
    assert office.states("06-14 10:30")[EDUCATION] in ("partial", "attention")
