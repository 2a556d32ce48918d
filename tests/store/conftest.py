import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

import reminder_service
from reminder_service.store import Store, open_store

SOURCE = Path(reminder_service.__file__).parents[1]


@pytest.fixture
def now() -> datetime:
    return datetime(2024, 6, 28, 9, 0, tzinfo=timezone(timedelta(hours=8)))


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/data/reminder-service.db"


@pytest.fixture
def files(tmp_path: Path) -> Path:
    return tmp_path / "data" / "files"


@pytest.fixture
def store(url: str, files: Path) -> Iterator[Store]:
    with open_store(url, files) as opened:
        yield opened


@pytest.fixture
def start() -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start another Python process with the package on its path."""
    started: list[subprocess.Popen[str]] = []

    def run(code: str, *arguments: object) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", code, *map(str, arguments)],
            env={**os.environ, "PYTHONPATH": str(SOURCE)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield run
    for process in started:
        process.kill()
        process.communicate()
