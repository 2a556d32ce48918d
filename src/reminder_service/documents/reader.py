"""Reads files and takes archives apart in a child process with limits: no file can take the service down."""

import contextlib
import hashlib
import json
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from reminder_service.domain.documents import Kind, Problem, Reading, reading_from_json, reading_to_json
from reminder_service.domain.errors import OutsideError

from .answers import Answers, Ended, Silent
from .limits import FILES_PER_CHILD, MAX_FILE_BYTES, OFFICE_FILES, READ_SECONDS, UNPACK_SECONDS
from .page_progress import OnPage
from .refusals import BROKE_OFF, TOO_LARGE, TOO_SLOW
from .sandbox import bare_environment, kill_family, module
from .sniff import may_hold_files, may_need_office, sniff_from_outside
from .unpacked import Unpacked

__all__ = ["READER_VERSION", "Reader", "reading_from_json", "reading_to_json"]

READER_VERSION = 18
"""Grows with every change that gives other readings: documents read by an earlier version are read again."""

_CHUNK = 65536
_LEAVE_SECONDS = 2.0


class ReaderClosed(OutsideError):
    """The reader was closed while it was at work: the file is to be read at another time."""


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
    :param unpack_seconds: wall-clock time for an archive to be taken apart.
    :param files_per_child: files after which the child is replaced.
    :param on_page: called with the page that is read next and how many the file has.
    """

    version = READER_VERSION

    def __init__(
        self,
        *,
        seconds: float = READ_SECONDS,
        unpack_seconds: float = UNPACK_SECONDS,
        files_per_child: int = FILES_PER_CHILD,
        on_page: OnPage = lambda page, pages: None,
    ) -> None:
        self._seconds = seconds
        self._unpack_seconds = unpack_seconds
        self._files_per_child = files_per_child
        self._on_page = on_page
        self._closed = False
        self._child: subprocess.Popen[bytes] | None = None
        self._answers: Answers | None = None
        self._scratch = ""
        self._read = 0
        self._coming: tuple[tuple[Path, str], ...] = ()
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

    def expect(self, files: Iterable[tuple[Path, str]]) -> None:
        """Say which files will be read, in their order: old ones are then converted several with one call.

        It is a hint: a file may be read without it, or never be read.

        :param files: path and name of each.
        """
        self._coming = tuple(dict.fromkeys(one for one in files if may_need_office(_head(one[0]))))

    def read(self, path: Path, filename: str) -> Reading:
        """Return what stands in the file at ``path``, which its sender called ``filename``.

        :raises OSError: when there is no such file or it may not be read; everything else is in ``problem``.
        :raises ReaderClosed: when the reader is closed meanwhile.
        """
        digest, head = _digest(path)
        self._convert_ahead((path, filename))
        try:
            answer = self._asked({"path": str(path.absolute()), "filename": filename}, self._seconds)
            reading = _parsed(answer)
        except _Failed as failed:
            reading = Reading(document=digest, filename=filename, kind=Kind.OTHER, problem=failed.problem)
        if reading.problem in (BROKE_OFF, TOO_SLOW, TOO_LARGE):
            # It may have killed the child: here it is looked at from outside only.
            return replace(reading, document=digest, kind=sniff_from_outside(head, filename))
        return replace(reading, document=digest)

    def unpack(self, data: bytes, filename: str) -> Iterator[Unpacked]:
        """Yield the file itself, or what is in it where it is an archive or a mail, one after the other.

        What cannot be taken apart (damage, password, time, a child that dies) stands for itself: the reading
        says why. This process opens nothing; a file at a time is in its memory.

        :raises ReaderClosed: when the reader is closed meanwhile.
        """
        itself = Unpacked(filename=filename, archive_path="", data=data)
        if len(data) > MAX_FILE_BYTES or not may_hold_files(data):
            yield itself
            return
        with tempfile.TemporaryDirectory(prefix="apart-", ignore_cleanup_errors=True) as folder:
            whole, into = Path(folder) / "whole", Path(folder) / "files"
            whole.write_bytes(data)
            into.mkdir()
            request = {"path": str(whole), "filename": filename, "into": str(into)}
            try:
                found = _found(self._asked(request, self._unpack_seconds), into, data)
            except _Failed:
                found = []
            if not found:
                yield itself
            for load in found:
                yield load()

    def _convert_ahead(self, file: tuple[Path, str]) -> None:
        """Have a file that was expected converted together with those after it."""
        if file not in self._coming:
            return
        coming = self._coming[self._coming.index(file) :]
        request = {"ahead": [[str(path.absolute()), name] for path, name in coming]}
        try:
            looked = int(self._asked(request, READ_SECONDS, files=1 + OFFICE_FILES)["looked"])
        except (_Failed, KeyError, TypeError, ValueError):  # then each is converted when it is read
            looked = OFFICE_FILES
        self._coming = coming[max(looked, 1) :]

    def close(self) -> None:
        """End the child, by closing its input, then by force; a reader that is asked again begins another.

        What another thread is having read meanwhile is given up, and is no failure of the file.
        """
        self._closed = True
        self._end()

    def _end(self) -> None:
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

    def _asked(self, request: Mapping[str, object], seconds: float, *, files: int = 1) -> dict[str, Any]:
        """Return the child's answer; a child that gave none is killed.

        :param files: how many files the child should still be good for.
        """
        with self._lock:
            self._closed = False
            try:
                return self._ask(request, time.monotonic() + seconds, files)
            except _Failed as failed:
                if self._closed:
                    raise ReaderClosed("The reader was closed before it had read the file.") from failed
                self._kill()
                raise

    def _ask(self, request: Mapping[str, object], deadline: float, files: int) -> dict[str, Any]:
        child, answers = self._ready_child(files)
        assert child.stdin
        try:
            child.stdin.write(json.dumps(request).encode() + b"\n")
            child.stdin.flush()
        except (OSError, ValueError) as error:
            raise _Failed(BROKE_OFF) from error
        self._read += 1
        try:
            while "page" in (said := json.loads(answers.line(deadline))):
                self._on_page(int(said["page"]), int(said["pages"]))
        except Silent as error:
            raise _Failed(TOO_SLOW) from error
        except (Ended, OSError, ValueError, KeyError, TypeError) as error:
            raise _Failed(BROKE_OFF) from error
        return said if isinstance(said, dict) else {}

    def _ready_child(self, files: int) -> tuple[subprocess.Popen[bytes], Answers]:
        tired = self._read and self._read + files > self._files_per_child
        if self._child and (tired or self._child.poll() is not None):
            self._end()
        if self._child is None or self._answers is None:
            # A killed child cleans up nothing: what it and its programs write lies in a folder of ours.
            self._scratch = tempfile.mkdtemp(prefix="reminder-service-")
            self._child, self._read = _start(self._scratch), 0
            assert self._child.stdout
            self._answers = Answers(self._child.stdout.fileno())
        return self._child, self._answers

    def _kill(self) -> None:
        if self._child:
            kill_family(self._child.pid)
            self._end()


def _start(scratch: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        module("child"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=bare_environment() | {"TMPDIR": scratch},
        start_new_session=True,
    )


def _parsed(answer: Mapping[str, Any]) -> Reading:
    try:
        return reading_from_json(dict(answer))
    except (ValueError, KeyError, TypeError) as error:
        raise _Failed(BROKE_OFF) from error


def _found(answer: Mapping[str, Any], into: Path, data: bytes) -> list[Callable[[], Unpacked]]:
    """Return what loads each file that the child has written."""

    def loader(one: Mapping[str, Any]) -> Callable[[], Unpacked]:
        content = None if one["content"] is None else into / Path(one["content"]).name
        problem = Problem(code=one["problem"][0], detail=one["problem"][1]) if one["problem"] else None
        return lambda: Unpacked(
            filename=str(one["filename"]),
            archive_path=str(one["archive_path"]),
            data=data if content is None else content.read_bytes(),
            problem=problem,
        )

    try:
        return [loader(one) for one in answer["files"] or ()]
    except (KeyError, TypeError, IndexError) as error:
        raise _Failed(BROKE_OFF) from error


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_CHUNK)
    except OSError:  # its reading will say so
        return b""


def _digest(path: Path) -> tuple[str, bytes]:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        file.seek(0)
        return digest, file.read(_CHUNK)
