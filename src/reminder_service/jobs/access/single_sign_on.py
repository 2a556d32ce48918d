"""Log-in by the office's own identity provider (OpenID Connect): who comes back from it, and whether they are let in.

The code flow with PKCE (RFC 7636), ``state`` and ``nonce``; the token is believed only where its signature, issuer,
audience, times and nonce are right (OpenID Connect Core 1.0, 3.1.3.7). Needs the extra ``oidc``.
"""

import hashlib
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import Any
from urllib.parse import urlencode

from ...config import OidcSettings
from ...domain.access import Role
from ...domain.errors import OutsideError
from ...store import Store
from .access import Entered, Refused, add_user, change_user, enter

_SECONDS = 10
_LEEWAY = 60
_MOST_BEGUN = 1000
TIME_TO_LOG_IN = timedelta(minutes=10)
_ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA"]
"""Signatures by a key that the provider alone has; never ``none``, never a shared secret."""

_AUTHOR = "统一登录"
UNKNOWN = "您的账号尚未在本程序登记，请联系管理员。"
LOCKED = "您的账号已停用，请联系管理员。"


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """A log-in that was begun: where the browser goes, and what only this program and that browser know of it."""

    url: str
    state: str
    nonce: str
    verifier: str


@dataclass(kw_only=True)
class Begun:
    """Log-ins that were begun and have not come back; each counts once."""

    _all: dict[str, tuple[datetime, Asked, str]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def note(self, asked: Asked, path: str, now: datetime) -> None:
        """Remember a log-in and where it leads; the oldest go where there are too many."""
        with self._lock:
            self._all[asked.state] = now, asked, path
            for state, (at, _, _) in list(self._all.items()):
                if now - at > TIME_TO_LOG_IN or len(self._all) > _MOST_BEGUN:
                    del self._all[state]

    def take(self, state: str, now: datetime) -> tuple[Asked, str] | None:
        """Return the log-in that comes back, for the first and last time."""
        with self._lock:
            at, asked, path = self._all.pop(state, (None, None, ""))
        return (asked, path) if at and asked and now - at <= TIME_TO_LOG_IN else None


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """Who the provider says it is; ``role`` is None where nothing it says of them stands for one."""

    login: str
    name: str
    role: Role | None


@dataclass(kw_only=True, slots=True)
class Provider:
    """The identity provider; what it says of itself is asked for once."""

    settings: OidcSettings
    _known: dict[str, Any] = field(default_factory=dict)

    def begin(self, back: str) -> Asked:
        """Return where to send a browser, which is to come back to this address.

        :raises OutsideError: when the provider cannot be asked how it works.
        """
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        challenge = urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        query = {
            "response_type": "code",
            "client_id": self.settings.client_id,
            "redirect_uri": back,
            "scope": self.settings.scope,
            "state": state,
            "nonce": nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        where = self._said("authorization_endpoint")
        url = f"{where}{'&' if '?' in where else '?'}{urlencode(query)}"
        return Asked(url=url, state=state, nonce=nonce, verifier=verifier)

    def finish(self, asked: Asked, code: str, back: str, *, now: datetime) -> Person:
        """Return who came back with a code.

        :raises OutsideError: when the provider does not stand by it, or its token is not to be believed.
        """
        secret = self.settings.client_secret
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": back,
            "client_id": str(self.settings.client_id),
            "code_verifier": asked.verifier,
        }
        if secret:
            form["client_secret"] = secret.get_secret_value()
        token = _answer("POST", self._said("token_endpoint"), form).get("id_token")
        if not isinstance(token, str):
            raise OutsideError(
                f"{self.settings.issuer} gave no id_token; console.oidc.scope must hold openid."
            )
        return self._person(self._claims(token, asked.nonce, now))

    def _claims(self, token: str, nonce: str, now: datetime) -> Mapping[str, Any]:
        from joserfc import jwt
        from joserfc.errors import JoseError
        from joserfc.jwk import KeySet

        rules = jwt.JWTClaimsRegistry(
            now=int(now.timestamp()),
            leeway=_LEEWAY,
            iss={"essential": True, "value": str(self.settings.issuer)},
            aud={"essential": True, "value": str(self.settings.client_id)},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
            nonce={"essential": True, "value": nonce},
        )
        try:
            keys = KeySet.import_key_set(_answer("GET", self._said("jwks_uri")))  # type: ignore[arg-type]
            claims = jwt.decode(token, keys, algorithms=_ALGORITHMS).claims
            rules.validate(claims)
        except (JoseError, ValueError, KeyError, TypeError) as error:
            what = f"{type(error).__name__}: {error}"
            raise OutsideError(
                f"The token of {self.settings.issuer} is not to be believed ({what})."
            ) from error
        if claims.get("azp", self.settings.client_id) != self.settings.client_id:
            raise OutsideError(f"The token of {self.settings.issuer} was made for another program (azp).")
        return claims

    def _person(self, claims: Mapping[str, Any]) -> Person:
        login = claims.get(self.settings.login_claim)
        if not isinstance(login, str) or not login.strip():
            claim = self.settings.login_claim
            raise OutsideError(
                f"{self.settings.issuer} says nothing as {claim}; set console.oidc.login_claim."
            )
        name = claims.get("name")
        said = claims.get(self.settings.role_claim) if self.settings.role_claim else ()
        groups = {said} if isinstance(said, str) else {one for one in said or () if isinstance(one, str)}
        return Person(
            login=login.strip().casefold(),
            name=name.strip() if isinstance(name, str) and name.strip() else login.strip(),
            role=self._role(groups),
        )

    def _role(self, groups: set[str]) -> Role | None:
        ours = {
            Role.ADMINISTRATOR: self.settings.administrators,
            Role.CLERK: self.settings.clerks,
            Role.LEADER: self.settings.leaders,
        }
        return next((role for role, names in ours.items() if groups & set(names)), None)

    def _said(self, what: str) -> str:
        issuer = str(self.settings.issuer)
        if not self._known:
            found = _answer("GET", f"{issuer.rstrip('/')}/.well-known/openid-configuration")
            if found.get("issuer") != issuer:
                raise OutsideError(
                    f"{issuer} calls itself {found.get('issuer')!r}; set console.oidc.issuer to exactly that."
                )
            self._known = found
        where = self._known.get(what)
        if not isinstance(where, str) or not is_open_to_nobody(where):
            raise OutsideError(f"{issuer} names no {what} that begins with https://.")
        return where


def is_open_to_nobody(url: str) -> bool:
    """Whether what is sent there crosses no network in the open."""
    return url.startswith(("https://", "http://127.0.0.1:", "http://localhost:"))


def let_in(store: Store, person: Person, *, address: str, agent: str, now: datetime) -> Entered | Refused:
    """Let in whom the provider knows: a user of ours, or whoever has a group that stands for a role.

    The role follows the group at each log-in; a user without such a group keeps the role given here. A user who
    is locked out stays out whatever the provider says.
    """
    user = store.users.by_login(person.login)
    if user is None:
        if person.role is None:
            store.journal.write(now, _AUTHOR, "login_failed", person.login[:100], {"address": address})
            return Refused(words=UNKNOWN)
        added = add_user(
            store, login=person.login, name=person.name, role=person.role, author=_AUTHOR, now=now
        )
        if isinstance(added, Refused):
            return added
        user = added
    if not user.active:
        store.journal.write(now, _AUTHOR, "login_failed", user.login, {"address": address})
        return Refused(words=LOCKED)
    if person.role not in (None, user.role):
        change_user(store, user.id, role=person.role, active=True, author=_AUTHOR, now=now)
        user = store.users.get(user.id) or user
    return enter(store, user, address=address, agent=agent, now=now)


def _answer(method: str, url: str, form: Mapping[str, str] | None = None) -> dict[str, Any]:
    import httpx

    try:
        answer = httpx.request(
            method, url, data=form, timeout=_SECONDS, headers={"Accept": "application/json"}
        )
        found = answer.json()
    except (httpx.HTTPError, ValueError) as error:
        raise OutsideError(f"{url} did not answer as it should ({type(error).__name__}).") from error
    if answer.status_code != httpx.codes.OK or not isinstance(found, dict):
        said = found.get("error") if isinstance(found, dict) else ""
        raise OutsideError(f"{url} answered {answer.status_code} {str(said)[:100]}".rstrip() + ".")
    return found
