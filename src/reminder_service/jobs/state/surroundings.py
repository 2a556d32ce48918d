"""What the store tells of a campaign's surroundings: periods, mailbox, mails not worked on, mails that came back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from ...domain.campaign import Campaign
from ...domain.error_words import error_words
from ...domain.identity import PeriodBook
from ...domain.messages import MailFacts
from ...domain.periods import Period
from ...domain.reminders import Planner
from ...domain.state import MailboxHealth, TrayEntry
from ...domain.workdays import WorkCalendar
from ...store import OutboxMail, Store, StoredDocument, StoredMessage
from .memory import Memory


@dataclass(frozen=True, kw_only=True, slots=True)
class Surroundings:
    """What a campaign stands in besides the store: calendar, office, mailbox folders.

    :param folders: the folders that must have been read well; empty where no mailbox is configured.
    :param authserv_ids: by account, the name under which its server writes Authentication-Results.
    :param stale_after: how old the last good reading may be before the mailbox counts as blind.
    :param memory: what was made of files lately, shared by situations computed one after the other.
    """

    calendar: WorkCalendar
    zone: ZoneInfo
    office_address: str
    folders: tuple[str, ...]
    stale_after: timedelta
    campaigns: Mapping[str, Campaign]
    authserv_ids: Mapping[str, str] = field(default_factory=dict)
    memory: Memory = field(default_factory=Memory, compare=False, repr=False)


def period_book(store: Store, campaign: Campaign, around: Surroundings, now: datetime) -> PeriodBook:
    """Return which periods were opened and closed."""
    stored = store.periods.all(campaign.id)
    return PeriodBook(
        opened=tuple((Period.parse(one.period), one.opened_at) for one in stored),
        closed=frozenset(Period.parse(one.period) for one in stored if one.closed_at is not None),
        closed_at={Period.parse(one.period): one.closed_at for one in stored if one.closed_at is not None},
        fallback=_by_calendar(campaign, around, now),
    )


def _by_calendar(campaign: Campaign, around: Surroundings, now: datetime) -> Period:
    """Return the last period whose ladder has begun, else the first."""
    planner = Planner(campaign=campaign, calendar=around.calendar, zone=around.zone, contacts=(), history=())
    current = campaign.first_period
    while (following := campaign.following(current)) and planner.first_notice_at(following) <= now:
        current = following
    return current


def mailbox_health(store: Store, around: Surroundings, now: datetime) -> MailboxHealth:
    """Return what is known of the mailbox's last reading."""
    folders = {folder.folder: folder for folder in store.health.folders()}
    read = [folders[name] for name in around.folders if name in folders]
    good = [folder.good_at for folder in read if folder.good_at is not None]
    read_at = min(good) if len(good) == len(around.folders) and good else None
    # The clerk reads these words; what the server said in English stands in the log and in `doctor`.
    failed = any(folder.error for folder in read)
    if read_at is None:
        return MailboxHealth(read_at=None, blind=True, reason="邮箱无法读取" if failed else "邮箱尚未读取过")
    if failed:
        return MailboxHealth(read_at=read_at, blind=True, reason="最近一次读取邮箱失败")
    if now - read_at > around.stale_after:
        return MailboxHealth(read_at=read_at, blind=True, reason="距上次成功读取邮箱时间过长")
    return MailboxHealth(read_at=read_at, blind=False)


def is_answerable(facts: MailFacts | None) -> bool:
    """Whether a mail may be answered: a person wrote it."""
    return facts is not None and not (facts.automatic or facts.bulk or facts.null_sender)


def was_read_again(message: StoredMessage, documents: Sequence[StoredDocument]) -> bool:
    """Whether its files were read after the work on it was done: what is seen now was answered as it was seen then."""
    done = message.handled_at
    return done is not None and any(one.read_at is not None and one.read_at > done for one in documents)


def unprocessed(
    store: Store, messages: Sequence[StoredMessage], dismissed: frozenset[str]
) -> list[TrayEntry]:
    """Mails that could not be worked on, or not even be fetched: they wait until a person has looked."""
    unfetched = [
        TrayEntry(
            message_id=None,
            document=None,
            reason="not_read",
            suggested_unit=None,
            subject=error_words(seen.error or ""),
        )
        for account in dict.fromkeys(folder.account for folder in store.health.folders())
        for _, seen in store.mailbox.troubles(account)
    ]
    return unfetched + [
        TrayEntry(
            message_id=message.message_id,
            document=message.sha256,
            reason="not_read",
            suggested_unit=None,
            sender=message.from_address or "",
            subject=message.subject or "",
            received_at=message.collected_at,
        )
        for message in messages
        if message.state == "failed" and message.sha256 not in dismissed
    ]


def bounces(outbox: Sequence[OutboxMail], campaign: Campaign) -> dict[tuple[str, str], tuple[str, ...]]:
    """Return what could not be delivered, by period and unit."""
    bounces: dict[tuple[str, str], tuple[str, ...]] = {}
    for mail in outbox:
        lost = mail.bounced_at or mail.failed_at
        if lost is None or mail.unit is None or mail.campaign != campaign.id:
            continue
        about = (mail.period, mail.unit)
        detail = f"发往 {mail.to} 的邮件被{'退回' if mail.bounced_at else '拒收'}"
        bounces[about] = tuple(dict.fromkeys((*bounces.get(about, ()), detail)))
    return bounces
