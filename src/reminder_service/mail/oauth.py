"""Signing in with tokens (XOAUTH2): Microsoft 365, Google and others that take no password any more.

A refresh token buys access tokens that live about an hour, and some providers give a new refresh token each
time and forget the old one: it is on disk before anything else is done with it.
"""

import base64
import json
import logging
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from ..domain.errors import OutsideError
from .token_file import TokenFile, Tokens
from .wire import readable

logger = logging.getLogger(__name__)

DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
MARGIN_SECONDS = 120
"""A token that ends sooner is renewed before it is used."""
_LIFETIME = 3600
_ANSWER_BYTES = 1024 * 1024
_SLOWER_SECONDS = 5  # RFC 8628, 3.5


class OAuthServer(Protocol):
    """The settings of a sign-in (``imap.oauth``)."""

    @property
    def token_url(self) -> str | None:
        """Where tokens are given."""

    @property
    def device_url(self) -> str | None:
        """Where a sign-in by code begins."""

    @property
    def client_id(self) -> str | None:
        """The program's name at the provider."""

    @property
    def scope(self) -> str | None:
        """What is asked for."""


class Refused(OutsideError):
    """The provider answered with an error; ``code`` is its word for it (RFC 6749, 5.2)."""

    def __init__(self, text: str, *, code: str) -> None:
        super().__init__(text)
        self.code = code


@dataclass(frozen=True, kw_only=True, slots=True)
class DeviceCode:
    """What a person has to do: open ``url`` in any browser and enter ``code``."""

    url: str
    code: str
    device_code: str
    interval: float
    expires_in: float


