"""How often somebody may ask within a minute."""

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

WINDOW = 60.0
_MOST_KEYS = 10_000


@dataclass(kw_only=True)
class Rates:
    """Counts what was asked in the last minute, by key.

    :param tick: a clock that only runs forward, in seconds.
    """

    tick: Callable[[], float] = time.monotonic
    _asked: dict[str, deque[float]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def wait(self, key: str, limit: int, *, count: bool = True) -> int:
        """Count one more and return 0; where there were ``limit`` already return the seconds to wait.

        :param count: False only looks.
        """
        with self._lock:
            now = self.tick()
            if key not in self._asked and len(self._asked) >= _MOST_KEYS:
                self._asked = {one: times for one, times in self._asked.items() if now - times[-1] < WINDOW}
            times = self._asked.get(key, deque())
            while times and now - times[0] >= WINDOW:
                times.popleft()
            if len(times) >= limit:
                return max(1, int(WINDOW - (now - times[0])) + 1)
            if count:
                times.append(now)
                self._asked[key] = times
            return 0
