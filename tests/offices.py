"""An office for tests: the shipped 2024 campaign on a real store, and the files that units send."""

import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from email.message import EmailMessage
from functools import cache
from pathlib import Path

from docx import Document
from PIL import Image, ImageDraw

from builders import ZONE
from reminder_service.config import Configuration, load
from reminder_service.demo.scans import seal_picture
from reminder_service.domain.campaign import Campaign
from reminder_service.domain.state import Contact
from reminder_service.store import Store, open_store

SHIPPED = Path(__file__).parents[1] / "config"
HEADINGS = ("序号", "实事名称", "责任单位", "本季度具体措施及任务进度情况", "完成时限")


@cache
def shipped() -> Configuration:
    """The shipped configuration; frozen, so that reading it once will do."""
    return load(SHIPPED, {})


def configuration(folder: Path) -> Configuration:
    """The shipped configuration with its store in a folder of the test's."""
    loaded = shipped()
    settings = loaded.service.store.model_copy(
        update={"url": f"sqlite:///{folder}/store.db", "files": folder / "files"}
    )
    return replace(loaded, service=loaded.service.model_copy(update={"store": settings}))


def campaign() -> Campaign:
    """The shipped campaign of 2024."""
    return next(iter(shipped().campaigns.values()))


def address(unit: str) -> str:
    """The invented address of a unit's contact."""
    return f"u{campaign().unit(unit).code}@example.cn"


@contextmanager
def store_with_contacts(folder: Path) -> Iterator[Store]:
    """A store in which every unit has one contact."""
    with open_store(f"sqlite:///{folder}/store.db", folder / "files") as store:
        store.contacts.replace_all(
            [Contact(unit=unit.name, name="王小明", address=address(unit.name)) for unit in campaign().units]
        )
        yield store


def word_form(measures: Mapping[int, str], *, unit: str = "", title: str = "进展情况报表") -> bytes:
    """A Word form with these texts by item number; an empty text is a blank row."""
    one = campaign()
    document = Document()
    document.add_paragraph(title)
    if unit:
        document.add_paragraph(f"填报单位（盖章）：{unit}")
    table = document.add_table(rows=1, cols=5)
    for cell, heading in zip(table.rows[0].cells, HEADINGS, strict=True):
        cell.text = heading
    for number, text in measures.items():
        item = one.item(number)
        values = (str(number), item.name, "\n".join(item.units), text, "2024年12月底" if text else "")
        for cell, value in zip(table.add_row().cells, values, strict=True):
            cell.text = value
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def stamped_scan(mark: str = "", seal: str = "高青县办公室") -> bytes:
    """A scanned page with a round seal and no text, as PDF; ``mark`` makes the bytes differ."""
    page = Image.new("RGB", (1240, 1754), "white")
    red = seal_picture(seal)
    page.paste(red, (700, 1200), red)
    if mark:
        ImageDraw.Draw(page).line((0, 0, 5 + len(mark), sum(map(ord, mark)) % 900), fill=(250, 250, 250))
    buffer = io.BytesIO()
    page.save(buffer, "PDF", resolution=150)
    return buffer.getvalue()


def mail(
    sender: str,
    files: Mapping[str, bytes],
    *,
    subject: str = "报送",
    text: str = "请查收。",
    message_id: str | None = None,
    answers: str | None = None,
    at: datetime | None = None,
    **headers: str,
) -> bytes:
    """A mail with files, as an ordinary client sends it."""
    message = EmailMessage()
    message["From"] = sender
    message["To"] = "office@example.cn"
    message["Subject"] = subject
    message["Message-ID"] = message_id or f"<{abs(hash((sender, subject, *files)))}@example.cn>"
    if answers:
        message["In-Reply-To"] = answers
    if at:
        message["Date"] = at.astimezone(ZONE)
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    for name, content in files.items():
        message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()


def html_mail(sender: str, html: str, subject: str = "报送") -> bytes:
    """A mail whose text is a web page, without files."""
    message = EmailMessage()
    message["From"] = sender
    message["To"] = "office@example.cn"
    message["Subject"] = subject
    message["Message-ID"] = f"<{abs(hash((sender, html)))}@example.cn>"
    message.set_content(html, subtype="html")
    return message.as_bytes()
