"""The process that lays an Office file out on pages: the file comes on standard input, a PDF goes out.

Run as ``python -m reminder_service.documents.typeset KIND ROWS``; ``office_pages.py`` is the other end. The answer is a
line of JSON (``problem``, or ``pages`` and ``size``), then the bytes of the PDF.
"""

import io
import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from reminder_service.domain.documents import Kind
from reminder_service.domain.laid_pages import LaidPage, laid_pages_to_json

from .child import private_output
from .libreoffice import NotInstalled, Way, converted
from .limits import MAX_LAID_CHARACTERS, MAX_LAID_PAGES
from .office_pages import SHEETS
from .sandbox import limit_process, limit_time
from .sniff import OLE
from .word import WAY_OF_ODT, way_of
from .xls import WAY_OF_XML

MISSING, FAILED = "missing", "failed"

_WHOLE_SHEET = 40
"""Rows up to which a sheet is one page: more would be too small to read on it."""

_WAYS = {
    Kind.DOCX: Way(suffix="docx", to="pdf", infilter="MS Word 2007 XML"),
    Kind.XLSX: Way(suffix="xlsx", to="pdf", infilter="Calc MS Excel 2007 XML"),
    Kind.ODT: WAY_OF_ODT,
    Kind.ODS: Way(suffix="ods", to="pdf", infilter="calc8"),
}


def main() -> None:
    """Lay out what comes."""
    answers = private_output()
    limit_process()
    limit_time()
    kind, rows = Kind(sys.argv[1]), int(sys.argv[2])
    data = sys.stdin.buffer.read()
    try:
        pdf = _pdf(data, kind, rows)
        said = {"pages": laid_pages_to_json(list(_pages(pdf))), "size": len(pdf)}
    except NotInstalled:
        pdf, said = b"", {"problem": MISSING}
    except Exception:  # whatever LibreOffice or a library makes of hostile bytes: there are no pages
        pdf, said = b"", {"problem": FAILED}
    answers.write(json.dumps(said).encode() + b"\n" + pdf)
    answers.flush()


def _pdf(data: bytes, kind: Kind, rows: int) -> bytes:
    settings: dict[str, Any] = {"PageRange": {"type": "string", "value": f"1-{MAX_LAID_PAGES}"}}
    if kind in SHEETS and rows <= _WHOLE_SHEET:
        settings["SinglePageSheets"] = {"type": "boolean", "value": "true"}
    writer = "calc_pdf_Export" if kind in SHEETS else "writer_pdf_Export"
    way = _WAYS.get(kind) or _way_of_old(data, kind)
    return converted(data, replace(way, to="pdf", options=f"{writer}:{json.dumps(settings)}"))


def _way_of_old(data: bytes, kind: Kind) -> Way:
    if kind is Kind.XLS:
        return Way(suffix="xls", to="pdf", infilter="MS Excel 97") if data.startswith(OLE) else WAY_OF_XML
    return way_of(data)


def _pages(pdf: bytes) -> Iterator[LaidPage]:
    import pdfplumber

    left = MAX_LAID_CHARACTERS
    with pdfplumber.open(io.BytesIO(pdf)) as document:
        for number, page in enumerate(document.pages[:MAX_LAID_PAGES], start=1):
            # One letter each: what a font calls a ligature would part text from boxes.
            chars = [char for char in page.chars if len(char["text"]) == 1][:left]
            left -= len(chars)
            yield LaidPage(
                number=number,
                width=round(float(page.width), 1),
                height=round(float(page.height), 1),
                text="".join(char["text"] for char in chars),
                boxes=tuple(
                    round(char[side] * 10) for char in chars for side in ("x0", "top", "x1", "bottom")
                ),
            )
            page.close()


if __name__ == "__main__":
    main()
