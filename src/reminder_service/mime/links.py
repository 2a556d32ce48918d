"""Links to oversized attachments (超大附件, 云附件): they expire, are shown and never fetched."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from itertools import islice
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from lxml.etree import _Element

_PLACES = re.compile(
    r"(?i)https?://(?:"
    r"(?:i?wx\.|i\.)?(?:ex)?mail\.qq\.com/(?:ftn/|cgi-bin/ftnExs)"
    r"|[\w.-]{0,60}mail\.(?:163|126|yeah|qiye\.163)\.(?:com|net)/large-attachment"
    r"|dashi\.163\.com/[\w/-]{0,60}cloud-attachment"
    r"|fs\.163\.com/fs/"
    r"|(?:download\.)?cloud\.189\.cn/"
    r"|(?:yun|caiyun)\.139\.com/"
    r"|pan\.baidu\.com/(?:s/|share/)"
    r"|share\.weiyun\.com/"
    r"|(?:www\.)?(?:alipan|aliyundrive)\.com/s/"
    r"|drive\.weixin\.qq\.com/s"
    r")"
)
_URL = re.compile(r"https?://[^\s<>\"'，。；、（）【】《》]{4,2000}", re.IGNORECASE)
_CONTAINER = re.compile(
    r"qqmailbi?ga?t?tach|bigattach|hugeattachment|large-?attachment|cloud-?attach", re.IGNORECASE
)
_EXPIRY = re.compile(
    r"(?:有效期至|到期时间|过期时间)[:：]?\s{0,3}([^()（）<>\n]{4,40})|([^,，()（）<>\n]{4,40}?)\s{0,3}(?:到期|过期)"
)
_FOREVER = re.compile(r"无限期|永久有效")
_FILE = re.compile(r"[^\s，；：、\\/:*?\"<>|]{1,120}\.[A-Za-z0-9]{1,5}(?![A-Za-z0-9])")
_CHINA = timezone(timedelta(hours=8))
_ADVERTISED = {"u.163.com"}
_MOST = 50


@dataclass(frozen=True, kw_only=True, slots=True)
class Link:
    """A link to an oversized attachment; ``name`` and ``expires`` are empty where the mail shows none.

    ``url`` is empty where a mail announces an oversized attachment without an address.
    """

    url: str
    name: str = ""
    expires: str = ""

    @property
    def note(self) -> str:
        """What the mail shows of it, for the clerk."""
        until = self.expires if self.expires in ("", "无限期") else f"{self.expires}到期"
        return "，".join(filter(None, (self.name, until)))


def links_in_text(text: str) -> tuple[Link, ...]:
    """Return the links to oversized attachments in a plain text, with what the line shows of them."""
    found: list[Link] = []
    for line in islice(_lines_with_links(text), _MOST):
        around = _URL.sub(" ", line)
        found += [
            Link(url=match[0], name=_file_in(around), expires=_expiry_in(around))
            for match in islice(_URL.finditer(line), _MOST)
            if _PLACES.match(match[0])
        ]
    return merge_links(found)


def links_in_html(root: "_Element") -> tuple[Link, ...]:
    """Return the links to oversized attachments in parsed HTML, the boxes of QQ, 163 and Foxmail included."""
    found: list[Link] = []
    for element in root.iter("a", "span", "div"):
        if len(found) >= 4 * _MOST:
            break
        if element.tag == "a":
            url = (element.get("href") or "").strip()
            if _PLACES.match(url) or (_in_box(element) and _usable(url)):
                found.append(_link(element, url))
        elif url := (element.get("downloadlink") or "").strip():
            found.append(_link(element, url if _usable(url) else ""))
    if not found and (box := _box(root)) is not None:
        found.append(_link(box, ""))
    return merge_links(found)


def merge_links(links: Iterable[Link]) -> tuple[Link, ...]:
    """Return each link once, with the first file name and expiry given for it anywhere."""
    merged: dict[str, Link] = {}
    for link in links:
        known = merged.get(link.url, link)
        merged[link.url] = Link(
            url=link.url, name=known.name or link.name, expires=known.expires or link.expires
        )
    return tuple(merged.values())[:_MOST]


def _lines_with_links(text: str) -> Iterable[str]:
    return (line[:4000] for line in text.splitlines() if _PLACES.search(line[:4000]))


def _link(element: "_Element", url: str) -> Link:
    own = _text_of(element)
    around = own
    parent = element
    for _ in range(4):
        if _EXPIRY.search(around) or _FOREVER.search(around) or (above := parent.getparent()) is None:
            break
        parent = above
        around = _text_of(parent)
    expires = _expiry_attribute(element.get("expiretime") or "") or _expiry_in(around)
    return Link(url=url[:2000], name=_file_in(_URL.sub(" ", own)), expires=expires)


def _usable(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme.lower() in {"http", "https"} and parts.hostname not in _ADVERTISED


def _in_box(element: "_Element") -> bool:
    ancestors = islice(element.iterancestors(), 12)
    return _is_box(element) or any(_is_box(ancestor) for ancestor in ancestors)


def _is_box(element: "_Element") -> bool:
    return bool(_CONTAINER.search(f"{element.get('id') or ''} {element.get('class') or ''}"[:300]))


def _box(root: "_Element") -> "_Element | None":
    return next((element for element in root.iter("div", "span") if _is_box(element)), None)


def _text_of(element: "_Element") -> str:
    return " ".join("".join(islice(map(str, element.itertext()), 60)).split())[:600]


def _file_in(text: str) -> str:
    match = _FILE.search(text[:600])
    return match[0] if match else ""


def _expiry_in(text: str) -> str:
    if match := _EXPIRY.search(text[:600]):
        return (match[1] or match[2]).strip()
    return "无限期" if _FOREVER.search(text[:600]) else ""


def _expiry_attribute(text: str) -> str:
    """Return QQ's ``expiretime``: seconds or milliseconds since 1970, or already a text."""
    if not text.strip().isascii() or not text.strip().isdigit():
        return text.strip()[:40] if any(character.isdigit() for character in text) else ""
    seconds = int(text.strip()[:13])
    seconds = seconds // 1000 if seconds > 10**11 else seconds
    when = datetime.fromtimestamp(seconds, UTC).astimezone(_CHINA)
    return f"{when.year}年{when.month}月{when.day}日 {when:%H:%M}" if when.year > 2000 else ""
