"""Files that are attached to a PDF: they are documents of their own."""

from collections.abc import Iterator

import pypdfium2

from .limits import ARCHIVE_FILES


def enclosures_of(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of each file attached to a PDF; nothing where it cannot be opened."""
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError:
        return
    try:
        for index in range(min(document.count_attachments(), ARCHIVE_FILES)):
            try:
                attached = document.get_attachment(index)
                content = bytes(attached.get_data())
                name = str(attached.get_name())
            except pypdfium2.PdfiumError:  # a torn one costs only itself
                continue
            yield name or f"附件{index + 1}", content
    finally:
        document.close()
