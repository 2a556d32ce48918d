"""How far the reading of a long file has got, for whoever waits for it."""

from collections.abc import Callable
from contextvars import ContextVar

OnPage = Callable[[int, int], object]


def _nobody(page: int, pages: int) -> None:
    """Nobody waits."""


on_page: ContextVar[OnPage] = ContextVar("on_page", default=_nobody)
"""Called with the page that is read next and how many there are."""
