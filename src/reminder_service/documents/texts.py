"""Text from files, made fit to store and compare."""

import unicodedata

_KEPT = "\n\t"
_KANGXI = {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0x2F00, 0x2FD6)}
"""PDF fonts often map 文 to the radical ⽂, which looks the same and compares unequal."""


def clean(text: str) -> str:
    """Return the text in NFC, radicals as characters, without control characters and broken surrogates."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x0b", "\n").replace("\u2028", "\n")
    kept = "".join(char for char in text if char in _KEPT or unicodedata.category(char) not in ("Cc", "Cs"))
    return unicodedata.normalize("NFC", kept.translate(_KANGXI))
