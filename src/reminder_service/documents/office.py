"""The zip package of Word and Excel files: its parts, within limits, and its properties."""

import io
import re
import zipfile
import zlib
from types import TracebackType
from typing import Self

from lxml import etree

from reminder_service.domain.documents import (
    CONTACT_SHEET_PROPERTY,
    FORM_PROPERTY,
    REPORT_PROPERTY,
    FormCode,
    SheetMark,
)

from .limits import MAX_OFFICE_BYTES, MAX_PART_BYTES

_TORN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError)


class Damaged(Exception):
    """The file itself is torn, whatever program opens it."""


class TooLarge(Exception):
    """The file unpacks to more than the limits allow."""


class Package:
    """The parts of an office file.

    :raises Damaged: when the archive or a part of it is torn.
    :raises TooLarge: when its parts exceed the limits.
    """

    def __init__(self, data: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except _TORN as error:
            raise Damaged(str(error)) from error
        parts = self._zip.infolist()
        # Overlapping parts: more packed bytes than the file has (a zip bomb, told without unpacking).
        if sum(part.compress_size for part in parts) > len(data) or _unpacked(parts) > MAX_OFFICE_BYTES:
            raise TooLarge("the parts of the package exceed the limit")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._zip.close()

    def names(self, prefix: str) -> list[str]:
        """Return the names of the parts that begin with ``prefix``, in the order of the archive."""
        return [name for name in self._zip.namelist() if name.startswith(prefix)]

    def part(self, name: str) -> bytes | None:
        """Return a part, or None where the package has none of this name."""
        try:
            with self._zip.open(name) as stream:
                data = stream.read(MAX_PART_BYTES + 1)
        except KeyError:
            return None
        except _TORN as error:
            raise Damaged(f"{name}: {error}") from error
        if len(data) > MAX_PART_BYTES:
            raise TooLarge(name)
        return data

    def xml(self, name: str) -> etree._Element | None:
        """Return the root of an XML part, or None; entities and documents outside are never followed."""
        data = self.part(name)
        if data is None:
            return None
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True)
        try:
            return etree.fromstring(_transitional(data), parser)
        except etree.XMLSyntaxError as error:
            raise Damaged(f"{name}: {error}") from error


def _transitional(data: bytes) -> bytes:
    """Return Strict Open XML under the usual namespace, which alone the readers know."""
    return data.replace(
        b"http://purl.oclc.org/ooxml/wordprocessingml/main",
        b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    )


def _unpacked(parts: list[zipfile.ZipInfo]) -> int:
    return sum(part.file_size for part in parts)


def form_code(package: Package) -> FormCode | None:
    """Return the code of our own form: from its property, else from the keywords."""
    texts = [value for name, value in _custom(package) if name == FORM_PROPERTY]
    core = package.xml("docProps/core.xml")
    if core is not None:
        texts += [
            word
            for found in core.iterfind("{*}keywords")
            for word in re.split(r"[\s,;，；]+", found.text or "")
        ]
    return next((code for text in texts if (code := FormCode.parse(text))), None)


def is_own_report(package: Package) -> bool:
    """Whether this program made the file as a workbook or digest."""
    return any(name == REPORT_PROPERTY for name, _ in _custom(package))


def sheet_mark(package: Package) -> SheetMark | None:
    """Return the mark of our own contact sheet."""
    texts = [value for name, value in _custom(package) if name == CONTACT_SHEET_PROPERTY]
    return next((mark for text in texts if (mark := SheetMark.parse(text))), None)


def is_secured_opendocument(package: Package) -> bool:
    """Whether an OpenDocument file is under a password."""
    manifest = package.part("META-INF/manifest.xml") or b""
    return b"encryption-data" in manifest


def _custom(package: Package) -> list[tuple[str, str]]:
    root = package.xml("docProps/custom.xml")
    if root is None:
        return []
    found = root.iterfind("{*}property")
    return [
        (str(one.get("name", "")), "".join(str(text) for text in one.itertext()).strip()) for one in found
    ]
