"""The package of a Word file that we write: its properties, and the same bytes for the same content."""

import io
import zipfile
from datetime import UTC, datetime

from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from lxml import etree

from .texts import safe_text

_CUSTOM = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
_TYPES = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"
_CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
_THUMBNAIL = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/thumbnail"
_USER_PROPERTIES = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
_LONGEST_CORE_TEXT = 255
_FIRST_ID = 2
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)


def set_custom_property(document: Document, name: str, value: str) -> None:
    """Give a document its only custom property; Word shows it under 文件 → 属性 → 自定义."""
    root = etree.fromstring(f'<Properties xmlns="{_CUSTOM}" xmlns:vt="{_TYPES}"/>')
    one = etree.SubElement(
        root, f"{{{_CUSTOM}}}property", fmtid=_USER_PROPERTIES, pid=str(_FIRST_ID), name=name
    )
    etree.SubElement(one, f"{{{_TYPES}}}lpwstr").text = value
    blob = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    package = document.part.package
    # An office's template may bring its own, such as the mark of WPS.
    for key in [
        key for key, old in package.rels.items() if old.reltype == RELATIONSHIP_TYPE.CUSTOM_PROPERTIES
    ]:
        del package.rels[key]
    part = Part(PackURI("/docProps/custom.xml"), _CONTENT_TYPE, blob, package)
    package.relate_to(part, RELATIONSHIP_TYPE.CUSTOM_PROPERTIES)


def describe(document: Document, *, title: str, author: str, keywords: str, at: datetime) -> None:
    """Fill the core properties of a document made from python-docx's template.

    :param at: the time, with offset, that counts as written and changed; the clock is never read.
    """
    core = document.core_properties
    core.title = safe_text(title)[:_LONGEST_CORE_TEXT]
    core.author = core.last_modified_by = safe_text(author)[:_LONGEST_CORE_TEXT]
    core.keywords = safe_text(keywords)[:_LONGEST_CORE_TEXT]
    core.comments = ""
    core.language = "zh-CN"
    core.revision = 1
    core.created = core.modified = at.astimezone(UTC)
    _drop_thumbnail(document)


def to_bytes(document: Document) -> bytes:
    """Return the file; the same document gives the same bytes, whenever it is written."""
    written, result = io.BytesIO(), io.BytesIO()
    document.save(written)
    with zipfile.ZipFile(written) as source, zipfile.ZipFile(result, "w") as target:
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, date_time=_ZIP_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            target.writestr(entry, source.read(name))
    return result.getvalue()


def _drop_thumbnail(document: Document) -> None:
    """Take away the template's preview picture: it shows another document than ours."""
    relations = document.part.package.rels
    for key in [key for key, one in relations.items() if one.reltype == _THUMBNAIL]:
        del relations[key]
