"""Electronic signatures and seals (签章) of OFD files: where seals lie, and whether the signed parts are unchanged.

A signature lists a digest of every part that it covers; those are computed again. The signature over that list,
by SM2 as a rule, is not verified: nothing here is said to be genuine. Names of signer and seal are taken from its value.
"""

import base64
import binascii
import contextlib
import hashlib
import posixpath
from collections.abc import Iterator
from typing import Any

from lxml import etree

from reminder_service.domain.documents import Box, Seal, Signature

from .ofd_page import POINTS, boundary
from .ofd_seal_values import SealValue, seal_value
from .office import Damaged, Package

_DIGESTS = {
    "MD5": "md5",
    "SHA1": "sha1",
    "SHA-1": "sha1",
    "SHA256": "sha256",
    "SHA-256": "sha256",
    "SM3": "sm3",
    "1.2.156.10197.1.401": "sm3",
}
_MOST_PARTS = 2000


def signatures_in(package: Package) -> tuple[Signature, ...]:
    """Return what is known of each signature: ``altered`` where a signed part was changed, else ``unchecked``."""
    return tuple(
        Signature(
            signer=_value(package, name, signature).signer,
            signed_at=_text(signature, "SignatureDateTime"),
            verdict="altered" if _is_altered(package, name, signature) else "unchecked",
        )
        for name, signature in _signatures(package, "")
    )


def stamps_in(package: Package, place: str) -> dict[str, list[Seal]]:
    """Return the seals that signatures put on each page of the document at ``place``, boxes in points."""
    found: dict[str, list[Seal]] = {}
    for name, signature in _signatures(package, posixpath.dirname(place) + "/Signs/"):
        text = _value(package, name, signature).seal
        for stamp in signature.iter("{*}StampAnnot"):
            seal = Seal(box=_box(stamp.get("Boundary")), score=1.0, text=text)
            found.setdefault(stamp.get("PageRef") or "", []).append(seal)
    return found


def _signatures(package: Package, folder: str) -> Iterator[tuple[str, etree._Element]]:
    for name in package.names(folder):
        if name.endswith("/Signature.xml"):
            with contextlib.suppress(Damaged):  # a torn signature costs only itself
                if (signature := package.xml(name)) is not None:
                    yield name, signature


def _is_altered(package: Package, name: str, signature: etree._Element) -> bool:
    listed = signature.find(".//{*}References")
    if listed is None:
        return False
    digest = _digest(listed.get("CheckMethod") or "")
    return digest is not None and any(
        _differs(package, name, reference, digest)
        for reference in list(listed.iterfind("{*}Reference"))[:_MOST_PARTS]
    )


def _differs(package: Package, name: str, reference: etree._Element, digest: str) -> bool:
    path = reference.get("FileRef") or ""
    part = package.part(_resolved(name, path))
    try:
        wanted = base64.b64decode(_text(reference, "CheckValue") or "", validate=False)
    except binascii.Error:
        return True
    computed: Any = hashlib.new(digest, part or b"")
    return part is None or bool(computed.digest() != wanted)


def _value(package: Package, name: str, signature: etree._Element) -> SealValue:
    path = _text(signature, "SignedValue")
    try:
        data = package.part(_resolved(name, path)) if path else None
    except Damaged:
        data = None
    return seal_value(data) if data else SealValue()


def _resolved(name: str, path: str) -> str:
    """Return the name of a part to which another part leads."""
    return posixpath.normpath(posixpath.join("/", posixpath.dirname(name), path)).lstrip("/")


def _digest(method: str) -> str | None:
    name = _DIGESTS.get(method.strip().upper())
    return name if name in hashlib.algorithms_available else None


def _text(element: etree._Element, name: str) -> str | None:
    text = element.findtext(f".//{{*}}{name}")
    return text.strip() if text and text.strip() else None


def _box(text: str | None) -> Box | None:
    place = boundary(text)
    if place is None:
        return None
    left, top, width, height = (value * POINTS for value in place)
    return (round(left, 1), round(top, 1), round(left + width, 1), round(top + height, 1))
