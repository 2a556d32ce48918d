"""Pictures of a document's pages: drawn when first wanted, then kept."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ...documents.page_pictures import DRAWER_VERSION, DRAWN, page_pictures
from ...domain.documents import Kind, Page, Reading
from ...domain.errors import LostOriginal
from ...store import Store
from .laid_pages import has_layout, kept_layout


@dataclass(frozen=True, kw_only=True, slots=True)
class Drawn:
    """The picture of a page, and by how many degrees clockwise it is turned against the reading's boxes."""

    path: Path
    turn: int


@dataclass(frozen=True, kw_only=True, slots=True)
class _Source:
    """What is drawn from: the file itself, or the PDF that it was laid out as."""

    path: Path
    kind: Kind
    pages: Sequence[Page]


def drawn_pages(store: Store, reading: Reading, wanted: Iterable[int]) -> dict[int, Drawn]:
    """Return the pictures of these pages by number; what cannot be drawn is left out.

    Office files have pages once they were laid out (:func:`.laid_pages.lay_out`), and none before.

    :raises LostOriginal: when the file is missing from the originals.
    """
    source = _source(store, reading)
    if source is None:
        return {}
    pages = {page.number: page for page in source.pages}
    numbers = [number for number in dict.fromkeys(wanted) if number in pages]
    found = {number: one for number in numbers if (one := _kept(store, reading.document, number))}
    lacking = [pages[number] for number in numbers if number not in found]
    if lacking:
        found |= _draw(store, reading.document, source, lacking)
    return found


def _source(store: Store, reading: Reading) -> _Source | None:
    if has_layout(reading):
        layout = kept_layout(store, reading)
        if layout is None or layout.pdf is None:
            return None
        pages = [Page(number=one.number, width=one.width, height=one.height) for one in layout.pages]
        return _Source(path=layout.pdf, kind=Kind.PDF, pages=pages)
    if reading.kind not in DRAWN:
        return None
    return _Source(path=store.originals.path(reading.document), kind=reading.kind, pages=reading.pages)


def _kept(store: Store, document: str, number: int) -> Drawn | None:
    kept = store.pictures.find(document, number, DRAWER_VERSION)
    return Drawn(path=kept[0], turn=kept[1]) if kept else None


def _draw(store: Store, document: str, source: _Source, lacking: list[Page]) -> dict[int, Drawn]:
    if not source.path.is_file():
        raise LostOriginal(f"The original {document} is missing; restore it from a backup.")
    return {
        one.page: Drawn(
            path=store.pictures.put(document, one.page, one.turn, DRAWER_VERSION, one.content),
            turn=one.turn,
        )
        for one in page_pictures(source.path, source.kind, lacking)
    }
