"""Who signed an OFD file and with which seal, from the value of its signature (GB/T 38540, earlier GM/T 0031).

Only names are taken. They are as good as the signature, and that is not verified: SM2 is in no library used here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from asn1crypto import core, x509  # type: ignore[import-untyped]

_SEAL = (0, 1, 0, 2, 1)
"""The seal's name: what is signed, its seal, what that says of itself, its properties, their second field."""

_CERTIFICATES = ((1,), (0, 5))
"""The signer's certificate: beside what is signed, and inside it in the earlier standard."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SealValue:
    """Names of the signer and the seal; empty where they cannot be told."""

    signer: str = ""
    seal: str = ""


def seal_value(data: bytes) -> SealValue:
    """Return the names in a signature's value; whatever the bytes are, nothing is raised."""
    try:
        root = core.Sequence.load(data)
        certificates = [
            found for path in _CERTIFICATES if isinstance(found := _at(root, path), core.OctetString)
        ]
        signers = [name for one in certificates if (name := _holder(one.native))]
        name = _at(root, _SEAL)
        seal = str(name.native) if isinstance(name, core.UTF8String) else ""
    except Exception:  # asn1crypto parses lazily and raises half a dozen types on hostile bytes
        return SealValue()
    return SealValue(signer=_short(signers[0]) if signers else "", seal=_short(seal))


def _at(value: Any, path: Sequence[int]) -> Any:
    for index in path:
        if not isinstance(value, core.Sequence) or index >= len(value):
            return None
        value = value[index]
    return value


def _holder(certificate: bytes) -> str:
    """Return whom a certificate is made out to."""
    try:
        subject = x509.Certificate.load(certificate).subject.native
    except Exception:  # as above
        return ""
    names = [subject.get(key) for key in ("common_name", "organization_name")]
    return next((str(name) for name in names if name), "")


def _short(text: str) -> str:
    return "".join(char for char in text if char.isprintable()).strip()[:100]
