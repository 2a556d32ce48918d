"""Pages of PDFs, OFD files and pictures as JPEG, drawn upright by a process of its own (``depict.py``)."""

import json
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from reminder_service.domain.documents import Kind, Page

from .limits import DRAW_SECONDS, MAX_FILE_BYTES
from .sandbox import Died, Hung, module, run

DRAWN = frozenset({Kind.PDF, Kind.IMAGE, Kind.OFD})
"""Kinds of files that have pages to draw."""

DRAWER_VERSION = 1
"""Grows with every change that gives other pictures."""

_AT_ONCE = threading.BoundedSemaphore(2)
"""However many people look: drawing takes memory."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PagePicture:
    """A page as JPEG; ``turn`` is by how many degrees clockwise it stands turned against the reading's boxes."""

    page: int
    turn: int
    content: bytes


def page_pictures(
    path: Path, kind: Kind, pages: Sequence[Page], *, seconds: float = DRAW_SECONDS
) -> list[PagePicture]:
    """Return pictures of these pages; those that cannot be drawn are left out.

    :param pages: the pages as the reader saw them; their rotation says how they stand upright.
    :raises OSError: when the file cannot be read.
    """
    if kind not in DRAWN or not pages or path.stat().st_size > MAX_FILE_BYTES:
        return []
    command = module("depict", kind.value, *(f"{page.number}:{page.rotation}" for page in pages))
    with _AT_ONCE:
        try:
            answer = run(command, seconds=seconds, data=path.read_bytes())
        except (Hung, Died):
            return []
    return _parsed(answer)


def _parsed(answer: bytes) -> list[PagePicture]:
    found: list[PagePicture] = []
    at = 0
    try:
        while at < len(answer):
            end = answer.index(b"\n", at)
            said = json.loads(answer[at:end])
            at = end + 1 + int(said["size"])
            if at > len(answer):
                break
            found.append(
                PagePicture(page=int(said["page"]), turn=int(said["turn"]), content=answer[end + 1 : at])
            )
    except (ValueError, KeyError, TypeError):  # it broke off in the middle; what came before still holds
        return found
    return found
