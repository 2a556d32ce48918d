"""Findings about documents, made in one way."""

from .campaign import Version
from .incoming import IncomingDocument
from .state import Finding, WaitsFor


def finding(
    code: str,
    waits_for: WaitsFor,
    detail: str,
    document: IncomingDocument | None = None,
    *,
    item: int | None = None,
    versions: tuple[Version, ...] = (),
) -> Finding:
    """Return a finding; ``detail`` is a sentence in Chinese, ``document`` the file it is about."""
    return Finding(
        code=code,
        waits_for=waits_for,
        detail=detail,
        document=document.document if document else None,
        filename=document.filename if document else None,
        item=item,
        versions=versions,
    )
