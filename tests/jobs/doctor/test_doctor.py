"""The doctor over real servers: what works, what does not, and never a secret."""

from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

import builders
from reminder_service.config import Configuration, load_service, service_yaml
from reminder_service.domain.campaign import Question
from reminder_service.domain.documents import Kind, Reading
from reminder_service.domain.periods import Cadence, Period
from reminder_service.domain.state import Contact
from reminder_service.domain.workdays import WorkCalendar
from reminder_service.jobs.doctor.doctor import Check, Parts, examine, outside_parts
from reminder_service.store import open_store

NOW = datetime(2024, 6, 3, 2, 0, tzinfo=UTC)
UNITS = [unit.name for unit in builders.campaign().units]


@pytest.fixture
def configured(tmp_path: Path, dovecot, smtp_server):
    """Make a configuration for the servers of this test; keywords are variables of the environment."""

    def make(*, campaign=None, **variables: object) -> Configuration:
        (tmp_path / "service.yaml").write_text(service_yaml(), encoding="utf-8")
        settings = {
            "imap__host": "127.0.0.1",
            "imap__port": dovecot.port,
            "imap__security": "none",
            "imap__password": dovecot.password,
            "smtp__host": "127.0.0.1",
            "smtp__port": smtp_server.port,
            "smtp__security": "none",
            "smtp__username": "",
            "store__url": "sqlite:///private/service.db",
            "store__files": "private/files",
        }
        given = {
            f"REMINDER_SERVICE_{key.upper()}": str(value) for key, value in (settings | variables).items()
        }
        one = campaign or builders.campaign()
        return Configuration(
            directory=tmp_path,
            service=load_service(tmp_path, given),
            campaigns={one.id: one},
            calendar=WorkCalendar(),
        )

    return make


class WordReader:
    """A reader that sees nothing."""

    def read(self, path: Path, filename: str) -> Reading:
        return Reading(document="", filename=filename, kind=Kind.DOCX)


def without_names(configuration: Configuration) -> Parts:
    """The parts as configured, on a network whose names nobody knows."""
    return replace(outside_parts(configuration.service), lookup=lambda name: ())


def checks(configuration: Configuration, parts: Parts | None = None, now: datetime = NOW) -> dict[str, Check]:
    return {
        check.name: check for check in examine(configuration, parts or without_names(configuration), now=now)
    }


def give_contacts(configuration: Configuration, *contacts: Contact) -> None:
    store = configuration.service.store
    with open_store(store.url, store.files) as opened:
        opened.contacts.upsert(contacts)


def test_a_service_in_order_has_nothing_wrong(configured, smtp_server):
    configuration = configured()
    give_contacts(configuration, *builders.contacts())
    found = checks(configuration)
    assert [check for check in found.values() if check.ok is False] == []
    sure = ("configuration", "store", "mailbox", "mailbox folder INBOX", "SMTP", "questions of gaoqing")
    assert {name: found[name].ok for name in sure} == dict.fromkeys(sure, True)
    more = (
        "contacts of gaoqing",
        "calendar",
        "clock",
        "document readers",
        f"folder {configuration.directory}/private",
    )
    assert {name: found[name].ok for name in more} == dict.fromkeys(more, True)
    assert smtp_server.received == []


def test_what_does_not_work_has_a_detail_and_a_cure(configured):
    found = checks(configured(imap__port=1, smtp__port=1))
    assert all(check.cure for check in found.values() if check.ok is not True)
    assert "Check imap.host" in found["mailbox"].cure
    assert "Check smtp.host" in found["SMTP"].cure
    assert "cannot be used" in found["mailbox"].detail
    assert (found["mailbox"].ok, found["SMTP"].ok, found["store"].ok) == (False, False, True)


def test_a_folder_that_does_not_exist_is_named_and_the_others_are_tried(configured, dovecot):
    dovecot.create("Junk")
    found = checks(configured(imap__folders='["INBOX", "Nowhere", "Junk"]'))
    assert [found[f"mailbox folder {name}"].ok for name in ("INBOX", "Nowhere", "Junk")] == [
        True,
        False,
        True,
    ]
    assert "imap.folders" in found["mailbox folder Nowhere"].cure


def test_the_mailbox_stays_as_it_is(configured, dovecot):
    dovecot.append(b"Subject: x\r\n\r\nx\r\n")
    before = dovecot.flags()
    checks(configured())
    assert dovecot.flags() == before


def test_a_missing_password_names_its_variable(configured):
    found = checks(configured(imap__password="", smtp__username="office"))
    assert "REMINDER_SERVICE_IMAP__PASSWORD" in found["mailbox"].detail
    assert "REMINDER_SERVICE_SMTP__PASSWORD" in found["SMTP"].detail
    assert (found["mailbox"].ok, found["SMTP"].ok) == (False, False)


def test_the_alarm_says_whom_it_reaches_and_which_address_is_wrong(configured):
    assert checks(configured())["alarm"].ok is None
    found = checks(configured(alarm__to="chief@example.org", alarm__urls="nonsense://hush-hush"))
    assert found["alarm"].ok is True
    assert "1 addresses, 1 chat services" in found["alarm"].detail
    assert found["alarm.urls 1"].ok is False
    assert "hush-hush" not in str(found)


