"""Rar archives, by the program ``unar`` and its sister ``lsar``, through a pipe: nothing is written to disk."""

import json
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .allowance import Allowance, Locked, Missing
from .limits import OPEN_SECONDS
from .office import Damaged
from .sandbox import Died, Hung, run

_OPEN_FOR = OPEN_SECONDS * 0.8
"""The process that calls is itself killed after OPEN_SECONDS, with all that was found."""

_VERSION_5 = b"Rar!\x1a\x07\x01\x00"
_NAMES = ("-encoding", "gb18030")
"""For names in no known encoding: unar's own guess takes short Chinese names for Japanese ones."""


def find_unar() -> str | None:
    """Return the path of ``unar``, or None where it or ``lsar`` is not installed."""
    return shutil.which("unar") if shutil.which("lsar") else None


def files_in(data: bytes, allowance: Allowance) -> Iterator[tuple[str, bytes]]:
    """Yield path and content of each file that is not under a password.

    :raises Missing: when ``unar`` is not installed.
    :raises Locked: when the archive or a file in it is under a password; the open ones come before.
    :raises Damaged: when it is torn; what is whole comes before.
    :raises Exceeded: when it holds more than is allowed.
    :raises Hung: when opening takes too long.
    """
    if find_unar() is None:
        raise Missing
    if _hides_names(data):
        raise Locked
    deadline = time.monotonic() + _OPEN_FOR
    with tempfile.TemporaryDirectory(prefix="rar-") as place:
        path = Path(place) / "in.rar"
        path.write_bytes(data)
        entries = [entry for entry in _listed(path, deadline) if not entry.get("XADIsDirectory")]
        for entry in entries:
            allowance.take_file()
            # What really comes out must be as long as this, or it counts as torn.
            allowance.take(max(0, int(entry.get("XADFileSize") or 0)))
        torn = False
        for entry in entries:
            if not entry.get("XADIsEncrypted") and not entry.get("XADIsLink"):
                content = _content(path, entry, deadline)
                torn = torn or content is None
                if content is not None:
                    yield str(entry.get("XADFileName") or ""), content
    if any(entry.get("XADIsEncrypted") for entry in entries):
        raise Locked
    if torn:
        raise Damaged("a file does not unpack")


def _hides_names(data: bytes) -> bool:
    """Whether the headers are encrypted as well: then nothing can even be listed."""
    if data.startswith(_VERSION_5):
        at = len(_VERSION_5) + 4
        while data[at : at + 1] and data[at] & 0x80:  # the size of the header, seven bits a byte
            at += 1
        return data[at + 1 : at + 2] == b"\x04"
    return data[9:10] == b"\x73" and bool(int.from_bytes(data[10:12], "little") & 0x80)


def _listed(path: Path, deadline: float) -> list[dict[str, Any]]:
    try:
        answer = run(["lsar", "-json", "-nr", *_NAMES, str(path)], seconds=_left(deadline))
        listed = json.loads(answer.decode("utf-8", "replace"))
        entries = [entry for entry in listed["lsarContents"] if isinstance(entry, dict)]
    except (Died, ValueError, KeyError, TypeError) as error:
        raise Damaged("it cannot be listed") from error
    if not entries:
        raise Damaged("nothing is in it")
    return entries


def _content(path: Path, entry: dict[str, Any], deadline: float) -> bytes | None:
    """Return what a file unpacks to, or None where it is torn or not as long as it says."""
    command = ["unar", "-quiet", "-no-recursion", "-forks", "skip", "-o", "-", "-i", str(path)]
    try:
        content = run([*command, str(int(entry.get("XADIndex", 0)))], seconds=_left(deadline))
    except Died:
        return None
    return content if len(content) == int(entry.get("XADFileSize") or 0) else None


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise Hung("the archive takes too long")
    return left
