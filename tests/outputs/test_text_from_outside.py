"""Text from outside in every output of the tables: as text, and nothing broken."""

import email
import email.policy
import io
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from datetime import date

import docx
import mail_table
import office_year as office
import output_table
import pdfplumber
import pytest
import spoiled_office
from defusedxml.ElementTree import fromstring
from icalendar import Calendar
from openpyxl import load_workbook
from PIL import Image

from builders import CALENDAR, Q2, address, message
from hostile import HOSTILE
from letterbox import EDU, answered, report, sides
from reminder_service.domain.call_sheet import call_sheet
from reminder_service.domain.charts import on_time_rates, reached
from reminder_service.domain.due_dates import due_date_of
from reminder_service.jobs.digest.who import page_of
from reminder_service.jobs.outgoing.letters import Letter
from reminder_service.reports.calendar_file import office_calendar, unit_calendar
from reminder_service.reports.call_sheet import call_sheet_text
from reminder_service.reports.charts_svg import on_time_svg, reached_svg
from reminder_service.reports.who_page import WhoPage, who_png, who_text
from reminder_service.resources import template

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
FORMULAS = {f"{W}instrText", "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}f"}
EXTERNAL = "https://office.example/originals/"
# What no text may hold: controls, lone surrogates, what XML forbids, marks that turn the direction.
BROKEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
# The beginnings as which hostile texts are still to be seen, without white space.
SEEN = (
    "=HYPERLINK(",
    "+1+cmd|",
    "-2+3",
    "@SUM(1+1)",
    "=1+1",
    "<w:p/>&amp;]]>",
    "_x0041_",
    "已完成维修改造。",
    "行行行",
    "甲",
)
HEADERS = {
    *(
        "From",
        "Reply-To",
        "To",
        "Subject",
        "Date",
        "Message-ID",
        "In-Reply-To",
        "References",
        "Auto-Submitted",
    ),
    *("X-Auto-Response-Suppress", "MIME-Version", "Content-Type"),
}


# Each place has one of the hostile texts; the second round gives it another.
@pytest.fixture(params=[0, pytest.param(5, marks=pytest.mark.long)], autouse=True)
def spoiled(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    spoiled_office.spoil(monkeypatch, request.param)


def page() -> WhoPage:
    return page_of(office.CAMPAIGN, office.quarter(office.Q4), CALENDAR, office.ZONE, office="\ud800=县办")


def calls() -> str:
    state = office.quarter(office.Q4)
    sheet = call_sheet(
        office.CAMPAIGN, state, contacts=office.contacts(), history=(), attributions=(), notes={}
    )
    return call_sheet_text(sheet, office="县办", chat=False)


TEXTS: Mapping[str, Callable[[], str]] = {
    "who.txt": lambda: who_text(page()),
    "call-sheet.txt": calls,
    "on-time.svg": lambda: on_time_svg("按时率", on_time_rates(office.year(), office.ZONE)),
    "reached.svg": lambda: reached_svg("完成率", reached(office.targets())),
}
MAILS: Mapping[str, Callable[[], Letter]] = mail_table.MAILS | {
    f"receipt-{name}": lambda text=text: answered(  # type: ignore[misc]
        message(address(EDU), report(EDU, 1, name=f"{text}.docx"), subject=text, sender_name=text, text=text),
        EDU,
    )
    for name, text in HOSTILE.items()
}


def texts_of_parts(data: bytes) -> Iterator[str]:
    """Every text of an office file; each part is to be well-formed and to lead nowhere that we did not mean."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            if not name.endswith((".xml", ".rels")):
                continue
            root = fromstring(archive.read(name))
            for part in root.iter():
                assert part.get("TargetMode") != "External" or part.get("Target", "").startswith(EXTERNAL), (
                    name
                )
                assert part.tag not in FORMULAS, f"{name}: a field or a formula"
                yield part.text or ""
                yield from part.attrib.values()


@pytest.mark.parametrize("name", output_table.PAPERS)
def test_an_office_file_opens_and_shows_it_as_text(name: str) -> None:
    data = output_table.PAPERS[name]()
    every = list(texts_of_parts(data))
    assert [text for text in every if BROKEN.search(text)] == []
    if name.endswith(".xlsx"):
        cells = [
            cell for sheet in load_workbook(io.BytesIO(data)) for row in sheet.iter_rows() for cell in row
        ]
        assert not {cell.data_type for cell in cells} & {"f", "e"}
        assert max(len(str(cell.value)) for cell in cells) <= 32_767
    else:
        body = docx.Document(io.BytesIO(data)).element
        assert {one.get(f"{W}instr") for one in body.iter(f"{W}fldSimple")} <= {"PAGE", "NUMPAGES"}
    whole = "".join("".join(every).split())
    assert any(start in whole for start in SEEN)


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_and_a_chart_hold_it_and_nothing_that_is_not_shown(name: str) -> None:
    text = TEXTS[name]()
    assert BROKEN.search(text) is None
    if name.endswith(".svg"):
        root = fromstring(text)
        assert {part.tag.rpartition("}")[2] for part in root.iter()} <= {
            "svg",
            "title",
            "desc",
            "style",
            "text",
            "rect",
        }
    assert any(start in text for start in ("=县", "+县", "@县", "<b>&", *SEEN))


@pytest.mark.parametrize("name", MAILS)
def test_a_mail_has_our_headers_alone_and_shows_it_as_text(name: str) -> None:
    letter = MAILS[name]()
    mail = email.message_from_bytes(letter.raw, policy=email.policy.default)
    assert set(mail.keys()) <= HEADERS
    assert len(mail.keys()) == len(set(mail.keys()))
    assert not [defect for part in mail.walk() for defect in part.defects]
    assert all(len(line) <= 998 for line in letter.raw.split(b"\r\n"))
    text, html = sides(letter)
    for shown in (letter.subject, str(mail["Subject"]), text, html):
        assert BROKEN.search(shown) is None
    assert "\n" not in letter.subject
    assert "<w:p/>" not in html
    assert "<b>&" not in html


def test_the_picture_and_the_form_as_pdf_take_it() -> None:
    picture = Image.open(io.BytesIO(who_png(page(), template((), "forms/who.typ"))))
    assert picture.height > 100


@pytest.mark.long
def test_the_official_pdf_takes_it() -> None:
    with pdfplumber.open(io.BytesIO(output_table.official_pdf())) as pdf:
        assert "汇总单位" in "".join((pdf.pages[-1].extract_text() or "").split())


def test_a_calendar_has_one_event_and_no_line_of_anothers_making() -> None:
    due = due_date_of(office.CAMPAIGN, Q2, date(2024, 6, 28), CALENDAR)
    hostile = "\r\nBEGIN:VALARM\x00\ud800\u202e"
    for data in (office_calendar([due]), unit_calendar(due, hostile, office=hostile, phone=hostile)):
        calendar = Calendar.from_ical(data)
        assert len(calendar.walk("VEVENT")) == len(calendar.walk("VALARM")) == 1
        assert BROKEN.search(data.decode()) is None
