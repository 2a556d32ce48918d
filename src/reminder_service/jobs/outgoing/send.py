"""Sending what is due from the outbox, so that no mail goes twice whatever breaks when."""

import logging
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Protocol

from reminder_service.domain.errors import DeliveryError, OutsideError, UncertainDelivery
from reminder_service.store import TakenMail

if TYPE_CHECKING:
    from reminder_service.store import OutboxMail, Store

logger = logging.getLogger(__name__)

# Greylisting passes at the second try; six tries in all span most of a day.
DELAYS = tuple(timedelta(minutes=minutes) for minutes in (5, 15, 60, 240, 960))


class Sender(Protocol):
    """What is asked of the way out; ``mail.smtp.SmtpSender`` is the real one and tells what is raised."""

    def send(self, raw: bytes, *, sender: str, to: str, before_data: Callable[[], None]) -> None:
        """Send one mail to one address."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SendSummary:
    """What became of the mails that were due.

    ``unknown`` counts also the mails that a dead process was sending, ``left`` what stays queued for a later
    run. ``error`` is the sentence if something kept mails from being tried at all, ``note`` if that is as it
    should be: a pause, the cap of the day.
    """

    sent: int
    failed: int
    unknown: int
    left: int
    error: str | None = None
    note: str | None = None

    @classmethod
    def of(cls, ways: "Sequence[SendSummary]") -> "SendSummary":
        """Return what several ways out did together."""
        return cls(
            sent=sum(way.sent for way in ways),
            failed=sum(way.failed for way in ways),
            unknown=sum(way.unknown for way in ways),
            left=sum(way.left for way in ways),
            error=" ".join(dict.fromkeys(way.error for way in ways if way.error)) or None,
            note=" ".join(dict.fromkeys(way.note for way in ways if way.note)) or None,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """How fast and how much one account may send.

    :param rate: mails a minute; after a pause as many may go at once.
    :param daily: mails a day of office time, None for any number.
    :param waiting: numbers of queued mails that must not go now.
    :param section: where ``daily`` stands in ``service.yaml``, for the sentence.
    :param counts: whether the mails of the campaign with this id go by this account and use up its limits.
    """

    rate: int
    daily: int | None = None
    zone: tzinfo = UTC
    waiting: frozenset[int] = frozenset()
    section: str = "smtp"
    counts: Callable[[str], bool] = lambda campaign: True


def send_due(
    store: "Store",
    connect_sender: Callable[[], AbstractContextManager[Sender]],
    *,
    sender: str,
    limits: Limits,
    clock: Callable[[], datetime],
    sleep: Callable[[float], object],
    monotonic: Callable[[], float],
    account: str = "smtp",
    takes: Callable[[str], bool] = lambda campaign: True,
    stop: Callable[[], bool] = lambda: False,
) -> SendSummary:
    """Send every mail that is due, one by one, and return what became of them.

    The caller holds the work lock.

    1. What a dead process was sending is ``unknown``: nobody can tell whether it went.
    2. While the clerk has paused sending, or the cap of the day is reached, everything stays queued.
    3. For each mail that is due, wait for the rate, then name its recipient to the server.
    4. Recipient accepted: claim the mail, durably. If it was dropped or claimed meanwhile, let it be.
    5. Send the body. Taken: ``sent``, noted by the same write as the claim of the next mail if that goes at once,
       by a write of its own before anything is waited for. Refused for good: ``failed``. Refused for now: queued
       again, later each time, ``failed`` at the sixth refusal. Connection broken after the body began:
       ``unknown``, and never sent again by itself.
    6. No server, no login: everything else stays queued, and the summary says why.

    :param connect_sender: makes the way out; entered only if something is due.
    :param sender: the address of the envelope.
    :param sleep: waits for so many seconds, by the same clock as ``monotonic``.
    :param account: the name under which the store keeps how sending stands.
    :param takes: whether the mails of the campaign with this id go this way.
    :param stop: asked before each mail; True leaves the rest queued.
    """
    recovered = store.outbox.recover()
    if recovered:
        logger.warning("%d mails may or may not have gone", recovered, extra={"action": "sending_recovered"})
    now = clock()
    queued = [mail for mail in store.outbox.due(now) if takes(mail.campaign)]
    due = [mail for mail in queued if mail.id not in limits.waiting]
    allowed, note = _allowed(store, due, limits, now)
    if note is None and len(due) < len(queued):
        note = (
            f"{len(queued) - len(due)} mails wait for office hours, or until nobody can have reported unseen."
        )
    round_ = _Round(store, sender, clock, account=account, stop=stop)
    if allowed:
        # What another command sent a moment ago counts: the server sees one account.
        used = _handed_over(store, limits, now - timedelta(minutes=1), now)
        round_.run(allowed, connect_sender, TokenBucket(limits.rate, monotonic, sleep, used=used))
    return SendSummary(
        sent=round_.sent,
        failed=round_.failed,
        unknown=recovered + round_.unknown,
        left=len(queued) - round_.settled,
        error=round_.error,
        note=note,
    )


def _allowed(
    store: "Store", due: "list[OutboxMail]", limits: Limits, now: datetime
) -> "tuple[list[OutboxMail], str | None]":
    """Return the mails that may go at all today, and the sentence about the others."""
    if due and (paused := store.pause.get()):
        why = f" ({paused.reason})" if paused.reason else ""
        since = paused.since.astimezone(limits.zone)
        return [], (
            f"Sending is paused since {since:%Y-%m-%d %H:%M}{why}; {len(due)} mails wait for "
            "`reminder-service resume`."
        )
    if limits.daily is None:
        return due, None
    midnight = now.astimezone(limits.zone).replace(hour=0, minute=0, second=0, microsecond=0)
    free = max(0, limits.daily - _handed_over(store, limits, midnight - timedelta(microseconds=1), now))
    if len(due) <= free:
        return due, None
    why = f"{limits.section}.daily is {limits.daily}"
    return due[:free], f"{len(due) - free} mails wait until tomorrow: {why}."


def _handed_over(store: "Store", limits: Limits, after: datetime, until: datetime) -> int:
    """Return how many mails this account was handed between two moments."""
    handed = store.outbox.handed_over(after, until)
    return sum(mails for campaign, mails in handed.items() if limits.counts(campaign))


class TokenBucket:
    """Holds back so that no more than ``rate`` mails go in a minute, after a pause as many at once.

    :param monotonic: seconds since any moment.
    :param sleep: waits for so many seconds.
    :param used: mails that went in the last minute.
    """

    def __init__(
        self,
        rate: int,
        monotonic: Callable[[], float],
        sleep: Callable[[float], object],
        *,
        used: int = 0,
    ) -> None:
        self._rate = rate
        self._monotonic = monotonic
        self._sleep = sleep
        self._tokens = float(max(0, rate - used))
        self._filled_at = monotonic()

    def take(self, before_waiting: Callable[[], None] = lambda: None) -> None:
        """Return when one more mail may go.

        :param before_waiting: called if that is not at once.
        """
        now = self._monotonic()
        self._tokens = min(self._rate, self._tokens + (now - self._filled_at) * self._rate / 60)
        self._filled_at = now
        if self._tokens < 1:
            before_waiting()
            self._sleep((1 - self._tokens) * 60 / self._rate)
            self._tokens = 1.0
            self._filled_at = self._monotonic()
        self._tokens -= 1


class _NotOurs(Exception):
    """The mail was dropped, or claimed by somebody else, since the list of due mails was made."""


class _Round:
    """One run through the mails that are due."""

    def __init__(
        self,
        store: "Store",
        sender: str,
        clock: Callable[[], datetime],
        *,
        account: str,
        stop: Callable[[], bool],
    ) -> None:
        self._account = account
        self._stop = stop
        self._store = store
        self._sender = sender
        self._clock = clock
        self.sent = self.failed = self.unknown = self.settled = 0
        self.error: str | None = None
        self._taken: TakenMail | None = None

    def run(
        self,
        due: "list[OutboxMail]",
        connect_sender: Callable[[], AbstractContextManager[Sender]],
        bucket: TokenBucket,
    ) -> None:
        """Send these mails; stop at what concerns them all."""
        outage: str | None = None
        try:
            with connect_sender() as way_out:
                self._send_all(way_out, due, bucket)
        except OutsideError as error:
            self.error = outage = str(error)
            logger.warning("Sending stopped: %s", error, extra={"action": "sending_stopped"})
        self._store.health.note_sending(self._clock(), outage, account=self._account)

    def _send_all(self, way_out: Sender, due: "list[OutboxMail]", bucket: TokenBucket) -> None:
        try:
            for mail in due:
                raw = self._original(mail)
                if raw is None:
                    continue
                bucket.take(self._note_taken)
                if self._stop():
                    break
                self._send(way_out, mail, raw)
        finally:
            self._note_taken()

    def _note_taken(self) -> None:
        """Note the last mail as sent, if no claim of another did so."""
        taken, self._taken = self._taken, None
        if taken is not None:
            self._store.outbox.sent(taken.id, taken.at)

    def _original(self, mail: "OutboxMail") -> bytes | None:
        """Return the mail itself; one that is damaged stays queued and does not hold up the others."""
        try:
            return self._store.originals.read(mail.raw_sha256)
        except OutsideError as error:
            self.error = str(error)
            logger.error("Mail %s not sent: %s", mail.key, error, extra={"action": "original_unreadable"})
            return None

    def _send(self, way_out: Sender, mail: "OutboxMail", raw: bytes) -> None:
        outbox = self._store.outbox

        def claim() -> None:
            # Claim first: a crash then costs one mail, never a second copy.
            ours = outbox.claim(mail.id, self._clock(), taken=self._taken)
            self._taken = None
            if not ours:
                raise _NotOurs

        try:
            way_out.send(raw, sender=self._sender, to=mail.to, before_data=claim)
        except _NotOurs:
            self.settled += 1
        except UncertainDelivery as error:
            self._note_taken()
            outbox.unknown(mail.id, str(error))
            self.unknown += 1
            self.settled += 1
            logger.warning("Mail %s may or may not have gone", mail.key, extra={"action": "mail_unknown"})
        except DeliveryError as error:
            self._note_taken()
            self._refused(mail, error)
        else:
            self._taken = TakenMail(id=mail.id, at=self._clock())
            self.sent += 1
            self.settled += 1
            logger.info("Mail %s sent", mail.key, extra={"action": "mail_sent"})

    def _refused(self, mail: "OutboxMail", error: DeliveryError) -> None:
        now = self._clock()
        if error.permanent or mail.tries >= len(DELAYS):
            self._store.outbox.failed(mail.id, str(error), now)
            self.failed += 1
            self.settled += 1
            logger.warning("Mail %s failed", mail.key, extra={"action": "mail_failed"})
        else:
            next_try = now + DELAYS[mail.tries]
            self._store.outbox.requeue(mail.id, str(error), next_try)
            logger.info("Mail %s is tried again later", mail.key, extra={"action": "mail_requeued"})
