"""A file that came out of another."""

from dataclasses import dataclass

from reminder_service.domain.documents import Problem


@dataclass(frozen=True, kw_only=True, slots=True)
class Unpacked:
    """A file to be read, or an archive that stays closed and why.

    ``filename`` is the bare name; ``archive_path`` the archives and folders it came out of, joined by ``/``,
    empty for a file that came by itself.
    """

    filename: str
    archive_path: str
    data: bytes
    problem: Problem | None = None
