"""Who a session's cookie belongs to, known without a look into the tables while nobody wrote into the store."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ..domain.access import SessionRules
from ..jobs.access.access import Visitor, visitor_of
from ..store import Store

_KNOWN_FOR = timedelta(seconds=5)
_MOST_KNOWN = 1000


@dataclass(kw_only=True)
class Visitors:
    """Finds visitors, and remembers those of the last moments."""

    store: Store
    clock: Callable[[], datetime]
    rules: SessionRules
    _known: dict[str, tuple[int, datetime, Visitor]] = field(default_factory=dict)

    def at_hand(self, token: str) -> Visitor | None:
        """Return who was found under this token a moment ago, None where it takes a look into the store."""
        seen = self._known.get(token)
        if seen is None or abs(self.clock() - seen[1]) >= _KNOWN_FOR:
            return None
        # Whoever ends a session or changes a user writes into the store: what was found holds while nobody wrote.
        return seen[2] if seen[0] == self.store.pulse.version() else None

    def find(self, token: str, touch: bool) -> Visitor | None:
        """Return who a token belongs to.

        :param touch: False must not keep the session alive.
        """
        version, now = self.store.pulse.version(), self.clock()
        visitor = visitor_of(self.store, token, self.rules, now=now, touch=touch)
        if len(self._known) > _MOST_KNOWN:
            self._known.clear()
        if visitor:
            self._known[token] = version, now, visitor
        return visitor
