"""The process that reads: one request a line on standard input, one answer a line on standard output.

Run as ``python -m reminder_service.documents.child``. Its limits are set before it sees the first byte.
"""

import json
import os
import resource
import sys
from pathlib import Path
from typing import Any, BinaryIO

from reminder_service.domain.documents import Kind, Reading, reading_to_json

from .limits import CPU_SECONDS, MAX_FILE_BYTES, MEMORY_BYTES, WRITTEN_BYTES
from .refusals import BROKE_OFF, TOO_LARGE


def main() -> None:
    """Answer requests until standard input ends."""
    answers = _private_output()
    _limit_process()
    for line in sys.stdin.buffer:
        request = json.loads(line)
        _limit_time()
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


def _private_output() -> BinaryIO:
    """Keep standard output for answers: what a library prints must not end up among them."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return answers


def _limit_process() -> None:
    _lower(resource.RLIMIT_AS, MEMORY_BYTES)
    _lower(resource.RLIMIT_FSIZE, WRITTEN_BYTES)
    _lower(resource.RLIMIT_CORE, 0)


def _limit_time() -> None:
    """Grant the next file its processor time; what earlier files used is past."""
    used: Any = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    wanted = int(used.ru_utime + used.ru_stime) + CPU_SECONDS
    resource.setrlimit(
        resource.RLIMIT_CPU, (wanted if hard == resource.RLIM_INFINITY else min(wanted, hard), hard)
    )


def _lower(limit: int, value: int) -> None:
    _, hard = resource.getrlimit(limit)
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(limit, (value, value))


if __name__ == "__main__":
    main()
