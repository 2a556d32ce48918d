"""The process that reads and takes apart: one request a line on standard input, one answer a line on standard output.

Run as ``python -m reminder_service.documents.child``. Its limits are set before it sees the first byte. Before the
answer about a file of many pages come lines that say which page is read.
"""

import json
import os
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

from reminder_service.domain.documents import Kind, Reading, reading_to_json

from .ahead import convert_ahead
from .libreoffice import converted_ahead
from .limits import MAX_FILE_BYTES
from .page_progress import on_page
from .refusals import BROKE_OFF, TOO_LARGE
from .sandbox import allow_writing, forbid_writing, limit_process, limit_time


def main() -> None:
    """Answer requests until standard input ends."""
    answers = private_output()
    limit_process()

    def say(value: Mapping[str, Any]) -> None:
        answers.write(json.dumps(value).encode() + b"\n")
        answers.flush()

    on_page.set(lambda page, pages: say({"page": page, "pages": pages}))
    made = Path(tempfile.gettempdir()) / "converted"
    converted_ahead.set(made)
    for line in sys.stdin.buffer:
        request = json.loads(line)
        limit_time()
        if "ahead" in request:
            say({"looked": convert_ahead([(Path(path), name) for path, name in request["ahead"]], made)})
            continue
        path, filename = Path(request["path"]), request["filename"]
        if "into" in request:
            say({"files": _take_apart(path, filename, Path(request["into"]))})
        else:
            say(reading_to_json(_read(path, filename)))


def _read(path: Path, filename: str) -> Reading:
    from dataclasses import replace

    from .read import read_bytes

    failed = Reading(document="", filename=filename, kind=Kind.OTHER)
    if path.stat().st_size > MAX_FILE_BYTES:
        return replace(failed, problem=TOO_LARGE)
    try:
        return read_bytes(path.read_bytes(), filename)
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException:  # MemoryError, and the panics of Rust libraries, which are no Exceptions
        return replace(failed, problem=BROKE_OFF)


def _take_apart(path: Path, filename: str, into: Path) -> list[dict[str, Any]] | None:
    """Write what is in a file into a folder; None where it cannot be taken apart, and stands for itself."""
    from .unpack import unpack

    allow_writing()
    try:
        data = path.read_bytes()
        return [
            {
                "filename": one.filename,
                "archive_path": one.archive_path,
                "content": None if one.data is data else _written(into / str(number), one.data),
                "problem": [one.problem.code, one.problem.detail] if one.problem else None,
            }
            for number, one in enumerate(unpack(data, filename))
        ]
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException:  # as above
        return None
    finally:
        forbid_writing()


def _written(path: Path, data: bytes) -> str:
    path.write_bytes(data)
    return path.name


def private_output() -> BinaryIO:
    """Keep standard output for answers: what a library prints must not end up among them."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return answers


if __name__ == "__main__":
    main()
