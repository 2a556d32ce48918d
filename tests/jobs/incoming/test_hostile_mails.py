"""Mails in every state through the mailbox and the job: each is kept and finished, none stops the others."""

from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest

from offices import campaign, store_with_contacts
from reminder_service.documents.read import read_bytes
from reminder_service.documents.reader import READER_VERSION
from reminder_service.documents.unpack import unpack
from reminder_service.domain.documents import Reading
from reminder_service.jobs.incoming.collect import collect
from reminder_service.jobs.incoming.process import process
from reminder_service.mail import imap
from servers.fakeimap import FakeImap
from servers.settings import Imap

NOW = datetime(2024, 6, 28, 9, tzinfo=UTC)
CORPUS = sorted((Path(__file__).parents[2] / "data" / "mail").glob("*.eml"))
SHAPES = (
    b"", b"\n", b"\0" * 200, b"\xff" * 200, b"Subject: " + b"=?" * 3000, b"From: <" * 500, b"(" * 5000,
    b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n" * 2000,
    b"Content-Type: message/rfc822\r\n\r\n" * 500,
    b"Date: Fri, 31 Feb 99999 25:61:61 +9999\r\nReceived: ; \r\nReferences: " + b"<a@b> " * 5000,
)  # fmt: skip


class Here:
    version = READER_VERSION

    def read(self, path: Path, filename: str) -> Reading:
        return read_bytes(path.read_bytes(), filename)

    def expect(self, files: object) -> None:
        """Nothing is converted ahead."""

    def unpack(self, data: bytes, filename: str):
        return unpack(data, filename)


@pytest.fixture
def store(tmp_path):
    with store_with_contacts(tmp_path) as opened:
        yield opened


def test_every_mail_of_the_corpus_and_every_wreck_of_one_is_kept_and_finished(store):
    mails = [file.read_bytes() for file in CORPUS]
    mails += SHAPES
    mails += [raw[: len(raw) * 2 // 3] for raw in mails]
    with FakeImap(dict(enumerate(mails, start=1))) as server:
        read = lambda: collect(  # noqa: E731
            store, lambda: imap.connect(Imap(port=server.port), "pw"), ("INBOX",), now=NOW
        )
        first = read()
        assert first.new == len(set(mails)) and not first.failed_mails
        done = process(store, Here(), {campaign().id: campaign()}, now=NOW)
        assert (done.messages, done.failed) == (first.new, 0)
        assert read().new == 0
    assert {store.originals.read(message.sha256) for message in store.messages.all()} == set(mails)


class Noting(Here):
    """Notes what it was told to expect and what it was asked for."""

    def __init__(self) -> None:
        self.noted: list[tuple[str, ...]] = []

    def read(self, path: Path, filename: str) -> Reading:
        self.noted.append(("read", filename))
        return super().read(path, filename)

    def expect(self, files):
        self.noted.append(("expect", *(name for _, name in files)))

    def unpack(self, data: bytes, filename: str):
        if data == b"poison":
            raise ValueError("poison")
        return super().unpack(data, filename)


def test_the_files_of_several_mails_are_announced_before_the_first_is_read(store):
    mails = []
    for number, content in enumerate([b"a,b\n1,2\n", b"poison", b"a,b\n3,4\n"]):
        mail = EmailMessage()
        mail["From"], mail["Subject"], mail["Message-ID"] = "a@unit.test", "报送", f"<{number}@unit.test>"
        mail.add_attachment(content, maintype="application", subtype="x", filename=f"{number}.csv")
        mails.append(mail.as_bytes())
    with FakeImap(dict(enumerate(mails, start=1))) as server:
        collect(store, lambda: imap.connect(Imap(port=server.port), "pw"), ("INBOX",), now=NOW)
    for message in store.messages.all():  # as if none had been taken apart when it was collected
        store.messages.fail(message.id, "again", NOW)
    reader = Noting()
    done = process(store, reader, {campaign().id: campaign()}, now=NOW)
    assert (done.messages, done.failed) == (2, 1)
    assert reader.noted[:3] == [("expect", "0.csv", "2.csv"), ("read", "0.csv"), ("read", "2.csv")]
