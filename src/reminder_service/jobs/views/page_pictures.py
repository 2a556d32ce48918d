"""Pictures of a document's pages: drawn when first wanted, then kept."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ...documents.page_pictures import DRAWER_VERSION, DRAWN, page_pictures
from ...domain.documents import Page, Reading
from ...domain.errors import LostOriginal
from ...store import Store


@dataclass(frozen=True, kw_only=True, slots=True)
class Drawn:
    """The picture of a page, and by how many degrees clockwise it is turned against the reading's boxes."""

    path: Path
    turn: int


def drawn_pages(store: Store, reading: Reading, wanted: Iterable[int]) -> dict[int, Drawn]:
    """Return the pictures of these pages by number; what cannot be drawn is left out.

    :raises LostOriginal: when the file is missing from the originals.
    """
    document = reading.document
    pages = {page.number: page for page in reading.pages}
    numbers = [number for number in dict.fromkeys(wanted) if number in pages]
    if reading.kind not in DRAWN:
        return {}
    found = {number: one for number in numbers if (one := _kept(store, document, number))}
    lacking = [pages[number] for number in numbers if number not in found]
    if lacking:
        found |= _draw(store, reading, lacking)
    return found


def _kept(store: Store, document: str, number: int) -> Drawn | None:
    kept = store.pictures.find(document, number, DRAWER_VERSION)
    return Drawn(path=kept[0], turn=kept[1]) if kept else None


def _draw(store: Store, reading: Reading, lacking: list[Page]) -> dict[int, Drawn]:
    path = store.originals.path(reading.document)
    if not path.is_file():
        raise LostOriginal(f"The original {reading.document} is missing; restore it from a backup.")
    return {
        one.page: Drawn(
            path=store.pictures.put(reading.document, one.page, one.turn, DRAWER_VERSION, one.content),
            turn=one.turn,
        )
        for one in page_pictures(path, reading.kind, lacking)
    }
