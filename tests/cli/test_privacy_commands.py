"""`purge` and `contacts forget`, run as a person runs them on an office with a closed year and an open period."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from builders import at
from offices import SHIPPED, address, campaign, mail, word_form
from reminder_service.cli.main import app
from reminder_service.documents.read import read_bytes
from reminder_service.documents.reader import READER_VERSION
from reminder_service.documents.unpacked import Unpacked
from reminder_service.domain.documents import Reading
from reminder_service.domain.errors import WrongUsage
from reminder_service.domain.state import Contact
from reminder_service.jobs.incoming.process import process
from reminder_service.store import Store, open_store

EDU, CIVIL = "县教育和体育局", "县民政局"
NOW = "2026-07-01T09:00"


class Here:
    version = READER_VERSION

    def read(self, path: Path, filename: str) -> Reading:
        return read_bytes(path.read_bytes(), filename)

    def expect(self, files: object) -> None:
        """Nothing is converted ahead."""

    def unpack(self, data: bytes, filename: str) -> Iterator[Unpacked]:
        yield Unpacked(filename=filename, archive_path="", data=data)


@contextmanager
def store_of(office: Path) -> Iterator[Store]:
    with open_store(f"sqlite:///{office}/data/reminder-service.db", office / "data/files") as store:
        yield store


def arrives(store: Store, unit: str, measures: str, when: str, **headers: str) -> str:
    raw = mail(
        address(unit),
        {"报表.docx": word_form({1: measures, 4: measures, 8: measures})},
        at=at(when),
        **headers,
    )
    sha256 = store.originals.put(raw)
    store.messages.record(
        sha256=sha256, channel="邮件", collected_at=at(when), dedup_key=sha256, internal_date=at(when)
    )
    process(store, Here(), {campaign().id: campaign()}, now=at(when))
    return sha256


def queued(store: Store, period: str, unit: str, when: str, *, sent: bool) -> None:
    raw = store.originals.put(f"a reminder of {period} to {unit}".encode())
    store.outbox.enqueue(
        key=f"{campaign().id}/{period}/{unit}/reminder/D-3W/1", message_id=f"<{period}.{unit}@example.cn>",
        campaign=campaign().id, period=period, unit=unit, kind="reminder", to=address(unit), subject="催报",
        raw_sha256=raw, not_before=at(when), created_at=at(when),
    )  # fmt: skip
    if sent:
        [one] = store.outbox.due(at(when))
        store.outbox.claim(one.id, at(when))
        store.outbox.sent(one.id, at(when))


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """2024Q2 reported and closed two years ago; 2026Q2 reported and open."""
    folder = tmp_path / "config"
    shutil.copytree(SHIPPED, folder, ignore=shutil.ignore_patterns("data", "examples"))
    with store_of(folder) as store:
        store.contacts.replace_all(
            [
                Contact(unit=unit.name, name="王小明", phone="5550101", address=address(unit.name))
                for unit in campaign().units
            ]
        )
        store.periods.open(campaign().id, "2024Q2", at("2024-06-14 09:00"))
        queued(store, "2024Q2", EDU, "2024-06-25 09:00", sent=True)
        arrives(store, EDU, "旧的进展", "2024-06-26 09:00", subject="旧的报送")
        store.periods.close(campaign().id, "2024Q2", at("2024-07-20 09:00"))
        store.periods.open(campaign().id, "2026Q2", at("2026-06-12 09:00"))
        arrives(store, CIVIL, "新的进展", "2026-06-26 09:00", subject="新的报送")
        queued(store, "2026Q2", EDU, "2026-07-02 09:00", sent=False)
    return folder


def run(office: Path, *arguments: str, answer: str | None = None) -> Result:
    result = CliRunner().invoke(app, ["--config", str(office), *arguments], input=answer)
    if isinstance(result.exception, WrongUsage):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result


def statuses(office: Path, period: str) -> dict[str, str]:
    shown = json.loads(run(office, "status", period, "--json", "--at", NOW).output)
    return {unit["unit"]: unit["status"] for unit in shown["units"]}


def originals(office: Path) -> set[bytes]:
    return {path.read_bytes() for path in (office / "data/files").rglob("*") if path.is_file()}


def test_without_a_yes_it_only_shows_what_would_go(office):
    before = originals(office)
    shown = run(office, "purge", "--before", "2025-01-01", "--at", NOW).output
    assert "2024Q2: 1 mails" in shown and "2026Q2" not in shown
    assert "was never frozen" in shown and "nothing was removed" in shown
    plan = json.loads(run(office, "purge", "--before", "2025-01-01", "--json", "--at", NOW).output)
    assert (plan["reports"], plan["sent"], plan["originals"]) == (1, 1, 3)
    assert originals(office) == before


def test_what_was_purged_is_gone_from_disk_and_database_and_the_open_period_is_as_it_was(office):
    before = statuses(office, "2026Q2")
    with store_of(office) as store:
        drawn = [
            store.pictures.put(one.sha256, 1, 0, 1, b"jpeg")
            for one in store.documents.all()
            if one.filename.startswith("旧") or "旧" in str(store.messages.get(one.message))
        ]
    assert drawn
    run(office, "purge", "--before", "2025-01-01", "--yes", "--author", "李主任", "--at", NOW)
    assert statuses(office, "2026Q2") == before
    assert not any(path.exists() for path in drawn), "pictures of pages go with their file"
    data = (office / "data/reminder-service.db").read_bytes()
    assert "旧的进展".encode() not in data and "旧的报送".encode() not in data
    assert "新的报送".encode() in data
    assert not any(
        "旧的报送".encode() in content or b"reminder of 2024Q2" in content for content in originals(office)
    )
    with store_of(office) as store:
        entries = {entry.action: entry for entry in store.journal.entries()}
        assert entries["purge"].author == "李主任"
        assert entries["purge_period"].subject == f"{campaign().id}/2024Q2"
        assert store.outbox.by_key(f"{campaign().id}/2024Q2/{EDU}/reminder/D-3W/1") is not None
    assert "nothing is to be removed" in run(office, "purge", "--before", "2025-01-01", "--at", NOW).output


def test_nobody_is_called_missing_for_a_period_whose_reports_were_removed(office):
    run(office, "purge", "--before", "2025-01-01", "--yes", "--at", NOW)
    assert set(statuses(office, "2024Q2").values()) == {"unknown"}


def test_the_same_mail_is_not_taken_in_again_and_no_backup_calls_it_lost(office, tmp_path):
    with store_of(office) as store:
        old = next(one for one in store.messages.all() if one.subject == "旧的报送")
        raw = store.originals.read(str(old.sha256))
    run(office, "purge", "--before", "2025-01-01", "--yes", "--at", NOW)
    file = tmp_path / "again.eml"
    file.write_bytes(raw)
    left = originals(office)
    assert "registered before" in run(office, "intake", str(file), "--at", NOW).output
    assert originals(office) == left
    assert "damaged or missing" not in run(office, "backup", str(tmp_path / "backup.zip")).output


def test_retention_says_what_is_old_where_no_day_is_named(office):
    with pytest.raises(WrongUsage, match="retention"):
        run(office, "purge", "--at", NOW)
    path = office / "service.yaml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("  sent:  #", "  sent: 365d  #"), encoding="utf-8"
    )
    plan = json.loads(run(office, "purge", "--json", "--at", NOW).output)
    assert (plan["reports"], plan["other"], plan["sent"]) == (0, 0, 1)


def test_a_day_to_come_is_refused(office):
    with pytest.raises(WrongUsage, match="future"):
        run(office, "purge", "--before", "2027-01-01", "--at", NOW)


def test_a_forgotten_person_is_no_contact_and_gets_no_mail_that_waits(office):
    said = run(office, "contacts", "forget", address(EDU).upper(), "--author", "李主任").output
    assert "1 contacts removed, 1 queued mails given up" in said
    assert "1 mails from this address" in said
    with store_of(office) as store:
        assert address(EDU) not in {contact.address for contact in store.contacts.all()}
        assert store.outbox.in_state("queued") == []
        [entry] = [entry for entry in store.journal.entries() if entry.action == "forget"]
    assert address(EDU) not in str(entry)
