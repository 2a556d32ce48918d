"""QR codes on pages, as text; our own form code is one of them."""

from collections.abc import Iterable

from reminder_service.domain.documents import FormCode

from .picture import Picture

_LONGEST = 200
"""Characters of a code that are kept; ours has under 90."""

_MOST = 8


def codes_of(picture: Picture) -> tuple[str, ...]:
    """Return the texts of the QR codes on a page."""
    import zxingcpp

    found = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode]))
    texts = [code.text[:_LONGEST] for code in found if code.valid and code.text]
    return tuple(dict.fromkeys(texts))[:_MOST]


def form_code(codes: Iterable[str]) -> FormCode | None:
    """Return the form code among the codes of a document; None where there is none, or several that differ."""
    found = {code for text in codes if (code := FormCode.parse(text))}
    return found.pop() if len(found) == 1 else None
