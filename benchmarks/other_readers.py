"""What tesseract, img2table and camelot read of pictures of pages, one line of JSON for each reader and picture.

``PYTHON benchmarks/other_readers.py PICTURE...`` (``--cells PDF...`` for typed forms) under a Python that has them; it
needs nothing of this project.
A reader that is not there gives one line with ``missing``. Text is all that was read, in any order; seconds are
processor seconds, those of called programs counted.
"""

import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("OMP_THREAD_LIMIT", "1")


def main() -> None:
    """Read every picture with every reader that is installed."""
    if sys.argv[1] == "--cells":
        print_cells([Path(name) for name in sys.argv[2:]])
        return
    for name, make in (("tesseract", tesseract), ("img2table", img2table), ("camelot", camelot)):
        try:
            read = make()
        except (ImportError, FileNotFoundError) as error:
            print(json.dumps({"reader": name, "missing": str(error)}), flush=True)
            continue
        for file in sys.argv[1:]:
            began = spent()
            try:
                text = read(Path(file))
            except Exception as error:  # any library's own: a page it cannot read is a page not read
                print(f"{name} {file}: {error}", file=sys.stderr)
                text = ""
            line = {"reader": name, "file": Path(file).name, "text": text, "seconds": spent() - began}
            print(json.dumps(line), flush=True)


def print_cells(files: list[Path]) -> None:
    """Print the cells of typed PDFs: ``cells`` in place of ``text``."""
    for name, read in (("camelot", camelot_cells), ("img2table", img2table_cells)):
        for file in files:
            began = spent()
            try:
                cells = read(file)
            except ImportError as error:
                print(json.dumps({"reader": name, "missing": str(error)}), flush=True)
                break
            except Exception as error:  # any library's own: a file it cannot read is a file not read
                print(f"{name} {file}: {error}", file=sys.stderr)
                cells = []
            line = {"reader": name, "file": file.name, "cells": cells, "seconds": spent() - began}
            print(json.dumps(line), flush=True)


def camelot_cells(file: Path) -> list[str]:
    """Return the cells of all tables that ``lattice`` finds."""
    import camelot as library

    tables = library.read_pdf(str(file), pages="all", flavor="lattice")
    return [str(text) for table in tables for text in table.df.to_numpy().ravel()]


def img2table_cells(file: Path) -> list[str]:
    """Return the cells of all ruled tables, their text from the PDF itself."""
    from img2table.document import PDF

    pages = PDF(str(file)).extract_tables(implicit_rows=False, borderless_tables=False)
    tables = [table for page in pages.values() for table in page]
    return [str(text) for table in tables for text in table.df.fillna("").to_numpy().ravel()]


def environment_of() -> dict[str, str]:
    """Return the environment in which another Python finds its own libraries."""
    return {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}


def spent() -> float:
    """Return the processor seconds of this process and of the programs it called."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def tesseract() -> Callable[[Path], str]:
    """Return a reader: the whole page, simplified Chinese."""
    program = shutil.which("tesseract")
    if program is None:
        raise FileNotFoundError("no program tesseract")
    languages = subprocess.run([program, "--list-langs"], capture_output=True, text=True, check=True).stdout
    if "chi_sim" not in languages:
        raise FileNotFoundError("tesseract has no chi_sim")

    def read(file: Path) -> str:
        call = [program, str(file), "-", "-l", "chi_sim"]
        return subprocess.run(call, capture_output=True, text=True, check=True).stdout

    return read


def img2table() -> Callable[[Path], str]:
    """Return a reader: its tables, recognised by tesseract."""
    from img2table.document import Image  # type: ignore[import-not-found]
    from img2table.ocr import TesseractOCR  # type: ignore[import-not-found]

    recognition = TesseractOCR(n_threads=1, lang="chi_sim")

    def read(file: Path) -> str:
        tables = Image(str(file)).extract_tables(ocr=recognition)
        return "".join(str(text) for table in tables for text in table.df.to_numpy().ravel() if text)

    return read


def camelot() -> Callable[[Path], str]:
    """Return a reader: the picture as a page of a PDF, as a scanner sends it; it recognises no text itself."""
    import camelot as library  # type: ignore[import-not-found]
    from PIL import Image

    def read(file: Path) -> str:
        with tempfile.TemporaryDirectory() as folder:
            target, page = Path(folder) / "page.pdf", io.BytesIO()
            Image.open(file).convert("RGB").save(page, "PDF", resolution=200)
            target.write_bytes(page.getvalue())
            tables = library.read_pdf(str(target), flavor="lattice")
            return "".join(str(text) for table in tables for text in table.df.to_numpy().ravel())

    return read


if __name__ == "__main__":
    main()
