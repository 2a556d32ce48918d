"""An office for stories: a configuration on disk, the command line, Dovecot and an SMTP server, and units that write."""

import contextlib
import email
import email.policy
import io
import json
import shutil
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from unittest.mock import patch
from zoneinfo import ZoneInfo

from reminder_service.cli.main import main
from reminder_service.config import load
from reminder_service.demo import scans
from reminder_service.demo.mails import composed
from reminder_service.demo.papers import Paper, filled_form, rows_of
from reminder_service.domain.campaign import Campaign
from reminder_service.resources import packaged_config
from servers.dovecot import Dovecot
from servers.smtp import SmtpServer

ZONE = ZoneInfo("Asia/Shanghai")
OFFICE = "office@example.cn"
CAMPAIGN = "gaoqing-2024-women-children"

_SERVICE = """\
schema: 1
office: {{name: 县妇儿工委办公室, phone: "6967116", address: {office}, digest_to: [{office}], timezone: Asia/Shanghai}}
imap: {{host: 127.0.0.1, port: {imap}, security: none, username: office, folders: [INBOX], timeout: 5s}}
smtp: {{host: 127.0.0.1, port: {smtp}, security: none, rate: 600}}
"""


def at(text: str) -> datetime:
    """Read ``06-25 09:00`` as office time of 2024."""
    return datetime.fromisoformat(f"2024-{text}").replace(tzinfo=ZONE)


