"""Is there a seal on a document: where it was seen, or that a person has to look."""

from dataclasses import dataclass
from enum import StrEnum

from .documents import Kind, Seal
from .incoming import IncomingDocument
from .names import UnitNames

_LOOKED_AT = frozenset({Kind.PDF, Kind.IMAGE})


class SealVerdict(StrEnum):
    """What is known of the seal on a document."""

    SEEN = "seen"
    NOT_SEEN = "not_seen"
    CANNOT_TELL = "cannot_tell"


@dataclass(frozen=True, kw_only=True, slots=True)
class SealFinding:
    """The verdict on a document; ``seal`` and ``page`` (from 1) say where the best one was seen."""

    verdict: SealVerdict
    seal: Seal | None = None
    page: int | None = None


def seal_of(document: IncomingDocument) -> SealFinding:
    """Return what is known of the seal on a document.

    The program says where it sees a seal, never that it is genuine. Pages without colour cannot be judged; a
    digital signature and the picture in a Word file are not looked at for a seal here.
    """
    reading = document.reading
    seen = [
        (seal.score, page.number, seal)
        for page in reading.pages
        for seal in page.seals
        if seal.verdict == "seen"
    ]
    if seen:
        _, page, seal = max(seen, key=lambda one: one[0])
        return SealFinding(verdict=SealVerdict.SEEN, seal=seal, page=page)
    undecided = any(seal.verdict == "cannot_tell" for page in reading.pages for seal in page.seals)
    if undecided or reading.signed or reading.kind not in _LOOKED_AT:
        return SealFinding(verdict=SealVerdict.CANNOT_TELL)
    return SealFinding(verdict=SealVerdict.NOT_SEEN)


def needs_a_look(document: IncomingDocument) -> bool:
    """Whether a person has to look for the seal: no page shows one, or none can be judged."""
    if document.reading.kind not in _LOOKED_AT or document.reading.signed:
        return False  # a signature that does not verify is a finding of its own
    return seal_of(document).verdict is not SealVerdict.SEEN


def other_units_seal(document: IncomingDocument, unit: str, names: UnitNames) -> str | None:
    """Return the unit whose name the seal spells, where it is clearly another one than ``unit``.

    Only a whole spelling counts: what recognition made of a curved text is a hint, never a reason by itself.
    """
    seen = [seal.text for page in document.reading.pages for seal in page.seals if seal.verdict == "seen"]
    spelled = {names.exact(text).unit for text in seen if text} - {None}
    return next(iter(spelled)) if len(spelled) == 1 and unit not in spelled else None
