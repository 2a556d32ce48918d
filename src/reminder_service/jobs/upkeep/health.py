"""How the service stands, for the digest, `status --json`, the alarm and the console's `/healthz` alike."""

from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo
from typing import Any

from ...domain.health import HealthState, ServiceHealth, Tried, Way, service_health
from ...store import Store
from ..outgoing.letter_words import moment_words

STATE_WORDS = {
    HealthState.GOOD: "正常",
    HealthState.STALE: "许久未读",
    HealthState.FAILING: "目前失败",
    HealthState.NEVER: "尚未成功过",
}


def health(store: Store, folders: Sequence[str], stale_after: timedelta, *, now: datetime) -> ServiceHealth:
    """Return how reading and sending stand, by the store alone: nothing outside is touched.

    :param folders: every folder that has to be read (``Service.folders``).
    :param stale_after: how old the last good reading may be (``Service.stale_after``).
    """
    read = [
        Tried(
            account=one.account,
            folder=one.folder,
            attempted_at=one.attempted_at,
            good_at=one.good_at,
            error=one.error,
        )
        for one in store.health.folders()
    ]
    sent = [
        Tried(account=one.account, attempted_at=one.attempted_at, good_at=one.good_at, error=one.error)
        for one in store.health.senders()
    ]
    return service_health(read, sent, folders=folders, stale_after=stale_after, now=now)


def health_json(found: ServiceHealth, zone: tzinfo) -> dict[str, Any]:
    """Return the state as JSON; times carry the office's offset.

    ``state`` of the whole and of every way is ``good``, ``stale``, ``failing`` or ``never``.
    """
    return {
        "state": str(found.state),
        "reading": [{"folder": way.folder} | _way_json(way, zone) for way in found.reading],
        "sending": [_way_json(way, zone) for way in found.sending],
    }


def health_lines(found: ServiceHealth, zone: tzinfo) -> list[str]:
    """Say, a line for each way in and out, when it last worked; for the office's digest."""
    return [
        *(f"收信 {way.account or '（未登录过）'}，{way.folder}：{_said(way, zone)}" for way in found.reading),
        *(f"发信 {way.account}：{_said(way, zone)}" for way in found.sending),
    ]


def _said(way: Way, zone: tzinfo) -> str:
    good = f"上次成功 {moment_words(way.good_at, zone)}" if way.good_at else ""
    if way.state is HealthState.GOOD:
        return good
    return "，".join(filter(None, (STATE_WORDS[way.state], good)))


def _way_json(way: Way, zone: tzinfo) -> dict[str, Any]:
    return {
        "account": way.account or None,
        "state": str(way.state),
        "good_at": _moment(way.good_at, zone),
        "attempted_at": _moment(way.attempted_at, zone),
        "error": way.error,
    }


def _moment(moment: datetime | None, zone: tzinfo) -> str | None:
    return moment.astimezone(zone).isoformat(timespec="seconds") if moment else None
