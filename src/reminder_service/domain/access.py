"""Who may do what in the console, and how long a door stays open: rules without a clock of their own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 200
"""More is refused before it is hashed: hashing a megabyte would be a way to stop the service."""

LINK_LIFE = timedelta(hours=24)
"""How long a one-time link for setting a password works."""

ATTEMPTS_WITHIN = timedelta(minutes=15)
ATTEMPTS_PER_PERSON = 5
ATTEMPTS_PER_ADDRESS = 20
ATTEMPTS_PER_LOGIN = 30
"""Failed log-ins within the time above: by one login from one address, by one address, by one login."""

SEEN_EVERY = timedelta(minutes=5)
"""How exactly it is kept when a session was last used: writing it at each click would be for nothing."""

_COMMON = frozenset(
    {"1234567890", "0123456789", "password", "password123", "qwertyuiop", "1q2w3e4r5t", "admin12345"}
)


class Role(StrEnum):
    """What a person may do; each role may do what those before it may."""

    LEADER = "leader"
    CLERK = "clerk"
    ADMINISTRATOR = "administrator"

    def may(self, needed: "Role") -> bool:
        """Whether this role includes another."""
        order = list(Role)
        return order.index(self) >= order.index(needed)


ROLE_WORDS = {Role.LEADER: "领导（只看）", Role.CLERK: "经办人", Role.ADMINISTRATOR: "管理员"}


@dataclass(frozen=True, kw_only=True, slots=True)
class User:
    """A person who may log in; ``name`` stands in the journal, ``active`` is False once locked out."""

    id: int
    login: str
    name: str
    role: Role
    active: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class SessionRules:
    """How long a session lives without use, and at all."""

    idle: timedelta
    longest: timedelta

    def lives(self, *, began: datetime, seen: datetime, now: datetime) -> bool:
        """Whether a session that began and was last used at these moments still holds."""
        return now - began <= self.longest and now - seen <= self.idle + SEEN_EVERY


@dataclass(frozen=True, kw_only=True, slots=True)
class Attempt:
    """A failed log-in: by which login, from which network address, when."""

    login: str
    address: str
    at: datetime


def may_try(failed: Sequence[Attempt], *, login: str, address: str, now: datetime) -> bool:
    """Whether somebody may try to log in, after these failures of late.

    :param failed: failed attempts of this login or from this address; older ones than count are left out here.
    """
    recent = [one for one in failed if now - one.at < ATTEMPTS_WITHIN]
    by_login = [one for one in recent if one.login == login]
    from_here = [one for one in recent if one.address == address]
    both = [one for one in by_login if one.address == address]
    return (
        len(both) < ATTEMPTS_PER_PERSON
        and len(from_here) < ATTEMPTS_PER_ADDRESS
        and len(by_login) < ATTEMPTS_PER_LOGIN
    )


def password_problem(password: str, *, login: str, name: str) -> str | None:
    """Say what is wrong with a new password (Chinese), or None where it will do."""
    plain = password.casefold()
    if len(password) < SHORTEST_PASSWORD:
        return f"密码至少{SHORTEST_PASSWORD}个字符。"
    if len(password) > LONGEST_PASSWORD:
        return f"密码最多{LONGEST_PASSWORD}个字符。"
    if len(set(plain)) < 4 or plain in _COMMON:
        return "密码过于简单，请换一个不易猜到的。"
    if plain in (login.casefold() * 2, name.casefold()) or plain.strip("0123456789") == login.casefold():
        return "密码不能由用户名或姓名构成。"
    return None


def login_problem(login: str) -> str | None:
    """Say what is wrong with a new user's login (Chinese), or None where it will do."""
    fits = 2 <= len(login) <= 40 and all(one.isalnum() or one in "._-@" for one in login)
    return None if fits else "用户名须为2至40个字母、数字、汉字或 . _ - @。"


def name_problem(name: str) -> str | None:
    """Say what is wrong with a new user's name (Chinese), or None where it will do."""
    fits = 1 <= len(name) <= 40 and name.isprintable()
    return None if fits else "姓名须为1至40个字符。"
