"""A job in a process that a test may kill."""

import os
import signal
import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).with_name("killed.py")


class Killable:
    """Starts the job and returns when it is about to begin."""

    def __init__(self, what: str, folder: Path, port: int) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(SCRIPT), what, str(folder), str(port)],
            env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == "ready\n"

    def kill(self) -> bool:
        """Kill it with SIGKILL; return whether that came before its end."""
        self._process.send_signal(signal.SIGKILL)
        rest, _ = self._process.communicate(timeout=30)
        return "done" not in rest
