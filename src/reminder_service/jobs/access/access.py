"""Logging in and out of the console, its users and their one-time links; every change stands in the journal.

Of a session's or link's token the store keeps the hash only: whoever reads a backup cannot log in with it.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING

from ...domain.access import (
    ATTEMPTS_WITHIN,
    LINK_LIFE,
    LONGEST_PASSWORD,
    SEEN_EVERY,
    Attempt,
    Role,
    SessionRules,
    User,
    login_problem,
    may_try,
    name_problem,
    password_problem,
)
from ...store import Store

if TYPE_CHECKING:
    from pwdlib import PasswordHash

WRONG = "用户名或密码不正确。"
TOO_MANY = "尝试次数过多，请15分钟后再试。"
LINK_GONE = "链接已使用过或已过期，请向管理员索取新的链接。"
_PROGRAM = "程序"


@dataclass(frozen=True, kw_only=True, slots=True)
class Visitor:
    """A person who is logged in; ``csrf`` is what every form of theirs has to carry."""

    session: int
    user: User
    csrf: str

    @property
    def author(self) -> str:
        """The name that decisions and the journal carry."""
        return self.user.name


@dataclass(frozen=True, kw_only=True, slots=True)
class Entered:
    """A log-in that succeeded; ``token`` goes into the cookie and is kept nowhere else."""

    token: str
    user: User


@dataclass(frozen=True, kw_only=True, slots=True)
class Refused:
    """What was not done, and why (Chinese)."""

    words: str


def csrf_of(token: str) -> str:
    """Return what forms carry for a cookie's token: only who knows the cookie can compute it."""
    return hmac.new(token.encode(), b"csrf", hashlib.sha256).hexdigest()


def visitor_of(
    store: Store, token: str, rules: SessionRules, *, now: datetime, touch: bool = True
) -> Visitor | None:
    """Return who a cookie's token belongs to, None where the session has ended or its user is locked out.

    :param touch: False for what a page asks by itself, which must not keep a session alive.
    """
    found = store.sessions.find(_hashed(token))
    if found is None or not rules.lives(began=found.created_at, seen=found.seen_at, now=now):
        return None
    user = store.users.get(found.user)
    if user is None or not user.active:
        return None
    if touch and now - found.seen_at > SEEN_EVERY:
        store.sessions.seen(found.id, now)
    return Visitor(session=found.id, user=user, csrf=csrf_of(token))


def log_in(
    store: Store, login: str, password: str, *, address: str, agent: str, now: datetime
) -> Entered | Refused:
    """Let somebody in under a new token, whatever cookie they came with.

    An attempt counts as failed before the password is looked at, so that trying in parallel gains nothing.
    """
    login = login.strip().casefold()[:100]
    failures = store.sessions.failures(login, address, now - ATTEMPTS_WITHIN)
    if not may_try(failures, login=login, address=address, now=now):
        return Refused(words=TOO_MANY)
    number = store.sessions.note_attempt(Attempt(login=login, address=address, at=now))
    user = store.users.by_login(login)
    kept = store.users.password_of(user.id) if user and user.active else None
    if not _matches(password, kept) or user is None:
        store.journal.write(now, _PROGRAM, "login_failed", login, {"address": address})
        return Refused(words=WRONG)
    store.sessions.forget_attempt(number)
    return enter(store, user, address=address, agent=agent, now=now)


def log_out(store: Store, visitor: Visitor, now: datetime) -> None:
    """End the visitor's session."""
    with store.transaction():
        if store.sessions.end(visitor.session, now):
            store.journal.write(now, visitor.author, "logout", visitor.user.login)


def end_session(store: Store, number: int, *, author: str, now: datetime) -> bool:
    """End a session of anybody; return whether it was open."""
    with store.transaction():
        ended = store.sessions.end(number, now)
        if ended:
            store.journal.write(now, author, "end_session", str(number))
    return ended


def make_link(store: Store, user: User | None, *, author: str, now: datetime) -> str:
    """Make a one-time link by which a user sets a password; return its token, which is kept nowhere.

    :param user: None for the link that makes the first administrator.
    """
    token = secrets.token_urlsafe(32)
    with store.transaction():
        store.users.add_link(_hashed(token), user=user.id if user else None, expires_at=now + LINK_LIFE)
        store.journal.write(now, author, "make_link", user.login if user else "administrator")
    return token


def link_user(store: Store, token: str, now: datetime) -> User | None | Refused:
    """Return whom a link is for; None: for the first administrator, who is yet to be made."""
    link = store.users.link(_hashed(token), now)
    if link is None or (link.user is None and store.users.administrators()):
        return Refused(words=LINK_GONE)
    return link.user


