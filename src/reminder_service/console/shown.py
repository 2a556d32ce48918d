"""Mails of ours as their recipients see them: a page of its own in a frame that runs and loads nothing."""

import secrets
import threading
from collections import OrderedDict
from dataclasses import dataclass, field

POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"
"""The browser's rules for such a page: no script, no form, nothing fetched, shown by pages of ours only."""

_MOST_KEPT = 200


@dataclass(kw_only=True)
class Shown:
    """The last mails that pages showed, each under a name that nobody can guess, for the person it was made for."""

    _kept: OrderedDict[str, tuple[int, str]] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def keep(self, html: str, *, user: int) -> str:
        """Keep what a mail looks like and return its name."""
        token = secrets.token_urlsafe(18)
        with self._lock:
            self._kept[token] = user, html
            while len(self._kept) > _MOST_KEPT:
                self._kept.popitem(last=False)
        return token

    def find(self, token: str, *, user: int) -> str | None:
        """Return what was kept for this person, None where it is gone or somebody else's."""
        found = self._kept.get(token)
        return found[1] if found and found[0] == user else None
