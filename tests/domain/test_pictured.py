"""Places on a page that is turned upright."""

import pytest

from reminder_service.domain.pictured import turned_box, turned_size, with_margin


@pytest.mark.parametrize(
    ("turn", "size", "box"),
    [
        (0, (100, 50), (10, 5, 30, 15)),
        (90, (50, 100), (35, 10, 45, 30)),
        (180, (100, 50), (70, 35, 90, 45)),
        (270, (50, 100), (5, 70, 15, 90)),
    ],
)
def test_a_box_is_where_its_ink_is_after_the_turn(
    turn: int, size: tuple[float, float], box: tuple[float, float, float, float]
) -> None:
    assert turned_size(100, 50, turn) == size
    assert turned_box((10, 5, 30, 15), 100, 50, turn) == box


def test_a_margin_stays_within_the_page() -> None:
    assert with_margin((0, 5, 95, 49), 100, 50, 0.1) == (0, 0, 100, 50)
