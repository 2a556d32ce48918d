import os
import re
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from reminder_service.domain.errors import BusyError
from reminder_service.store.locks import service_lock, work_lock

HOLDS = """
import pathlib, sys
from reminder_service.store.locks import service_lock, work_lock
folder = pathlib.Path(sys.argv[1])
with work_lock(folder, "collect"), service_lock(folder):
    print("held", flush=True)
    sys.stdin.read()
"""


def no_sleep(_seconds: float) -> None:
    return None


def test_another_process_is_named_and_its_death_frees_the_lock(tmp_path: Path, start: Callable) -> None:
    process = start(HOLDS, tmp_path)
    assert process.stdout.readline() == "held\n"
    with pytest.raises(BusyError) as busy, work_lock(tmp_path, "remind", sleep=no_sleep):
        pass
    expected = (
        rf"collect \(process {process.pid}, since \d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d\) is at work in {tmp_path}"
    )
    assert re.match(expected, str(busy.value))
    assert busy.value.exit_status == 1
    with pytest.raises(BusyError, match=rf"run \(process {process.pid}"), service_lock(tmp_path):
        pass
    process.send_signal(signal.SIGKILL)
    process.wait()
    with work_lock(tmp_path, "remind", wait=0), service_lock(tmp_path):
        pass


def test_one_who_waits_gets_the_lock_when_the_other_has_finished(tmp_path: Path, start: Callable) -> None:
    process = start(HOLDS, tmp_path)
    assert process.stdout.readline() == "held\n"
    waited: list[float] = []

    def finish(seconds: float) -> None:
        waited.append(seconds)
        process.communicate("done")

    with work_lock(tmp_path, "remind", sleep=finish):
        assert len(waited) == 1


def test_a_minute_is_waited_before_giving_up(tmp_path: Path) -> None:
    waited: list[float] = []
    with (
        work_lock(tmp_path, "collect"),
        pytest.raises(BusyError, match=rf"collect \(process {os.getpid()},"),
        work_lock(tmp_path, "remind", sleep=waited.append),
    ):
        pass
    assert 59 <= sum(waited) <= 61


def test_a_lock_can_be_taken_again_and_after_a_failure(tmp_path: Path) -> None:
    for _ in range(2):
        with pytest.raises(ZeroDivisionError), work_lock(tmp_path / "new", "collect", wait=0):
            raise ZeroDivisionError
    assert (tmp_path / "new" / "work.lock").stat().st_mode & 0o777 == 0o600
