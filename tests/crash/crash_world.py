"""The world around a service that is killed again and again: units that write, a clerk, servers with moods."""

import contextlib
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import datetime
from email import message_from_bytes
from pathlib import Path

from offices import SHIPPED, address, campaign, mail, word_form
from reminder_service.domain.state import Contact
from reminder_service.store import Store, open_store
from servers.dovecot import Dovecot
from servers.smtp import SmtpServer

OFFICE = "office@example.cn"
FOLDERS = {"INBOX": "INBOX", "垃圾邮件": "&V4NXPpCuTvY-"}
"""Folders as a person writes them, and as IMAP does (RFC 3501, 5.1.3)."""

SCRIPT = Path(__file__).with_name("crash_service.py")
FOREVER = 1_000_000
COPIES_HURRY = 0.03
"""Copies come late: whoever sends doubtful mails again does so before their copies are there."""

PATIENCE = 8
"""Seconds to wait for the service to send something; there may be nothing to send."""


class World:
    """One office with its servers; ``sent_in`` are the mails that came, ``deleted`` those the clerk threw away.

    :param seed: of everything random but the moments at which threads run.
    """

    def __init__(self, folder: Path, dovecot: Dovecot, smtp: SmtpServer, *, seed: int) -> None:
        self.dovecot, self.smtp = dovecot, smtp
        self.random = random.Random(seed)
        self.now = datetime.fromisoformat("2024-06-14T09:00:00+08:00")
        self.sent_in: list[bytes] = []
        self.deleted: set[str] = set()
        self.kills = self.kills_while_sending = 0
        self._config = folder / "config"
        shutil.copytree(SHIPPED, self._config, ignore=shutil.ignore_patterns("data"))
        self._delivered = 0
        self._units = [unit.name for unit in campaign().units]
        # The clerk and the units keep away while the mail server is changed.
        self._server = threading.Lock()
        self._over = threading.Event()
        dovecot.create(FOLDERS["垃圾邮件"])
        with self.store() as store:
            contacts = [Contact(unit=one, name="王小明", address=address(one)) for one in self._units]
            store.contacts.replace_all(contacts)

    @contextlib.contextmanager
    def store(self) -> Iterator[Store]:
        data = self._config / "data"
        with open_store(f"sqlite:///{data}/reminder-service.db", data / "files") as store:
            yield store

    @contextlib.contextmanager
    def service(self) -> Iterator[None]:
        """Make it possible to start the service while the block runs."""
        with subprocess.Popen(
            [sys.executable, str(SCRIPT), str(self._config)],
            env=os.environ | self._environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as self._starter:
            try:
                assert self._said() == "ready"
                yield
            finally:
                self._starter.kill()

    def kill_once(self, longest: float, *, while_sending: bool) -> None:
        """Let the service run for a random while and kill it with SIGKILL.

        :param while_sending: wait until it hands mails over, or there is nothing to hand over for a while.
        """
        before = len(self.smtp.received)
        number = self._start(FOREVER)
        give_up_at = time.monotonic() + PATIENCE
        while while_sending and len(self.smtp.received) == before and time.monotonic() < give_up_at:
            time.sleep(0.005)
        time.sleep(self.random.uniform(0, 0.3 if while_sending else longest))
        os.kill(number, signal.SIGKILL)
        assert self._said() == str(-signal.SIGKILL), "the service ended by itself"
        self.kills += 1
        self.kills_while_sending += len(self.smtp.received) > before

    def settle(self) -> None:
        """Let everything come to rest: two undisturbed rounds."""
        self.smtp.drop, self.smtp.think = None, 0
        for _ in range(2):
            self.deliver_copies()
            self._start(1)
            assert self._said() == "0"

    def _start(self, rounds: int) -> int:
        assert self._starter.stdin is not None
        self._starter.stdin.write(f"{self.now.isoformat()} {rounds}\n")
        self._starter.stdin.flush()
        return int(self._said())

    def _said(self) -> str:
        assert self._starter.stdout is not None
        return self._starter.stdout.readline().strip()

    @contextlib.contextmanager
    def alive(self, *, mails: int) -> Iterator[None]:
        """Units write, the clerk tidies and the mail server is moody while the block runs."""
        self._threads = threads = [
            threading.Thread(target=self._units_write, args=(mails,)),
            threading.Thread(target=self._clerk_tidies),
            threading.Thread(target=self._smtp_is_moody),
        ]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self.rest()

    def rest(self) -> None:
        """Let the units write what is left, and end all that happens around the service."""
        self._over.set()
        for thread in self._threads:
            thread.join(60)

    def change_uidvalidity(self) -> None:
        """Number every mail anew, as after a restored mail server."""
        with self._server:
            self.dovecot.change_uidvalidity()

    def deliver_copies(self) -> None:
        """Put the copies that the office asked for into its mailbox, as a mail server does."""
        with self._server:
            while self._delivered < len(self.smtp.received):
                one = self.smtp.received[self._delivered]
                if OFFICE in one.recipients:
                    self.dovecot.append(one.raw, at=self.now)
                self._delivered += 1

    def _environment(self) -> dict[str, str]:
        given = {
            "IMAP__HOST": self.dovecot.host,
            "IMAP__PORT": str(self.dovecot.port),
            "IMAP__SECURITY": "none",
            "IMAP__USERNAME": self.dovecot.username,
            "IMAP__PASSWORD": self.dovecot.password,
            "IMAP__FOLDERS": ",".join(FOLDERS),
            "SMTP__HOST": self.smtp.host,
            "SMTP__PORT": str(self.smtp.port),
            "SMTP__SECURITY": "none",
            "SMTP__USERNAME": "",
            "SMTP__RATE": "600",
            "SMTP__DAILY": "100000",
            "SMTP__OWN_COPY": "true",
        }
        return {f"REMINDER_SERVICE_{name}": value for name, value in given.items()} | {
            "PYTHONPATH": os.pathsep.join(sys.path)
        }

    def _units_write(self, mails: int) -> None:
        moods = random.Random(self.random.random())
        while not (self._over.is_set() and len(self.sent_in) >= mails):
            if len(self.sent_in) < mails:
                raw = self._letter(len(self.sent_in), moods)
                with self._server:
                    self.dovecot.append(raw, moods.choice(list(FOLDERS.values())), at=self.now)
                self.sent_in.append(raw)
            if moods.random() < COPIES_HURRY:
                self.deliver_copies()
            time.sleep(0 if self._over.is_set() else moods.uniform(0.02, 0.2))

    def _letter(self, number: int, moods: random.Random) -> bytes:
        sender = moods.choice([address(moods.choice(self._units)), f"stranger{number}@example.com"])
        files = {"报表.docx": word_form({1: f"已维修{number}所"})} if number % 10 == 0 else {}
        at = self.now
        return mail(
            sender,
            files,
            subject=f"第{number}封",
            text=f"正文{number}",
            message_id=f"<{number}@unit.example.cn>",
            at=at,
        )

    def _clerk_tidies(self) -> None:
        moods = random.Random(self.random.random())
        while not self._over.wait(moods.uniform(0.05, 0.3)):
            with (
                self._server,
                contextlib.suppress(OSError),
                self.dovecot.client(moods.choice(list(FOLDERS.values()))) as client,
            ):
                uids = client.uid("SEARCH", "ALL")[1][0].split()
                if not uids:
                    continue
                uid, deed = moods.choice(uids).decode(), moods.random()
                if deed < 0.45:
                    client.uid("STORE", uid, "+FLAGS", "(\\Seen)")
                elif deed < 0.93:
                    client.uid("MOVE", uid, moods.choice(list(FOLDERS.values())))
                else:
                    raw = client.uid("FETCH", uid, "(BODY.PEEK[])")[1][0]
                    assert isinstance(raw, tuple)
                    self.deleted.add(message_id_of(raw[1]))
                    client.uid("STORE", uid, "+FLAGS", "(\\Deleted)")
                    client.expunge()

    def _smtp_is_moody(self) -> None:
        moods = random.Random(self.random.random())
        while not self._over.wait(0.05):
            self.smtp.drop = moods.choice([None] * 8 + ["after", "before"])
            self.smtp.think = moods.choice([0, 0.02, 0.2])


def message_id_of(raw: bytes) -> str:
    return str(message_from_bytes(raw)["Message-ID"])
