"""Old files that are converted several with one call before they are read, in the child process."""

import contextlib
import hashlib
import shutil
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from reminder_service.domain.documents import Kind

from .libreoffice import NotInstalled, Way, convert_together
from .limits import MAX_FILE_BYTES, OFFICE_FILES, OFFICE_SECONDS
from .sandbox import Died, Hung
from .sniff import OLE, sniff


def convert_ahead(files: Sequence[tuple[Path, str]], into: Path, *, seconds: float = OFFICE_SECONDS) -> int:
    """Convert the first files that need LibreOffice, at most :data:`OFFICE_FILES`.

    What fails here is not told: a file that is not there afterwards is converted alone when it is read.

    :param files: path and name of each, in the order in which they will be read.
    :param into: the folder for what is made; what earlier calls left in it goes.
    :param seconds: for all of them together.
    :return: how many files were looked at.
    """
    shutil.rmtree(into, ignore_errors=True)
    into.mkdir()
    groups: defaultdict[Way, dict[str, bytes]] = defaultdict(dict)
    looked = 0
    for path, filename in files:
        looked += 1
        data = _content(path)
        if data and (way := way_of(data, filename)):
            groups[way][hashlib.sha256(data).hexdigest()] = data
        if sum(map(len, groups.values())) == OFFICE_FILES:
            break
    end = time.monotonic() + seconds
    for way, group in groups.items():
        left = end - time.monotonic()
        if len(group) > 1 and left > 0:
            with contextlib.suppress(NotInstalled, Hung, Died, OSError):
                convert_together(group, way, into, seconds=left)
    return looked


def way_of(data: bytes, filename: str) -> Way | None:
    """Return how LibreOffice is to read a file, None for one that is read without it."""
    from .word import WAY_OF_ODT
    from .word import way_of as way_of_word
    from .xls import WAY_OF_XML

    match sniff(data, filename):
        case Kind.DOC:
            return way_of_word(data)
        case Kind.ODT:
            return WAY_OF_ODT
        case Kind.XLS if not data.startswith(OLE):
            return WAY_OF_XML
        case _:
            return None


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes() if path.stat().st_size <= MAX_FILE_BYTES else b""
    except OSError:  # its reading will say so
        return b""
