"""Two other notices in one mailbox, by configuration alone: a monthly report with six columns, a survey in Excel."""

import io
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path

import openpyxl
import pytest
from docx import Document

from builders import CALENDAR, ZONE, at
from offices import mail, stamped_scan
from reminder_service.config import load_campaign
from reminder_service.documents.reader import READER_VERSION, Reader
from reminder_service.documents.unpacked import Unpacked
from reminder_service.domain.campaign import Campaign, ColumnKey
from reminder_service.domain.decisions import DecisionKind
from reminder_service.domain.documents import Reading
from reminder_service.domain.due_dates import due_dates
from reminder_service.domain.periods import Period
from reminder_service.domain.reminders import gaps_of
from reminder_service.domain.state import Contact, Status, UnitState
from reminder_service.jobs.decisions.decide import Settled, decide
from reminder_service.jobs.digest.call_sheet import call_sheet_as_text
from reminder_service.jobs.incoming.process import process
from reminder_service.jobs.outgoing.letters import Letters
from reminder_service.jobs.outgoing.plan import plan_json, with_texts
from reminder_service.jobs.outgoing.plan_pages import pages_of, write_pages
from reminder_service.jobs.outgoing.remind import remind
from reminder_service.jobs.state.situation import Situation, situation
from reminder_service.jobs.state.surroundings import Surroundings
from reminder_service.mail.compose import Composer
from reminder_service.reports.official_form import write_official_form
from reminder_service.reports.workbook import write_workbook
from reminder_service.resources import packaged_templates
from reminder_service.store import Store, open_store

EXAMPLES = Path(__file__).parents[2] / "config" / "examples"
SAFETY, SURVEY = (
    load_campaign(EXAMPLES / f"{name}.yaml") for name in ("safety-monthly-2025", "children-homes-survey-2025")
)
BOTH = {one.id: one for one in (SAFETY, SURVEY)}
MAY, ONCE = Period.parse("2025M05"), Period.parse("2025-06-15")
SCHOOLS, POLICE, CIVIL = "县教育局", "县公安局", "县民政局"
ADDRESSES = {
    unit.name: f"unit{number}@example.cn"
    for number, unit in enumerate(
        {unit.name: unit for one in BOTH.values() for unit in one.units}.values(), 1
    )
}


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


class TheOffice:
    name = "临河县县委县政府督查室"
    phone = "5550100"
    address = "office@example.cn"


class Desk:
    """One mailbox for two campaigns."""

    def __init__(self, store: Store, reader: ChildReader) -> None:
        self.store = store
        self.reader = reader

    def arrives(self, raw: bytes, when: str) -> None:
        sha256 = self.store.originals.put(raw)
        self.store.messages.record(
            sha256=sha256, channel="邮件", collected_at=at(when), dedup_key=sha256, internal_date=at(when)
        )
        process(self.store, self.reader, BOTH, now=at(when))

    def now(self, campaign: Campaign, when: str) -> Situation:
        self.store.health.note_reading("office@imap", "INBOX", at(when))
        around = Surroundings(
            calendar=CALENDAR,
            zone=ZONE,
            office_address=TheOffice.address,
            folders=("INBOX",),
            stale_after=timedelta(hours=2),
            campaigns=BOTH,
        )
        return situation(self.store, campaign, around, now=at(when))

    def letters(self, campaign: Campaign) -> Letters:
        return Letters(
            campaign=campaign,
            office=TheOffice(),
            composer=Composer([packaged_templates()]),
            calendar=CALENDAR,
            zone=ZONE,
            secret=b"s" * 32,
        )

    def remind(self, campaign: Campaign, when: str) -> int:
        return remind(self.store, self.now(campaign, when), self.letters(campaign)).queued

    def may(self, unit: str) -> UnitState:
        return self.now(SAFETY, "2025-05-23 10:00").state(MAY).unit(unit)

    def survey(self, unit: str) -> UnitState:
        return self.now(SURVEY, "2025-06-10 10:00").state(ONCE).unit(unit)


@pytest.fixture(scope="module")
def reader() -> Iterator[ChildReader]:
    with Reader() as one:
        yield ChildReader(one)


@pytest.fixture
def desk(tmp_path: Path, reader: ChildReader) -> Iterator[Desk]:
    with open_store(f"sqlite:///{tmp_path}/store.db", tmp_path / "files") as store:
        store.contacts.replace_all(
            [
                Contact(unit=unit, name="王小明", address=address, phone="5550199")
                for unit, address in ADDRESSES.items()
            ]
        )
        yield Desk(store, reader)


