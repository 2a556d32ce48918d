"""What the tests of our Word files share: the real campaign, states of a unit, a look through LibreOffice."""

import shutil
import subprocess
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from reminder_service.config import load_campaign
from reminder_service.documents.read import read_bytes
from reminder_service.domain.documents import Reading
from reminder_service.domain.forms import Form, find_form
from reminder_service.domain.periods import Period
from reminder_service.domain.state import DutyState, MailboxHealth, PeriodState, Status, UnitState

CAMPAIGN = load_campaign(
    Path(__file__).parents[2] / "config" / "campaigns" / "gaoqing-2024-women-children.yaml"
)
Q2 = Period.parse("2024Q2")
DUE = date(2024, 6, 28)
TEXT = (
    "一是举办“春风行动”女性就业专场招聘会3场，提供岗位1,256个，达成就业意向312人；"
    "二是开展家政培训12场次，完成年度任务的60%。\n下一步，确保全年完成20场次目标。"
)


def duty(unit: str, item: int, measures: str | None = TEXT, **more: object) -> DutyState:
    values: dict[str, object] = {"deadline": "2024年12月底" if measures else None}
    return DutyState(item=item, unit=unit, measures=measures, **(values | more))  # type: ignore[arg-type]


def unit_state(name: str, *duties: DutyState, status: Status = Status.PARTIAL, **more: object) -> UnitState:
    """The state of a unit; duties that are not given are not reported."""
    given = {one.item: one for one in duties}
    every = tuple(given.get(item.number, duty(name, item.number, None)) for item in CAMPAIGN.items_of(name))
    return UnitState(unit=name, status=status, late=False, due=DUE, duties=every, **more)  # type: ignore[arg-type]


def period_state(*units: UnitState) -> PeriodState:
    """The state of the period; units that are not given are missing."""
    given = {one.unit: one for one in units}
    every = tuple(given.get(one.name, unit_state(one.name, status=Status.MISSING)) for one in CAMPAIGN.units)
    return PeriodState(
        campaign=CAMPAIGN.id,
        period=Q2,
        due=DUE,
        as_of=datetime(2024, 7, 3, 9, tzinfo=ZoneInfo("Asia/Shanghai")),
        mailbox=MailboxHealth(read_at=None, blind=False),
        units=every,
    )


def read_back(data: bytes, filename: str = "报表.docx") -> tuple[Reading, Form]:
    """What the service itself sees in the file."""
    reading = read_bytes(data, filename)
    form = find_form(reading, CAMPAIGN.form.columns, [unit.name for unit in CAMPAIGN.units])
    assert form is not None, reading
    return reading, form


def converted(data: bytes, folder: Path, kind: str) -> bytes:
    """The file as LibreOffice writes it again, as ``docx`` or ``pdf``."""
    soffice = shutil.which("soffice")
    if soffice is None:
        pytest.skip("LibreOffice (soffice) is not installed: nobody looks at how the form prints")
    (folder / "form.docx").write_bytes(data)
    target = folder / "converted"
    command = [soffice, "--headless", f"-env:UserInstallation={(folder / 'profile').as_uri()}"]
    command += ["--convert-to", kind, "--outdir", str(target), str(folder / "form.docx")]
    subprocess.run(command, check=True, capture_output=True, timeout=100)
    return (target / f"form.{kind}").read_bytes()


def page_texts(pdf: bytes, folder: Path) -> list[str]:
    """The text of each page without white space."""
    import pdfplumber

    (folder / "printed.pdf").write_bytes(pdf)
    with pdfplumber.open(folder / "printed.pdf") as opened:
        return ["".join((page.extract_text() or "").split()) for page in opened.pages]
