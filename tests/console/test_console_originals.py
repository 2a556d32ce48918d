"""Originals are sent to be saved, pages as pictures of our own; nothing else leaves the store."""

from pathlib import Path
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fixtures_console import Console
from offices import address, mail
from reminder_service.console.pages.originals import disposition
from reminder_service.demo.printed import printed_pdf
from reminder_service.jobs.incoming.intake import Handover

UNIT = "县总工会"
HTML = b"<html><script>alert(1)</script></html>"


@pytest.fixture
def received(console: Console, tmp_path: Path) -> Console:
    """A console to which one mail came: a web page named like a report, and a PDF."""
    printed = printed_pdf("报表", ["序号", "名称", "单位", "措施", "时限"], UNIT, [])
    file = tmp_path / "a.eml"
    file.write_bytes(mail(address(UNIT), {"报表.html": HTML, "盖章.pdf": printed}))
    console.app.intake([file], Handover())
    return console


def document(console: Console, ending: str) -> str:
    return next(one.sha256 for one in console.app.store.documents.all() if one.filename.endswith(ending))


def test_a_file_comes_as_it_was_sent_and_is_never_shown(received: Console) -> None:
    answer = received.browser().get(f"/originals/documents/{document(received, '.html')}")
    assert answer.content == HTML
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"


def test_a_mail_is_saved_whole(received: Console) -> None:
    (message,) = received.app.store.messages.all()
    answer = received.browser().get(f"/originals/mails/{message.sha256}")
    assert answer.content.startswith(b"From:") and "attachment" in answer.headers["content-disposition"]


def test_a_page_is_a_picture_that_we_drew(received: Console) -> None:
    path = f"/originals/documents/{document(received, '.pdf')}/pages"
    answer = received.browser().get(f"{path}/1")
    assert answer.headers["content-type"] == "image/jpeg" and answer.content.startswith(b"\xff\xd8")
    for page in ("2", "0", "-1", "99999999999"):
        assert received.browser().get(f"{path}/{page}").status_code == 404, page
    html = f"/originals/documents/{document(received, '.html')}/pages/1"
    assert received.browser().get(html).status_code == 404, "a web page is not drawn"


def test_only_what_was_received_is_sent(received: Console) -> None:
    browser = received.browser()
    outgoing = received.app.store.originals.put(b"a letter of ours")
    (message,) = received.app.store.messages.all()
    for path in (
        f"documents/{outgoing}",
        f"mails/{outgoing}",
        f"documents/{message.sha256}",
        f"mails/{document(received, '.pdf')}",
        f"documents/{'0' * 64}",
        "documents/..%2f..%2fstore.db",
        "documents/%2e%2e/%2e%2e/store.db",
        "documents/store.db",
        f"documents/{document(received, '.pdf').upper()}",
    ):
        assert browser.get(f"/originals/{path}").status_code == 404, path


def test_a_stranger_gets_nothing(received: Console) -> None:
    path = f"/originals/documents/{document(received, '.pdf')}"
    for place in (path, f"{path}/pages/1"):
        answer = received.stranger().get(place, follow_redirects=False)
        assert answer.status_code == 303 and answer.headers["location"].startswith("/login")


def test_a_file_that_is_gone_from_the_disk_is_told_in_words(received: Console) -> None:
    sha256 = document(received, ".pdf")
    received.app.store.originals.remove(sha256)
    answer = received.browser().get(f"/originals/documents/{sha256}")
    assert answer.status_code == 404 and "没有这个文件" in answer.text


@pytest.mark.parametrize(
    ("name", "saved"),
    [
        ("报表.docx", "报表.docx"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("C:\\x\\报表.doc", "C__x_报表.doc"),
        ('a"; filename="b.html', "a_; filename=_b.html"),
        ("x\r\nSet-Cookie: a=b", "x__Set-Cookie_ a=b"),
        ("报表\u202excod.exe", "报表_xcod.exe"),
        ("", "file"),
        ("...", "file"),
    ],
    ids=["plain", "path", "Windows path", "quotes", "header", "turned round", "empty", "dots"],
)
def test_a_name_is_only_a_name(name: str, saved: str) -> None:
    header = disposition(name)
    assert unquote(header.split("UTF-8''")[1]) == saved


@given(st.text(max_size=200))
def test_no_name_breaks_the_header(name: str) -> None:
    header = disposition(name)
    plain, encoded = header.removeprefix('attachment; filename="').split("\"; filename*=UTF-8''")
    assert plain.isascii() and plain.isprintable() and '"' not in plain and "\\" not in plain
    assert encoded.isascii() and not set(encoded) & set("/\\\"'; \r\n")
    assert unquote(encoded)
