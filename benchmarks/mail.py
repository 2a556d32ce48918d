"""How fast mail comes in and goes out, beside the bare libraries, in one run on one machine.

    PYTHONPATH=src:tests .venv/bin/python benchmarks/mail.py [--mails 300] [--kib 274] [--folder 50000]

Every figure stands beside what it is compared with, measured in turns, so that a busy machine slows both.
Needs Dovecot and openssl, as the tests do.
"""

import argparse
import base64
import contextlib
import email
import email.policy
import hashlib
import imaplib
import os
import pwd
import random
import resource
import smtplib
import sqlite3
import ssl
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from imap_tools import MailBox

from reminder_service.documents.reader import Reader
from reminder_service.jobs.incoming.collect import collect
from reminder_service.jobs.incoming.process import facts_and_files
from reminder_service.jobs.outgoing.send import Limits, send_due
from reminder_service.mail import imap, smtp
from reminder_service.store import Store, open_store
from servers.dovecot import Dovecot
from servers.settings import Imap, Smtp, a_mail
from servers.smtp import SmtpServer

NOW = datetime(2024, 6, 3, tzinfo=UTC)
TURNS = 3


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--mails", type=int, default=300)
    options.add_argument("--kib", type=int, default=274)
    options.add_argument("--folder", type=int, default=50_000)
    options.add_argument("--only", choices=("in", "out", "poll", "big"), help="measure this alone")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if chosen.only in (None, "in"):
            with Dovecot(tls=True) as server:
                fill(server, [with_file(number, chosen.kib) for number in range(chosen.mails)])
                incoming(folder, server, chosen.mails)
        if chosen.only in (None, "out"):
            outgoing(folder, chosen.mails)
        if chosen.only in (None, "poll"):
            with Dovecot() as server:
                fill(server, [a_mail(f"{number}") for number in range(chosen.folder)])
                empty_poll(folder, server, chosen.folder)
        if chosen.only in (None, "big"):
            with Dovecot() as server:
                fill(server, [with_file(0, 51 * 1024)])
                big_mail(folder, server)


def incoming(folder: Path, server: Dovecot, mails: int) -> None:
    """Intake to durable originals and unpacked documents, against three ways to have the same mails.

    ``imaplib`` only fetches: nothing is kept or decoded. ``imap-tools`` decodes the attachment and keeps nothing.
    ``imaplib, kept`` is what somebody would write who wants the same as we: each mail written and synced, taken
    apart by the standard library, each attachment written and synced.
    """

    def context() -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(server.ca_file))

    def bare() -> int:
        with imaplib.IMAP4_SSL("localhost", server.tls_port, ssl_context=context()) as client:
            client.login(server.username, server.password)
            client.select("INBOX", readonly=True)
            uids = client.uid("SEARCH", "ALL")[1][0].split()
            return len([client.uid("FETCH", uid.decode(), "(BODY.PEEK[])") for uid in uids])

    def tools() -> int:
        with MailBox("localhost", server.tls_port, ssl_context=context()).login(
            server.username, server.password, initial_folder=None
        ) as box:
            box.folder.set("INBOX", readonly=True)
            found = [message.attachments[0].payload for message in box.fetch(mark_seen=False)]
            return len(found)

    def kept() -> int:
        place = Path(tempfile.mkdtemp(dir=folder))
        with imaplib.IMAP4_SSL("localhost", server.tls_port, ssl_context=context()) as client:
            client.login(server.username, server.password)
            client.select("INBOX", readonly=True)
            uids = client.uid("SEARCH", "ALL")[1][0].split()
            for uid in uids:
                raw = client.uid("FETCH", uid.decode(), "(BODY.PEEK[])")[1][0][1]
                write_durably(place, raw)
                for part in email.message_from_bytes(raw, policy=email.policy.default).iter_attachments():
                    write_durably(place, part.get_content())
            return len(uids)

    def ours() -> int:
        with fresh_store(folder) as store:
            started = time.perf_counter()
            settings = Imap(host="localhost", port=server.tls_port, security="tls", ca_file=server.ca_file)
            new = collect(store, lambda: imap.connect(settings, server.password), ["INBOX"], now=NOW).new
            # What is in each mail is noted, its files are among the originals: all but reading them is done.
            with Reader() as reader:
                for message in store.messages.unfinished():
                    facts_and_files(store, reader, message)
            spent.append(time.perf_counter() - started)
            files = [store.originals.path(one.sha256) for one in store.documents.all()]
            assert len(files) == mails and all(file.is_file() for file in files)
            return new

    spent: list[float] = []

    figures = in_turns(
        {"imaplib": bare, "imap-tools": tools, "imaplib, kept": kept, "this program": ours}, mails
    )
    # Making a store is no part of it.
    figures["this program"] = [mails / seconds for seconds in spent]
    print(f"intake over TLS, {mails} mails")
    tell(figures, {"imaplib": 0.7, "imap-tools": 3.0, "imaplib, kept": 1.0})


