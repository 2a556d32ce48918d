"""A whole mail: its facts and its parts."""

import re
import unicodedata
from dataclasses import dataclass, field
from urllib.parse import unquote

from ..domain.messages import MailFacts
from .addresses import addresses_in, message_id, message_ids, relayed_at, sender, sent_at
from .bounces import ReportPieces, bounce_subject, find_bounce, is_daemon
from .charset import decode_bytes, scrub
from .entity import Entity, split
from .flags import is_automatic, is_bulk, is_null_sender
from .headers import unfold
from .htmltext import parse_html, tree_to_text
from .links import Link, links_in_html, links_in_text, merge_links
from .params import default_name, file_name, parameter

LONGEST_TEXT = 200_000
_LONGEST_SOURCE = 4_000_000
LONGEST_AUTHENTICATION = 2000
_LONGEST_RETURNED = 1 << 18
_FORWARDED = "---------- 随信转发的邮件 ----------"
_BODY_TYPES = {"text/plain", "text/html", "text/enriched", "text/richtext", "application/xhtml+xml"}
_SIGNATURES = {"application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature"}
_STATUS_TYPES = {"message/delivery-status", "message/global-delivery-status"}
_HEADER_TYPES = {"text/rfc822-headers", "message/global-headers", "message/rfc822-headers"}
_BINARY = (
    b"%PDF-",
    b"PK\x03\x04",
    b"\xd0\xcf\x11\xe0",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"Rar!\x1a",
    b"7z\xbc\xaf",
)
_REPORT_TYPES = {"message/disposition-notification", "message/feedback-report"}
_META_CHARSET = re.compile(rb"(?i)<meta[^>]{0,200}?charset\s{0,5}=\s{0,5}[\"']?([\w-]{2,40})")
_CID = re.compile(r"(?i)\bcid:([^\s\"'<>)]{1,300})")


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """A leaf of a mail that is not its text.

    ``filename`` is safe (no path, no control or bidi characters) and never empty. ``inline`` says that it is
    shown inside the text: the HTML refers to it, or it is a picture that is sent as inline. ``position``
    counts from 1 and is the same whenever the mail is parsed.
    """

    filename: str
    content_type: str
    data: bytes
    inline: bool
    position: int


@dataclass(frozen=True, kw_only=True, slots=True)
class ParsedMail:
    """A mail read: its facts, and every leaf that is not text, those of forwarded mails included.

    ``html`` is the source of the texts that hold a table, empty where none does: a form may be written into it.
    """

    facts: MailFacts
    parts: tuple[Part, ...]
    html: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Body:
    text: str
    html: bool = False
    table: bool = False
    source: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Leaf:
    entity: Entity
    filename: str
    data: bytes


@dataclass(kw_only=True, slots=True)
class _Collected:
    """What the walk through the tree brings together."""

    returns: bool
    leaves: list[_Leaf] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    referred: set[str] = field(default_factory=set)
    report: ReportPieces = field(default_factory=ReportPieces)
    defects: list[str] = field(default_factory=list)


def parse(raw: bytes) -> ParsedMail:
    """Read a mail in whatever state it is in.

    Never raises; what is broken is noted in ``facts.defects`` and everything else is read. A forwarded mail
    (message/rfc822) is opened: its attachments are parts, its text follows the text, its other facts are left
    alone. A mail that a delivery report returns gives no parts, only ``facts.bounced``.
    """
    root = split(raw)
    headers = root.headers
    subject = _line(headers.text("subject"))
    address, name = sender(headers)
    null_sender = is_null_sender(headers, address)
    collected = _Collected(returns=is_daemon(address) or (null_sender and bounce_subject(subject)))
    bodies = _visit(root, collected, nested=False)
    text = scrub("\n\n".join(body.text for body in bodies if body.text.strip())).strip()
    collected.report.text = text.partition(_FORWARDED)[0]
    links = merge_links(collected.links)
    to = addresses_in(b",".join(headers.all_raw("to") + headers.all_raw("cc")))
    facts = MailFacts(
        message_id=message_id(headers.raw("message-id")),
        from_address=address,
        from_name=name,
        reply_to=next(iter(addresses_in(headers.raw("reply-to") or b"")), None),
        to=to,
        subject=subject,
        sent_at=sent_at(headers),
        relayed_at=relayed_at(headers),
        in_reply_to=message_ids(headers.raw("in-reply-to")),
        references=message_ids(headers.raw("references")),
        automatic=is_automatic(headers, subject),
        bulk=is_bulk(headers),
        null_sender=null_sender,
        bounced=find_bounce(
            headers, collected.report, subject=subject, null_sender=null_sender, own=(address, *to)
        ),
        text=text[:LONGEST_TEXT],
        links=tuple(link.url or "超大附件（未给出链接）" for link in links),
        link_notes=tuple(link.note for link in links),
        defects=_defects(root, collected, text, subject),
        authentication=_line(headers.text("authentication-results"))[:LONGEST_AUTHENTICATION],
    )
    html = scrub("\n".join(body.source for body in bodies if body.source))
    return ParsedMail(facts=facts, parts=_parts(collected), html=html)


