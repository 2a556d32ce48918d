"""Lets the rows of a write-only sheet go to its file as they are; openpyxl writes what stands around them."""

from collections.abc import Generator
from pathlib import Path
from typing import Any

from lxml import etree
from openpyxl.worksheet._writer import WorksheetWriter, create_temporary_file
from openpyxl.xml.constants import SHEET_MAIN_NS


def take_rows_as_bytes(sheet: Any) -> None:
    """Begin a write-only sheet whose ``append`` takes a list of one text: a row as XML, well-formed and complete.

    openpyxl writes a row by an element for each cell, through lxml; to hand it rows as elements takes longer than
    all else that a workbook takes.
    """
    writer = _RowWriter(sheet)
    writer.write_top()
    sheet._writer = writer
    sheet._rows = writer.take_rows()
    next(sheet._rows)


class _RowWriter(WorksheetWriter):  # type: ignore[misc]  # openpyxl has no types
    """A sheet's writer over an open file, into which rows go between what openpyxl writes.

    :ivar formats: conditional formats as elements, written beside those that openpyxl knows.
    :ivar extensions: extensions of the sheet as elements.
    """

    def __init__(self, sheet: Any) -> None:
        self._file = create_temporary_file()
        self._stream = Path(self._file).open("wb")  # noqa: SIM115 - open until the sheet is closed
        self.formats: list[Any] = []
        self.extensions: list[Any] = []
        super().__init__(sheet, out=self._stream)

    def take_rows(self) -> Generator[None, list[str], None]:
        """Write what is sent until it is closed."""
        written = self.xf.send(True)
        with written.element("sheetData"):
            written.flush()
            try:
                while True:
                    (row,) = yield
                    self._stream.write(row.encode())
            except GeneratorExit:
                pass
        self.xf.send(None)

    def write_formatting(self) -> None:
        """Write the conditional formats."""
        super().write_formatting()
        for one in self.formats:
            self.xf.send(one)

    def write_tables(self) -> None:
        """Write the tables, and behind them what only an extension says."""
        super().write_tables()
        if self.extensions:
            whole = etree.fromstring(f'<extLst xmlns="{SHEET_MAIN_NS}"/>')
            whole.extend(self.extensions)
            self.xf.send(whole)

    def close(self) -> None:
        """End the sheet; from now on it is known by its file's name, as openpyxl expects."""
        super().close()
        self._stream.close()
        self.out = self._file
