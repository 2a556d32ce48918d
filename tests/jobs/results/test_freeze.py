"""Frozen versions on a real store: the same bytes again, corrections listed, nothing lost when one is taken back."""

import io
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from openpyxl import load_workbook

from builders import CALENDAR, ZONE, at
from offices import address, campaign, mail, store_with_contacts, word_form
from reminder_service.documents.read import read_bytes
from reminder_service.documents.reader import READER_VERSION
from reminder_service.documents.unpacked import Unpacked
from reminder_service.domain.decisions import DecisionKind
from reminder_service.domain.documents import Reading
from reminder_service.domain.errors import WrongUsage
from reminder_service.domain.periods import Period
from reminder_service.jobs.decisions.decide import Settled, decide, undo
from reminder_service.jobs.incoming.process import process
from reminder_service.jobs.results.export import Printer, export_period
from reminder_service.jobs.results.freeze import FreezeSummary, freeze
from reminder_service.jobs.results.versions import changes, since_frozen_words, versions
from reminder_service.jobs.state.situation import Situation, situation
from reminder_service.jobs.state.surroundings import Surroundings
from reminder_service.store import Store

EDU, CIVIL = "县教育和体育局", "县民政局"
Q2 = Period.parse("2024Q2")
PRINTER = Printer(templates=(), originals=lambda sha256: f"file:///originals/{sha256}")


class Here:
    version = READER_VERSION

    def read(self, path: Path, filename: str) -> Reading:
        return read_bytes(path.read_bytes(), filename)

    def expect(self, files: object) -> None:
        """Nothing is converted ahead."""

    def unpack(self, data: bytes, filename: str) -> Iterator[Unpacked]:
        yield Unpacked(filename=filename, archive_path="", data=data)