def use_link(
    store: Store,
    token: str,
    password: str,
    *,
    login: str = "",
    name: str = "",
    now: datetime,
) -> User | Refused:
    """Set a password by a link; the first administrator is made by it. All sessions of the user end.

    :param login: of the first administrator; otherwise the link says whose it is, and ``name`` likewise.
    """
    user = link_user(store, token, now)
    if isinstance(user, Refused):
        return user
    login, name = (user.login, user.name) if user else (login.strip(), name.strip())
    problem = login_problem(login) or name_problem(name) or password_problem(password, login=login, name=name)
    if problem:
        return Refused(words=problem)
    hashed = _hash(password)
    with store.transaction():
        if not store.users.use_link(_hashed(token), now):
            return Refused(words=LINK_GONE)
        number = user.id if user else store.users.add(login=login, name=name, role=Role.ADMINISTRATOR, at=now)
        if number is None:
            return Refused(words="用户名或姓名已有人使用。")
        store.users.set_password(number, hashed)
        store.sessions.end_all(number, now)
        store.journal.write(now, name, "set_password" if user else "first_administrator", login)
    return store.users.get(number) or Refused(words=LINK_GONE)


def change_password(store: Store, visitor: Visitor, old: str, new: str, *, now: datetime) -> None | Refused:
    """Change the visitor's own password; their other sessions end."""
    user = visitor.user
    if not _matches(old, store.users.password_of(user.id)):
        return Refused(words="原密码不正确。")
    if problem := password_problem(new, login=user.login, name=user.name):
        return Refused(words=problem)
    hashed = _hash(new)
    with store.transaction():
        store.users.set_password(user.id, hashed)
        for session in store.sessions.open():
            if session.user == user.id and session.id != visitor.session:
                store.sessions.end(session.id, now)
        store.journal.write(now, visitor.author, "change_password", user.login)
    return None


def add_user(
    store: Store, *, login: str, name: str, role: Role, author: str, now: datetime
) -> User | Refused:
    """Add a user, who sets the password by a link."""
    login, name = login.strip(), name.strip()
    if problem := login_problem(login) or name_problem(name):
        return Refused(words=problem)
    with store.transaction():
        number = store.users.add(login=login, name=name, role=role, at=now)
        user = store.users.get(number) if number is not None else None
        if user is None:
            return Refused(words="用户名或姓名已有人使用。")
        store.journal.write(now, author, "add_user", user.login, {"role": str(role)})
    return user


def change_user(
    store: Store, number: int, *, role: Role, active: bool, author: str, now: datetime
) -> None | Refused:
    """Give a user another role, lock them out or let them in again; their sessions end.

    The last administrator stays one: nobody could undo that.
    """
    with store.transaction():
        user = store.users.get(number)
        if user is None:
            return Refused(words="没有这个用户。")
        stays = active and role is Role.ADMINISTRATOR
        if user.active and user.role is Role.ADMINISTRATOR and not stays and store.users.administrators() < 2:
            return Refused(words="至少须保留一名可以登录的管理员。")
        store.users.set_role(number, role)
        store.users.set_active(number, active)
        store.sessions.end_all(number, now)
        detail = {"role": str(role), "active": active}
        store.journal.write(now, author, "change_user", user.login, detail)
    return None


def enter(store: Store, user: User, *, address: str, agent: str, now: datetime) -> Entered:
    """Begin a session of a user who has shown who they are, under a new token."""
    token = secrets.token_urlsafe(32)
    with store.transaction():
        store.sessions.begin(_hashed(token), user=user.id, at=now, address=address, agent=agent)
        store.journal.write(now, user.name, "login", user.login, {"address": address})
    return Entered(token=token, user=user)


def _hashed(token: str) -> str:
    # The tokens are 256 random bits: a plain hash cannot be turned round.
    return hashlib.sha256(token.encode()).hexdigest()


@cache
def _hasher() -> "PasswordHash":
    from pwdlib import PasswordHash
    from pwdlib.hashers.argon2 import Argon2Hasher

    return PasswordHash((Argon2Hasher(),))


def _hash(password: str) -> str:
    return str(_hasher().hash(password))


@cache
def _nobodys() -> str:
    return _hash(secrets.token_urlsafe())


def _matches(password: str, kept: str | None) -> bool:
    """Compare, and take as long for a user who is not there: nobody learns which logins exist."""
    if len(password) > LONGEST_PASSWORD:
        return False
    matches = bool(_hasher().verify(password, kept or _nobodys()))
    return matches and kept is not None
