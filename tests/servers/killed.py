"""Runs a job in a process of its own, to be killed. `python killed.py collect|send STORE PORT`."""

import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from reminder_service.jobs.incoming.collect import collect
from reminder_service.jobs.outgoing.send import Limits, send_due
from reminder_service.mail import imap, smtp
from reminder_service.store import open_store
from servers.settings import Imap, Smtp


def main(what: str, folder: Path, port: int) -> None:
    with open_store(f"sqlite:///{folder}/store.db", folder / "files") as store:
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        if what == "collect":
            collect(
                store,
                lambda: imap.connect(Imap(port=port), "secret-pw"),
                ["INBOX"],
                now=datetime(2024, 6, 3, tzinfo=UTC),
            )
        else:
            send_due(
                store,
                lambda: smtp.connect(Smtp(port=port), None),
                sender="office@example.cn",
                limits=Limits(rate=600),
                clock=lambda: datetime.now(UTC),
                sleep=time.sleep,
                monotonic=time.monotonic,
            )
        sys.stdout.write("done\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
