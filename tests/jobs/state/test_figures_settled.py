"""What the clerk says of a figure: shown as a proposal first, confirmed, corrected, taken back, told when it falls."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from builders import CALENDAR, Q2, Q3, ZONE, at
from offices import address, campaign, mail, store_with_contacts, word_form
from reminder_service.documents.docx import read_docx
from reminder_service.documents.reader import READER_VERSION
from reminder_service.documents.unpacked import Unpacked
from reminder_service.domain.decisions import DecisionKind
from reminder_service.domain.documents import Reading
from reminder_service.domain.errors import WrongUsage
from reminder_service.domain.periods import Period
from reminder_service.domain.progress import How, TargetProgress
from reminder_service.jobs.decisions.decide import Settled, decide, undo
from reminder_service.jobs.incoming.process import process
from reminder_service.jobs.state.progress import progress_json, year_progress
from reminder_service.jobs.state.situation import Situation, situation
from reminder_service.jobs.state.status import status_json
from reminder_service.jobs.state.surroundings import Surroundings
from reminder_service.store import Store

EDU, WOMEN, LABOUR = "县教育和体育局", "县妇联", "县人力资源社会保障局"


class WordReader:
    version = READER_VERSION

    def read(self, path: Path, filename: str) -> Reading:
        return read_docx(path.read_bytes(), filename)

    def expect(self, files: object) -> None:
        """Nothing is converted ahead."""

    def unpack(self, data: bytes, filename: str) -> Iterator[Unpacked]:
        yield Unpacked(filename=filename, archive_path="", data=data)


class Desk:
    def __init__(self, store: Store) -> None:
        self.store = store
        self.when = at("2024-06-26 10:00")
        for period, opened in ((Q2, "2024-06-14 09:00"), (Q3, "2024-09-14 09:00")):
            store.periods.open(campaign().id, str(period), at(opened))

    def report(self, unit: str, when: str, texts: dict[int, str]) -> None:
        self.when = at(when)
        raw = mail(
            address(unit), {"报表.docx": word_form(texts)}, message_id=f"<{len(when + unit)}-{when[:10]}@x>"
        )
        sha256 = self.store.originals.put(raw)
        self.store.messages.record(
            sha256=sha256, channel="邮件", collected_at=self.when, dedup_key=sha256, internal_date=self.when
        )
        process(self.store, WordReader(), {campaign().id: campaign()}, now=self.when)

    def now(self) -> Situation:
        around = Surroundings(
            calendar=CALENDAR,
            zone=ZONE,
            office_address="office@example.cn",
            folders=("INBOX",),
            stale_after=timedelta(hours=2),
            campaigns={campaign().id: campaign()},
        )
        return situation(self.store, campaign(), around, now=self.when)

    def target(self, item: int, number: int = 1, period: Period = Q2) -> TargetProgress:
        return next(
            one for one in year_progress(self.now(), period) if (one.item, one.number) == (item, number)
        )

    def figure(self, unit: str, item: int, **more: object) -> int:
        settled = Settled(kind=DecisionKind.FIGURE, unit=unit, item=item, author="李", **more)  # type: ignore[arg-type]
        return decide(self.store, self.now(), settled)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with store_with_contacts(tmp_path) as store:
        yield Desk(store)


def test_a_reported_figure_is_a_proposal_until_it_is_confirmed(desk: Desk) -> None:
    desk.report(EDU, "2024-06-26 10:00", {1: "完成9所中小学、1所幼儿园维修改造。"})
    assert (desk.target(1).done, desk.target(1).confirmed) == (Decimal(9), False)
    number = desk.figure(EDU, 1, target=1)
    assert (desk.target(1).done, desk.target(1).confirmed) == (Decimal(9), True)
    undo(desk.store, number, author="李", now=desk.when)
    assert not desk.target(1).confirmed


def test_a_corrected_figure_replaces_the_proposed_one_and_keeps_the_words(desk: Desk) -> None:
    desk.report(EDU, "2024-06-26 10:00", {1: "完成9所中小学维修改造。"})
    desk.figure(EDU, 1, target=1, value=Decimal(8), reason="电话核实")
    one = desk.target(1)
    [figure] = one.units[0].figures
    assert (one.done, figure.quotes, figure.reason) == (Decimal(8), ("完成9所中小学维修改造",), "电话核实")
    assert one.rate(one.done) == Decimal("0.5")


def test_a_new_text_asks_the_clerk_again(desk: Desk) -> None:
    desk.report(EDU, "2024-06-26 10:00", {1: "完成9所中小学维修改造。"})
    desk.figure(EDU, 1, target=1)
    desk.report(EDU, "2024-06-27 10:00", {1: "完成11所中小学维修改造。"})
    one = desk.target(1)
    assert not one.confirmed
    assert one.units[0].figures[0].stale


def test_figures_of_several_units_are_not_added_up(desk: Desk) -> None:
    desk.report(LABOUR, "2024-06-26 10:00", {2: "开展家政培训8场次。"})
    desk.report(WOMEN, "2024-06-26 11:00", {2: "开展家政培训6场次。"})
    one = desk.target(2)
    assert one.joint
    assert one.done is None
    assert [(unit.unit, unit.done) for unit in one.units] == [(LABOUR, Decimal(8)), (WOMEN, Decimal(6))]


def test_a_cumulative_figure_stands_for_itself_and_quarters_are_summed_and_said_to_be(desk: Desk) -> None:
    desk.report(LABOUR, "2024-06-26 10:00", {2: "本季度开展家政培训8场次。"})
    desk.report(LABOUR, "2024-09-26 10:00", {2: "本季度开展家政培训5场次。"})
    one = desk.target(2, period=Q3).units[0]
    assert (one.done, one.how) == (Decimal(13), How.SUMMED)
    desk.report(LABOUR, "2024-09-27 10:00", {2: "累计开展家政培训14场次。"})
    one = desk.target(2, period=Q3).units[0]
    assert (one.done, one.how) == (Decimal(14), How.CUMULATIVE)


def test_a_cumulative_figure_that_fell_waits_for_nobody(desk: Desk) -> None:
    desk.report(LABOUR, "2024-06-26 10:00", {2: "累计开展家政培训18场次。"})
    desk.report(LABOUR, "2024-09-26 10:00", {2: "累计开展家政培训14场次。"})
    units = {unit["unit"]: unit for unit in status_json(desk.now().state(Q3), ZONE)["units"]}
    [found] = [one for one in units[LABOUR]["findings"] if one["code"] == "figure_fell"]
    assert (found["waits_for"], found["item"]) == ("nobody", 2)
    assert "14场次" in found["detail"]
    assert "18场次" in found["detail"]


def test_what_cannot_be_confirmed_is_refused(desk: Desk) -> None:
    desk.report(EDU, "2024-06-26 10:00", {1: "完成近10所中小学维修改造。"})
    assert desk.target(1).done is None
    with pytest.raises(WrongUsage, match="no clear figure"):
        desk.figure(EDU, 1, target=1)
    with pytest.raises(WrongUsage, match="--target"):
        desk.figure(EDU, 1)
    desk.figure(EDU, 1, target=1, no_figure=True)
    assert desk.target(1).confirmed


def test_the_json_names_quotation_unit_document_and_place(desk: Desk) -> None:
    desk.report(EDU, "2024-06-26 10:00", {1: "完成9所中小学维修改造。"})
    first = progress_json(desk.now(), Q2)["targets"][0]
    assert (first["done"], first["rate"], first["confirmed"]) == ("9", "0.5625", False)
    [figure] = first["units"][0]["figures"]
    assert figure["quotes"] == ["完成9所中小学维修改造"]
    assert figure["source"]["filename"] == "报表.docx"
    assert figure["source"]["row"] == 2
