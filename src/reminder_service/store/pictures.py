"""Pictures of pages, drawn once and kept until there are too many; every one can be drawn again.

Beside them lie the pages that an Office file was laid out on: a PDF, and what stands where on it as JSON.
"""

import os
import re
import secrets
from pathlib import Path

from .faults import disk_faults
from .private import FILE_MODE, make_folder

MOST_BYTES = 500 * 1024 * 1024
"""What the pictures may take together; the ones not looked at for longest go first."""

_NAME = re.compile(r"([0-9a-f]{64})-(\d{1,4}-\d{1,3}-\d{1,3}\.jpg|\d{1,3}\.(pdf|json))")


class Pictures:
    """Files named by document, page, turn and version of what drew them; the folder is made when first needed."""

    def __init__(self, root: Path, *, most_bytes: int = MOST_BYTES) -> None:
        self.root = root
        self._most_bytes = most_bytes

    def find(self, document: str, page: int, version: int) -> tuple[Path, int] | None:
        """Return the picture of a page and by how many degrees it is turned, None where none is kept."""
        for turn in (0, 90, 180, 270):
            path = self._path(document, page, turn, version)
            if path.is_file():
                os.utime(path)
                return path, turn
        return None

    def put(self, document: str, page: int, turn: int, version: int, content: bytes) -> Path:
        """Keep the picture of a page and return where it lies.

        :raises OutsideError: when the disk is full or a right is missing.
        """
        return self._put(self._path(document, page, turn, version), content)

    def find_pages(self, document: str, ending: str, version: int) -> Path | None:
        """Return what is kept of a file's layout, ``pdf`` or ``json``, None where nothing is."""
        path = self._checked(f"{document}-{version}.{ending}")
        if not path.is_file():
            return None
        os.utime(path)
        return path

    def put_pages(self, document: str, ending: str, version: int, content: bytes) -> Path:
        """Keep a part of a file's layout, ``pdf`` or ``json``, and return where it lies.

        :raises OutsideError: when the disk is full or a right is missing.
        """
        return self._put(self._checked(f"{document}-{version}.{ending}"), content)

    def forget(self, document: str) -> None:
        """Remove every picture of a document, and its layout."""
        if re.fullmatch(r"[0-9a-f]{64}", document):
            for path in self.root.glob(f"{document}-*"):
                path.unlink(missing_ok=True)

    def _put(self, path: Path, content: bytes) -> Path:
        with disk_faults(self.root):
            make_folder(self.root)
            temporary = self.root / f".{os.getpid()}-{secrets.token_hex(8)}.tmp"
            try:
                with os.fdopen(
                    os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE), "wb"
                ) as file:
                    file.write(content)
                temporary.replace(path)
            finally:
                temporary.unlink(missing_ok=True)
        self._make_room(path)
        return path

    def _path(self, document: str, page: int, turn: int, version: int) -> Path:
        return self._checked(f"{document}-{page}-{turn}-{version}.jpg")

    def _checked(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise ValueError(f"{name!r} is no name of a picture")
        return self.root / name

    def _make_room(self, newest: Path) -> None:
        others = (path for path in self.root.iterdir() if path != newest and _NAME.fullmatch(path.name))
        kept = [(path, path.stat()) for path in others]
        size = sum(status.st_size for _, status in kept) + newest.stat().st_size
        for path, status in sorted(kept, key=lambda one: one[1].st_mtime):
            if size <= self._most_bytes:
                return
            path.unlink(missing_ok=True)
            size -= status.st_size
