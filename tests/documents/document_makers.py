"""Small files made on the spot, so that a test shows what is in them."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from PIL import Image, ImageDraw

from reminder_service.domain.campaign import Column, ColumnKey

FORMS = Path(__file__).parent.parent / "data" / "forms"

COLUMNS = (
    Column(key=ColumnKey.NUMBER, heading="序号"),
    Column(key=ColumnKey.NAME, heading="实事名称", also=("项目名称",)),
    Column(key=ColumnKey.UNITS, heading="责任单位"),
    Column(key=ColumnKey.MEASURES, heading="本季度具体措施及任务进度情况", also=("进展情况",)),
    Column(key=ColumnKey.DEADLINE, heading="完成时限"),
)
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def sample(name: str) -> bytes:
    """The bytes of a sample form; every person in it is invented."""
    return (FORMS / name).read_bytes()


def zipped(parts: Mapping[str, bytes | str]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return target.getvalue()


def cell(text: str, settings: str = "") -> str:
    return f"<w:tc><w:tcPr>{settings}</w:tcPr>{paragraph(text)}</w:tc>"


def paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def row(*cells: str) -> str:
    return f"<w:tr>{''.join(one if one.startswith('<w:tc>') else cell(one) for one in cells)}</w:tr>"


def table(*rows: str) -> str:
    return f"<w:tbl>{''.join(rows)}</w:tbl>"


def docx(body: str, prologue: str = "", **parts: bytes | str) -> bytes:
    """A Word file with this body; further parts by path with ``__`` for ``/``."""
    more = {name.replace("__", "/"): content for name, content in parts.items()}
    document = f"<?xml version='1.0'?>{prologue}<w:document {W}><w:body>{body}</w:body></w:document>"
    return zipped({"[Content_Types].xml": "<Types/>", "word/document.xml": document} | more)


def custom_property(name: str, value: str) -> str:
    return (
        '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties" '
        'xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes">'
        f'<property fmtid="{{D5CDD505-2E9C-101B-9397-08002B2CF9AE}}" pid="2" name="{name}">'
        f"<vt:lpwstr>{value}</vt:lpwstr></property></Properties>"
    )


def picture(colour: str, size: int = 200, kind: str = "PNG", mode: str = "RGB") -> bytes:
    """A white picture with a ring and a star-like blot in this colour, as a seal is."""
    image = Image.new(mode, (size, size), "white")
    draw = ImageDraw.Draw(image)
    draw.ellipse(
        (size // 10, size // 10, size * 9 // 10, size * 9 // 10), outline=colour, width=max(1, size // 30)
    )
    draw.rectangle((size * 4 // 10, size * 4 // 10, size * 6 // 10, size * 6 // 10), fill=colour)
    target = io.BytesIO()
    image.save(target, kind)
    return target.getvalue()


def scanned_pdf(colour: str = "red", pages: int = 1) -> bytes:
    """A PDF of pictures without text."""
    images = [Image.open(io.BytesIO(picture(colour, 600))) for _ in range(pages)]
    target = io.BytesIO()
    images[0].save(target, "PDF", save_all=True, append_images=images[1:])
    return target.getvalue()


def pdf(objects: Sequence[bytes]) -> bytes:
    """A PDF of these objects, numbered from 1; the first is the catalog."""
    out = bytearray(b"%PDF-1.7\n")
    places = []
    for number, content in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<</Size %d /Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)


def stream(content: bytes, settings: bytes = b"") -> bytes:
    return b"<<%s /Length %d>>\nstream\n%s\nendstream" % (settings, len(content), content)


OFD = 'xmlns:ofd="http://www.ofdspec.org/2016"'


def ofd_text(text: str, x: float, y: float, more: str = "") -> str:
    """A text whose base line is 3.44 mm below ``y``."""
    return (
        f'<ofd:TextObject ID="1" Boundary="{x} {y} 60 4" Font="3" Size="4" {more}>'
        f'<ofd:TextCode X="0" Y="3.44" DeltaX="g {max(1, len(text) - 1)} 4">{text}</ofd:TextCode></ofd:TextObject>'
    )


def ofd_line(x0: float, y0: float, x1: float, y1: float) -> str:
    path = f"M 0 0 L {x1 - x0} {y1 - y0}"
    return (
        f'<ofd:PathObject ID="2" Boundary="{x0} {y0} {max(0.2, x1 - x0)} {max(0.2, y1 - y0)}">'
        f"<ofd:AbbreviatedData>{path}</ofd:AbbreviatedData></ofd:PathObject>"
    )


def ruled(rows: Sequence[Sequence[str]], top: float = 50, width: float = 40, height: float = 10) -> str:
    down, across = len(rows) * height, len(rows[0]) * width
    drawn = [
        ofd_line(20, top + place * height, 20 + across, top + place * height)
        for place in range(len(rows) + 1)
    ]
    drawn += [
        ofd_line(20 + place * width, top, 20 + place * width, top + down) for place in range(len(rows[0]) + 1)
    ]
    for place, cells in enumerate(rows):
        drawn += [
            ofd_text(cell, 22 + column * width, top + place * height + 3)
            for column, cell in enumerate(cells)
            if cell
        ]
    return "".join(drawn)


def content(drawn: str, before: str = "") -> str:
    return (
        f"<ofd:Page {OFD}><ofd:Area><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:Area>{before}"
        f'<ofd:Content><ofd:Layer ID="9">{drawn}</ofd:Layer></ofd:Content></ofd:Page>'
    )


def ofd(*pages: str, common: str = "", more: dict[str, bytes | str] | None = None) -> bytes:
    listed = "".join(
        f'<ofd:Page ID="{place}" BaseLoc="Pages/Page_{place}/Content.xml"/>' for place in range(len(pages))
    )
    document = f"<ofd:Document {OFD}><ofd:CommonData>{common}</ofd:CommonData><ofd:Pages>{listed}</ofd:Pages></ofd:Document>"
    root = (
        f"<ofd:OFD {OFD}><ofd:DocBody><ofd:DocRoot>/Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>"
    )
    parts: dict[str, bytes | str] = {"OFD.xml": root, "Doc_0/Document.xml": document}
    parts |= {f"Doc_0/Pages/Page_{place}/Content.xml": page for place, page in enumerate(pages)}
    return zipped(parts | (more or {}))