def monthly_form(unit: str, texts: Mapping[int, tuple[str, str]]) -> bytes:
    """The six columns of the safety report in Word: progress and problems by item."""
    document = Document()
    document.add_paragraph("2025年安全生产治本攻坚重点任务进展情况表")
    document.add_paragraph(f"填报单位：{unit}")
    table = document.add_table(rows=1, cols=len(SAFETY.form.columns))
    for cell, column in zip(table.rows[0].cells, SAFETY.form.columns, strict=True):
        cell.text = column.heading
    for number, (progress, problem) in texts.items():
        item = SAFETY.item(number)
        values = (str(number), item.name, "\n".join(item.units), progress, problem, "12月底")
        for cell, value in zip(table.add_row().cells, values, strict=True):
            cell.text = value
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def survey_form(unit: str, answers: Mapping[int, tuple[str, str]]) -> bytes:
    """The survey's table in Excel, as the notice annexes it: what there is, and remarks."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["儿童之家建设情况调查表"])
    sheet.append([f"填报单位：{unit}"])
    sheet.append([column.heading for column in SURVEY.form.columns])
    for number, (answer, remark) in answers.items():
        sheet.append([number, SURVEY.item(number).name, unit, answer, remark])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def homes(unit: str, third: str = "全年开展活动24次") -> bytes:
    return survey_form(unit, {1: ("建成3所", ""), 2: ("专职2人", "1人为兼职"), 3: (third, "")})


def owes_nothing(unit: UnitState) -> bool:
    """Whether both versions of the monthly report are in and nothing is asked of the unit any more."""
    return bool(unit.electronic and unit.stamped) and not gaps_of(SAFETY, unit)


FIRE = {2: ("演练6场次", "东区两座站点尚未通水")}


def test_the_monthly_report_is_due_on_the_25th_and_moves_on_over_weekends() -> None:
    found = due_dates([SAFETY], CALENDAR, today=date(2025, 2, 18))
    days = {str(one.period): str(one.due) for one in found}
    assert days["2025M02"] == "2025-02-25"
    assert days["2025M05"] == "2025-05-26", "a Sunday moves to Monday"
    assert days["2025M10"] == "2025-10-27", "a Saturday moves to Monday"


def test_the_survey_is_due_on_the_workday_before_its_sunday_and_only_once() -> None:
    (only,) = due_dates([SURVEY], CALENDAR, today=date(2025, 5, 20))
    assert (str(only.period), str(only.due)) == ("2025-06-15", "2025-06-13")


def test_a_survey_in_excel_alone_completes_its_unit(desk: Desk) -> None:
    desk.arrives(mail(ADDRESSES[CIVIL], {"调查表.xlsx": homes(CIVIL)}), "2025-06-09 09:00")
    unit = desk.survey(CIVIL)
    assert unit.status is Status.COMPLETE
    assert unit.stamped is None
    assert unit.duties[1].measures == "专职2人"
    assert unit.duties[1].extras == ((ColumnKey.EXTRA_1, "1人为兼职"),)


def test_an_answer_left_blank_is_asked_for_and_a_remark_left_blank_is_not(desk: Desk) -> None:
    desk.arrives(mail(ADDRESSES[CIVIL], {"调查表.xlsx": homes(CIVIL, third="")}), "2025-06-09 09:00")
    unit = desk.survey(CIVIL)
    assert [(finding.code, finding.item) for finding in unit.findings] == [("blank_measures", 3)]


def test_the_sixth_column_is_carried_into_workbook_and_official_form(desk: Desk) -> None:
    files = {"月报.docx": monthly_form(SCHOOLS, FIRE), "盖章.pdf": stamped_scan()}
    desk.arrives(mail(ADDRESSES[SCHOOLS], files), "2025-05-22 09:00")
    here = desk.now(SAFETY, "2025-05-23 10:00")
    state = here.state(MAY)
    assert owes_nothing(state.unit(SCHOOLS))

    page = openpyxl.load_workbook(io.BytesIO(write_workbook(SAFETY, state, here.contacts)))["汇总表"]
    headings = [cell.value for cell in page[2]]
    column = headings.index("存在问题") + 1
    written = [page.cell(row, column).value or "" for row in range(3, page.max_row + 1)]
    assert any("东区两座站点尚未通水" in text and "县教育局" in text for text in written)

    form = Document(io.BytesIO(write_official_form(SAFETY, state)))
    assert any(
        "东区两座站点尚未通水" in cell.text
        for table in form.tables
        for row in table.rows
        for cell in row.cells
    )


def test_a_stamped_copy_is_wanted_for_the_one_and_not_for_the_other(desk: Desk) -> None:
    desk.arrives(mail(ADDRESSES[SCHOOLS], {"月报.docx": monthly_form(SCHOOLS, FIRE)}), "2025-05-22 09:00")
    desk.arrives(mail(ADDRESSES[SCHOOLS], {"调查表.xlsx": homes(SCHOOLS)}), "2025-05-22 09:05")
    assert desk.may(SCHOOLS).status is Status.PARTIAL
    assert desk.survey(SCHOOLS).status is Status.COMPLETE


def test_each_mail_counts_for_the_campaign_whose_matters_its_form_names(desk: Desk) -> None:
    """县教育局 owes both and writes twice from one address, without any reference."""
    desk.arrives(mail(ADDRESSES[SCHOOLS], {"报表.xlsx": homes(SCHOOLS)}, subject="材料"), "2025-05-22 09:00")
    assert desk.survey(SCHOOLS).status is Status.COMPLETE
    assert desk.may(SCHOOLS).status is Status.MISSING
    files = {"报表.docx": monthly_form(SCHOOLS, FIRE), "扫描.pdf": stamped_scan()}
    desk.arrives(mail(ADDRESSES[SCHOOLS], files, subject="材料"), "2025-05-22 09:05")
    assert owes_nothing(desk.may(SCHOOLS))
    assert desk.survey(SCHOOLS).duties[0].measures == "建成3所"


def test_a_unit_of_one_campaign_is_unknown_to_the_other(desk: Desk) -> None:
    files = {
        "月报.docx": monthly_form(POLICE, {1: ("检查9家", ""), 3: ("整治2处", "")}),
        "章.pdf": stamped_scan(),
    }
    desk.arrives(mail(ADDRESSES[POLICE], files), "2025-05-22 09:00")
    assert owes_nothing(desk.may(POLICE))
    here = desk.now(SURVEY, "2025-06-10 10:00").state(ONCE)
    assert {unit.status for unit in here.units} == {Status.MISSING}
    assert here.tray == ()


def test_an_answer_goes_to_the_campaign_that_asked(desk: Desk) -> None:
    assert desk.remind(SURVEY, "2025-05-29 09:00") == len(SURVEY.units)
    asked = next(one for one in desk.store.outbox.all() if one.unit == SCHOOLS)
    answer = mail(
        ADDRESSES[SCHOOLS], {"盖章版.pdf": stamped_scan()}, subject="回复", answers=asked.message_id
    )
    desk.arrives(answer, "2025-06-09 09:00")
    assert desk.survey(SCHOOLS).stamped is not None
    assert desk.may(SCHOOLS).stamped is None


def test_the_first_notice_carries_what_the_campaign_attaches_and_speaks_its_words(desk: Desk) -> None:
    start, end = at("2025-05-29 08:00"), at("2025-05-29 23:00")
    here, letters = desk.now(SURVEY, "2025-05-29 08:00"), desk.letters(SURVEY)
    pages = pages_of(here, letters, start=start, end=end)
    plan = with_texts(plan_json(here, letters, start=start, end=end), pages)
    assert [one["unit"] for one in plan["mails"]] == [unit.name for unit in SURVEY.units]
    assert {tuple(one["attachments"]) for one in plan["mails"]} == {("报送截止日.ics",)}
    for one in plan["mails"]:
        assert one["subject"].startswith("[儿童之家 2025-06-15-")
        assert "6月13日" in one["text"]
        assert "请使用通知所附《儿童之家建设情况调查表》" in one["text"]
        assert not any(words in one["text"] for words in ("盖公章", "季度", "完成时限"))


def test_the_planned_mails_are_written_to_be_read_and_none_is_sent(desk: Desk, tmp_path: Path) -> None:
    start, end = at("2025-05-16 00:00"), at("2025-05-26 23:00")
    here = desk.now(SAFETY, "2025-05-16 00:00")
    pages = pages_of(here, desk.letters(SAFETY), start=start, end=end)
    write_pages(tmp_path / "pages", pages)
    files = sorted(file.name for file in (tmp_path / "pages").iterdir())
    assert len(files) == len(pages) + 1
    assert files[0] == "20250519-0900-safety-monthly-2025-2025M05-01-first_notice.html"
    index = (tmp_path / "pages" / "index.html").read_text(encoding="utf-8")
    assert all(f'href="{file}"' in index for file in files if file != "index.html")
    first = (tmp_path / "pages" / files[0]).read_text(encoding="utf-8")
    assert ADDRESSES["县应急管理局"] in first
    assert "报送截止日.ics" in first
    assert first.count("<body") == 1
    assert desk.store.outbox.all() == []


def test_a_plan_names_the_form_and_the_calendar_that_go_with_a_first_notice_only(desk: Desk) -> None:
    here = desk.now(SAFETY, "2025-05-16 00:00")
    plan = plan_json(here, desk.letters(SAFETY), start=at("2025-05-16 00:00"), end=at("2025-05-26 23:00"))
    kinds = {one["kind"]: [name.rpartition(".")[2] for name in one["attachments"]] for one in plan["mails"]}
    assert kinds == {"first_notice": ["docx", "ics"], "reminder": ["docx"], "due_today": ["docx"]}


def test_the_call_sheet_names_the_person_the_gap_and_the_last_contact(desk: Desk) -> None:
    desk.remind(SURVEY, "2025-05-29 09:00")
    for queued in desk.store.outbox.due(at("2025-05-29 09:00")):
        desk.store.outbox.claim(queued.id, at("2025-05-29 09:00"))
        desk.store.outbox.sent(queued.id, at("2025-05-29 09:01"))
    desk.arrives(mail(ADDRESSES[CIVIL], {"调查表.xlsx": homes(CIVIL)}), "2025-06-09 09:00")
    text = call_sheet_as_text(desk.now(SURVEY, "2025-06-10 10:00"), ONCE, office=TheOffice.name, chat=False)
    assert "共4个单位" in text
    assert CIVIL not in text
    assert "王小明 5550199" in text
    assert "未收到电子版报表" in text
    assert "发首次通知" in text
    assert "盖章" not in text


def test_one_mail_with_files_of_two_campaigns_gives_each_its_own(desk: Desk) -> None:
    files = {"月报.docx": monthly_form(SCHOOLS, FIRE), "调查表.xlsx": homes(SCHOOLS)}
    desk.arrives(mail(ADDRESSES[SCHOOLS], files, subject="材料"), "2025-05-22 09:00")
    may, survey = desk.may(SCHOOLS), desk.survey(SCHOOLS)
    assert may.electronic is not None and may.electronic.filename == "月报.docx"
    assert survey.status is Status.COMPLETE and survey.findings == ()
    assert [finding.code for finding in may.findings if finding.document] == []


def test_a_bare_scan_that_two_campaigns_may_wait_for_is_offered_to_both_and_guessed_by_none(
    desk: Desk,
) -> None:
    desk.arrives(mail(ADDRESSES[SCHOOLS], {"扫描.pdf": stamped_scan()}, subject="材料"), "2025-05-22 09:00")
    for campaign, period, other in ((SAFETY, MAY, SURVEY), (SURVEY, ONCE, SAFETY)):
        state = desk.now(campaign, "2025-05-23 10:00").state(period)
        (entry,) = state.tray
        assert (entry.reason, entry.suggested_unit) == ("ambiguous_period", SCHOOLS)
        assert other.short_name in state.unit(SCHOOLS).findings[0].detail
        assert state.unit(SCHOOLS).status is Status.ATTENTION

    (entry,) = desk.now(SAFETY, "2025-05-23 10:00").state(MAY).tray
    settled = Settled(kind=DecisionKind.ASSIGN, unit=SCHOOLS, period=MAY, document=entry.document)
    decide(desk.store, desk.now(SAFETY, "2025-05-23 10:00"), settled)
    assert desk.may(SCHOOLS).stamped is not None
    assert desk.survey(SCHOOLS).status is Status.MISSING
    assert desk.now(SURVEY, "2025-05-23 10:00").state(ONCE).tray == ()


def test_a_bare_scan_that_is_dismissed_in_one_campaign_is_the_others(desk: Desk) -> None:
    desk.arrives(mail(ADDRESSES[SCHOOLS], {"扫描.pdf": stamped_scan()}, subject="材料"), "2025-05-22 09:00")
    here = desk.now(SURVEY, "2025-05-23 10:00")
    (entry,) = here.state(ONCE).tray
    dismissed = Settled(kind=DecisionKind.DISMISS, document=entry.document, reason="是安全月报的")
    decide(desk.store, here, dismissed)
    unit = desk.may(SCHOOLS)
    assert unit.stamped is not None and unit.stamped.pending is False
    assert desk.survey(SCHOOLS).status is Status.MISSING


def test_a_bare_scan_goes_to_the_campaign_that_has_asked(desk: Desk) -> None:
    assert desk.remind(SURVEY, "2025-05-29 09:00") == len(SURVEY.units)
    desk.arrives(mail(ADDRESSES[SCHOOLS], {"扫描.pdf": stamped_scan()}, subject="材料"), "2025-05-29 10:00")
    assert desk.survey(SCHOOLS).stamped is not None
    assert desk.may(SCHOOLS).status is Status.MISSING
