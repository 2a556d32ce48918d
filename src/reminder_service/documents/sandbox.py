"""Processes that open strangers' files: limited, without our secrets, and ended with all their children."""

import contextlib
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from .limits import CONVERTED_BYTES, CPU_SECONDS, MEMORY_BYTES, WRITTEN_BYTES

_PASSED_ON = ("PATH", "LANG", "LC_ALL", "TZ", "TMPDIR")


class Hung(Exception):
    """The process did not end in time and was killed with all its children."""


class Died(Exception):
    """The process ended by a signal or with an error."""


def bare_environment() -> dict[str, str]:
    """Return what a process needs of our environment. Passwords travel there: they are not passed on."""
    root = str(Path(__file__).parents[2])
    paths = [root, *filter(None, [os.environ.get("PYTHONPATH")])]
    kept = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    return kept | {"PYTHONPATH": os.pathsep.join(paths), "PYTHONDONTWRITEBYTECODE": "1"}


def module(name: str, *arguments: str) -> list[str]:
    """Return the command that runs a module of this package in a process of its own."""
    return [sys.executable, "-m", f"{__package__}.{name}", *arguments]


def run(
    command: Sequence[str],
    *,
    seconds: float,
    data: bytes | None = None,
    environment: Mapping[str, str] | None = None,
    writes: bool = False,
    at: Path | None = None,
) -> bytes:
    """Run a command to its end and return its standard output.

    :param data: standard input; none is an empty one.
    :param writes: whether it may write files as large as a converted document.
    :param at: the folder that it runs in: some programs leave files where they were called.
    :raises Hung: when the time is over.
    :raises Died: when it cannot be started, fails or is killed.
    """
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE if data is not None else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=dict(environment) if environment is not None else bare_environment(),
            cwd=at,
            process_group=0,
            preexec_fn=allow_writing if writes else None,
        )
    except OSError as error:
        raise Died(str(error)) from error
    try:
        output, _ = process.communicate(data, timeout=seconds)
    except subprocess.TimeoutExpired as error:
        raise Hung(f"{command[0]} took longer than {seconds:g} s") from error
    finally:
        kill_family(process.pid)  # children that outlived it too
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream:
                with contextlib.suppress(OSError):
                    stream.close()
    if process.returncode:
        raise Died(f"{command[0]} ended with {process.returncode}")
    return output


def kill_family(pid: int) -> None:
    """Kill what descends from a process or belongs to its group or session, and the process itself."""
    family = {pid}
    known = _processes()
    grown = True
    while grown:
        more = {one for one, relatives in known.items() if family & relatives} - family
        grown = bool(more)
        family |= more
    for one in family - {os.getpid()}:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(one, signal.SIGKILL)


def _processes() -> dict[int, set[int]]:
    """Return parent, group and session of every process."""
    found: dict[int, set[int]] = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            _, _, rest = entry.read_text("utf-8", "replace").rpartition(")")
        except OSError:  # gone in the meantime
            continue
        _, parent, group, session, *_ = rest.split()
        found[int(entry.parent.name)] = {int(parent), int(group), int(session)}
    return found


def limit_process() -> None:
    """Limit memory, files and dumps of this process and its children."""
    _lower(resource.RLIMIT_AS, MEMORY_BYTES, MEMORY_BYTES)
    _lower(resource.RLIMIT_FSIZE, WRITTEN_BYTES, CONVERTED_BYTES)
    _lower(resource.RLIMIT_CORE, 0, 0)


def limit_time() -> None:
    """Grant the next file its processor time; what earlier files used is past."""
    used: Any = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    wanted = int(used.ru_utime + used.ru_stime) + CPU_SECONDS
    resource.setrlimit(
        resource.RLIMIT_CPU, (wanted if hard == resource.RLIM_INFINITY else min(wanted, hard), hard)
    )


def allow_writing() -> None:
    """Let this process write files as large as a converted document."""
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))


def forbid_writing() -> None:
    """Take back what :func:`allow_writing` allowed."""
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (min(WRITTEN_BYTES, hard), hard))


def _lower(limit: int, soft: int, most: int) -> None:
    _, hard = resource.getrlimit(limit)
    most = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(limit, (min(soft, most), most))
