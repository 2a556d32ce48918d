"""Numbers for Prometheus: when accounts last worked, what is queued, how far the periods are."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from ...domain.health import ServiceHealth
from ...domain.state import Status
from ...store import Store
from ...store.tables import DOCUMENT_STATES, MESSAGE_STATES, OUTBOX_STATES
from ..state.situation import Situation

if TYPE_CHECKING:
    from prometheus_client.metrics_core import Metric

_PREFIX = "reminder_service"


def metrics_text(store: Store, health: ServiceHealth, situations: Iterable[Situation]) -> bytes:
    """Return everything in the text format of Prometheus."""
    from prometheus_client import CollectorRegistry, generate_latest

    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Collector([*_accounts(health), *_queues(store), *_periods(situations)]))
    return generate_latest(registry)


class _Collector:
    def __init__(self, metrics: list["Metric"]) -> None:
        self._metrics = metrics

    def collect(self) -> list["Metric"]:
        """Return what was gathered."""
        return self._metrics


def _accounts(health: ServiceHealth) -> Iterator["Metric"]:
    from prometheus_client.core import GaugeMetricFamily

    name = f"{_PREFIX}_last_good_reading_timestamp_seconds"
    read = GaugeMetricFamily(name, "Last good reading of a folder; 0: never.", labels=["account", "folder"])
    for way in health.reading:
        read.add_metric([way.account, way.folder], way.good_at.timestamp() if way.good_at else 0)
    yield read
    name = f"{_PREFIX}_last_good_sending_timestamp_seconds"
    sent = GaugeMetricFamily(name, "Last good sending by an account; 0: never.", labels=["account"])
    for way in health.sending:
        sent.add_metric([way.account], way.good_at.timestamp() if way.good_at else 0)
    yield sent
    name = f"{_PREFIX}_reading_works"
    yield GaugeMetricFamily(
        name, "1 if every folder was read well, and lately.", value=float(health.reading_works)
    )


def _queues(store: Store) -> Iterator["Metric"]:
    yield _states("outbox_mails", "Mails out by state.", OUTBOX_STATES, store.counts.outbox())
    yield _states("messages", "Mails in by state.", MESSAGE_STATES, store.counts.messages())
    yield _states("documents", "Files by state.", DOCUMENT_STATES, store.counts.documents())


def _states(name: str, about: str, states: tuple[str, ...], counts: Mapping[str, int]) -> "Metric":
    from prometheus_client.core import GaugeMetricFamily

    metric = GaugeMetricFamily(f"{_PREFIX}_{name}", about, labels=["state"])
    for state in states:
        metric.add_metric([state], counts.get(state, 0))
    return metric


def _periods(situations: Iterable[Situation]) -> Iterator["Metric"]:
    from prometheus_client.core import GaugeMetricFamily

    labels = ["campaign", "period"]
    units = GaugeMetricFamily(f"{_PREFIX}_units", "Units by status.", labels=[*labels, "status"])
    tray = GaugeMetricFamily(f"{_PREFIX}_tray_entries", "What waits for the office.", labels=labels)
    for here in situations:
        for period in here.open_periods:
            state = here.state(period)
            about = [here.campaign.id, str(period)]
            for status in Status:
                units.add_metric([*about, str(status)], state.count(status))
            tray.add_metric(about, len(state.tray))
    yield units
    yield tray
