"""A PDF that Word printed to file: text and lines, no picture, so no seal can be in it."""

from collections.abc import Iterator, Sequence

from .papers import Row

_WIDTH, _HEIGHT, _MARGIN, _SIZE, _LEADING = 595, 842, 40, 10, 14
_COLUMNS = (34, 110, 110, 190, 71)


def printed_pdf(title: str, headings: Sequence[str], unit: str, rows: Sequence[Row]) -> bytes:
    """Print the form of a unit to a PDF."""
    content = "\n".join(_page(title, headings, unit, rows)).encode()
    return _pdf(
        [
            b"<</Type /Catalog /Pages 2 0 R>>",
            b"<</Type /Pages /Kids [3 0 R] /Count 1>>",
            b"<</Type /Page /Parent 2 0 R /MediaBox [0 0 %d %d] /Contents 7 0 R "
            b"/Resources <</Font <</F 4 0 R>>>>>>" % (_WIDTH, _HEIGHT),
            # Every PDF viewer knows this font, so none needs to be in the file.
            b"<</Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H "
            b"/DescendantFonts [5 0 R]>>",
            b"<</Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /FontDescriptor 6 0 R /DW 1000 "
            b"/CIDSystemInfo <</Registry (Adobe) /Ordering (GB1) /Supplement 4>>>>",
            b"<</Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880] "
            b"/ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93>>",
            b"<</Length %d>>\nstream\n%s\nendstream" % (len(content), content),
        ]
    )


def _page(title: str, headings: Sequence[str], unit: str, rows: Sequence[Row]) -> Iterator[str]:
    y = _HEIGHT - 70.0
    yield _text(title, (_WIDTH - len(title) * 14) / 2, y, 14)
    yield _text(f"填报单位：{unit}", _MARGIN, y - 26)
    y -= 40
    for row in (tuple(headings), *rows):
        cells = [_wrapped(text, width) for text, width in zip(row, _COLUMNS, strict=True)]
        height = max(len(lines) for lines in cells) * _LEADING + 10
        x = float(_MARGIN)
        for lines, width in zip(cells, _COLUMNS, strict=True):
            yield f"{x} {y - height} {width} {height} re S"
            for number, line in enumerate(lines, 1):
                yield _text(line, x + 5, y - number * _LEADING)
            x += width
        y -= height


def _text(text: str, x: float, y: float, size: int = _SIZE) -> str:
    return f"BT /F {size} Tf {x} {y} Td <{text.encode('utf-16-be').hex()}> Tj ET"


def _wrapped(text: str, width: int) -> list[str]:
    count = (width - 10) // _SIZE
    return [text[start : start + count] for start in range(0, len(text), count)] or [""]


def _pdf(objects: Sequence[bytes]) -> bytes:
    out = bytearray(b"%PDF-1.4\n")
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<</Size %d /Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)