class SignIn:
    """The sign-in of one account at a mail provider.

    :param section: where the account stands in ``service.yaml``, for the sentences.
    :param first: a refresh token from elsewhere, used while none is kept.
    """

    def __init__(
        self,
        settings: OAuthServer,
        file: TokenFile,
        *,
        username: str,
        section: str,
        client_secret: str | None = None,
        first: str | None = None,
        timeout: float = 30,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._settings = settings
        self._file = file
        self._username = username
        self._section = section
        self._secret = client_secret
        self._first = first
        self._timeout = timeout
        self._clock = clock

    def access(self) -> str:
        """Return an access token that is good for a while.

        :raises OutsideError: if nobody signed in, the sign-in was ended, or the provider cannot be reached.
        """
        return self._current(refused=None)

    def renew(self, refused: str) -> str:
        """Return another access token after the mail server refused this one.

        :raises OutsideError: as :meth:`access`.
        """
        return self._current(refused=refused)

    def begin(self) -> DeviceCode:
        """Ask for a code that a person enters in a browser (RFC 8628).

        :raises OutsideError: if the provider gives none.
        """
        if not self._settings.device_url:
            raise OutsideError(
                f"{self._section}.oauth.device_url in service.yaml is empty, so there is no sign-in by code. "
                "Set it, or give a refresh token in the environment."
            )
        answer = self._ask(self._settings.device_url, {"scope": self._settings.scope or ""})
        url = answer.get("verification_uri") or answer.get("verification_url")
        if not isinstance(url, str) or not answer.get("user_code") or not answer.get("device_code"):
            raise OutsideError(f"{self._settings.device_url} gave no code to sign in with.")
        return DeviceCode(
            url=readable(url),
            code=readable(str(answer["user_code"])),
            device_code=str(answer["device_code"]),
            interval=_number(answer.get("interval"), 5),
            expires_in=_number(answer.get("expires_in"), 900),
        )

    def finish(self, code: DeviceCode, *, sleep: Callable[[float], object] = time.sleep) -> None:
        """Wait until the person has entered the code, and keep what the provider then gives.

        :raises OutsideError: if the person refused or let the code expire.
        """
        interval, until = code.interval, self._clock() + code.expires_in
        while self._clock() < until:
            sleep(interval)
            try:
                answer = self._ask(
                    self._token_url, {"grant_type": DEVICE_GRANT, "device_code": code.device_code}
                )
            except Refused as error:
                if error.code == "slow_down":
                    interval += _SLOWER_SECONDS
                elif error.code != "authorization_pending":
                    raise
                continue
            with self._file.locked():
                self._keep(answer, before="")
            return
        raise OutsideError("The code was not entered in time. Start the sign-in again.")

    @property
    def _token_url(self) -> str:
        return self._settings.token_url or ""

    def _current(self, *, refused: str | None) -> str:
        with self._file.locked():
            # Read inside the lock: another process may have renewed it just now.
            kept = self._file.read() or (Tokens(refresh=self._first) if self._first else None)
            if kept is None:
                raise OutsideError(
                    f"Nobody has signed in for {self._section} ({self._username}) yet. "
                    f"Sign in with `reminder-service login {self._section}`."
                )
            if kept.access and kept.access != refused and kept.expires_at - MARGIN_SECONDS > self._clock():
                return kept.access
            return self._keep(self._refreshed(kept.refresh), before=kept.refresh).access

    def _refreshed(self, refresh: str) -> Mapping[str, Any]:
        form = {"grant_type": "refresh_token", "refresh_token": refresh}
        if self._settings.scope:
            form["scope"] = self._settings.scope
        try:
            return self._ask(self._token_url, form)
        except Refused as error:
            if error.code != "invalid_grant":
                raise
            raise OutsideError(
                f"The sign-in for {self._section} ({self._username}) is no longer valid: {error}. "
                f"Sign in again with `reminder-service login {self._section}`."
            ) from None

    def _keep(self, answer: Mapping[str, Any], *, before: str) -> Tokens:
        access, refresh = answer.get("access_token"), answer.get("refresh_token") or before
        if not isinstance(access, str) or not isinstance(refresh, str) or not access or not refresh:
            raise OutsideError(
                f"{self._token_url} gave no token to keep. Check that {self._section}.oauth.scope in "
                "service.yaml asks for lasting access (offline_access)."
            )
        lifetime = _number(answer.get("expires_in"), _LIFETIME)
        tokens = Tokens(refresh=refresh, access=access, expires_at=self._clock() + lifetime)
        self._file.write(tokens)
        logger.info("Signed in for %s", self._section, extra={"action": "token_renewed"})
        return tokens

    def _ask(self, url: str, form: Mapping[str, str]) -> Mapping[str, Any]:
        """POST a form and return the answer.

        :raises Refused: if the provider says why not.
        :raises OutsideError: if it cannot be reached or says nothing that can be read.
        """
        secret = {"client_secret": self._secret} if self._secret else {}
        body = urllib.parse.urlencode({"client_id": self._settings.client_id or "", **form, **secret})
        request = urllib.request.Request(url, body.encode(), {"Accept": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=self._timeout) as response:
                answer = _json(response.read(_ANSWER_BYTES))
        except urllib.error.HTTPError as error:
            answer = _json(error.read(_ANSWER_BYTES))
            if not answer.get("error"):
                raise self._unreachable(url, f"it answered {error.code}") from None
        except (OSError, ValueError) as error:
            raise self._unreachable(url, readable(str(getattr(error, "reason", error)))) from None
        if code := answer.get("error"):
            said = readable(f"{code} {answer.get('error_description') or ''}")
            raise Refused(self._without_secrets(said), code=str(code))
        return answer

    def _unreachable(self, url: str, why: str) -> OutsideError:
        return OutsideError(
            f"The sign-in server {url} cannot be used: {why}. Check {self._section}.oauth in service.yaml and "
            "the network."
        )

    def _without_secrets(self, text: str) -> str:
        for secret in (self._secret, self._first):
            text = text.replace(secret, "…") if secret else text
        return text


def xoauth2(username: str, token: str) -> str:
    """Return what a client says in SASL XOAUTH2, not yet in base64."""
    return f"user={username}\x01auth=Bearer {token}\x01\x01"


def refusal(challenge: bytes) -> str:
    """Return what a server says in its challenge when it refuses a token: a status, in JSON and often base64."""
    try:
        said = json.loads(base64.b64decode(challenge, validate=True))
    except ValueError:
        try:
            said = json.loads(challenge)
        except ValueError:
            return readable(challenge)
    return readable(f"status {said.get('status', '')}") if isinstance(said, dict) else readable(str(said))


def _json(body: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(body)
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}


def _number(value: object, otherwise: float) -> float:
    try:
        return float(str(value))
    except ValueError:
        return otherwise
