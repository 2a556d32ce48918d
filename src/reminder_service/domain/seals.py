"""Is there a seal on a document: where it was seen, or that a person has to look."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from .campaign import DatedName
from .documents import Kind, Seal
from .incoming import IncomingDocument
from .names import UnitNames

_OLD_SEAL_SERVES = timedelta(days=365)
"""Seals are cut and fetched from the police slowly; the old one is in order meanwhile."""
_LOOKED_AT = frozenset({Kind.PDF, Kind.IMAGE})


class SealVerdict(StrEnum):
    """What is known of the seal on a document."""

    SEEN = "seen"
    NOT_SEEN = "not_seen"
    CANNOT_TELL = "cannot_tell"


@dataclass(frozen=True, kw_only=True, slots=True)
class SealFinding:
    """The verdict on a document; ``seal`` and ``page`` (from 1) say where the best one was seen.

    ``note`` is a hint for people that asks nothing of them, such as that the seal bears the unit's old name.
    """

    verdict: SealVerdict
    seal: Seal | None = None
    page: int | None = None
    note: str | None = None


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


def wrong_seal(document: IncomingDocument, unit: str, names: UnitNames, day: date) -> str | None:
    """Return why the seal is not the one that ``unit`` uses on a day, or None where nothing is clearly wrong.

    Only a whole spelling counts: what recognition made of a curved text is a hint, never a reason by itself. The
    seal of an old name, or of a body that was merged into the unit, is in order for a year after the change.
    """
    spelled = {names.exact(text).unit for text in _texts(document)} - {None}
    if len(spelled) == 1 and unit not in spelled:
        return f"公章疑为{next(iter(spelled))}的，报送单位为{unit}"
    old = former_name(document, unit, names)
    if old and old.until and day > old.until + _OLD_SEAL_SERVES:
        return f"公章仍为旧名称{old.name}（{old.until.isoformat()}止），请核对"
    return None


def former_name(document: IncomingDocument, unit: str, names: UnitNames) -> DatedName | None:
    """Return the old name of ``unit`` that a seal bears, where no seal bears one that is in use."""
    texts = _texts(document)
    found = [names.former(text, unit) for text in texts]
    in_use = any(
        name is None and names.exact(text).unit == unit for text, name in zip(texts, found, strict=True)
    )
    return None if in_use else next((name for name in found if name), None)


def noted_seal(document: IncomingDocument, unit: str, names: UnitNames) -> SealFinding:
    """Return what is known of the seal, with the hint that it bears a name that is not in use."""
    name = former_name(document, unit, names)
    if name is None:
        return seal_of(document)
    until = f"{name.until.isoformat()}止" if name.until else "尚未启用"
    return replace(seal_of(document), note=f"公章为{name.name}（{until}），按{unit}收下")


def _texts(document: IncomingDocument) -> list[str]:
    seals = (seal for page in document.reading.pages for seal in page.seals)
    return [seal.text for seal in seals if seal.verdict == "seen" and seal.text]
