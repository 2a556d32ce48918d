"""Many who ask for the store's version share one look, and nobody gets an answer older than their question."""

import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from reminder_service.domain.errors import OutsideError
from reminder_service.store.pulse import Pulse


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "store.db"
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE one (number INTEGER)")
    connection.close()
    return path


def test_whoever_asks_after_a_change_sees_it_however_many_ask(file: Path) -> None:
    pulse, ended, wrong = Pulse(file), threading.Event(), []
    writer = sqlite3.connect(file, check_same_thread=False)

    def ask() -> None:
        while not ended.is_set():
            pulse.version()

    with ThreadPoolExecutor(8) as readers:
        for _ in range(6):
            readers.submit(ask)
        for number in range(200):
            before = pulse.version()
            with writer:
                writer.execute("INSERT INTO one VALUES (?)", (number,))
            if pulse.version() == before:
                wrong.append(number)
        ended.set()
    writer.close()
    pulse.close()
    assert not wrong


def test_an_answer_that_never_came_is_given_to_nobody(tmp_path: Path) -> None:
    pulse = Pulse(tmp_path / "missing.db")
    for _ in range(2):
        with pytest.raises(OutsideError):
            pulse.version()
