"""Text files as offices save them: UTF-8 with or without a mark, GB18030, or Windows' own "Unicode"."""

import codecs

_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def text_of(data: bytes) -> str | None:
    """Return the text that the bytes hold in full, or None where they are no text in these encodings."""
    encodings = ("utf-16",) if data.startswith(_UTF16_MARKS) else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None
