"""Pages made upright and square: perspective and skew are taken out along the ruled lines, then quarter turns.

Every step keeps the matrix that maps the given picture to the straightened one, so that what is found in the
latter can be shown in the former.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from reminder_service.domain.documents import Box

from .ink import without_red
from .picture import Matrix, Picture, brought_down

_LONGEST = 2400
"""Pixels of the longer side at work: A4 at 200 dots an inch."""

_LEAST_SEGMENTS = 4
_TILT = 12.0
"""Degrees from upright that count as skew; what is turned further is turned by quarters first."""

_BUNDLE = 5.0
_STRONGEST = 0.35
"""Length of the vanishing line's vector beyond which a perspective is no photo of a page."""

_TINY = 1e-9

Segments = NDArray[np.float64]
"""Rows of x0, y0, x1, y1."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Straight:
    """A page with its ruled lines level; ``matrix`` maps the given picture to it, ``turned`` in degrees clockwise."""

    picture: Picture
    matrix: Matrix
    turned: int = 0

    def turned_by(self, degrees: int) -> "Straight":
        """Return the page turned clockwise by a multiple of 90 degrees."""
        height, width = self.picture.shape[:2]
        quarter = degrees // 90 % 4
        turns: list[list[list[float]]] = [
            [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
            [[0, -1, height - 1], [1, 0, 0], [0, 0, 1]],
            [[-1, 0, width - 1], [0, -1, height - 1], [0, 0, 1]],
            [[0, 1, 0], [-1, 0, width - 1], [0, 0, 1]],
        ]
        return Straight(
            picture=np.ascontiguousarray(np.rot90(self.picture, -quarter)),
            matrix=np.asarray(turns[quarter], np.float64) @ self.matrix,
            turned=(self.turned + degrees) % 360,
        )

    def box_before(self, box: Box) -> Box:
        """Return a box of this page as the box around it in the picture that was given."""
        x0, top, x1, bottom = box
        corners = np.asarray([[[x0, top], [x1, top], [x1, bottom], [x0, bottom]]], np.float32)
        back = cv2.perspectiveTransform(corners, np.linalg.inv(self.matrix))[0]
        (left, upper), (right, lower) = back.min(axis=0), back.max(axis=0)
        return (float(left), float(upper), float(right), float(lower))


def straightened(picture: Picture) -> Straight:
    """Return the page with its lines level and square, up to quarter turns; as it is where it has no lines."""
    small, factor = brought_down(picture, _LONGEST)
    scaled = np.diag([factor, factor, 1.0])
    across, upright, skew = _bundles(_segments(small))
    if skew is None:
        return Straight(picture=small, matrix=scaled)
    matrix = None
    if len(across) >= _LEAST_SEGMENTS and len(upright) >= _LEAST_SEGMENTS:
        matrix = _squaring(small, across, upright)
    if matrix is None:
        matrix = _rotation(small, skew)
    warped, moved = _warped(small, matrix)
    return Straight(picture=warped, matrix=moved @ scaled)


def _segments(picture: Picture) -> Segments:
    """Return the straight strokes longer than a twentieth of the page: rules above all."""
    half = cv2.resize(without_red(picture), None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    found = cv2.createLineSegmentDetector(cv2.LSD_REFINE_STD).detect(half)[0]
    # OpenCV gives None where there is none, whatever its types say.
    lines = np.asarray([] if np.ndim(found) == 0 else found, np.float64).reshape(-1, 4)
    return np.asarray(lines[_lengths(lines) >= 0.05 * min(half.shape)] * 2, np.float64)


def _lengths(lines: Segments) -> NDArray[np.float64]:
    return np.asarray(np.hypot(lines[:, 2] - lines[:, 0], lines[:, 3] - lines[:, 1]), np.float64)


def _bundles(lines: Segments) -> tuple[Segments, Segments, float | None]:
    """Return the level and the upright lines, and by how many degrees the level ones are askew."""
    angles = np.degrees(np.arctan2(lines[:, 3] - lines[:, 1], lines[:, 2] - lines[:, 0]))
    lengths = _lengths(lines)

    def bundle(centre: float) -> tuple[Segments, float | None]:
        off = (angles - centre + 90) % 180 - 90
        near = np.abs(off) < _TILT
        if np.count_nonzero(near) < 3:
            return lines[:0], None
        middle = _weighted_median(off[near], lengths[near])
        return lines[near & (np.abs(off - middle) < _BUNDLE)], middle

    across, skew = bundle(0)
    upright, other = bundle(90)
    return across, upright, skew if skew is not None else other


def _weighted_median(values: NDArray[np.float64], weights: NDArray[np.float64]) -> float:
    order = np.argsort(values)
    sums = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(sums, sums[-1] / 2)])


def _rotation(picture: Picture, degrees: float) -> Matrix:
    height, width = picture.shape[:2]
    matrix = np.eye(3)
    matrix[:2] = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1)
    return matrix


def _squaring(picture: Picture, across: Segments, upright: Segments) -> Matrix | None:
    """Return the matrix that sends both vanishing points to infinity, level and plumb; None if implausible."""
    height, width = picture.shape[:2]
    centre, unit = np.asarray([width / 2, height / 2]), max(width, height) / 2
    level, plumb = _vanishing(across, centre, unit), _vanishing(upright, centre, unit)
    horizon = np.cross(level, plumb)
    if abs(horizon[2]) < _TINY:
        return None
    horizon = horizon / horizon[2]
    if float(np.hypot(horizon[0], horizon[1])) > _STRONGEST:
        return None
    flat = np.asarray([[1, 0, 0], [0, 1, 0], horizon])
    along, down = (flat @ level)[:2], (flat @ plumb)[:2]
    along = along / np.linalg.norm(along) * (np.sign(along[0]) or 1)
    down = down / np.linalg.norm(down) * (np.sign(down[1]) or 1)
    square = np.eye(3)
    square[:2, :2] = np.linalg.inv(np.column_stack([along, down]))
    to_unit = np.asarray([[1 / unit, 0, -centre[0] / unit], [0, 1 / unit, -centre[1] / unit], [0, 0, 1]])
    matrix = np.diag([unit, unit, 1.0]) @ square @ flat @ to_unit
    _, size = _bounds(picture, matrix)
    plausible = 0.5 * width < size[0] < 2 * width and 0.5 * height < size[1] < 2 * height
    return matrix if plausible else None


def _vanishing(lines: Segments, centre: NDArray[np.float64], unit: float) -> NDArray[np.float64]:
    """Return the point (homogeneous) that the lines run to, outliers weighing ever less."""
    ones = np.ones((len(lines), 1))
    begin, end = (lines[:, :2] - centre) / unit, (lines[:, 2:] - centre) / unit
    through = np.cross(np.hstack([begin, ones]), np.hstack([end, ones]))
    through /= np.linalg.norm(through[:, :2], axis=1, keepdims=True) + _TINY
    middle, stroke = (begin + end) / 2, end - begin
    lengths = np.hypot(stroke[:, 0], stroke[:, 1])
    stroke /= lengths[:, None] + _TINY
    weights = lengths.copy()
    point = np.zeros(3)
    for _ in range(12):
        point = np.linalg.svd(through * weights[:, None])[2][-1]
        towards = point[:2] - point[2] * middle
        towards /= np.linalg.norm(towards, axis=1, keepdims=True) + _TINY
        off = np.abs(towards[:, 0] * stroke[:, 1] - towards[:, 1] * stroke[:, 0])
        spread = max(0.002, 1.5 * float(np.median(off)))
        weights = lengths / (1 + (off / spread) ** 2)
    return point


def _bounds(picture: Picture, matrix: Matrix) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    height, width = picture.shape[:2]
    corners = np.asarray([[[0, 0], [width, 0], [width, height], [0, height]]], np.float32)
    moved = np.asarray(cv2.perspectiveTransform(corners, matrix)[0], np.float64)
    return moved.min(axis=0), moved.max(axis=0) - moved.min(axis=0)


def _warped(picture: Picture, matrix: Matrix) -> tuple[Picture, Matrix]:
    """Return the whole picture under a matrix, and the matrix with its shift to the origin."""
    corner, size = _bounds(picture, matrix)
    shift = np.asarray([[1, 0, -corner[0]], [0, 1, -corner[1]], [0, 0, 1]])
    warped = cv2.warpPerspective(
        picture,
        shift @ matrix,
        (int(size[0]), int(size[1])),
        flags=cv2.INTER_CUBIC,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return np.asarray(warped, np.uint8), shift @ matrix
