"""The commands for paper and calendars, run as a person runs them, on an office with three campaigns."""

import json
import shutil
from pathlib import Path

import pdfplumber
import pytest
from icalendar import Calendar
from typer.testing import CliRunner, Result
from zxingcpp import read_barcodes

from offices import SHIPPED
from reminder_service.cli.main import app
from reminder_service.domain.errors import WrongUsage

CONTACTS = "单位,责任人,邮箱,电话\n县民政局,李小红,mz@example.cn,5550101\n"


@pytest.fixture
def office(tmp_path: Path) -> Path:
    folder = tmp_path / "config"
    (folder / "campaigns").mkdir(parents=True)
    shutil.copy(SHIPPED / "service.yaml", folder)
    for file in (*(SHIPPED / "campaigns").glob("*.yaml"), *(SHIPPED / "examples").glob("*.yaml")):
        shutil.copy(file, folder / "campaigns")
    return folder


def run(office: Path, *arguments: str) -> Result:
    result = CliRunner().invoke(app, ["--config", str(office), *arguments])
    if isinstance(result.exception, WrongUsage):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result


def test_the_calendar_holds_every_campaign_unless_one_is_named(office: Path, tmp_path: Path) -> None:
    file = tmp_path / "due.ics"
    run(office, "calendar", "--output", str(file), "--at", "2025-05-01")
    every = {str(event["summary"]) for event in Calendar.from_ical(file.read_bytes()).walk("VEVENT")}
    assert {"报送截止：儿童之家", "报送截止：安全生产2025年5月", "报送截止：妇儿实事2025年第二季度"} <= every
    run(
        office,
        "calendar",
        "--output",
        str(file),
        "--at",
        "2025-05-01",
        "--campaign",
        "children-homes-survey-2025",
    )
    assert len(Calendar.from_ical(file.read_bytes()).walk("VEVENT")) == 1


def test_a_units_form_is_written_as_pdf_whose_code_says_whose_it_is(office: Path, tmp_path: Path) -> None:
    file = tmp_path / "form.pdf"
    asked = ("--campaign", "gaoqing-2024-women-children", "--at", "2024-06-20T10:00", "--period", "2024Q2")
    run(office, "unit-form", "县民政局", "--output", str(file), *asked)
    with pdfplumber.open(file) as opened:
        (page,) = opened.pages
        words = "".join((page.extract_text() or "").split())
        picture = page.to_image(resolution=150).original
    assert "填报单位（盖章）：" in words and "高青县民政局" in words and "县妇联" not in words
    assert [one.text for one in read_barcodes(picture)] == ["RS1:gaoqing-2024-women-children:2024Q2:17"]
    word = tmp_path / "form.docx"
    run(office, "unit-form", "县民政局", "--output", str(word), *asked)
    assert word.read_bytes().startswith(b"PK")
    with pytest.raises(WrongUsage, match=r"\.docx or \.pdf"):
        run(office, "unit-form", "县民政局", "--output", str(tmp_path / "form.txt"), *asked)


def test_the_call_sheet_needs_no_server(office: Path, tmp_path: Path) -> None:
    survey = ("--campaign", "children-homes-survey-2025", "--at", "2025-06-10T10:00")
    assert "情况不明" in run(office, "call-sheet", *survey).output
    file = tmp_path / "calls.xlsx"
    run(office, "call-sheet", "2025-06-15", "--output", str(file), *survey)
    assert file.read_bytes().startswith(b"PK")


@pytest.mark.parametrize(
    ("arguments", "cure"),
    [
        (("calendar", "--output", "due.txt"), "end the name in .ics"),
        (("call-sheet", "2024Q2", "--campaign", "safety-monthly-2025"), "periods like 2025M02"),
        (("call-sheet", "--campaign", "safety-monthly-2025", "--output", "a.pdf"), "end the name in .xlsx"),
        (("plan", "--text"), "adds to --json"),
    ],
)
def test_a_wrong_command_is_told_with_its_cure(office: Path, arguments: tuple[str, ...], cure: str) -> None:
    with pytest.raises(WrongUsage, match=cure):
        run(office, *arguments)


def test_the_plan_gives_every_mail_in_full_on_demand(office: Path, tmp_path: Path) -> None:
    contacts = tmp_path / "contacts.csv"
    contacts.write_text(CONTACTS, encoding="utf-8")
    run(office, "contacts", "import", str(contacts))
    survey = ("--campaign", "children-homes-survey-2025", "--from", "2025-05-29", "--to", "2025-05-29")
    short, full = (
        json.loads(run(office, "plan", "--json", *more, *survey).stdout)["mails"]
        for more in ((), ("--text",))
    )
    assert [sorted(set(long) - set(brief)) for brief, long in zip(short, full, strict=True)] == [["text"]]
    assert full[0]["text"].rstrip().endswith("请勿通过本邮箱报送涉密信息。")
    run(office, "plan", "--html", str(tmp_path / "pages"), *survey)
    assert len(list((tmp_path / "pages").iterdir())) == 2


def test_the_plan_warns_where_no_holidays_are_known_and_counts_weekends_only(
    office: Path, tmp_path: Path
) -> None:
    contacts = tmp_path / "contacts.csv"
    contacts.write_text(CONTACTS, encoding="utf-8")
    run(office, "contacts", "import", str(contacts))
    ours = ("--campaign", "gaoqing-2024-women-children")
    known = run(office, "plan", "--from", "2026-12-17", "--to", "2026-12-31", *ours)
    assert "are not known" not in known.output
    unknown = run(office, "plan", "--json", "--from", "2031-10-01", "--to", "2031-12-31", *ours)
    assert "The holidays of 2031 are not known: there, weekends alone count as free" in unknown.stderr
    plan = json.loads(unknown.stdout)
    assert len(plan["warnings"]) == 1
    due_today = next(mail["time"] for mail in plan["mails"] if mail["kind"] == "due_today")
    assert due_today == "2031-12-31T09:00:00+08:00", "a Wednesday"


def test_who_has_not_reported_is_printed_or_written(office: Path, tmp_path: Path) -> None:
    asked = ("who", "2024Q2", "--campaign", "gaoqing-2024-women-children", "--at", "2024-06-27T09:00")
    told = run(office, *asked).output
    assert "情况不明（18）" in told  # nothing was ever read: nobody is called missing
    assert "未报（" not in told
    for ending, magic in ((".txt", "【".encode()), (".png", b"\x89PNG"), (".docx", b"PK")):
        file = tmp_path / f"who{ending}"
        run(office, *asked, "--output", str(file))
        assert file.read_bytes().startswith(magic)
    with pytest.raises(WrongUsage, match=r"\.txt, \.png or \.docx"):
        run(office, *asked, "--output", str(tmp_path / "who.gif"))
