"""Tokens of the API: made and ended by an administrator, shown once, bound to a role."""

import hashlib
import secrets
from datetime import datetime, timedelta

from ...domain.access import SEEN_EVERY, Role, name_problem
from ...store import Store
from ...store.tokens import ApiToken
from .access import Refused

ROLES = (Role.LEADER, Role.CLERK)
"""What a token may be: a program administers nothing."""

DAYS = (30, 90, 365)
_MARK = "rs_"


def make_token(
    store: Store, *, name: str, role: Role, days: int, author: str, now: datetime
) -> str | Refused:
    """Make a token and return it; it is kept nowhere."""
    name = name.strip()
    if problem := name_problem(name):
        return Refused(words=problem.replace("姓名", "用途"))
    if role not in ROLES or days not in DAYS:
        return Refused(words="请选择权限和有效期。")
    token = _MARK + secrets.token_urlsafe(32)
    with store.transaction():
        number = store.tokens.add(
            _hashed(token), name=name, role=role, author=author, at=now, expires_at=now + timedelta(days=days)
        )
        store.journal.write(
            now, author, "add_token", name, {"number": number, "role": str(role), "days": days}
        )
    return token


def end_token(store: Store, number: int, *, author: str, now: datetime) -> bool:
    """End a token; return whether it was in force."""
    with store.transaction():
        ended = store.tokens.end(number, now)
        if ended:
            store.journal.write(now, author, "end_token", str(number))
    return ended


def token_of(store: Store, token: str, now: datetime) -> ApiToken | None:
    """Return what a program's token may do, None where it does not work."""
    if not token.startswith(_MARK) or len(token) > 100:
        return None
    found = store.tokens.find(_hashed(token), now)
    if found and (found.used_at is None or now - found.used_at > SEEN_EVERY):
        store.tokens.used(found.id, now)
    return found


def _hashed(token: str) -> str:
    # The tokens are 256 random bits: a plain hash cannot be turned round.
    return hashlib.sha256(token.encode()).hexdigest()