class Desk:
    """An office's store and what the clerk does with it."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.store = store
        self.folder = folder

    def arrives(self, unit: str, measures: dict[int, str], when: str) -> None:
        raw = mail(address(unit), {"报表.docx": word_form(measures)}, at=at(when))
        sha256 = self.store.originals.put(raw)
        self.store.messages.record(
            sha256=sha256, channel="邮件", collected_at=at(when), dedup_key=sha256, internal_date=at(when)
        )
        process(self.store, Here(), {campaign().id: campaign()}, now=at(when))

    def now(self, when: str) -> Situation:
        around = Surroundings(
            calendar=CALENDAR,
            zone=ZONE,
            office_address="office@example.cn",
            folders=(),
            stale_after=timedelta(hours=2),
            campaigns={campaign().id: campaign()},
        )
        return situation(self.store, campaign(), around, now=at(when))

    def freeze(self, when: str) -> FreezeSummary:
        return freeze(self.store, self.now(when), Q2, PRINTER, author="李主任", reason="报县政府")

    def exported(self, when: str, ending: str = "xlsx", **options: object) -> bytes:
        file = self.folder / f"export.{ending}"
        export_period(self.store, self.now(when), Q2, file, PRINTER, **options)  # type: ignore[arg-type]
        return file.read_bytes()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with store_with_contacts(tmp_path) as store:
        one = Desk(store, tmp_path)
        one.arrives(EDU, {1: "已维修5所", 4: "已开展", 8: "已完成"}, "2024-06-26 09:00")
        yield one


@pytest.mark.parametrize("ending", ["xlsx", "docx", "pdf"])
def test_what_was_frozen_is_exported_again_byte_for_byte_whatever_came_later(desk: Desk, ending: str) -> None:
    desk.freeze("2024-06-28 17:00")
    first = desk.exported("2024-06-28 17:00", ending)
    desk.arrives(CIVIL, {10: "助学30人"}, "2024-07-02 09:00")
    assert desk.exported("2024-07-05 09:00", ending) == first
    assert desk.exported("2024-07-05 09:00", ending, current=True) != first


def test_freezing_keeps_what_an_export_of_that_moment_would_write(desk: Desk) -> None:
    before = desk.exported("2024-06-28 17:00", "docx")
    desk.freeze("2024-06-28 17:00")
    assert desk.exported("2024-07-05 09:00", "docx") == before


def test_a_frozen_workbook_names_originals_by_number_and_leads_to_no_file_of_this_machine(desk: Desk) -> None:
    def source() -> tuple[object, object]:
        row = load_workbook(io.BytesIO(desk.exported("2024-06-28 17:00")))["明细"][2]
        return row[5].value, row[6].hyperlink and row[6].hyperlink.target

    name, link = source()
    assert name == "报表.docx" and str(link).startswith("file:///originals/")
    number = str(link).rpartition("/")[2][:12]
    desk.freeze("2024-06-28 17:00")
    assert source() == (f"报表.docx\n（文件编号{number}）", None)


def test_a_correction_makes_version_two_with_old_and_new_text_file_and_place(desk: Desk) -> None:
    desk.freeze("2024-06-28 17:00")
    desk.arrives(EDU, {1: "已维修6所", 4: "已开展", 8: "已完成"}, "2024-07-02 09:00")
    second = desk.freeze("2024-07-02 10:00")
    [change] = [one for one in second.changes if one.about == "measures"]
    assert (change.unit, change.item, change.old, change.new) == (EDU, 1, "已维修5所", "已维修6所")
    assert (change.filename, change.page, change.row) == ("报表.docx", 1, 2)
    assert [one.number for one in versions(desk.store, campaign().id, Q2)] == [1, 2]
    sheet = load_workbook(io.BytesIO(desk.exported("2024-07-03 09:00")))["变更记录"]
    row = next(row for row in sheet.iter_rows(min_row=2, values_only=True) if row[3] == "措施及进度")
    assert row[0] == "第2版\n2024-07-02 10:00"
    assert row[1:6] == (EDU, 1, "措施及进度", "已维修5所", "已维修6所")
    assert str(row[6]).startswith("报表.docx\n（文件编号") and row[7] == "第1页第2行"


def test_the_first_version_can_still_be_had_after_the_second(desk: Desk) -> None:
    desk.freeze("2024-06-28 17:00")
    first = desk.exported("2024-06-28 17:00")
    desk.arrives(CIVIL, {10: "助学30人"}, "2024-07-02 09:00")
    desk.freeze("2024-07-02 10:00")
    assert desk.exported("2024-07-03 09:00", version=1) == first
    assert desk.exported("2024-07-03 09:00") != first


def test_freezing_twice_without_a_change_makes_one_version(desk: Desk) -> None:
    assert desk.freeze("2024-06-28 17:00").new
    again = desk.freeze("2024-06-29 09:00")
    assert (again.new, again.version.number) == (False, 1)


def test_the_office_is_told_of_changes_after_the_freeze_and_of_nothing_else(desk: Desk) -> None:
    assert since_frozen_words(desk.store, desk.now("2024-06-28 16:00"), Q2) == ""
    desk.freeze("2024-06-28 17:00")
    assert since_frozen_words(desk.store, desk.now("2024-06-29 09:00"), Q2) == ""
    desk.arrives(CIVIL, {10: "助学30人"}, "2024-07-02 09:00")
    words = since_frozen_words(desk.store, desk.now("2024-07-02 16:30"), Q2)
    assert words.startswith("2024年第二季度汇总已于2024-06-28 17:00定稿第1版，此后有3处变化")


def test_a_decision_after_the_freeze_is_named_at_the_cell_it_changed(desk: Desk) -> None:
    desk.freeze("2024-06-28 17:00")
    here = desk.now("2024-07-02 09:00")
    waiver = Settled(
        kind=DecisionKind.WAIVE, unit=CIVIL, period=Q2, item=10, reason="无此任务", author="李主任"
    )
    number = decide(desk.store, here, waiver)
    found = changes(desk.store, desk.now("2024-07-02 09:00"), Q2)
    [change] = [one for one in found if one.about == "measures"]
    assert (change.new, change.decisions) == ("免报：无此任务", (number,))
    sheet = load_workbook(io.BytesIO(desk.exported("2024-07-02 09:00", current=True)))["明细"]
    row = next(row for row in sheet.iter_rows(values_only=True) if row[0] == 10 and row[2] == CIVIL)
    assert row[5] == f"认定第{number}号"


def test_a_version_taken_back_no_longer_stands_and_its_number_is_not_given_again(desk: Desk) -> None:
    made = desk.freeze("2024-06-28 17:00").version
    undo(desk.store, made.decision, author="李主任", now=at("2024-06-28 17:05"))
    assert versions(desk.store, campaign().id, Q2) == ()
    assert desk.freeze("2024-06-28 17:10").version.number == 2


def test_freezing_stands_in_the_journal_with_its_author(desk: Desk) -> None:
    desk.freeze("2024-06-28 17:00")
    entry = desk.store.journal.entries(1)[0]
    assert (entry.author, entry.action) == ("李主任", "freeze")
    assert entry.detail["version"] == 1
    assert entry.detail["reason"] == "报县政府"


def test_a_version_that_is_not_there_is_refused_with_those_that_are(desk: Desk) -> None:
    with pytest.raises(WrongUsage, match="freeze 2024Q2"):
        changes(desk.store, desk.now("2024-06-28 16:00"), Q2)
    desk.freeze("2024-06-28 17:00")
    with pytest.raises(WrongUsage, match="no version 7; frozen are: 1"):
        desk.exported("2024-06-29 09:00", version=7)
