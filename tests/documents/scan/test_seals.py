import numpy as np
import pytest
from scan_makers import LOOK_ALIKES, SEAL, grey, photographed, printed, red_heading, scanned, sealed
from seal_makers import (
    arrow,
    edge_arc,
    oval_mark,
    patchy,
    pressed,
    red_frame_at_edge,
    round_logo,
    square_beside,
)

from reminder_service.documents.scan.look import marks_of
from reminder_service.documents.scan.picture import Picture
from reminder_service.documents.scan.seal import seals_of

WAYS = [
    pytest.param(scanned, id="scan"),
    pytest.param(photographed, id="photo", marks=pytest.mark.long),  # twice as slow, and the same detector
]


@pytest.fixture(scope="module")
def page() -> Picture:
    return printed("D_vmerge.pdf")


@pytest.mark.parametrize(
    ("strength", "turn"), [(1.0, 0), (0.5, 25), (0.3, -40)], ids=["strong", "tilted", "pale"]
)
def test_a_seal_on_a_scan_is_seen_where_it_is(page: Picture, strength: float, turn: float) -> None:
    (ring,) = seals_of(scanned(sealed(page, (800, 1250), strength=strength, turn=turn), 0))
    assert (ring.x, ring.y) == (pytest.approx(800, abs=12), pytest.approx(1250, abs=12))
    assert ring.radius == pytest.approx(118, abs=12)
    assert 0.6 < ring.score <= 1


def test_a_seal_on_a_photo_is_seen(page: Picture) -> None:
    assert len(seals_of(photographed(sealed(page, (700, 700))))) == 1


def test_two_seals_are_two(page: Picture) -> None:
    twice = sealed(sealed(page, (350, 1300)), (850, 1310), name="高青县教育和体育局")
    assert len(seals_of(scanned(twice))) == 2


def test_a_seal_over_a_red_heading_is_seen(page: Picture) -> None:
    assert len(seals_of(scanned(sealed(red_heading(page), (800, 130))))) == 1


def test_an_oval_seal_is_seen(page: Picture) -> None:
    from PIL import Image

    blank = sealed(np.full_like(page, 255), (300, 300))[150:450, 150:450]
    oval = np.asarray(Image.fromarray(blank).resize((300, 210)))
    marked = page.copy()
    marked[1200:1410, 500:800] = np.minimum(marked[1200:1410, 500:800], oval)
    (ring,) = seals_of(scanned(marked, 0))
    assert ring.flat < 1


@pytest.mark.parametrize("way", [scanned, photographed], ids=["scan", "photo"])
@pytest.mark.parametrize(
    ("flat", "strength"), [(0.85, 1), (0.7, 1), (0.6, 1), (0.7, 0.35)], ids=["round", "usual", "flat", "pale"]
)
def test_oval_seals_are_seen_on_red_brown_desks_too(page: Picture, way, flat: float, strength: float) -> None:  # type: ignore[no-untyped-def]
    assert len(seals_of(way(pressed(page, oval_mark(flat=flat), (600, 1200), strength)))) == 1


@pytest.mark.parametrize("way", WAYS)
def test_a_square_chop_beside_a_round_seal_does_not_count(page: Picture, way) -> None:  # type: ignore[no-untyped-def]
    (ring,) = seals_of(way(square_beside(page, (600, 1200))))
    assert ring.flat == 1


def test_a_seal_pressed_unevenly_is_seen(page: Picture) -> None:
    assert [len(seals_of(scanned(patchy(page, (700, 1200), seed)))) for seed in range(3)] == [1, 1, 1]


@pytest.mark.parametrize("at", [(1211, 900), (600, 1714)], ids=["right edge", "lower edge"])
def test_a_seal_over_the_edge_of_the_page_is_seen(page: Picture, at: tuple[int, int]) -> None:
    assert len(seals_of(scanned(sealed(page, at)))) == 1


def test_two_seals_over_one_another_are_two(page: Picture) -> None:
    assert len(seals_of(scanned(sealed(sealed(page, (500, 1300)), (650, 1310))))) == 2


@pytest.mark.parametrize(
    "added",
    [*LOOK_ALIKES.values(), round_logo, arrow, red_frame_at_edge, edge_arc],
    ids=[*LOOK_ALIKES, "round logo", "arrow", "frame over the edge", "pen over the edge"],
)
@pytest.mark.parametrize("way", WAYS)
def test_what_only_looks_like_a_seal_is_none(page: Picture, added, way) -> None:  # type: ignore[no-untyped-def]
    assert marks_of(way(added(page.copy()))) == ()


def test_a_page_in_colour_without_a_seal_has_no_entry(page: Picture) -> None:
    assert marks_of(scanned(page)) == ()


def test_a_grey_page_cannot_tell(page: Picture) -> None:
    (seal,) = marks_of(grey(scanned(sealed(page, (800, 1250)))))
    assert (seal.verdict, seal.box) == ("cannot_tell", None)


def test_a_black_and_white_page_cannot_tell(page: Picture) -> None:
    hard = np.where(grey(scanned(sealed(page, (800, 1250)))) > 170, 255, 0).astype(np.uint8)
    assert [seal.verdict for seal in marks_of(hard)] == ["cannot_tell"]


@pytest.mark.parametrize("turn", [0, 30])
def test_the_text_of_a_seal_is_read_along_its_ring(page: Picture, turn: float) -> None:
    (seal,) = marks_of(scanned(sealed(page, (800, 1250), turn=turn)))
    assert (seal.verdict, seal.text) == ("seen", SEAL)
