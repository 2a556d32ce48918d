"""Places on a page's picture once the picture is turned upright."""

from .documents import Box


def turned_size(width: float, height: float, turn: int) -> tuple[float, float]:
    """Return the size of a page turned clockwise by a multiple of 90 degrees."""
    return (height, width) if turn % 180 else (width, height)


def turned_box(box: Box, width: float, height: float, turn: int) -> Box:
    """Return a box of a page of this size after the page is turned clockwise by a multiple of 90 degrees."""
    x0, top, x1, bottom = box
    match turn % 360:
        case 90:
            return (height - bottom, x0, height - top, x1)
        case 180:
            return (width - x1, height - bottom, width - x0, height - top)
        case 270:
            return (top, width - x1, bottom, width - x0)
        case _:
            return box


def with_margin(box: Box, width: float, height: float, share: float) -> Box:
    """Return the box with a margin of a share of the page's shorter side around it, within the page."""
    margin = share * min(width, height)
    x0, top, x1, bottom = box
    return (
        max(0.0, x0 - margin),
        max(0.0, top - margin),
        min(width, x1 + margin),
        min(height, bottom + margin),
    )
