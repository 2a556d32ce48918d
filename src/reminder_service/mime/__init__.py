"""Bytes of a mail to headers, texts and parts, whatever state they are in; for mail and documents alike."""

from .headers import Headers, decode_header, read_headers
from .htmltext import html_to_text
from .params import safe_name
from .parser import ParsedMail, Part, parse

__all__ = [
    "Headers",
    "ParsedMail",
    "Part",
    "decode_header",
    "html_to_text",
    "parse",
    "read_headers",
    "safe_name",
]
