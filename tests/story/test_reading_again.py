"""A better reader comes: reports are read again, and nobody is called missing, asked twice or answered twice."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from story_desk import SHIPPED, Desk, desk_at

from builders import Q2, at
from offices import address, stamped_scan, word_form
from reminder_service.documents.read import read_bytes
from reminder_service.documents.reader import READER_VERSION, ReaderClosed
from reminder_service.documents.refusals import FAILED, NO_UNAR
from reminder_service.documents.unpacked import Unpacked
from reminder_service.domain.decisions import DecisionKind
from reminder_service.domain.documents import Reading
from reminder_service.domain.messages import MessageKind
from reminder_service.domain.state import Status
from reminder_service.jobs.incoming import reprocess as job
from reminder_service.jobs.incoming.reprocess import ReprocessSummary, behind, queue_of, reprocess

EDU, CIVIL = "县教育和体育局", "县民政局"
TEXTS = {1: "已维修5所", 4: "已开展", 8: "已完成"}
CAME, AFTER, LATER = "2024-06-20 10:00", "2024-06-20 10:30", "2024-06-21 09:00"


class Version:
    """A reader of some version; ``sees`` may change what it makes of a file."""

    def __init__(self, version: int, sees: Callable[[Reading], Reading] = lambda reading: reading) -> None:
        self.version = version
        self.sees = sees
        self.read_files: list[str] = []

    def read(self, path: Path, filename: str) -> Reading:
        self.read_files.append(filename)
        return self.sees(read_bytes(path.read_bytes(), filename))

    def expect(self, files: object) -> None:
        """Nothing is converted ahead."""

    def unpack(self, data: bytes, filename: str) -> Iterator[Unpacked]:
        yield Unpacked(filename=filename, archive_path="", data=data)


def blind(reading: Reading) -> Reading:
    """An early reader did not know the kind of file."""
    return (
        replace(reading, tables=(), text="", problem=FAILED)
        if reading.filename.endswith(".docx")
        else reading
    )


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with desk_at(tmp_path, Version(READER_VERSION - 1)) as one:  # type: ignore[arg-type]
        one.write_only_to(EDU, CIVIL)
        one.store.periods.open(one.campaign.id, str(Q2), at("2024-06-14 09:00"))
        yield one


def read_again(desk: Desk, when: str, *, everything: bool = False) -> ReprocessSummary:
    waiting = behind(desk.store, desk.reader, everything=everything)
    return sum(
        (
            reprocess(
                desk.store, desk.reader, {SHIPPED.id: SHIPPED}, one, now=at(when), everything=everything
            )
            for one in queue_of(waiting, [desk.now(when)])
        ),
        ReprocessSummary(),
    )


def test_what_an_early_reader_could_not_read_counts_once_a_better_one_has_read_it(desk: Desk) -> None:
    desk.reader = Version(READER_VERSION - 1, blind)
    desk.sends(address(EDU), {"报表.docx": word_form(TEXTS), "章.pdf": stamped_scan()}, CAME)
    assert desk.codes(EDU, AFTER) == ["not_read"]
    assert len(desk.answers(AFTER)) == 1
    desk.reader = Version(READER_VERSION)
    assert read_again(desk, LATER) == ReprocessSummary(messages=1, documents=2, changed=1)
    unit = desk.unit(EDU, LATER)
    assert (unit.status, [duty.measures for duty in unit.duties]) == (Status.COMPLETE, list(TEXTS.values()))
    assert desk.answers(LATER) == []
    assert read_again(desk, LATER) == ReprocessSummary()


def test_no_receipt_goes_again_where_a_better_reading_names_the_unit(desk: Desk) -> None:
    """One person serves two units: only what is read tells for which of them she wrote."""
    contacts = [replace(one, address=address(EDU)) for one in desk.store.contacts.all()]
    desk.store.contacts.replace_all(contacts)
    desk.reader = Version(READER_VERSION - 1, blind)
    desk.sends(address(EDU), {"报表.docx": word_form(TEXTS, unit=EDU)}, CAME)
    assert [(mail.to, mail.unit) for mail in desk.answers(AFTER)] == [(address(EDU), None)]
    desk.reader = Version(READER_VERSION)
    read_again(desk, LATER)
    assert desk.unit(EDU, LATER).electronic is not None
    assert desk.answers(LATER) == []


def test_a_mail_that_turns_out_to_be_a_report_is_one_and_is_answered_for_the_first_time(desk: Desk) -> None:
    desk.reader = Version(READER_VERSION - 1, lambda reading: replace(reading, tables=(), text="", own=True))
    desk.sends(address(EDU), {"报表.docx": word_form(TEXTS)}, CAME, text="收到", subject="Re: 通知")
    (message,) = desk.store.messages.all()
    assert (message.kind != MessageKind.SUBMISSION, desk.answers(AFTER)) == (True, [])
    desk.reader = Version(READER_VERSION)
    read_again(desk, LATER)
    assert desk.unit(EDU, LATER).electronic is not None
    assert len(desk.answers(LATER)) == 1


def test_decisions_survive_and_hold_for_the_new_reading(desk: Desk) -> None:
    desk.sends("stranger@example.test", {"报表.docx": word_form(TEXTS, unit=EDU)}, CAME)
    (document,) = desk.store.documents.all()
    desk.decide(DecisionKind.ASSIGN, AFTER, document=document.sha256, unit=EDU, period=Q2)
    before = desk.unit(EDU, AFTER)
    desk.reader = Version(READER_VERSION)
    read_again(desk, LATER)
    after = desk.unit(EDU, LATER)
    assert before.electronic is not None
    assert (after.status, after.duties) == (before.status, before.duties)


def test_a_reading_that_breaks_off_leaves_the_old_one_in_force(desk: Desk) -> None:
    desk.sends(address(EDU), {"报表.docx": word_form(TEXTS), "章.pdf": stamped_scan()}, CAME)
    before, status = desk.store.documents.all(), desk.unit(EDU, AFTER).status

    def breaks_off(reading: Reading) -> Reading:
        # The first file was read: until the last one is, the store shows nothing of it.
        assert desk.store.documents.all() == before
        if reading.filename == "章.pdf":
            raise ReaderClosed("stopped")
        return reading

    desk.reader = Version(READER_VERSION, breaks_off)
    with pytest.raises(ReaderClosed):
        read_again(desk, LATER)
    assert desk.reader.read_files == ["报表.docx", "章.pdf"]
    assert desk.store.documents.all() == before
    assert desk.unit(EDU, AFTER).status == status == Status.COMPLETE


def test_an_original_that_is_gone_keeps_what_was_read_of_it(desk: Desk) -> None:
    desk.sends(address(EDU), {"报表.docx": word_form(TEXTS)}, CAME)
    (message,) = desk.store.messages.all()
    desk.store.originals.path(message.sha256 or "").unlink()
    before = [one.reading for one in desk.store.documents.all()]
    desk.reader = Version(READER_VERSION)
    assert read_again(desk, LATER) == ReprocessSummary(failed=1)
    assert [one.reading for one in desk.store.documents.all()] == before
    assert behind(desk.store, desk.reader) == []


class WithoutUnar(Version):
    def read(self, path: Path, filename: str) -> Reading:
        reading = super().read(path, filename)
        return replace(reading, problem=NO_UNAR) if filename.endswith(".rar") else reading


class WithUnar(Version):
    def expect(self, files: object) -> None:
        """Nothing is converted ahead."""

    def unpack(self, data: bytes, filename: str) -> Iterator[Unpacked]:
        if filename.endswith(".rar"):
            yield Unpacked(filename="报表.docx", archive_path=filename, data=word_form(TEXTS))
        else:
            yield Unpacked(filename=filename, archive_path="", data=data)


def test_an_archive_gives_its_files_once_the_program_for_it_is_installed(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.reader = WithoutUnar(READER_VERSION)
    desk.sends(address(EDU), {"材料.rar": b"Rar!\x1a\x07\x00..."}, CAME)
    assert desk.codes(EDU, AFTER) == ["not_read"]
    monkeypatch.setattr(job, "opened_now", frozenset)
    assert behind(desk.store, desk.reader) == []
    monkeypatch.setattr(job, "opened_now", lambda: frozenset({NO_UNAR.detail}))
    desk.reader = WithUnar(READER_VERSION)
    assert read_again(desk, LATER).messages == 1
    assert [one.filename for one in desk.store.documents.all()] == ["报表.docx"]
    assert desk.unit(EDU, LATER).electronic is not None


def test_an_archive_that_a_person_decided_about_stays_beside_its_files(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.reader = WithoutUnar(READER_VERSION)
    desk.sends("stranger@example.test", {"材料.rar": b"Rar!\x1a\x07\x00..."}, CAME)
    (archive,) = desk.store.documents.all()
    desk.decide(DecisionKind.ASSIGN, AFTER, document=archive.sha256, unit=EDU, period=Q2)
    before = desk.unit(EDU, AFTER).status
    monkeypatch.setattr(job, "opened_now", lambda: frozenset({NO_UNAR.detail}))
    desk.reader = WithUnar(READER_VERSION)
    read_again(desk, LATER)
    assert [one.filename for one in desk.store.documents.all()] == ["报表.docx", "材料.rar"]
    assert before is not Status.MISSING
    assert desk.unit(EDU, LATER).status is not Status.MISSING


def test_all_reads_what_this_version_has_read_too(desk: Desk) -> None:
    desk.reader = Version(READER_VERSION)
    desk.sends(address(EDU), {"报表.docx": word_form(TEXTS)}, CAME)
    assert read_again(desk, LATER) == ReprocessSummary()
    assert read_again(desk, LATER, everything=True) == ReprocessSummary(messages=1, documents=1)


def test_since_leaves_what_came_before_alone(desk: Desk) -> None:
    for day in ("2024-06-18 10:00", CAME):
        desk.sends(address(EDU), {"报表.docx": word_form(TEXTS)}, day)
    found = behind(desk.store, Version(READER_VERSION), since=at("2024-06-19 00:00"))
    assert [one.received_at for one in found] == [at(CAME)]