@dataclass(frozen=True, kw_only=True)
class Ran:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass(kw_only=True)
class Office:
    """Runs commands as a person would; ``collected`` notes nothing that the program does not show itself."""

    directory: Path
    dovecot: Dovecot
    smtp: SmtpServer
    _campaign: Campaign | None = field(default=None)

    def __post_init__(self) -> None:
        (self.directory / "campaigns").mkdir(parents=True)
        shutil.copy(packaged_config() / "campaigns" / f"{CAMPAIGN}.yaml", self.directory / "campaigns")
        text = _SERVICE.format(office=OFFICE, imap=self.dovecot.port, smtp=self.smtp.port)
        (self.directory / "service.yaml").write_text(text, encoding="utf-8")

    @property
    def campaign(self) -> Campaign:
        if self._campaign is None:
            self._campaign = load(self.directory, {}).campaigns[CAMPAIGN]
        return self._campaign

    # --- the office ------------------------------------------------------------------------------------------

    def run(self, *command: str | Path) -> Ran:
        """Run one command of the command line, password in the environment, and return how it ended."""
        arguments = ["reminder-service", "--config", str(self.directory), *map(str, command)]
        out, err = io.StringIO(), io.StringIO()
        password = {"REMINDER_SERVICE_IMAP__PASSWORD": self.dovecot.password}
        code: object = 0
        with (
            patch.object(sys, "argv", arguments),
            patch.dict("os.environ", password),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
        ):
            try:
                main()
            except SystemExit as ended:
                code = ended.code
        return Ran(code=code if isinstance(code, int) else 0, out=out.getvalue(), err=err.getvalue())

    def job(self, name: str, when: str) -> Ran:
        """Run a job at a moment."""
        return self.run(name, "--at", at(when).isoformat())

    def twice(self, name: str, when: str) -> Ran:
        """Run a job, and once more: the second run must send nothing and change nothing that the program shows."""
        first = self.job(name, when)
        before = self.shown(when)
        sent = len(self.smtp.received)
        again = self.job(name, when)
        assert len(self.smtp.received) == sent, f"{name} at {when} sent something when run again"
        assert self.shown(when) == before, f"{name} at {when} changed something when run again"
        assert again.code == first.code
        return first

    def shown(self, when: str) -> tuple[Any, Any]:
        """Everything that `status` and `messages` tell."""
        return self.status(when), self.messages()

    def status(self, when: str) -> Any:
        return self.run("status", "2024Q2", "--json", "--at", at(when).isoformat()).json

    def unit(self, name: str, when: str) -> Any:
        return next(unit for unit in self.status(when)["units"] if unit["unit"] == name)

    def states(self, when: str) -> dict[str, str]:
        return {unit["unit"]: unit["status"] for unit in self.status(when)["units"]}

    def messages(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.run("messages", "--json").json
        return found

    # --- what went out ---------------------------------------------------------------------------------------

    def sent(self) -> list["Sent"]:
        """Every mail that the SMTP server took, in order."""
        return [
            Sent(to=mail.recipients[0], mail=_parsed(mail.raw))
            for mail in self.smtp.received
            if len(mail.recipients) == 1
        ]

    def since(self, count: int) -> list["Sent"]:
        return self.sent()[count:]

    # --- what comes in ---------------------------------------------------------------------------------------

    def arrives(self, mail: EmailMessage | bytes, when: str) -> None:
        """Put a mail into the office's mailbox as it arrived then."""
        self.dovecot.append(mail if isinstance(mail, bytes) else mail.as_bytes(), at=at(when))

    def reply(
        self,
        address: str,
        when: str,
        *papers: Paper,
        text: str = "请查收。",
        headers: tuple[tuple[str, str], ...] = (),
    ) -> None:
        """Answer the newest mail that an address got."""
        answered = [sent.mail for sent in self.sent() if sent.to == address][-1]
        mail = composed(
            sender=address,
            name="经办人",
            to=OFFICE,
            subject=f"回复：{answered['Subject']}",
            text=text,
            at=at(when),
            papers=papers,
            answers=answered,
            headers=headers,
        )
        self.arrives(mail, when)

    def fresh(self, sender: str, when: str, subject: str, *papers: Paper, text: str = "见附件。") -> None:
        """Send the office a mail that answers none."""
        self.arrives(
            composed(
                sender=sender, name="", to=OFFICE, subject=subject, text=text, at=at(when), papers=papers
            ),
            when,
        )

    def form(self, address: str, texts: Mapping[int, str], name: str = "报表.docx") -> Paper:
        """The form that an address got with its first notice, filled in."""
        first = next(sent for sent in self.sent() if sent.to == address and sent.forms)
        return Paper(filename=name, content=filled_form(first.forms[0], texts))

    def cover(self, unit: str, name: str = "盖章.pdf") -> Paper:
        """A stamped and scanned page without the form's table."""
        seal = self.campaign.unit(unit).full_name
        return Paper(
            filename=name, content=scans.scanned_pdf("报送封面", (), (), seal, at("06-20 09:00").date())
        )

    def scan(self, unit: str, texts: Mapping[int, str], name: str = "盖章.pdf") -> Paper:
        """The unit's form, stamped and scanned."""
        campaign = self.campaign
        headings = [column.heading for column in campaign.form.columns]
        rows = rows_of(campaign, unit, texts)
        seal = campaign.unit(unit).full_name
        day = at("06-20 09:00").date()
        return Paper(filename=name, content=scans.scanned_pdf(campaign.form.title, headings, rows, seal, day))


@dataclass(frozen=True, kw_only=True)
class Sent:
    """A mail as a recipient got it."""

    to: str
    mail: EmailMessage

    @property
    def subject(self) -> str:
        return str(self.mail["Subject"])

    @property
    def text(self) -> str:
        body = self.mail.get_body(("plain",))
        assert body is not None
        return str(body.get_content())

    @property
    def files(self) -> dict[str, bytes]:
        return {str(part.get_filename()): part.get_content() for part in self.mail.iter_attachments()}

    @property
    def forms(self) -> list[bytes]:
        return [content for name, content in self.files.items() if name.endswith(".docx")]


def recipients(sent: Iterable[Sent]) -> list[str]:
    return sorted(one.to for one in sent)


def _parsed(raw: bytes) -> EmailMessage:
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(mail, EmailMessage)
    return mail
