"""HTML of a mail as readable text and as the links in it; nothing in it is ever fetched."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.etree import _Element

LONGEST_HTML = 4_000_000

_SPACE = re.compile(r"[ \t\r\n\f\v\u00a0]+")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_BLANK_LINES = re.compile(r"\n{3,}")
_HIDDEN = {"script", "style", "head", "title", "template", "noscript", "object", "svg"}
_BLOCKS = {
    *(
        "p",
        "div",
        "section",
        "article",
        "header",
        "footer",
        "blockquote",
        "pre",
        "ul",
        "ol",
        "li",
        "dl",
        "dt",
        "dd",
    ),
    *("h1", "h2", "h3", "h4", "h5", "h6", "table", "caption", "hr", "form", "fieldset", "center", "body"),
}


def parse_html(html: str) -> "_Element | None":
    """Return the root of the parsed HTML, or None where there is nothing to parse."""
    from lxml import etree

    text = _CONTROL.sub(" ", html[:LONGEST_HTML])
    parser = etree.HTMLParser(
        encoding="utf-8", recover=True, no_network=True, remove_comments=True, remove_pis=True
    )
    try:
        return etree.fromstring(text.encode("utf-8"), parser)
    except (etree.XMLSyntaxError, ValueError):
        return None


def html_to_text(html: str) -> str:
    """Return the visible text; a row of a table is one line, its cells parted by `` | ``."""
    root = parse_html(html)
    return "" if root is None else tree_to_text(root)


def tree_to_text(root: "_Element") -> str:
    """Return the visible text under an element, as :func:`html_to_text` does."""
    page = _Page()
    for event, element in _events(root):
        tag = element.tag
        if event == "start":
            page.open(tag)
            page.write(element.text)
        else:
            page.close(tag)
            if element is not root:
                page.write(element.tail)
    return page.text()


def _events(root: "_Element") -> Iterator[tuple[str, "_Element"]]:
    """Yield start and end of every visible element, without recursion."""
    from lxml import etree

    walker = etree.iterwalk(root, events=("start", "end"))
    for event, element in walker:
        if not isinstance(element.tag, str) or element.tag in _HIDDEN:
            if event == "start":
                walker.skip_subtree()
            else:
                # What follows a hidden element is visible.
                yield "tail", element
            continue
        yield event, element


class _Page:
    """Collects text; inside a table row, cell by cell."""

    def __init__(self) -> None:
        self._buffers: list[list[str]] = [[]]
        self._rows: list[list[str]] = []

    def open(self, tag: str) -> None:
        if tag == "tr":
            self._rows.append([])
        elif tag in {"td", "th"} and self._rows:
            self._buffers.append([])
        elif tag == "br":
            self._buffers[-1].append("\n")
        elif tag in _BLOCKS:
            self._new_line()

    def close(self, tag: str) -> None:
        if tag == "tr" and self._rows:
            if row := _row(self._rows.pop()):
                self._new_line()
                self._buffers[-1].append(f"{row}\n")
        elif tag in {"td", "th"} and self._rows and len(self._buffers) > 1:
            self._rows[-1].append(_tidy("".join(self._buffers.pop())))
        elif tag in _BLOCKS:
            self._new_line()

    def write(self, text: str | None) -> None:
        shown = _SPACE.sub(" ", text or "")
        if shown and not (shown == " " and self._at_line_start()):
            self._buffers[-1].append(shown)

    def _at_line_start(self) -> bool:
        buffer = self._buffers[-1]
        return not buffer or buffer[-1].endswith("\n")

    def _new_line(self) -> None:
        if not self._at_line_start():
            self._buffers[-1].append("\n")

    def text(self) -> str:
        return _tidy("".join("".join(buffer) for buffer in self._buffers))


def _row(cells: list[str]) -> str:
    filled = [cell for cell in cells if cell]
    if len(filled) <= 1 or any(" | " in cell for cell in filled):
        # One cell, or cells that hold tables: the table is there for the layout.
        return "\n".join(filled)
    return " | ".join(cell.replace("\n", " ") for cell in cells)


def _tidy(text: str) -> str:
    lines = (line.strip(" ") for line in text.split("\n"))
    return _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip()
