"""How much may come out of an archive, and why one stays closed."""

from .limits import ARCHIVE_RATIO, ARCHIVE_RATIO_FROM


class Exceeded(Exception):
    """More is in it than the limits allow."""


class Locked(Exception):
    """It is under a password."""


class Missing(Exception):
    """A program that opens it is not installed."""


class Allowance:
    """How many files and bytes may still come out of a file."""

    def __init__(self, *, files: int, size: int, packed: int) -> None:
        self._files = files
        self._size = size
        self._largest = max(ARCHIVE_RATIO_FROM, ARCHIVE_RATIO * packed)

    def take_file(self) -> None:
        """Count a file.

        :raises Exceeded: when it is one too many.
        """
        self._files -= 1
        if self._files < 0:
            raise Exceeded

    def take(self, size: int) -> None:
        """Count unpacked bytes.

        :raises Exceeded: when they are too many, or too many for what they were packed in.
        """
        self._size -= size
        self._largest -= size
        if min(self._size, self._largest) < 0:
            raise Exceeded
