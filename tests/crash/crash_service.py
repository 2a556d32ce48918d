"""The service without its scheduler, to be killed: `python crash_service.py CONFIG`, then lines of TIME and ROUNDS.

Each line starts a process (forked, so that its start costs nothing) which does so many rounds of what `remind`
does: read the mailbox, work on what came, answer, queue what is due, send. Said are its number, then how it ended.
"""

import os
import sys
import traceback
from datetime import datetime
from pathlib import Path

import docx  # noqa: F401 - the forms are written with it; imported once

import reminder_service.reports.unit_form  # noqa: F401 - as above
from reminder_service.app import opened
from reminder_service.config import Configuration, load
from reminder_service.logs import configure


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def work(configuration: Configuration, at: datetime, rounds: int) -> None:
    try:
        for _ in range(rounds):
            with opened(configuration, at=at) as app:
                app.remind()
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def main(directory: Path) -> None:
    configure("CRITICAL")
    configuration = load(directory, os.environ)
    say("ready")
    for line in sys.stdin:
        at, rounds = line.split()
        number = os.fork()
        if number == 0:
            work(configuration, datetime.fromisoformat(at), int(rounds))
        say(str(number))
        _, status = os.waitpid(number, 0)
        say(str(os.waitstatus_to_exitcode(status)))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
