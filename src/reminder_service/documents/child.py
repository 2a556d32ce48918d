"""The process that reads: one request a line on standard input, one answer a line on standard output.

Run as ``python -m reminder_service.documents.child``. Its limits are set before it sees the first byte.
"""

import json
import os
import sys
from pathlib import Path
from typing import BinaryIO

from reminder_service.domain.documents import Kind, Reading, reading_to_json

from .limits import MAX_FILE_BYTES
from .refusals import BROKE_OFF, TOO_LARGE
from .sandbox import limit_process, limit_time


def main() -> None:
    """Answer requests until standard input ends."""
    answers = private_output()
    limit_process()
    for line in sys.stdin.buffer:
        request = json.loads(line)
        limit_time()
        answer = reading_to_json(_read(Path(request["path"]), request["filename"]))
        answers.write(json.dumps(answer).encode() + b"\n")
        answers.flush()


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


def private_output() -> BinaryIO:
    """Keep standard output for answers: what a library prints must not end up among them."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return answers


if __name__ == "__main__":
    main()
