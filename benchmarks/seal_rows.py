"""Seals of all sorts on pages in colour, and what only looks like one, with the drawings that the tests use."""

import sys
from collections.abc import Callable
from pathlib import Path

from reminder_service.documents.scan.look import marks_of
from reminder_service.documents.scan.picture import Picture

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "documents" / "scan"))

import scan_makers as scans
import seal_makers as seals

Draw = Callable[[Picture], Picture]
SEALS: dict[str, Draw] = {
    "strong": lambda page: scans.sealed(page, (800, 1250)),
    "tilted": lambda page: scans.sealed(page, (500, 800), turn=33),
    "faint": lambda page: scans.sealed(page, (700, 1000), strength=0.3),
    "over a red heading": lambda page: scans.sealed(scans.red_heading(page), (800, 130)),
    "oval": lambda page: seals.pressed(page, seals.oval_mark(), (600, 1200)),
    "oval, pale": lambda page: seals.pressed(page, seals.oval_mark(), (600, 1200), 0.35),
    "over the right edge": lambda page: scans.sealed(page, (1211, 900)),
    "over the lower edge": lambda page: scans.sealed(page, (600, 1714)),
    "patchy": lambda page: seals.patchy(page, (700, 1200)),
    "beside a square chop": lambda page: seals.square_beside(page, (600, 1200)),
    "two": lambda page: scans.sealed(scans.sealed(page, (350, 1300)), (850, 1310)),
}
LOOK_ALIKES: dict[str, Draw] = {
    **scans.LOOK_ALIKES,
    "round logo": seals.round_logo,
    "arrow": seals.arrow,
    "red frame over the edge": seals.red_frame_at_edge,
    "pen over the edge": seals.edge_arc,
}
WAYS: dict[str, Draw] = {"scan": scans.scanned, "photo": scans.photographed}


def print_look_alikes() -> None:
    """Print how many seals of each sort were seen, and how many look-alikes were taken for one."""
    page = scans.printed("D_vmerge.pdf")
    for title, drawings, wanted in (("seals", SEALS, True), ("look-alikes", LOOK_ALIKES, False)):
        seen = {
            f"{name}, {way}": any(seal.verdict == "seen" for seal in marks_of(make(draw(page.copy()))))
            for name, draw in drawings.items()
            for way, make in WAYS.items()
        }
        wrong = [name for name, found in seen.items() if found != wanted]
        print(
            f"{title}: taken for a seal {sum(seen.values())} of {len(seen)}; wrong: {'; '.join(wrong) or 'none'}"
        )
