"""What a mail says of the office that sends it."""

from typing import Protocol


class Office(Protocol):
    """What letters need to know of the office; ``address`` is its e-mail address."""

    @property
    def name(self) -> str:
        """Its name, as in From and under every letter."""

    @property
    def phone(self) -> str:
        """Its telephone number."""

    @property
    def address(self) -> str:
        """Its e-mail address."""