def test_no_password_ever_stands_in_a_text(configured, smtp_server):
    smtp_server.login = ("office", "right")
    smtp_server.restart()
    found = checks(
        configured(imap__password="hush-hush", smtp__username="office", smtp__password="sssh-sssh")
    )
    assert (found["mailbox"].ok, found["SMTP"].ok) == (False, False)
    assert "hush-hush" not in str(found) and "sssh-sssh" not in str(found)


def test_a_server_that_repeats_the_password_is_not_quoted(configured):
    configuration = configured(imap__password="hush-hush")
    parts = outside_parts(configuration.service)

    def broken(section: str):
        raise ValueError("hush-hush")

    def answering(section: str):
        return nullcontext(broken(section))

    found = checks(configuration, replace(parts, mailbox=broken, sender=answering))
    assert (found["mailbox"].ok, found["SMTP"].ok) == (False, False)
    assert "ValueError" in found["mailbox"].detail
    assert "hush-hush" not in str(found)


def test_a_right_login_is_tried_without_sending(configured, smtp_server):
    smtp_server.login = ("office", "right")
    smtp_server.restart()
    found = checks(configured(smtp__username="office", smtp__password="right"))
    assert found["SMTP"].ok is True
    assert smtp_server.received == []


def test_units_without_a_way_to_reach_them_are_named(configured):
    configuration = configured()
    bounced = Contact(unit=UNITS[0], address="gone@example.cn", bounced=True)
    give_contacts(configuration, bounced, Contact(unit=UNITS[1], name="张三"), *builders.contacts(*UNITS[2:]))
    check = checks(configuration)["contacts of gaoqing"]
    assert check.ok is None
    assert f"1 of 7 units have no address: {UNITS[1]};" in check.detail
    assert f"mail to {UNITS[0]} comes back" in check.detail


def test_open_questions_are_named_with_the_file_to_answer_in(configured):
    asked = builders.campaign(questions=(Question(key="due_date", question="哪天？", proposal="月底"),))
    check = checks(configured(campaign=asked))["questions of gaoqing"]
    assert check.ok is None
    assert "due_date" in check.detail and "gaoqing.yaml" in check.cure


def test_a_year_whose_holidays_are_not_known_is_told_before_it_begins(configured):
    far = builders.campaign(first_period=Period.parse("2098Q4"), cadence=Cadence.QUARTER)
    check = checks(configured(campaign=far))["calendar"]
    assert check.ok is None
    assert "2098, 2099" in check.detail and "calendar.yaml" in check.cure


def test_a_clock_that_is_years_behind_is_doubted(configured):
    check = checks(configured(), now=datetime(1970, 1, 1, tzinfo=UTC))["clock"]
    assert (check.ok, "2024-05-23" in check.detail) == (None, True)


def test_a_data_folder_that_others_may_look_into_is_told(configured, tmp_path):
    (tmp_path / "private").mkdir()
    (tmp_path / "private").chmod(0o755)
    check = checks(configured())[f"folder {tmp_path}/private"]
    assert (check.ok, check.cure) == (None, f"chmod 700 {tmp_path}/private")


def test_a_data_folder_that_cannot_be_used_stops_nothing_else(configured, tmp_path):
    (tmp_path / "private").write_text("a file in its place")
    found = checks(configured())
    assert found[f"folder {tmp_path}/private"].ok is False
    assert found["store"].ok is False
    assert (found["mailbox"].ok, found["SMTP"].ok) == (True, True)


def test_a_store_of_another_program_is_told_with_the_cure(configured, tmp_path):
    (tmp_path / "private").mkdir(mode=0o700)
    (tmp_path / "private" / "service.db").write_bytes(b"no database at all" * 100)
    assert "no SQLite database" in checks(configured())["store"].detail


def test_a_reader_that_sees_nothing_is_told(configured):
    configuration = configured()
    parts = replace(outside_parts(configuration.service), reader=lambda: nullcontext(WordReader()))
    check = checks(configuration, parts)["document readers"]
    assert check.ok is False and check.cure


def test_programs_that_are_not_installed_are_no_fault(configured):
    configuration = configured()
    parts = replace(outside_parts(configuration.service), find=lambda name: None)
    found = checks(configuration, parts)
    assert (found["Chinese font"].ok, found["converter"].ok) == (None, None)


@pytest.mark.parametrize(
    ("said", "ok"), [("Noto Sans CJK SC,思源黑体", True), ("", None)], ids=["a font", "no font"]
)
def test_a_chinese_font_is_looked_for(configured, tmp_path, said, ok):
    program = tmp_path / "fc-list"
    program.write_text(f"#!/bin/sh\necho '{said}'\n")
    program.chmod(0o700)
    configuration = configured()
    parts = replace(outside_parts(configuration.service), find=lambda name: str(program))
    assert checks(configuration, parts)["Chinese font"].ok is ok
