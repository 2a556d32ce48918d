"""Bytes to text when the declared charset may be wrong, unknown or missing; no byte is dropped silently."""

import codecs
import re
import unicodedata

_GB = "gb18030"
_ALIASES = {
    # GB18030 holds GBK, and GBK holds GB2312; labels that promise less than the text uses are the rule.
    **dict.fromkeys(
        ("gb2312", "gbk", "gb_2312-80", "gb2312_charset", "x-gbk", "cp936", "ms936", "windows-936", "936"),
        _GB,
    ),
    **dict.fromkeys(("x-cp20936", "euc-cn", "chinesegb", "chinese", "iso-ir-58", "gb", "gb18030-2000"), _GB),
    **dict.fromkeys(("utf8", "utf-8;", "unicode-1-1-utf-8", "cp65001", "utf", "unicode"), "utf-8"),
    **dict.fromkeys(("big5", "cn-big5", "x-x-big5"), "big5hkscs"),
    # Labels that senders write without knowing what they send: better to look at the bytes.
    **dict.fromkeys(
        ("default_charset", "default", "unknown-8bit", "x-unknown", "unknown", "binary", "none"), ""
    ),
    **dict.fromkeys(
        ("us-ascii", "ascii", "iso-8859-1", "latin1", "ansi_x3.4-1968", "windows-1252", "8bit"), ""
    ),
}
# Not charsets of mail: they run code-like escapes or take time that grows with the square of the length.
_REFUSED = {
    "unicode_escape",
    "raw_unicode_escape",
    "idna",
    "punycode",
    "undefined",
    "unicode-escape",
    "rot13",
}
_UNWANTED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_CJK = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")
_LATIN = re.compile(r"[\x80-\xff]")


def canonical(charset: str | None) -> str:
    """Return the Python name of a declared charset, or an empty text where the label is worth nothing."""
    label = (charset or "").strip().strip("\"'").casefold()
    label = _ALIASES.get(label, label)
    if not label or label.replace("-", "_") in _REFUSED or "\0" in label or not label.isascii():
        return ""
    try:
        return codecs.lookup(label).name
    except (LookupError, ValueError):
        return ""


def decode_bytes(data: bytes, charset: str | None = None) -> str:
    """Decode text of a mail; never raises, and what cannot be read stays visible as U+FFFD.

    The declared charset first, then UTF-8, then GB18030, each strictly; then whichever loses least. GB labels
    count as GB18030. Where the bytes are valid in both UTF-8 and GB18030 the likelier Chinese wins.
    """
    if data.isascii():
        name = canonical(charset)
        if name not in {"hz", "utf-7"} and not name.startswith(("iso2022", "utf-16", "utf-32")):
            return data.decode("ascii")
    # A byte order mark is how some editors begin a text, no part of it.
    return scrub(_decode(data, canonical(charset))).removeprefix("\ufeff")


def scrub(text: str) -> str:
    """Return the text in NFC; lone surrogates and controls (except tab and line ends) become U+FFFD."""
    return unicodedata.normalize("NFC", _UNWANTED.sub("\ufffd", text))


def _decode(data: bytes, declared: str) -> str:
    if declared not in {"", "utf-8", _GB} and (text := _strict(data, declared)) is not None:
        return text
    as_utf8, as_gb = _strict(data, "utf-8"), _strict(data, _GB)
    if as_utf8 is not None and as_gb is not None:
        return as_gb if _prefer_gb(as_utf8, as_gb, declared) else as_utf8
    if as_utf8 is not None:
        return as_utf8
    damaged = data.decode("utf-8", "replace")
    if declared != _GB and _mostly_read(damaged):
        return damaged
    if as_gb is not None:
        return as_gb
    lenient_gb = data.decode(_GB, "replace")
    candidates = [damaged, lenient_gb] if declared != _GB else [lenient_gb, damaged]
    if declared not in {"", "utf-8", _GB}:
        candidates.insert(0, _lenient(data, declared))
    return min(candidates, key=lambda text: text.count("\ufffd"))


def _strict(data: bytes, charset: str) -> str | None:
    try:
        return data.decode(charset)
    except (LookupError, ValueError):
        return None


def _lenient(data: bytes, charset: str) -> str:
    try:
        return data.decode(charset, "replace")
    except (LookupError, ValueError):
        return data.decode("utf-8", "replace")


def _prefer_gb(as_utf8: str, as_gb: str, declared: str) -> bool:
    if declared == "utf-8":
        return False
    if _CJK.search(as_utf8):
        # Three-byte UTF-8 read as GB gives characters outside everyday GB2312.
        return declared == _GB and _everyday(as_gb)
    if declared == _GB:
        return True
    # 一些 in GBK is valid UTF-8 too (two Cyrillic letters); accented Latin is left alone.
    return len(_CJK.findall(as_gb)) >= 2 and _everyday(as_gb) and not _LATIN.search(as_utf8)


def _everyday(text: str) -> bool:
    try:
        text.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def _mostly_read(text: str) -> bool:
    lost = text.count("\ufffd")
    read = sum(character > "\x7f" for character in text[:20000]) - text[:20000].count("\ufffd")
    # A text cut in the middle of its last character has lost one; wrongly labelled GBK loses nearly all.
    return read >= 10 * lost or (lost == 1 and text.endswith("\ufffd") and read >= 1)
