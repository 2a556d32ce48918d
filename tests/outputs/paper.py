"""Files as they print: one run of LibreOffice for all of them, then facts of the pages."""

import io
import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import docx
import pdfplumber
import pytest
from openpyxl import load_workbook
from pdfplumber.page import Page
from PIL import Image

PICTURES = os.environ.get("OUTPUT_PICTURES")
"""A folder that outputs are photographed into, for the documentation; tests look the same without."""


def printed(files: Mapping[str, bytes], folder: Path) -> dict[str, Path]:
    """Print files by LibreOffice, all in one run: to start it takes longer than to print one."""
    soffice = shutil.which("soffice")
    if soffice is None:
        pytest.skip("LibreOffice (soffice) is not installed: nobody looks at how the outputs print")
    paths = []
    for name, data in files.items():
        path = folder / name.replace(".", "-", 1) / name
        path.parent.mkdir(parents=True)
        path.write_bytes(data)
        paths.append(path)
    target = folder / "printed"
    for ending in sorted({path.suffix for path in paths}):
        # Names that differ only by their ending would be printed onto each other.
        command = [soffice, "--headless", f"-env:UserInstallation={(folder / 'profile').as_uri()}"]
        command += ["--convert-to", "pdf", "--outdir", str(target / ending)]
        command += [str(path) for path in paths if path.suffix == ending]
        subprocess.run(command, check=True, capture_output=True, timeout=100)
    return {path.name: target / path.suffix / f"{path.stem}.pdf" for path in paths}


def converted_again(workbook: bytes, folder: Path) -> bytes:
    """A workbook as LibreOffice opens it and writes it again."""
    soffice = shutil.which("soffice")
    if soffice is None:
        pytest.skip("LibreOffice (soffice) is not installed: nobody opens the large workbook")
    (folder / "large.xlsx").write_bytes(workbook)
    command = [soffice, "--headless", f"-env:UserInstallation={(folder / 'profile').as_uri()}"]
    command += ["--convert-to", "xlsx", "--outdir", str(folder / "again"), str(folder / "large.xlsx")]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    return (folder / "again" / "large.xlsx").read_bytes()


def texts_of(name: str, data: bytes) -> list[str]:
    """Every text that a file is to show, cell by cell and line by line, without white space."""
    if name.endswith(".xlsx"):
        book = load_workbook(io.BytesIO(data))
        sheets = [sheet for sheet in book.worksheets if sheet.title != "图表"]
        found = [cell.value for sheet in sheets for row in sheet.iter_rows() for cell in row]
        return [words for value in found if isinstance(value, str) and (words := bare(value))]
    document = docx.Document(io.BytesIO(data))
    cells = [cell for table in document.tables for row in table.rows for cell in row.cells]
    lines = [*document.paragraphs, *(line for cell in cells for line in cell.paragraphs)]
    return [words for line in lines if (words := bare(line.text))]


def bare(text: str) -> str:
    """A text without white space."""
    return "".join(text.split())


def shown(pages: list[Page]) -> str:
    """What stands on pages: first line by line, then column by column of the tables, each within its cells.

    A character outside of every cell of a table, because its row is too low, is not in any column.
    """
    columns: dict[int, list[str]] = {}
    whole = []
    for page in pages:
        whole.append(bare(page.extract_text() or ""))
        for table in page.find_tables():
            for index, row in enumerate(table.rows):
                for cell in filter(None, row.cells):
                    text = bare(page.crop(cell, strict=False).extract_text() or "")
                    if index or len(pages) == 1 or page is pages[0]:
                        columns.setdefault(round(cell[0]), []).append(text)
    return "\n".join(["".join(whole), *("".join(texts) for texts in columns.values())])


def outside(page: Page) -> list[str]:
    """Characters that stand outside of a page."""
    width, height = page.width, page.height
    return [
        char["text"]
        for char in page.chars
        if char["text"].strip()
        and not (char["x0"] >= 0 and char["x1"] <= width and char["top"] >= 0 and char["bottom"] <= height)
    ]


def loose_fonts(pdf: Path) -> list[str]:
    """Fonts that a PDF only names and does not carry."""
    pdffonts = shutil.which("pdffonts")
    if pdffonts is None:
        pytest.skip("pdffonts (poppler-utils) is not installed")
    listed = subprocess.run([pdffonts, str(pdf)], check=True, capture_output=True, text=True).stdout
    # Long names push the columns aside: emb, sub and uni are the words before the number of the object.
    return [line for line in listed.splitlines()[2:] if line.split()[-5] != "yes"]


def photograph(pdf: Path, name: str, page: int = 1) -> None:
    """Photograph a page where pictures are asked for."""
    if not PICTURES:
        return
    with pdfplumber.open(pdf) as opened:
        picture = opened.pages[page - 1].to_image(resolution=96).original
    keep(picture, name)


def keep(picture: Image.Image, name: str) -> None:
    """Keep a picture in few colours: enough for text, and a fifth of the bytes."""
    picture.convert("RGB").quantize(32).save(Path(str(PICTURES)) / f"{name}.png", optimize=True)