def outgoing(folder: Path, mails: int) -> None:
    """Sending with marks on disk, against smtplib that remembers nothing and smtplib with the same marks.

    The second is what somebody would write: each mail is marked in a SQLite file, synced, before it goes and after.
    """
    raw = a_mail("reminder", "请按时报送。\r\n" * 300)
    with SmtpServer() as server:

        def bare() -> int:
            with smtplib.SMTP(server.host, server.port) as client:
                for number in range(mails):
                    client.sendmail("office@example.cn", f"{number}@example.cn", raw)
            return mails

        def marked() -> int:
            database = sqlite3.connect(Path(tempfile.mkdtemp(dir=folder)) / "marks.db", isolation_level=None)
            database.execute("PRAGMA journal_mode = WAL")
            database.execute("PRAGMA synchronous = FULL")
            database.execute("CREATE TABLE marks (number INTEGER PRIMARY KEY, state TEXT)")
            with contextlib.closing(database), smtplib.SMTP(server.host, server.port) as client:
                for number in range(mails):
                    database.execute("INSERT INTO marks VALUES (?, 'sending')", (number,))
                    client.sendmail("office@example.cn", f"{number}@example.cn", raw)
                    database.execute("UPDATE marks SET state = 'sent' WHERE number = ?", (number,))
            return mails

        def ours() -> int:
            with fresh_store(folder) as store:
                queue(store, raw, mails)
                started = time.perf_counter()
                sent = send_due(
                    store,
                    lambda: smtp.connect(Smtp(port=server.port), None),
                    sender="office@example.cn",
                    limits=Limits(rate=10**9),
                    clock=lambda: NOW,
                    sleep=time.sleep,
                    monotonic=time.monotonic,
                ).sent
                spent.append(time.perf_counter() - started)
            return sent

        spent: list[float] = []
        figures = in_turns({"smtplib": bare, "smtplib, marked": marked, "this program": ours}, mails)
        figures["this program"] = [mails / seconds for seconds in spent]
    print(f"sending, {mails} mails")
    tell(figures, {"smtplib": 0.8, "smtplib, marked": 1.0})


def empty_poll(folder: Path, server: Dovecot, mails: int) -> None:
    """How often a reading without news waits for the server, login aside."""
    asked: list[str] = []
    original = imaplib.IMAP4._command

    def counted(self: imaplib.IMAP4, name: str, *arguments: object) -> object:
        asked.append(name)
        return original(self, name, *arguments)

    with fresh_store(folder) as store:

        def connect() -> imap.ImapMailbox:
            return imap.connect(Imap(port=server.port), server.password)

        with connect() as box:
            validity = box.examine("INBOX")
            newest = box.list_after(0)[-1].uid
        store.mailbox.reset(box.account, "INBOX", validity)
        store.mailbox.note(box.account, "INBOX", validity, newest, state="done")
        store.mailbox.advance(box.account, "INBOX", validity)
        imaplib.IMAP4._command = counted
        try:
            started = time.perf_counter()
            collect(store, connect, ["INBOX"], now=NOW)
            seconds = time.perf_counter() - started
        finally:
            imaplib.IMAP4._command = original
    trips = [name for name in asked if name not in ("CAPABILITY", "LOGIN", "LOGOUT", "ID")]
    verdict = "good" if len(trips) < 3 else "TOO MANY"
    print(
        f"empty poll of {mails} mails: {len(trips)} round trips ({', '.join(trips)}), {seconds * 1000:.0f} ms: {verdict}"
    )


