"""An Office file's pages: laid out when first wanted, then kept; that it cannot be done is kept too."""

import json
import threading
from dataclasses import dataclass
from pathlib import Path

from ...documents.office_pages import LAID_OUT, NotLaidOut, can_lay_out, laid_out
from ...documents.page_pictures import DRAWER_VERSION
from ...domain.documents import Reading
from ...domain.errors import LostOriginal
from ...domain.laid_pages import LaidPage, laid_pages_from_json, laid_pages_to_json
from ...store import Store

MOST_WAITING = 4
"""Requests that may wait for LibreOffice at a time; others are to come again."""

_waiting = threading.BoundedSemaphore(MOST_WAITING)
_one_by_one = threading.Lock()
"""LibreOffice takes a processor and hundreds of megabytes."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Layout:
    """The PDF of an Office file and its pages; no pages where none could be made of it."""

    pdf: Path | None
    pages: tuple[LaidPage, ...]


def has_layout(reading: Reading) -> bool:
    """Whether a file has pages only once it is laid out."""
    return reading.kind in LAID_OUT and reading.problem is None


def may_lay_out(reading: Reading) -> bool:
    """Whether this machine can lay the file out."""
    return has_layout(reading) and can_lay_out(reading.kind)


def kept_layout(store: Store, reading: Reading) -> Layout | None:
    """Return the layout of a file as it was made before, None where it is still to be made."""
    known = store.pictures.find_pages(reading.document, "json", DRAWER_VERSION)
    if known is None or not has_layout(reading):
        return None
    try:
        pages = laid_pages_from_json(json.loads(known.read_bytes()))
    except (OSError, ValueError):  # made room for others meanwhile, or torn: it is made anew
        return None
    pdf = store.pictures.find_pages(reading.document, "pdf", DRAWER_VERSION)
    return None if pages and pdf is None else Layout(pdf=pdf, pages=pages)


def lay_out(store: Store, reading: Reading) -> Layout | None:
    """Return the layout of a file, made now where it was not before.

    None where this machine cannot, and where so many wait already that it is to be asked for again.

    :raises LostOriginal: when the file is missing from the originals.
    """
    if (kept := kept_layout(store, reading)) or not may_lay_out(reading):
        return kept
    # Whoever leafs through the queue leaves requests behind: they must not take up every thread of the console.
    if not _waiting.acquire(blocking=False):
        return None
    try:
        with _one_by_one:
            return kept_layout(store, reading) or _made(store, reading)
    finally:
        _waiting.release()


def _made(store: Store, reading: Reading) -> Layout:
    path = store.originals.path(reading.document)
    if not path.is_file():
        raise LostOriginal(f"The original {reading.document} is missing; restore it from a backup.")
    try:
        made = laid_out(
            path, reading.kind, rows=max((len(table.rows) for table in reading.tables), default=0)
        )
    except NotLaidOut:
        made = None
    pictures, document = store.pictures, reading.document
    pdf = pictures.put_pages(document, "pdf", DRAWER_VERSION, made.pdf) if made else None
    pages = made.pages if made else ()
    said = json.dumps(laid_pages_to_json(pages)).encode()
    pictures.put_pages(document, "json", DRAWER_VERSION, said)
    return Layout(pdf=pdf, pages=pages)
