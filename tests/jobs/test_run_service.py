"""`run` as a process: it ends when told to, alone on its store, with other commands beside it."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from offices import SHIPPED

ENDS_WITHIN = 30  # seconds; generous, for busy machines


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """An office without servers: a folder for what comes, a folder for what goes."""
    config = tmp_path / "config"
    shutil.copytree(SHIPPED, config, ignore=shutil.ignore_patterns("data"))
    text = (config / "service.yaml").read_text(encoding="utf-8")
    text = re.sub(r"(?ms)^imap:.*?(?=^folder_mailbox)", "", text)
    text = text.replace("  inbox:  #", "  inbox: in  #").replace("  outbox:  #", "  outbox: out  #")
    (config / "service.yaml").write_text(text, encoding="utf-8")
    (config / "in").mkdir()
    return config


def command(config: Path, *words: str) -> list[str]:
    return [sys.executable, "-m", "reminder_service", "--config", str(config), *words]


def environment(**extra: str) -> dict[str, str]:
    given = {"PYTHONPATH": os.pathsep.join(sys.path), "REMINDER_SERVICE_CONSOLE__PORT": str(free_port())}
    return os.environ | given | extra


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


def call(config: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        command(config, *words), env=environment(), capture_output=True, text=True, check=False
    )


@contextmanager
def running(config: Path, **extra: str) -> Iterator["subprocess.Popen[str]"]:
    with subprocess.Popen(
        command(config, "run"), env=environment(**extra), stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stderr is not None
            while "Service started" not in (line := process.stderr.readline()):
                assert line, "the service ended by itself"
            yield process
        finally:
            process.kill()


def test_told_to_end_it_ends_cleanly_and_lets_others_work_beside_it_meanwhile(office):
    with running(office) as service:
        refused = call(office, "run")
        assert refused.returncode == 1 and "is at work" in refused.stderr
        assert call(office, "collect").returncode == 0
        service.send_signal(signal.SIGTERM)
        _, said = service.communicate(timeout=ENDS_WITHIN)
    assert service.returncode == 0
    assert "Service ended" in said and "Traceback" not in said


def test_a_mail_server_that_says_nothing_does_not_keep_it_from_ending(office):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        given = {
            "HOST": "127.0.0.1",
            "PORT": str(silent.getsockname()[1]),
            "SECURITY": "none",
            "USERNAME": "office",
            "PASSWORD": "secret-pw",
            "TIMEOUT": "10m",
        }
        with running(
            office, **{f"REMINDER_SERVICE_IMAP__{key}": value for key, value in given.items()}
        ) as service:
            silent.accept()  # now it waits for the greeting
            service.send_signal(signal.SIGTERM)
            service.communicate(timeout=ENDS_WITHIN)
    assert service.returncode == 0


def test_a_pause_survives_the_program_and_ends_when_told(office):
    assert "paused" in call(office, "pause", "--reason", "检查").stdout
    assert "already" in call(office, "pause").stdout
    assert "检查" in call(office, "doctor").stdout
    assert "go again" in call(office, "resume").stdout
    assert "not paused" in call(office, "resume").stdout


def test_marking_an_unknown_mail_is_a_mistake_with_a_sentence(office):
    wrong = call(office, "mark-sent", "no-such-key")
    assert wrong.returncode == 2 and "no mail has that key" in wrong.stderr
