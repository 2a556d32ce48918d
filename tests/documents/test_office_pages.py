"""Office files laid out on pages by LibreOffice."""

from pathlib import Path

import pypdfium2
import pytest
from document_makers import docx, row, table

from reminder_service.documents.office_pages import NotLaidOut, can_lay_out, laid_out
from reminder_service.domain.documents import Kind

CONTENT_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    'wordprocessingml.document.main+xml"/></Types>'
)
RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="word/document.xml"/></Relationships>'
)


def form(*rows: str) -> bytes:
    more = {"[Content_Types].xml": CONTENT_TYPES, "_rels/.rels": RELATIONS}
    return docx(table(*rows), **more)


def kept(folder: Path, content: bytes) -> Path:
    path = folder / "file"
    path.write_bytes(content)
    return path


@pytest.fixture(autouse=True)
def _office(request: pytest.FixtureRequest) -> None:
    if not can_lay_out(Kind.DOCX):
        pytest.skip("LibreOffice is not installed: apt-get install libreoffice-writer libreoffice-calc")


def test_a_word_file_becomes_pages_with_its_letters_in_their_places(tmp_path: Path) -> None:
    path = kept(tmp_path, form(row("序号", "措施"), row("1", "已开展培训")))
    laid = laid_out(path, Kind.DOCX)
    assert len(pypdfium2.PdfDocument(laid.pdf)) == 1
    (page,) = laid.pages
    assert "已开展培训" in page.text and len(page.boxes) == 4 * len(page.text)
    x0, top, x1, bottom = page.box(page.text.index("已"))
    assert 0 < x0 < x1 < page.width and 0 < top < bottom < page.height


def test_a_torn_file_becomes_nothing_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    with pytest.raises(NotLaidOut):
        laid_out(kept(tmp_path, form(row("甲"))[:200]), Kind.DOCX)
    assert not list(scratch.iterdir())


def test_a_file_that_takes_too_long_is_given_up(tmp_path: Path) -> None:
    with pytest.raises(NotLaidOut, match="took longer"):
        laid_out(kept(tmp_path, form(row("甲"))), Kind.DOCX, seconds=0.01)
