"""待处理: Office and OFD originals as pages, with the place of what is to be looked at marked on them."""

import re
import threading
from pathlib import Path

import pytest
from PIL import Image

from fixtures_console import Console
from offices import address, campaign, mail, word_form
from reminder_service.documents import libreoffice
from reminder_service.documents.office_pages import can_lay_out
from reminder_service.domain.access import Role
from reminder_service.domain.documents import Kind
from reminder_service.jobs.incoming.intake import Handover
from reminder_service.jobs.views.tray import waiting

UNIT = "县总工会"
TEXT = "已开展培训，覆盖职工若干人。"
STRAY = next(one.number for one in campaign().items if UNIT not in one.units)

needs_office = pytest.mark.skipif(
    not can_lay_out(Kind.DOCX), reason="LibreOffice is not installed: apt-get install libreoffice-writer"
)


def take(console: Console, folder: Path, name: str, content: bytes) -> str:
    """Hand in a file that waits, and return its path in the queue."""
    file = folder / "a.eml"
    file.write_bytes(mail(address(UNIT), {name: content}))
    console.app.intake([file], Handover())
    return "/tray/" + "/".join(waiting(console.app.situation(campaign()))[0].key)


@pytest.fixture
def word(console: Console, tmp_path: Path) -> tuple[Console, str]:
    """A console to which a unit sent a Word form with a row that it does not owe."""
    return console, take(console, tmp_path, "报表.docx", word_form({STRAY: TEXT}, unit=UNIT))


@needs_office
def test_an_office_file_is_shown_as_tables_first_then_as_a_page_with_its_cell_marked(
    word: tuple[Console, str],
) -> None:
    console, where = word
    browser = console.browser(Role.LEADER)
    first = browser.get(where).text
    assert "<figure" not in first and f"<td>{TEXT}</td>" in first, "the first look waits for nothing"
    assert f'hx-get="{where}/pages"' in first
    assert f'href="{where}?laid=1"' in first, "without scripts a link does it"
    part = browser.get(f"{where}/pages").text
    assert "<html" not in part and "<td>" not in part and "LibreOffice" in part
    (mark,) = re.findall(r'class="mark row" x="([\d.]+)" y="([\d.]+)" width="([\d.]+)"', part)
    (picture,) = set(re.findall(r'href="(/originals/[^"]+/pages/1)"', part))
    drawn = browser.get(picture)
    assert drawn.headers["content-type"] == "image/jpeg"
    file = next(console.app.store.pictures.root.glob("*.jpg"))
    size = re.search(r'viewBox="0 0 ([\d.]+)', part)
    with Image.open(file) as image:
        scale = image.width / float(size[1]) if size else 0
        left, top, width = (float(value) * scale for value in mark)
        ink = image.convert("L").crop((int(left), int(top), int(left + width), int(top + 30)))
    assert ink.getextrema()[0] < 128, "the mark lies where the text stands"
    later = browser.get(where).text
    assert "<figure" in later and 'class="crop"' in later, "kept for whoever looks next"


@needs_office
def test_the_pages_of_the_next_one_are_made_while_one_is_looked_at(word: tuple[Console, str]) -> None:
    console, where = word
    answer = console.browser().get(f"{where}/ahead")
    assert (answer.status_code, answer.content) == (204, b"")
    assert "<figure" in console.browser().get(where).text
    assert console.browser().get("/tray/x/2024Q2/y/ahead").status_code == 204
    assert console.browser().get("/tray/x/2024Q2/y/pages").status_code == 204


@needs_office
def test_where_many_wait_for_libreoffice_the_table_stays_and_asks_again(
    word: tuple[Console, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    console, where = word
    monkeypatch.setattr("reminder_service.jobs.views.laid_pages._waiting", threading.Semaphore(0))
    part = console.browser().get(f"{where}/pages").text
    assert f"<td>{TEXT}</td>" in part and f'hx-get="{where}/pages" hx-trigger="load delay:2s"' in part


@needs_office
def test_a_file_that_cannot_be_laid_out_stays_a_table_with_the_reason_and_is_not_tried_again(
    word: tuple[Console, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    console, where = word
    monkeypatch.setattr("reminder_service.jobs.views.laid_pages.laid_out", _fails)
    for path in ("?laid=1", "/pages", ""):
        part = console.browser().get(f"{where}{path}").text
        assert "没有能排成页面" in part and f"<td>{TEXT}</td>" in part
        monkeypatch.setattr("reminder_service.jobs.views.laid_pages.laid_out", _not_asked)


def _fails(*_: object, **__: object) -> None:
    from reminder_service.documents.office_pages import NotLaidOut

    raise NotLaidOut("torn")


def _not_asked(*_: object, **__: object) -> None:
    raise AssertionError("it was tried once")


def test_without_libreoffice_the_table_stays_with_a_sentence(
    word: tuple[Console, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    console, where = word
    monkeypatch.setattr(libreoffice, "_PROGRAMS", ("no-such-office",))
    page = console.browser().get(where).text
    assert "没有安装LibreOffice" in page and f"<td>{TEXT}</td>" in page and "/pages" not in page
    assert "没有安装LibreOffice" in console.browser().get(f"{where}/pages").text


def test_strangers_are_not_shown_pages(word: tuple[Console, str]) -> None:
    console, where = word
    for path in (f"{where}/pages", f"{where}/ahead"):
        assert console.stranger().get(path, follow_redirects=False).headers["location"].startswith("/login")
    assert not console.app.store.pictures.root.exists()
