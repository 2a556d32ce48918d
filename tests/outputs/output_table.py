"""The one table of everything that is handed upward on paper: a name and the file as the program writes it."""

from collections.abc import Callable, Mapping
from datetime import date

import office_year as office

from builders import CALENDAR
from reminder_service.domain.call_sheet import call_sheet
from reminder_service.domain.contact_sheets import sheet_lines
from reminder_service.jobs.digest.who import page_of
from reminder_service.reports.call_sheet import call_sheet_xlsx
from reminder_service.reports.contact_sheet import write_contact_sheet
from reminder_service.reports.escalation_letter import write_escalation
from reminder_service.reports.ledger import ledger_docx, ledger_xlsx
from reminder_service.reports.official_form import write_official_form
from reminder_service.reports.official_pdf import write_official_pdf
from reminder_service.reports.unit_form import write_unit_form
from reminder_service.reports.who_page import WhoPage, who_docx, who_png
from reminder_service.reports.workbook import write_workbook
from reminder_service.reports.year_summary import summary_docx, summary_xlsx
from reminder_service.resources import template

OFFICE = "县妇儿工委办公室"
WOMEN = "县妇联"


def workbook() -> bytes:
    """The consolidated workbook of the last quarter, with every sheet it can have."""
    return write_workbook(
        office.CAMPAIGN,
        office.quarter(office.Q4),
        office.contacts(),
        originals=lambda sha: f"https://office.example/originals/{sha}",
        revisions=office.revisions(),
        earlier=office.year()[:-1],
        targets=office.targets(),
    )


def official_pdf() -> bytes:
    """The official form as PDF, its signature block below the table."""
    path = template((), "forms/official.typ")
    return write_official_pdf(office.CAMPAIGN, office.quarter(office.Q4), path)


def unit_form(*, filled: bool) -> bytes:
    """The form of one unit: filled in as reported, or new with last quarter's text in grey."""
    now, before = (office.quarter(period).unit(WOMEN) for period in (office.Q4, office.Q3))
    if filled:
        return write_unit_form(office.CAMPAIGN, now, office.Q4)
    return write_unit_form(office.CAMPAIGN, office.nothing_yet(now), office.Q4, before)


def who() -> bytes:
    """谁没报 as a page."""
    return who_docx(_who_page())


def who_picture() -> bytes:
    """谁没报 as a picture."""
    return who_png(_who_page(), template((), "forms/who.typ"))


def _who_page() -> WhoPage:
    return page_of(office.CAMPAIGN, office.quarter(office.Q4), CALENDAR, office.ZONE, office=OFFICE)


def call() -> bytes:
    """Whom to telephone."""
    state = office.quarter(office.Q4)
    sheet = call_sheet(
        office.CAMPAIGN, state, contacts=office.contacts(), history=(), attributions=(), notes={}
    )
    return call_sheet_xlsx(sheet, office=OFFICE, chat=False)


def contact_sheet() -> bytes:
    """The sheet on which a unit names its people."""
    return write_contact_sheet(office.CAMPAIGN, WOMEN, sheet_lines(WOMEN, office.contacts()))


def leader() -> bytes:
    """The letter to a leader, to be signed."""
    return write_escalation(
        office.letter_to_leader(), notice=office.CAMPAIGN.title, office=OFFICE, today=date(2025, 1, 8)
    )


def _ledger(ending: str) -> bytes:
    write = ledger_docx if ending == "docx" else ledger_xlsx
    return write(office.CAMPAIGN, office.ledger(), year="2024", at=office.quarter(office.Q4).as_of)


def _summary(ending: str) -> bytes:
    write = summary_docx if ending == "docx" else summary_xlsx
    at = office.quarter(office.Q4).as_of
    return write(office.CAMPAIGN, office.year(), office.ledger(), office.targets(), year="2024", at=at)


PAPERS: Mapping[str, Callable[[], bytes]] = {
    "workbook.xlsx": workbook,
    "official-form.docx": lambda: write_official_form(office.CAMPAIGN, office.quarter(office.Q4)),
    "unit-form.docx": lambda: unit_form(filled=True),
    "blank-form.docx": lambda: unit_form(filled=False),
    "ledger.xlsx": lambda: _ledger("xlsx"),
    "ledger.docx": lambda: _ledger("docx"),
    "year-summary.xlsx": lambda: _summary("xlsx"),
    "year-summary.docx": lambda: _summary("docx"),
    "who.docx": who,
    "call-sheet.xlsx": call,
    "contact-sheet.xlsx": contact_sheet,
    "letter-to-leader.docx": leader,
}
"""Files that LibreOffice prints; the official form as PDF is set by ourselves."""
