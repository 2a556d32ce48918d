"""What a person mends or gives back, on a real store: kept, obeyed, undone, and alive after reading anew."""

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from docx import Document

from builders import CALENDAR, ZONE, at
from letterbox import letters
from offices import address, campaign, mail, stamped_scan, store_with_contacts, word_form
from reminder_service.documents.reader import READER_VERSION, Reader
from reminder_service.documents.unpacked import Unpacked
from reminder_service.domain.campaign import ColumnKey
from reminder_service.domain.decisions import DecisionKind
from reminder_service.domain.documents import Reading
from reminder_service.domain.errors import WrongUsage
from reminder_service.domain.periods import Period
from reminder_service.domain.state import Status, UnitState
from reminder_service.jobs.decisions.decide import Settled, decide, undo
from reminder_service.jobs.digest.call_sheet import call_sheet_as_text
from reminder_service.jobs.incoming.process import process
from reminder_service.jobs.outgoing.drafts import text_in
from reminder_service.jobs.outgoing.preview_return import preview_return
from reminder_service.jobs.state.situation import Situation, situation
from reminder_service.jobs.state.status import status_json
from reminder_service.jobs.state.surroundings import Surroundings
from reminder_service.store import Store

EDU = "县教育和体育局"
CIVIL = "县民政局"
Q2 = Period.parse("2024Q2")
NOW = at("2024-06-26 10:00")
TEXTS = {1: "己维修5所", 4: "已开展", 8: "已完成"}


class ChildReader:
    version = READER_VERSION

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def read(self, path: Path, filename: str) -> Reading:
        return self._reader.read(path, filename)

    def expect(self, files: object) -> None:
        """Nothing is converted ahead."""

    def unpack(self, data: bytes, filename: str) -> Iterator[Unpacked]:
        return self._reader.unpack(data, filename)


class Desk:
    """An office in whose mailbox one unit's report lies."""

    def __init__(self, store: Store, reader: ChildReader) -> None:
        self.store = store
        self.reader = reader
        self.arrives({"报表.docx": word_form(TEXTS), "盖章.pdf": stamped_scan()})

    def arrives(self, files: dict[str, bytes]) -> None:
        sha256 = self.store.originals.put(mail(address(EDU), files))
        self.store.messages.record(
            sha256=sha256, channel="邮件", collected_at=NOW, dedup_key=sha256, internal_date=NOW
        )
        self.work()

    def work(self) -> None:
        process(self.store, self.reader, {campaign().id: campaign()}, now=NOW)

    def now(self) -> Situation:
        around = Surroundings(
            calendar=CALENDAR,
            zone=ZONE,
            office_address="office@example.cn",
            folders=("INBOX",),
            stale_after=timedelta(hours=2),
            campaigns={campaign().id: campaign()},
        )
        return situation(self.store, campaign(), around, now=NOW)

    def unit(self) -> UnitState:
        return self.now().state(Q2).unit(EDU)

    def decide(self, kind: DecisionKind, **more: object) -> int:
        return decide(self.store, self.now(), Settled(kind=kind, author="李", **more))  # type: ignore[arg-type]

    @property
    def form(self) -> str:
        electronic = self.unit().electronic
        assert electronic is not None
        return electronic.document


@pytest.fixture(scope="module")
def reader() -> Iterator[ChildReader]:
    with Reader() as one:
        yield ChildReader(one)


@pytest.fixture
def desk(tmp_path: Path, reader: ChildReader) -> Iterator[Desk]:
    with store_with_contacts(tmp_path) as store:
        store.health.note_reading("office@imap", "INBOX", NOW)
        yield Desk(store, reader)


def test_decisions_are_obeyed_as_before_when_everything_is_read_anew(desk: Desk) -> None:
    form = desk.form
    desk.decide(DecisionKind.CORRECT, document=form, item=1, text="已维修5所")
    desk.decide(DecisionKind.RETURN, document=form, items=(4,), reason="请写明数据")
    desk.decide(DecisionKind.WAIVE, unit=EDU, item=8, reason="上季度已完成")
    before = status_json(desk.now().state(Q2), ZONE)
    unread = "UPDATE documents SET state = 'new', reading = NULL, reader_version = 0"
    with desk.store.transaction() as connection:
        connection.execute(sa.text(unread))
        connection.execute(sa.text("UPDATE messages SET state = 'new', kind = NULL, facts = NULL"))
    assert desk.unit().status is not Status.PARTIAL
    desk.work()
    assert status_json(desk.now().state(Q2), ZONE) == before
    duties = {duty.item: duty for duty in desk.unit().duties}
    assert (duties[1].measures, duties[1].original) == ("已维修5所", "己维修5所")
    assert (duties[4].measures, duties[8].waived) == (None, "上季度已完成")


