"""Reads files in a child process with limits, so that no file can take the service down."""

import contextlib
import hashlib
import json
import os
import select
import shutil
import subprocess
import tempfile
import threading
import time
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

from reminder_service.domain.documents import Kind, Problem, Reading, reading_from_json, reading_to_json

from .limits import FILES_PER_CHILD, MAX_ANSWER_BYTES, MAX_FILE_BYTES, READ_SECONDS
from .refusals import BROKE_OFF, TOO_LARGE, TOO_SLOW
from .sandbox import bare_environment, kill_family, module
from .sniff import sniff

__all__ = ["READER_VERSION", "Reader", "reading_from_json", "reading_to_json"]

READER_VERSION = 6
"""Grows with every change that gives other readings: documents read by an earlier version are read again."""

_CHUNK = 65536
_LEAVE_SECONDS = 2.0


class _Failed(Exception):
    """The child gave no answer; ``problem`` says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.detail)
        self.problem = problem


class Reader:
    """Reads one file after another in a child process, which is begun when first needed.

    A child that hangs, crashes or exceeds its limits costs the file it was reading, and no other.
    Threads may share a reader: they wait for each other.

    :param seconds: wall-clock time for a file.
    :param files_per_child: files after which the child is replaced.
    """

    def __init__(self, *, seconds: float = READ_SECONDS, files_per_child: int = FILES_PER_CHILD) -> None:
        self._seconds = seconds
        self._files_per_child = files_per_child
        self._child: subprocess.Popen[bytes] | None = None
        self._scratch = ""
        self._read = 0
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def pid(self) -> int | None:
        """The process id of the child at work, or None."""
        return self._child.pid if self._child else None

    def read(self, path: Path, filename: str) -> Reading:
        """Return what stands in the file at ``path``, which its sender called ``filename``.

        :raises OSError: when there is no such file or it may not be read; everything else is in ``problem``.
        """
        digest, head = _digest(path)
        with self._lock:
            try:
                reading = self._ask(path, filename)
            except _Failed as failed:
                self._kill()
                reading = Reading(document=digest, filename=filename, kind=Kind.OTHER, problem=failed.problem)
        if reading.problem in (BROKE_OFF, TOO_SLOW, TOO_LARGE):
            return replace(reading, document=digest, kind=_kind(path, head, filename))
        return replace(reading, document=digest)

    def close(self) -> None:
        """End the child: by closing its input, then by force."""
        child, self._child = self._child, None
        if child is None:
            return
        if child.stdin:
            with contextlib.suppress(OSError):  # what a dead child did not take is of no use any more
                child.stdin.close()
        try:
            child.wait(_LEAVE_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        kill_family(child.pid)  # programs that it started and left behind
        shutil.rmtree(self._scratch, ignore_errors=True)
        if child.stdout:
            child.stdout.close()

    def _ask(self, path: Path, filename: str) -> Reading:
        child = self._ready_child()
        request = json.dumps({"path": str(path.absolute()), "filename": filename}).encode() + b"\n"
        assert child.stdin and child.stdout
        try:
            child.stdin.write(request)
            child.stdin.flush()
        except OSError as error:
            raise _Failed(BROKE_OFF) from error
        self._read += 1
        answer = _line(child.stdout.fileno(), time.monotonic() + self._seconds)
        try:
            return reading_from_json(json.loads(answer))
        except (ValueError, KeyError, TypeError) as error:
            raise _Failed(BROKE_OFF) from error

    def _ready_child(self) -> subprocess.Popen[bytes]:
        if self._child and (self._read >= self._files_per_child or self._child.poll() is not None):
            self.close()
        if self._child is None:
            # A killed child cleans up nothing: what it and its programs write lies in a folder of ours.
            self._scratch = tempfile.mkdtemp(prefix="reminder-service-")
            self._child, self._read = _start(self._scratch), 0
        return self._child

    def _kill(self) -> None:
        if self._child:
            kill_family(self._child.pid)
            self.close()


def _start(scratch: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        module("child"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=bare_environment() | {"TMPDIR": scratch},
        start_new_session=True,
    )


def _line(stream: int, deadline: float) -> bytes:
    """Return the next line from a child's output.

    :raises _Failed: when the time is over, the child is gone or says too much.
    """
    parts: list[bytes] = []
    size = 0
    while not (parts and parts[-1].endswith(b"\n")):
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([stream], [], [], left)[0]:
            raise _Failed(TOO_SLOW)
        part = os.read(stream, _CHUNK)
        size += len(part)
        if not part or size > MAX_ANSWER_BYTES:
            raise _Failed(BROKE_OFF)
        parts.append(part)
    return b"".join(parts)


def _digest(path: Path) -> tuple[str, bytes]:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        file.seek(0)
        return digest, file.read(_CHUNK)


def _kind(path: Path, head: bytes, filename: str) -> Kind:
    return sniff(head if path.stat().st_size > MAX_FILE_BYTES else path.read_bytes(), filename)
