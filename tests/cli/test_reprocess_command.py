"""`reprocess`, `collect` at idle and `doctor` on an office whose files an earlier version read."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from builders import at
from offices import SHIPPED, address, campaign, mail, word_form
from reminder_service.app import opened
from reminder_service.app.rereading import read_some_again
from reminder_service.cli.main import app
from reminder_service.config import load
from reminder_service.documents.read import read_bytes
from reminder_service.documents.reader import READER_VERSION
from reminder_service.documents.refusals import NO_UNAR
from reminder_service.documents.unpacked import Unpacked
from reminder_service.domain.documents import Kind, Reading, reading_to_json
from reminder_service.jobs.doctor.doctor_checks import check_programs
from reminder_service.jobs.incoming.process import process
from reminder_service.store import Store, open_store

EDU = "县教育和体育局"


class Earlier:
    version = READER_VERSION - 1

    def read(self, path: Path, filename: str) -> Reading:
        return read_bytes(path.read_bytes(), filename)

    def expect(self, files: object) -> None:
        """Nothing is converted ahead."""

    def unpack(self, data: bytes, filename: str) -> Iterator[Unpacked]:
        yield Unpacked(filename=filename, archive_path="", data=data)


def store_of(office: Path) -> Store:
    return open_store(f"sqlite:///{office}/data/reminder-service.db", office / "data/files")


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """An office with two reports, of May and of June, read by the version before this one."""
    folder = tmp_path / "config"
    shutil.copytree(SHIPPED, folder, ignore=shutil.ignore_patterns("data", "examples"))
    with store_of(folder) as store:
        for when in ("2024-05-28 10:00", "2024-06-20 10:00"):
            raw = mail(address(EDU), {"报表.docx": word_form({1: when})}, at=at(when))
            sha256 = store.originals.put(raw)
            store.messages.record(
                sha256=sha256, channel="邮件", collected_at=at(when), dedup_key=sha256, internal_date=at(when)
            )
            process(store, Earlier(), {campaign().id: campaign()}, now=at(when))
    return folder


def run(office: Path, *words: str) -> Result:
    return CliRunner().invoke(app, ["--config", str(office), *words])


def versions(office: Path) -> list[int]:
    with store_of(office) as store:
        return [document.reader_version for document in store.documents.all()]


def test_reprocess_reads_again_what_came_since_a_day_and_then_the_rest(office: Path) -> None:
    some = run(office, "reprocess", "--since", "2024-06-01")
    assert some.stdout == "1 messages read again, 1 files in them; 0 read differently now\n"
    assert versions(office) == [READER_VERSION - 1, READER_VERSION]
    assert run(office, "reprocess").stdout.startswith("1 messages read again")
    assert run(office, "reprocess").stdout == "nothing waits to be read again\n"
    assert run(office, "reprocess", "--all").stdout.startswith("2 messages read again")


def test_a_day_that_is_none_is_refused(office: Path) -> None:
    assert run(office, "reprocess", "--since", "gestern").exit_code != 0
    assert versions(office) == [READER_VERSION - 1] * 2


def test_an_idle_moment_is_used_to_read_again_and_each_message_is_tried_once(office: Path) -> None:
    with opened(load(office, {})) as parts:
        read_some_again(parts)
        assert len(parts.tried_again) == 2
        assert [one.reader_version for one in parts.store.documents.all()] == [READER_VERSION] * 2
        (first, _) = parts.store.documents.all()
        parts.store.documents.save_reading(first.id, dict(first.reading or {}), 1, at("2024-06-21 09:00"))
        read_some_again(parts)
        assert [one.reader_version for one in parts.store.documents.all()] == [1, READER_VERSION]


def test_the_doctor_counts_the_files_that_wait_for_a_program(office: Path) -> None:
    with store_of(office) as store:
        (first, _) = store.documents.all()
        closed = Reading(document=first.sha256, filename="材料.rar", kind=Kind.RAR, problem=NO_UNAR)
        store.documents.save_reading(
            first.id, reading_to_json(closed), READER_VERSION, at("2024-06-21 09:00")
        )
        waiting = store.documents.counted_by_problem({NO_UNAR.detail})
    missing = {check.name: check for check in check_programs(lambda name: None, waiting)}["rar archives"]
    there = {check.name: check for check in check_programs(lambda name: f"/usr/bin/{name}", waiting)}
    assert missing.ok is None
    assert ("1 file so far" in missing.detail, "unar" in missing.cure) == (True, True)
    assert (there["rar archives"].ok, "1 file that waited" in there["rar archives"].detail) == (True, True)
    assert "waited" not in there["converter"].detail
