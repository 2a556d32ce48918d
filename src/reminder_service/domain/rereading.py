"""In which order messages are read again."""

from collections.abc import Collection, Mapping
from datetime import date, datetime

from .periods import Period


def in_order(
    received: Mapping[int, datetime], periods: Mapping[int, Period], open_periods: Collection[Period]
) -> list[int]:
    """Return message ids: those of the newest open period first, all others after them, newest first.

    :param received: when each message that is to be read again came.
    :param periods: the period that a message is held to report on; none where it is no report.
    """

    def rank(id: int) -> tuple[date, datetime]:
        period = periods.get(id)
        return (period.start if period in open_periods and period else date.min, received[id])

    return sorted(received, key=rank, reverse=True)
