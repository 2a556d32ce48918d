"""Connecting to an SMTP server and logging in, with its failures as sentences."""

import base64
import smtplib
from typing import Protocol

from reminder_service.domain.errors import OutsideError

from .oauth import SignIn, refusal, xoauth2
from .wire import Server, password_variable, readable, tls_context, unreachable

CHALLENGE = 334
LOGGED_IN = 235


class SmtpServer(Server, Protocol):
    """The settings of the server that sends (section ``smtp``)."""

    @property
    def username(self) -> str | None:
        """The name to log in with; without one nobody logs in."""


def open_server(settings: SmtpServer, secret: str | SignIn | None, section: str) -> smtplib.SMTP:
    """Return a connection that is logged in.

    :param secret: the password, or the sign-in that gives tokens.
    :param section: where the server stands in ``service.yaml``, for the sentences.
    :raises OutsideError: if the server cannot be reached, is not trusted or refuses the login; neither password
        nor token ever stands in the text.
    """
    try:
        client = _open(settings, section)
    except (smtplib.SMTPException, OSError, ValueError) as error:
        raise unreachable("SMTP server", settings, section, _plain(error)) from error
    try:
        if settings.username:
            _log_in(client, settings, settings.username, secret, section)
    except BaseException:
        client.close()
        raise
    return client


def answer_text(code: int, text: bytes | str) -> str:
    """Return a server's answer as one line."""
    return readable(f"{code} {readable(text)}")


def _open(settings: SmtpServer, section: str) -> smtplib.SMTP:
    timeout = settings.timeout.total_seconds()
    if settings.security == "tls":
        context = tls_context(settings, section)
        client: smtplib.SMTP = smtplib.SMTP_SSL(
            settings.host, settings.port, timeout=timeout, context=context
        )
    else:
        client = smtplib.SMTP(settings.host, settings.port, timeout=timeout)
    try:
        client.ehlo_or_helo_if_needed()
        if settings.security == "starttls":
            client.starttls(context=tls_context(settings, section))
            client.ehlo_or_helo_if_needed()
    except BaseException:
        client.close()
        raise
    return client


def _log_in(
    client: smtplib.SMTP, settings: SmtpServer, username: str, secret: str | SignIn | None, section: str
) -> None:
    if secret is None:
        raise OutsideError(
            f"{section}.username is set in service.yaml but there is no password: set "
            f"{password_variable(section)}, or leave {section}.username out."
        )
    try:
        if isinstance(secret, str):
            client.login(username, secret)
            return
        token = secret.access()
        answer = _offer(client, username, token)
        if answer is not None:
            # A token may be taken back before its time: one that was just made tells whether it was that.
            token = secret.renew(token)
            answer = _offer(client, username, token)
        if answer is not None:
            raise _refused_sign_in(settings, username, answer.replace(token, "…"), section)
    except smtplib.SMTPNotSupportedError:
        raise OutsideError(
            f"The SMTP server {settings.host}:{settings.port} offers no login on this connection. Set "
            f"{section}.security in service.yaml to tls or starttls, or leave {section}.username out."
        ) from None
    except smtplib.SMTPResponseException as error:
        answer = answer_text(error.smtp_code, error.smtp_error)
        raise _refused_login(settings, username, secret, answer, section) from None
    except UnicodeEncodeError:
        answer = "name and password may hold ASCII characters only"
        raise _refused_login(settings, username, secret, answer, section) from None
    except smtplib.SMTPException as error:
        raise _refused_login(settings, username, secret, str(error), section) from None
    except OSError as error:
        raise unreachable("SMTP server", settings, section, error) from error


def _offer(client: smtplib.SMTP, username: str, token: str) -> str | None:
    """Offer a token; return what the server says against it, None if it takes it."""
    said = base64.b64encode(xoauth2(username, token).encode()).decode()
    code, text = client.docmd("AUTH", f"XOAUTH2 {said}")
    why = ""
    if code == CHALLENGE:
        # The server's refusal, which wants an empty answer before the final one.
        why = f" ({refusal(text)})"
        code, text = client.docmd("")
    return None if code == LOGGED_IN else answer_text(code, text) + why


def _refused_sign_in(settings: SmtpServer, username: str, answer: str, section: str) -> OutsideError:
    return OutsideError(
        f"The SMTP server {settings.host}:{settings.port} refused the sign-in of {username!r} ({answer}). Check "
        f"{section}.username and {section}.oauth.scope in service.yaml and that sending is allowed for this "
        f"mailbox; `reminder-service login {section}` signs in anew."
    )


def _refused_login(
    settings: SmtpServer, username: str, secret: str | SignIn, answer: str, section: str
) -> OutsideError:
    if isinstance(secret, str) and secret:
        answer = answer.replace(secret, "…")
    return OutsideError(
        f"The SMTP server {settings.host}:{settings.port} refused the login of {username!r} ({readable(answer)}). "
        f"Check {section}.username in service.yaml and the password in {password_variable(section)}; QQ, 163 "
        "and 126 want an authorisation code (授权码) in place of the password."
    )


def _plain(error: Exception) -> Exception:
    """Return the error with the server's answer readable, and the cause smtplib wrapped."""
    if isinstance(error, smtplib.SMTPResponseException):
        return smtplib.SMTPException(answer_text(error.smtp_code, error.smtp_error))
    if isinstance(error.__context__, OSError):
        return error.__context__
    return error
