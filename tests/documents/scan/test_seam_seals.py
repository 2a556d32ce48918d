import io

import numpy as np
import pytest
from PIL import Image
from scan_makers import SEAL, printed, red_heading, scanned
from seal_makers import edge_arc, red_frame_at_edge, seam

from reminder_service.documents.pdf import read_pdf
from reminder_service.documents.scan.picture import Picture
from reminder_service.documents.scan.seam import slices_of, with_seam_seals
from reminder_service.domain.documents import Page, Seal

WIDE, HIGH = 1241, 1754


@pytest.fixture(scope="module")
def pages() -> list[Picture]:
    return [printed("D_vmerge.pdf", 1), printed("D_vmerge.pdf", 2)]


def _looked(pictures: list[Picture]) -> list[tuple[Seal, ...]]:
    sheets = [Page(number=number, width=WIDE, height=HIGH) for number in range(1, len(pictures) + 1)]
    slices = [
        one for sheet, picture in zip(sheets, pictures, strict=True) for one in slices_of(picture, sheet)
    ]
    return [page.seals for page in with_seam_seals(sheets, slices)]


@pytest.mark.parametrize("count", [2, 3, 4])
def test_a_seal_over_the_edges_of_several_pages_is_seen_on_each(pages: list[Picture], count: int) -> None:
    fanned = seam([*pages, *pages][:count], 800)
    seen = _looked([scanned(page, 0.3 * (-1) ** turn, turn) for turn, page in enumerate(fanned)])
    assert [[seal.verdict for seal in seals] for seals in seen] == [["seen"]] * count
    assert {seals[0].text for seals in seen} == {SEAL}
    x0, top, x1, bottom = seen[1][0].box or (0, 0, 0, 0)
    assert x0 > WIDE - 2 * 250 / count
    assert 650 < top < bottom < 950 < x1


def test_a_pale_seam_seal_below_a_red_heading_is_seen(pages: list[Picture]) -> None:
    fanned = seam([red_heading(pages[0].copy()), pages[1]], 900, strength=0.5)
    assert [len(seals) for seals in _looked([scanned(page) for page in fanned])] == [1, 1]


@pytest.mark.parametrize("added", [edge_arc, red_frame_at_edge, red_heading], ids=["pen", "frame", "heading"])
def test_red_marks_at_the_edge_of_every_page_are_no_seam_seal(pages: list[Picture], added) -> None:  # type: ignore[no-untyped-def]
    assert _looked([scanned(added(page.copy())) for page in pages]) == [(), ()]


def test_a_slice_on_one_page_alone_is_no_seal(pages: list[Picture]) -> None:
    fanned = seam(pages, 800)
    assert _looked([scanned(fanned[0]), scanned(pages[1])]) == [(), ()]


@pytest.mark.long
def test_a_scanned_pdf_shows_its_seam_seal_on_both_pages(pages: list[Picture]) -> None:
    images = [Image.fromarray(np.ascontiguousarray(scanned(page)[:, :, ::-1])) for page in seam(pages, 800)]
    target = io.BytesIO()
    images[0].save(target, "PDF", resolution=150, quality=85, save_all=True, append_images=images[1:])
    reading = read_pdf(target.getvalue(), "盖章.pdf")
    assert [[seal.verdict for seal in page.seals] for page in reading.pages] == [["seen"], ["seen"]]
