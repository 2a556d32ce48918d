"""Digital signatures of PDF files: who signed, when, and whether the file is still what was signed.

Nothing is fetched: neither certificates nor lists of revoked ones. An issuer that this machine does not know
is said to be unknown, which is no fault of the document.
"""

import functools
import io
import ssl
from datetime import datetime
from typing import Any

from reminder_service.domain.documents import Signature

MAX_SIGNATURES = 20
"""Signatures of a file that are verified; a report has one or two, and each costs a look at the whole file."""

_UNNAMED = ""


def signatures_of(data: bytes) -> tuple[Signature, ...]:
    """Return what is known of each signature of a PDF, in the order in which they were put."""
    from pyhanko.pdf_utils.reader import PdfFileReader

    try:
        embedded = list(PdfFileReader(io.BytesIO(data), strict=False).embedded_regular_signatures)
    except Exception:  # torn or hybrid files: that it is signed is known already
        return ()
    return tuple(_signature(one) for one in embedded[:MAX_SIGNATURES])


def _signature(embedded: Any) -> Signature:
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext

    signer, claimed = _signer(embedded), _claimed(embedded)
    at = claimed.isoformat() if claimed else None
    try:
        context = ValidationContext(
            trust_roots=list(_known_roots()),
            allow_fetching=False,
            revocation_mode="soft-fail",
            moment=claimed if claimed and claimed.tzinfo else None,
        )
        status = validate_pdf_signature(embedded, context)
    except Exception:  # an algorithm that this library lacks (SM2), a certificate that it cannot read
        return Signature(signer=signer, signed_at=at, verdict="unchecked")
    return Signature(
        signer=signer,
        signed_at=at,
        verdict="intact" if _holds(status) else "altered",
        whole=_covers_all(status),
        trusted=bool(status.trusted),
    )


def _holds(status: Any) -> bool:
    """Whether the signature is right and nothing was changed after it but what a further signature needs."""
    from pyhanko.sign.diff_analysis import ModificationLevel

    changed = status.modification_level
    allowed = status.docmdp_ok is not False and changed != ModificationLevel.OTHER
    return bool(status.intact and status.valid and allowed)


def _covers_all(status: Any) -> bool:
    from pyhanko.sign.validation import SignatureCoverageLevel

    return bool(status.coverage == SignatureCoverageLevel.ENTIRE_FILE)


def _signer(embedded: Any) -> str:
    try:
        names = embedded.signer_cert.subject.native
        return str(names.get("common_name") or names.get("organization_name") or _UNNAMED)
    except Exception:
        return _UNNAMED


def _claimed(embedded: Any) -> datetime | None:
    """Return the time that the signer's machine put in: nobody vouches for it."""
    try:
        at = embedded.self_reported_timestamp
    except Exception:
        return None
    return at if isinstance(at, datetime) else None


@functools.cache
def _known_roots() -> tuple[Any, ...]:
    """Return the issuers that this machine trusts."""
    from pyhanko.keys import load_certs_from_pemder_data

    roots = ssl.create_default_context().get_ca_certs(binary_form=True)
    return tuple(certificate for one in roots for certificate in load_certs_from_pemder_data(one))