def _visit(entity: Entity, collected: _Collected, *, nested: bool) -> list[_Body]:
    """Return the texts under an entity, in order; everything else goes to ``collected``."""
    if entity.is_mail:
        return _mail_inside(entity, collected, nested=nested)
    if not entity.children:
        return _leaf(entity, collected, nested=nested)
    found: list[_Body] = []
    for child in entity.children:
        if entity.content_type == "multipart/report" and (
            child.is_mail or child.content_type in _HEADER_TYPES
        ):
            _returned(child, collected, nested=nested)
        else:
            found += _visit(child, collected, nested=nested)
    return _better(found) if entity.content_type == "multipart/alternative" else found


def _mail_inside(entity: Entity, collected: _Collected, *, nested: bool) -> list[_Body]:
    if collected.returns:
        _returned(entity, collected, nested=nested)
        return []
    inner = [body for child in entity.children for body in _visit(child, collected, nested=True)]
    return [_Body(text=_FORWARDED), *inner] if any(body.text.strip() for body in inner) else []


def _returned(entity: Entity, collected: _Collected, *, nested: bool) -> None:
    if not nested:
        collected.report.returned.append(entity.payload()[0][:_LONGEST_RETURNED])


def _leaf(entity: Entity, collected: _Collected, *, nested: bool) -> list[_Body]:
    kind = entity.content_type
    if kind in _SIGNATURES or kind in _REPORT_TYPES:
        return []
    if kind in _STATUS_TYPES:
        if not nested:
            collected.report.statuses.append(entity.payload()[0])
        return []
    name = file_name(entity.headers)
    if collected.returns and (kind in _HEADER_TYPES or name.casefold().endswith(".eml")):
        _returned(entity, collected, nested=nested)
        return []
    data, defect = entity.payload()
    if defect:
        collected.defects.append(f"{name or kind}: {defect}")
    if _is_body(entity, name, data):
        return [_body(entity, data, collected)]
    if data or name:
        collected.leaves.append(_Leaf(entity=entity, filename=name, data=data))
    else:
        collected.defects.append(f"empty part of type {kind}")
    return []


def _is_body(entity: Entity, name: str, data: bytes) -> bool:
    if name or entity.content_type not in _BODY_TYPES or _disposition(entity) == "attachment":
        return False
    return not data.startswith(_BINARY)


def _body(entity: Entity, data: bytes, collected: _Collected) -> _Body:
    source = data[:_LONGEST_SOURCE]
    if len(data) > len(source):
        collected.defects.append("text cut")
    charset = parameter(entity.headers, "content-type", "charset")
    if entity.content_type not in {"text/html", "application/xhtml+xml"}:
        text = decode_bytes(source, charset).replace("\r\n", "\n").replace("\r", "\n")
        collected.links += links_in_text(text)
        return _Body(text=text)
    if not charset and (match := _META_CHARSET.search(source[:4000])):
        charset = match[1].decode("ascii", "replace")
    html = decode_bytes(source, charset)
    root = parse_html(html)
    if root is None:
        return _Body(text="", html=True)
    collected.links += links_in_html(root)
    collected.referred.update(unquote(match) for match in _CID.findall(html))
    text = tree_to_text(root)
    collected.links += links_in_text(text)
    table = " | " in text
    return _Body(text=text, html=True, table=table, source=html if table else "")


def _better(bodies: list[_Body]) -> list[_Body]:
    """Choose between the alternatives of a text: the plain one, unless it is blank or tears a table apart."""
    plain = [body for body in bodies if not body.html]
    html = [body for body in bodies if body.html]
    if not html or not any(body.text.strip() for body in html):
        return plain
    if any(body.table for body in html) or not any(body.text.strip() for body in plain):
        return html
    return plain


def _parts(collected: _Collected) -> tuple[Part, ...]:
    return tuple(
        Part(
            filename=leaf.filename or default_name(position, leaf.entity.content_type),
            content_type=leaf.entity.content_type,
            data=leaf.data,
            inline=_is_inline(leaf.entity, collected.referred),
            position=position,
        )
        for position, leaf in enumerate(collected.leaves, start=1)
    )


def _is_inline(entity: Entity, referred: set[str]) -> bool:
    content_id = entity.headers.text("content-id").strip("<> ")
    if content_id and content_id in referred:
        return True
    return _disposition(entity) == "inline" and entity.content_type.startswith("image/")


def _disposition(entity: Entity) -> str:
    raw = unfold(entity.headers.raw("content-disposition") or b"")
    return raw.split(b";", 1)[0].strip().decode("ascii", "replace").casefold()


def _line(text: str) -> str:
    visible = (
        " " if unicodedata.category(character) in {"Cc", "Zl", "Zp"} else character for character in text
    )
    return unicodedata.normalize("NFC", " ".join("".join(visible).split()))[:1000]


def _defects(root: Entity, collected: _Collected, text: str, subject: str) -> tuple[str, ...]:
    found = [defect for entity in root.walk() for defect in entity.defects] + collected.defects
    if "\ufffd" in subject:
        found.append("subject with unreadable characters")
    if "\ufffd" in text:
        found.append("text with unreadable characters")
    if len(text) > LONGEST_TEXT:
        found.append("text cut")
    return tuple(dict.fromkeys(found))[:30]
