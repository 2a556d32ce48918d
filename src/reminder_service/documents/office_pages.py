"""Office files laid out on pages, as LibreOffice would print them, by a process of its own (``typeset.py``)."""

import json
import tempfile
from dataclasses import dataclass
from pathlib import Path

from reminder_service.domain.documents import Kind
from reminder_service.domain.laid_pages import LaidPage, laid_pages_from_json

from .libreoffice import find_office
from .limits import LAY_OUT_SECONDS, MAX_FILE_BYTES
from .sandbox import Died, Hung, bare_environment, module, run

LAID_OUT = frozenset({Kind.DOCX, Kind.DOC, Kind.ODT, Kind.XLSX, Kind.XLS, Kind.ODS})
"""Kinds of files that have no pages before somebody lays them out."""

SHEETS = frozenset({Kind.XLSX, Kind.XLS, Kind.ODS})


@dataclass(frozen=True, kw_only=True, slots=True)
class Laid:
    """The PDF that became of an Office file, and its pages."""

    pdf: bytes
    pages: tuple[LaidPage, ...]


class NotLaidOut(Exception):
    """Nothing can be made of this file."""


def can_lay_out(kind: Kind) -> bool:
    """Whether the programs that lay out a file of this kind are on this machine."""
    return find_office("pdf") is not None and find_office("xlsx" if kind in SHEETS else "docx") is not None


def laid_out(path: Path, kind: Kind, *, rows: int = 0, seconds: float = LAY_OUT_SECONDS) -> Laid:
    """Return an Office file as pages.

    :param rows: rows of its longest sheet; a short sheet becomes one page.
    :raises OSError: when the file cannot be read.
    :raises NotLaidOut: when LibreOffice fails on it, or takes too long.
    """
    if path.stat().st_size > MAX_FILE_BYTES:
        raise NotLaidOut("too large")
    # A killed child cleans up nothing: what it and LibreOffice write lies in a folder of ours.
    with tempfile.TemporaryDirectory(prefix="pages-", ignore_cleanup_errors=True) as scratch:
        environment = bare_environment() | {"TMPDIR": scratch}
        try:
            answer = run(
                module("typeset", kind.value, str(rows)),
                seconds=seconds,
                data=path.read_bytes(),
                environment=environment,
            )
        except (Hung, Died) as error:
            raise NotLaidOut(str(error)) from error
    return _parsed(answer)


def _parsed(answer: bytes) -> Laid:
    line, _, pdf = answer.partition(b"\n")
    try:
        said = json.loads(line)
        pages = laid_pages_from_json(said.get("pages", ()))
    except (ValueError, AttributeError) as error:
        raise NotLaidOut("it broke off") from error
    if not pages or len(pdf) != said.get("size"):
        raise NotLaidOut(str(said.get("problem", "it broke off")))
    return Laid(pdf=pdf, pages=pages)
