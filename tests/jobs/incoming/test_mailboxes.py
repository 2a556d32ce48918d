"""Two offices with a mailbox each: what comes and goes by which, and who is blind when one is down."""

import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from builders import ZONE
from offices import SHIPPED
from reminder_service.app import opened
from reminder_service.config import Configuration, load
from servers.fakeimap import FakeImap
from servers.settings import a_mail
from servers.smtp import SmtpServer

NOW = datetime(2025, 6, 10, 10, tzinfo=ZONE)
WOMEN, SURVEY = "gaoqing-2024-women-children", "children-homes-survey-2025"


class World:
    def __init__(
        self, folder: Path, inboxes: tuple[FakeImap, FakeImap], ways_out: tuple[SmtpServer, SmtpServer]
    ):
        self.folder = folder
        self.own, self.other = inboxes
        self.own_out, self.other_out = ways_out
        (folder / "campaigns").mkdir()
        shutil.copy(SHIPPED / "campaigns" / f"{WOMEN}.yaml", folder / "campaigns")
        text = (SHIPPED / "examples" / f"{SURVEY}.yaml").read_text("utf-8")
        survey = text.replace("mailbox:  # 用", "mailbox: homes  # 用")
        (folder / "campaigns" / f"{SURVEY}.yaml").write_text(survey, "utf-8")

    def configuration(self, *, smtp: str = "", homes_smtp: str | None = "") -> Configuration:
        """``smtp`` and ``homes_smtp`` are further keys of the ways out; None: homes sends by the office's own."""

        def server(port: int, more: str = "") -> str:
            return f"{{host: 127.0.0.1, port: {port}, security: none, timeout: 5s{more}}}"

        (self.folder / "service.yaml").write_text(
            "schema: 1\n"
            'office: {name: 办公室, phone: "1", address: office@example.cn, digest_to: [office@example.cn]}\n'
            f"imap: {server(self.own.port, ', username: office')}\n"
            f"smtp: {server(self.own_out.port, smtp)}\n"
            "mailboxes:\n"
            "  homes:\n"
            f"    imap: {server(self.other.port, ', username: homes')}\n"
            + ("" if homes_smtp is None else f"    smtp: {server(self.other_out.port, homes_smtp)}\n")
            + "    address: homes@example.cn\n",
            "utf-8",
        )
        passwords = {
            "REMINDER_SERVICE_IMAP__PASSWORD": "a",
            "REMINDER_SERVICE_MAILBOXES__HOMES__IMAP__PASSWORD": "b",
        }
        return load(self.folder, passwords)


def queue(app, *campaigns: str) -> None:
    for number, campaign in enumerate(campaigns, start=len(app.store.outbox.all())):
        app.store.outbox.enqueue(
            key=f"{campaign}/{number}",
            message_id=f"<{campaign}.{number}@example.cn>",
            campaign=campaign,
            period="2025Q2",
            unit=None,
            kind="digest",
            to="boss@example.cn",
            subject="日报",
            raw_sha256=app.store.originals.put(a_mail(campaign)),
            not_before=NOW,
            created_at=NOW - timedelta(minutes=1),
        )


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with (
        FakeImap({1: a_mail("own")}) as own,
        FakeImap({1: a_mail("other")}) as other,
        SmtpServer() as own_out,
        SmtpServer() as other_out,
    ):
        yield World(tmp_path, (own, other), (own_out, other_out))


def test_every_mailbox_is_read_and_keeps_its_own_count(world):
    with opened(world.configuration(), at=NOW) as app:
        assert app.collect().collected.new == 2
        assert {(one.account, one.folder) for one in app.store.messages.all()} == {
            ("office@127.0.0.1", "INBOX"),
            ("homes@127.0.0.1", "INBOX"),
        }
        assert app.collect().collected.new == 0


def test_only_the_office_whose_mailbox_is_down_is_blind(world):
    world.other.stop()
    with opened(world.configuration(), at=NOW) as app:
        done = app.collect()
        blind = {name: app.situation(one).mailbox.blind for name, one in app.campaigns.items()}
        assert blind == {WOMEN: False, SURVEY: True}
        assert [folder for folder, _ in done.collected.failed_folders] == ["homes:INBOX"]
        assert done.collected.new == 1


def test_a_mailbox_that_no_campaign_names_belongs_to_every_campaign_without_one(world):
    survey = world.folder / "campaigns" / f"{SURVEY}.yaml"
    survey.write_text(survey.read_text("utf-8").replace("mailbox: homes", "mailbox:"), "utf-8")
    world.other.stop()
    with opened(world.configuration(), at=NOW) as app:
        app.collect()
        assert all(app.situation(one).mailbox.blind for one in app.campaigns.values())


def test_mails_of_a_campaign_go_out_by_its_own_account(world):
    with opened(world.configuration(), at=NOW) as app:
        queue(app, WOMEN, SURVEY)
        assert app.send().sent == 2
        assert {one.account for one in app.store.health.senders()} == {
            "office@example.cn@127.0.0.1",
            "homes@example.cn@127.0.0.1",
        }
        assert app.letters(app.campaigns[SURVEY]).office.address == "homes@example.cn"
    assert [mail.sender for mail in world.own_out.received] == ["office@example.cn"]
    assert [mail.sender for mail in world.other_out.received] == ["homes@example.cn"]


def test_each_account_has_its_own_cap_of_the_day(world):
    with opened(world.configuration(smtp=", daily: 2", homes_smtp=", daily: 1"), at=NOW) as app:
        queue(app, WOMEN, WOMEN)
        assert app.send().sent == 2
        queue(app, WOMEN, SURVEY, SURVEY)
        done = app.send()
        assert (done.sent, done.left) == (1, 2)
        assert "smtp.daily is 2" in done.note and "mailboxes.homes.smtp.daily is 1" in done.note
    assert (len(world.own_out.received), len(world.other_out.received)) == (2, 1)


def test_campaigns_that_share_an_account_share_its_cap_though_their_addresses_differ(world):
    with opened(world.configuration(smtp=", daily: 3", homes_smtp=None), at=NOW) as app:
        queue(app, SURVEY, SURVEY)
        assert app.send().sent == 2
        queue(app, SURVEY, WOMEN, "configured no more")
        done = app.send()
        assert (done.sent, done.left) == (1, 2) and "smtp.daily is 3" in done.note
        assert app.send().sent == 0
    assert {mail.sender for mail in world.own_out.received} == {"office@example.cn", "homes@example.cn"}