def big_mail(folder: Path, server: Dovecot) -> None:
    """How much memory a mail of 50 MB takes, in a process of its own."""
    reading, writing = os.pipe()
    if os.fork() == 0:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        with fresh_store(folder) as store:
            collect(store, lambda: imap.connect(Imap(port=server.port), server.password), ["INBOX"], now=NOW)
            [message] = store.messages.all()
            size = store.originals.path(str(message.sha256)).stat().st_size
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024
        os.write(writing, f"{size // 2**20} {grown}".encode())
        os._exit(0)
    os.close(writing)
    size, grown = os.read(reading, 100).decode().split()
    print(f"a mail of {size} MB: {grown} MB of memory more")


def in_turns(ways: dict[str, Callable[[], int]], mails: int) -> dict[str, list[float]]:
    """Return mails a second of each way, several times, each time all of them one after the other."""
    figures: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(TURNS):
        for name, way in ways.items():
            started = time.perf_counter()
            done = way()
            figures[name].append(mails / (time.perf_counter() - started))
            assert done == mails, f"{name}: {done} of {mails}"
    return figures


def tell(figures: dict[str, list[float]], goals: dict[str, float]) -> None:
    """Print each way and our ratio to it, the median of the turns."""
    for name, rates in figures.items():
        print(
            f"  {name:16} {statistics.median(rates):8.0f} mails/s   ({', '.join(f'{rate:.0f}' for rate in rates)})"
        )
    for name, goal in goals.items():
        ratios = [own / other for own, other in zip(figures["this program"], figures[name], strict=True)]
        ratio = statistics.median(ratios)
        print(f"  {ratio:.2f} of {name}, goal {goal}: {'good' if ratio >= goal else 'MISSED'}")


def fresh_store(folder: Path) -> Store:
    """Return an empty store in a folder of its own."""
    place = Path(tempfile.mkdtemp(dir=folder))
    return open_store(f"sqlite:///{place}/store.db", place / "files")


def write_durably(folder: Path, data: bytes) -> None:
    """Write a file under the name of its content so that it is whole whenever the machine dies."""
    target = folder / hashlib.sha256(data).hexdigest()
    temporary = target.with_suffix(".tmp")
    with temporary.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(target)
    descriptor = os.open(folder, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)


def queue(store: Store, raw: bytes, mails: int) -> None:
    """Queue so many mails."""
    sha256 = store.originals.put(raw)
    with store.transaction():
        for number in range(mails):
            store.outbox.enqueue(
                key=f"c/2024Q2/{number}/reminder/D/1", message_id=f"<{number}@x>", campaign="c", period="2024Q2",
                unit=f"{number}", kind="reminder", to=f"{number}@example.cn", subject="x", raw_sha256=sha256,
                not_before=NOW, created_at=NOW,
            )  # fmt: skip


def with_file(number: int, kib: int) -> bytes:
    """Return a mail as units send it, a line of text and a file, which no compression makes smaller.

    :param kib: its size on the wire.
    """
    data = base64.encodebytes(random.Random(number).randbytes(kib * 1024 * 73 // 100)).replace(b"\n", b"\r\n")
    lines = [
        "From: Zhang <zhang@unit.example.cn>", "To: office@example.cn", f"Subject: {number}",
        f"Message-ID: <{number}@unit.example.cn>", "MIME-Version: 1.0",
        'Content-Type: multipart/mixed; boundary="=_next"', "",
        "--=_next", "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 8bit", "",
        "附件请查收。", "",
        "--=_next", "Content-Type: application/octet-stream",
        'Content-Disposition: attachment; filename="a.bin"', "Content-Transfer-Encoding: base64", "", "",
    ]  # fmt: skip
    return "\r\n".join(lines).encode() + data + b"--=_next--\r\n"


def fill(server: Dovecot, mails: list[bytes]) -> None:
    """Put mails into the inbox as files, which is quicker than to deliver them."""
    with server.client():
        pass  # makes the folder
    new = server._base / "mail" / server.username / "new"
    owner = pwd.getpwnam("mail") if os.getuid() == 0 else pwd.getpwuid(os.getuid())
    for number, raw in enumerate(mails):
        path = new / f"{1_700_000_000 + number}.M{number}.host"
        path.write_bytes(raw)
        os.chown(path, owner.pw_uid, owner.pw_gid)


if __name__ == "__main__":
    main()
