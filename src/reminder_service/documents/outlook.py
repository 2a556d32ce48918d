"""Outlook's mails: .msg (an OLE container) and winmail.dat (TNEF): attachments, and tables in the text."""

from collections.abc import Iterator

from reminder_service.domain.documents import Kind

from .allowance import Allowance, Exceeded
from .limits import ARCHIVE_LEVELS
from .office import Damaged, TooLarge
from .ole import Container
from .rtf_packed import unpacked
from .sniff import OLE, sniff
from .text import decoded
from .tnef import parts_of, text_of

_HTML, _PACKED_RTF = 0x1013, 0x1009
_CONTENT, _LONG_NAME, _SHORT_NAME, _CONTENT_ID = 0x3701, 0x3707, 0x3704, 0x3712
_OBJECT, _BINARY, _WIDE, _NARROW = 0x000D, 0x0102, 0x001F, 0x001E
_ATTACHMENT = "__attach_version1.0_"
_GUID = 16
_SIGNATURE_PICTURE = 20_000
"""A smaller picture inside the text of a mail is a logo or an emoticon, not a photo of a form."""

Found = tuple[str, bytes]


def files_in(data: bytes, allowance: Allowance) -> Iterator[Found]:
    """Yield path and content of each attachment, those of attached mails too, and the text where it has a table.

    :raises Damaged: when the file is torn.
    :raises Exceeded: when more is in it than is allowed, or mails in mails too deep.
    """
    if data.startswith(OLE):
        with Container(data) as container:
            found = _of_msg(container, (), 0)
            yield from _counted(found, allowance)
    else:
        yield from _counted(_of_tnef(data, 0), allowance)


def _counted(found: Iterator[Found], allowance: Allowance) -> Iterator[Found]:
    for name, content in found:
        allowance.take_file()
        allowance.take(len(content))
        yield name, content


def _of_msg(container: Container, place: tuple[str, ...], level: int) -> Iterator[Found]:
    if level > ARCHIVE_LEVELS:
        raise Exceeded
    yield from _text(
        container.stream(*place, _stream(_HTML, _BINARY)) or b"",
        container.stream(*place, _stream(_PACKED_RTF, _BINARY)) or b"",
    )
    depth = len(place)
    under = [path for path in container.paths() if path[:depth] == place and len(path) > depth + 1]
    attached = sorted({path[depth] for path in under if path[depth].startswith(_ATTACHMENT)})
    for number, storage in enumerate(attached, start=1):
        here = (*place, storage)
        name = _name_in_msg(container, here)
        content = container.stream(*here, _stream(_CONTENT, _BINARY))
        embedded = (*here, _stream(_CONTENT, _OBJECT))
        if content is not None:
            inline = any(path[: depth + 1] == here and _stream(_CONTENT_ID, _WIDE) in path for path in under)
            if not (inline and _is_logo(content)):
                yield name or f"附件{number}", content
        elif any(path[: depth + 2] == embedded for path in under):
            for inner, inner_content in _of_msg(container, embedded, level + 1):
                yield f"{name or f'邮件{number}'}/{inner}", inner_content


def _name_in_msg(container: Container, place: tuple[str, ...]) -> str:
    for number in (_LONG_NAME, _SHORT_NAME):
        if wide := container.stream(*place, _stream(number, _WIDE)):
            return wide.decode("utf-16-le", "replace").rstrip("\x00")
        if narrow := container.stream(*place, _stream(number, _NARROW)):
            return decoded(narrow).rstrip("\x00")
    return ""


def _stream(number: int, kind: int) -> str:
    return f"__substg1.0_{number:04X}{kind:04X}"


def _of_tnef(data: bytes, level: int) -> Iterator[Found]:
    if level > ARCHIVE_LEVELS:
        raise Exceeded
    mail, attached = parts_of(data)
    yield from _text(mail.properties.get(_HTML, (0, b""))[1], mail.properties.get(_PACKED_RTF, (0, b""))[1])
    for number, part in enumerate(attached, start=1):
        name = text_of(part.properties, _LONG_NAME) or decoded(part.title) or f"附件{number}"
        kind, content = part.properties.get(_CONTENT, (0, b""))
        if kind == _OBJECT and content[_GUID:]:
            try:
                for inner, inner_content in _of_tnef(content[_GUID:], level + 1):
                    yield f"{name}/{inner}", inner_content
            except Damaged:  # an object of another program, no mail
                yield name, content[_GUID:]
        elif part.data or content:
            yield name, part.data or content


def _text(html: bytes, packed: bytes) -> Iterator[Found]:
    """Yield the text of the mail as a file of its own where a table is in it."""
    if b"<table" in html.lower():
        yield "邮件正文.html", html
        return
    try:
        rtf = unpacked(packed) if packed else b""
    except (Damaged, TooLarge):  # the attachments are worth more than the text
        return
    if b"\\trowd" in rtf:
        yield "邮件正文.rtf", rtf


def _is_logo(content: bytes) -> bool:
    return len(content) < _SIGNATURE_PICTURE and sniff(content, "") is Kind.IMAGE
