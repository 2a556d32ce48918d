"""Telling the office that its mailbox cannot be read: by mail, by chat, and to a monitor that all is well."""

import hashlib
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from ...domain.alarms import Outage, after_telling, looked, to_tell
from ...domain.errors import OutsideError
from ...domain.health import HealthState, ServiceHealth
from ...domain.outgoing import MailKey
from ...mail.compose import Composer
from ...mail.notices import notify, ping
from ...store import Store
from ..outgoing.alarm_letter import ALARM, OutageWords, alarm_letter
from ..outgoing.office import Office
from ..outgoing.remind import queue_letter
from .health import health_lines

logger = logging.getLogger(__name__)

NONE = "-"
"""In the key of a mail that is about no campaign, period or unit."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Alarm:
    """Who is told, and how.

    :param to: addresses that get a mail.
    :param urls: Apprise URLs; what goes there carries counts only.
    """

    office: Office
    to: tuple[str, ...]
    urls: tuple[str, ...]
    composer: Composer
    zone: tzinfo
    secret: bytes
    send: Callable[[str, str, str], None] = notify


def watch_over(store: Store, found: ServiceHealth, alarm: Alarm, after: timedelta) -> int:
    """Tell of an outage that has lasted long enough, or of its end; return how many were told now.

    1. Look how reading stands and keep since when it fails.
    2. Long enough: a mail to each address, under a key of the outage, and a notice to each chat service.
    3. Whoever was told is noted; a chat service that fails is tried again at the next round, five times in all.
    4. When reading works again, those who were told are told that, once.

    :param after: how long reading must have failed before anybody is told.
    """
    before = store.outages.get()
    outage = looked(before, found)
    if outage is None:
        if before is not None:
            store.outages.keep(None)
        return 0
    channels = {_mark(to): to for to in (*alarm.to, *alarm.urls)}
    wanted = to_tell(outage, frozenset(channels), after=after, now=found.at)
    reached = frozenset(mark for mark in sorted(wanted) if _tell(store, channels[mark], outage, found, alarm))
    outage = after_telling(outage, reached, failed=len(reached) < len(wanted))
    done = outage.is_over and not to_tell(outage, frozenset(channels), after=after, now=found.at)
    if outage != before or done:
        store.outages.keep(None if done else outage)
    return len(reached)


def sign_of_life(url: str) -> None:
    """Tell a monitor that a round went well; that it cannot be told is logged and nothing else."""
    try:
        ping(url)
    except OutsideError as error:
        logger.warning("%s", error, extra={"action": "ping_failed"})


def _mark(channel: str) -> str:
    # The store never holds an address of a chat service: it is as good as a password.
    return hashlib.sha256(channel.encode()).hexdigest()[:16]


def _tell(store: Store, channel: str, outage: Outage, found: ServiceHealth, alarm: Alarm) -> bool:
    if channel in alarm.to:
        _queue(store, channel, outage, found, alarm)
        return True
    title, text = short_notice(outage, found, alarm.office.name)
    try:
        alarm.send(channel, title, text)
    except OutsideError as error:
        logger.warning("Alarm not told: %s", error, extra={"action": "alarm_failed"})
        return False
    logger.info("Alarm told by chat", extra={"action": "alarm_told"})
    return True


def short_notice(outage: Outage, found: ServiceHealth, office: str) -> tuple[str, str]:
    """Return title and text for a chat service: counts and durations, no address, no unit, no error."""
    if outage.is_over:
        return f"{office}：报送邮箱已恢复", f"报送邮箱已恢复读取，此前中断约{_lasted(outage, found.at)}。"
    broken = sum(way.state is not HealthState.GOOD for way in found.reading)
    return (
        f"{office}：报送邮箱未能读取",
        f"报送邮箱已有约{_lasted(outage, found.at)}未能读取，{len(found.reading)}个文件夹中{broken}个异常。"
        "期间不作未报统计，请尽快查看。",
    )


def _lasted(outage: Outage, now: datetime) -> str:
    minutes = int(((outage.over_at or now) - outage.since).total_seconds() // 60)
    if minutes < 60:
        return f"{minutes}分钟"
    return f"{minutes // 60}小时" if minutes < 48 * 60 else f"{minutes // (24 * 60)}天"


def _queue(store: Store, to: str, outage: Outage, found: ServiceHealth, alarm: Alarm) -> None:
    key = MailKey(
        campaign=NONE,
        period=NONE,
        unit=NONE,
        kind=ALARM,
        about=f"{outage.since:%Y%m%dT%H%M%S}{'-over' if outage.is_over else ''}",
        attempt=alarm.to.index(to) + 1,
    )
    words = OutageWords(
        over=outage.is_over,
        since=outage.since,
        lasted=_lasted(outage, found.at),
        accounts=health_lines(found, alarm.zone),
    )
    letter = alarm_letter(
        words,
        key=key,
        to=to,
        at=found.at,
        office=alarm.office,
        composer=alarm.composer,
        zone=alarm.zone,
        secret=alarm.secret,
    )
    queue_letter(store, letter, key, to=to, unit=None, now=found.at)
