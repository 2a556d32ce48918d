"""Seals as offices put them: slices over the edges of pages, ovals, squares beside them, faint, tilted, cut off."""

import cv2
import numpy as np
from numpy.typing import NDArray
from scan_makers import RED, SEAL, sealed

from reminder_service.demo.scans import seal_picture
from reminder_service.documents.scan.picture import Picture

_MARK = 250


def pressed(page: Picture, mark: NDArray[np.float32], at: tuple[int, int], strength: float = 1.0) -> Picture:
    """The page with a mark (red, green, blue, cover) at a centre; what lies beyond the page is cut off."""
    height, width = mark.shape[:2]
    left, top = at[0] - width // 2, at[1] - height // 2
    x0, y0 = max(0, left), max(0, top)
    x1, y1 = min(page.shape[1], left + width), min(page.shape[0], top + height)
    part = (slice(y0 - top, y1 - top), slice(x0 - left, x1 - left))
    ink = mark[part][:, :, 3:] / 255 * strength
    colour = mark[part][:, :, 2::-1] / 255
    under = page[y0:y1, x0:x1].astype(np.float32)
    stamped = page.copy()
    stamped[y0:y1, x0:x1] = under * (1 - ink) + under * colour * ink
    return stamped


def round_mark(name: str = SEAL, turn: float = 0, size: int = _MARK) -> NDArray[np.float32]:
    return np.asarray(seal_picture(name).resize((size, size)).rotate(turn), np.float32)


def oval_mark(name: str = SEAL, flat: float = 0.7, turn: float = 0) -> NDArray[np.float32]:
    image = seal_picture(name).resize((300, int(300 * flat)))
    return np.asarray(image.rotate(turn, expand=True), np.float32)


def seam(pages: list[Picture], at: int, *, strength: float = 1.0) -> list[Picture]:
    """The pages fanned out under one seal over their right edges: each bears its slice."""
    mark = round_mark()
    share = _MARK // len(pages)
    sliced = []
    for number, page in enumerate(pages):
        piece = mark[:, number * share : (number + 1) * share]
        sliced.append(pressed(page, piece, (page.shape[1] - share // 2, at), strength))
    return sliced


def patchy(page: Picture, at: tuple[int, int], seed: int = 5) -> Picture:
    """A seal pressed unevenly: a third of its ink is not there."""
    mark = round_mark()
    field = np.random.default_rng(seed).normal(0, 1, (12, 12)).astype(np.float32)
    cover = cv2.resize(field, (_MARK, _MARK), interpolation=cv2.INTER_CUBIC)
    mark = mark.copy()
    mark[:, :, 3] *= np.clip(0.75 + cover * 0.5, 0.1, 1)
    return pressed(page, mark, at)


def square_beside(page: Picture, at: tuple[int, int]) -> Picture:
    page = sealed(page, at)
    x, y = at[0] + 190, at[1]
    page = cv2.rectangle(page, (x - 55, y - 55), (x + 55, y + 55), RED, 5)
    for row in (-30, 0, 30):
        page = cv2.line(page, (x - 40, y + row), (x + 40, y + row), RED, 4)
    return page


def round_logo(page: Picture) -> Picture:
    """A ring with a figure in it and no writing."""
    page = cv2.circle(page, (220, 130), 80, RED, 8)
    return cv2.fillPoly(page, [np.asarray([(220, 70), (270, 170), (170, 170)], np.int32)], RED)


def arrow(page: Picture) -> Picture:
    return cv2.arrowedLine(page, (1000, 900), (1230, 905), RED, 6)


def red_frame_at_edge(page: Picture) -> Picture:
    return cv2.rectangle(page, (1180, 400), (1300, 640), RED, 5)


def edge_arc(page: Picture) -> Picture:
    """A pen's bow over the right edge of the page."""
    return cv2.ellipse(page, (page.shape[1], 700), (70, 110), 0, 0, 360, RED, 4)