def test_a_return_is_undone_and_everything_is_as_before(desk: Desk) -> None:
    before = status_json(desk.now().state(Q2), ZONE)
    number = desk.decide(DecisionKind.RETURN, document=desk.form[:10], reason="数据有误")
    assert desk.unit().status is Status.PARTIAL
    undo(desk.store, number, author="李", now=NOW)
    assert status_json(desk.now().state(Q2), ZONE) == before
    assert [(one.action, one.author) for one in desk.store.journal.entries(2)] == [
        ("undo", "李"),
        ("return", "李"),
    ]


def test_a_return_says_why(desk: Desk) -> None:
    with pytest.raises(WrongUsage, match="say why"):
        desk.decide(DecisionKind.RETURN, document=desk.form)


def test_only_a_row_that_the_unit_owes_is_given_back(desk: Desk) -> None:
    with pytest.raises(WrongUsage, match="does not owe item 2"):
        desk.decide(DecisionKind.RETURN, document=desk.form, items=(2,), reason="误报")


def test_a_cell_is_corrected_by_its_place_as_well(desk: Desk) -> None:
    column = ColumnKey.DEADLINE
    desk.decide(DecisionKind.CORRECT, document=desk.form, page=1, row=2, column=column, text="2024年6月")
    assert desk.unit().duties[0].deadline == "2024年6月"


@pytest.mark.parametrize(
    ("place", "told"),
    [
        ({"page": 7, "row": 1}, "is not in the form"),
        ({}, "name the item"),
        ({"item": 4}, "says that already"),
    ],
    ids=["no such row", "no place", "same text"],
)
def test_a_correction_that_hits_nothing_says_so(desk: Desk, place: dict[str, int], told: str) -> None:
    with pytest.raises(WrongUsage, match=told):
        desk.decide(DecisionKind.CORRECT, document=desk.form, text="已开展", **place)


def test_what_was_said_by_telephone_stands_in_the_call_sheet_as_last_contact(desk: Desk) -> None:
    number = desk.decide(DecisionKind.NOTE, unit=CIVIL, reason="下午补盖章版")
    sheet = call_sheet_as_text(desk.now(), Q2, office="妇儿工委办", chat=False)
    assert "最近联系：2024-06-26 10:00 电话：下午补盖章版" in sheet
    undo(desk.store, number, author="李", now=NOW)
    assert "下午补盖章版" not in call_sheet_as_text(desk.now(), Q2, office="妇儿工委办", chat=False)


def test_a_stamped_page_without_a_table_has_no_cell(desk: Desk) -> None:
    stamped = desk.unit().stamped
    assert stamped is not None
    with pytest.raises(WrongUsage, match="no form was read"):
        desk.decide(DecisionKind.CORRECT, document=stamped.document, item=1, text="已维修")


def test_a_row_in_several_lines_is_chosen_by_its_place(desk: Desk) -> None:
    twice = word_form({1: "已维修5所"})
    paper = Document(io.BytesIO(twice))
    table = paper.tables[0]
    for cell, text in zip(
        table.add_row().cells, ("1", table.cell(1, 1).text, EDU, "新建2个", ""), strict=True
    ):
        cell.text = text
    buffer = io.BytesIO()
    paper.save(buffer)
    desk.arrives({"再报.docx": buffer.getvalue()})
    with pytest.raises(
        WrongUsage, match=r"several rows; choose by --page and --row: page 1 row 2 \(已维修5所\), page 1"
    ):
        desk.decide(DecisionKind.CORRECT, document=desk.form, item=1, text="已维修6所")


def test_a_correction_mail_says_its_reason_once(desk: Desk) -> None:
    returned = Settled(kind=DecisionKind.RETURN, document=desk.form, reason="数据有误")
    letter = preview_return(desk.now(), replace(letters(), campaign=campaign()), returned)
    text = text_in(letter.raw)
    assert text.count("数据有误") == 1
    assert "《报表.docx》已退回，请更正后重新报送" in text
