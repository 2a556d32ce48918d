"""Files in a 7z, rar or Outlook file, opened by a process of its own (``opener.py``)."""

import json
from enum import StrEnum

from reminder_service.domain.documents import Kind

from .limits import OPEN_SECONDS
from .sandbox import Died, Hung, module, run


class Ended(StrEnum):
    """How the opening of a file ended; what was found before holds in any case."""

    DONE = "done"
    LOCKED = "locked"
    DAMAGED = "damaged"
    EXCEEDED = "exceeded"
    MISSING = "missing"
    HUNG = "hung"
    FAILED = "failed"


def opened(
    kind: Kind, data: bytes, *, files: int, size: int, seconds: float = OPEN_SECONDS
) -> tuple[list[tuple[str, bytes]], Ended]:
    """Return the paths and contents of the files inside, and how it ended.

    :param files: how many files may come out of it.
    :param size: how many bytes may.
    """
    command = module("opener", kind.value, str(files), str(size))
    try:
        answer = run(command, seconds=seconds, data=data)
    except Hung:
        return [], Ended.HUNG
    except Died:
        return [], Ended.FAILED
    return _parsed(answer)


def _parsed(answer: bytes) -> tuple[list[tuple[str, bytes]], Ended]:
    found: list[tuple[str, bytes]] = []
    at = 0
    try:
        while True:
            end = answer.index(b"\n", at)
            said = json.loads(answer[at:end])
            if "ended" in said:
                return found, Ended(said["ended"])
            at = end + 1 + said["size"]
            found.append((said["name"], answer[end + 1 : at]))
    except (ValueError, KeyError, TypeError):  # it broke off in the middle
        return found, Ended.FAILED
