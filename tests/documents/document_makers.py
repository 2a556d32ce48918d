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
