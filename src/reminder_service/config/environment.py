"""What the environment gives: keys as ``REMINDER_SERVICE_<SECTION>__<KEY>``, and every password."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, get_args, get_origin

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from ..domain.errors import ConfigurationError
from .problems import Problem, nearest
from .servers import SECRET_KEYS, SECRETS, ServerSettings
from .settings import AlarmSettings, ConsoleSettings, Service
from .yaml_file import Source

PREFIX = "REMINDER_SERVICE_"


def variable(section: str, key: str) -> str:
    """Return the name of the environment variable that gives a key.

    :param section: ``imap``, or with dots where it lies deeper, as in ``mailboxes.minzheng.imap``.
    """
    return f"{PREFIX}{section.replace('.', '__')}__{key}".upper()


def refuse_secrets(source: Source) -> list[Problem]:
    """Take passwords out of the data of a file and say where they belong."""
    return list(_refused(source, (), source.data))


def _refused(source: Source, place: tuple[str, ...], keys: dict[str, Any]) -> Iterator[Problem]:
    for key in sorted(SECRET_KEYS & keys.keys()) if place else ():
        del keys[key]
        name = variable(".".join(place), key.removesuffix("_file"))
        what = "addresses with keys in them" if key.startswith("urls") else "passwords"
        text = f"{what} never stand in a file of keys; remove it and set {name} or {name}_FILE"
        yield source.problem((*place, key), text)
    for key, below in keys.items():
        if isinstance(below, dict):
            yield from _refused(source, (*place, str(key)), below)


def overlay(source: Source, environ: Mapping[str, str]) -> list[Problem]:
    """Put the values of the environment over those of ``service.yaml``.

    An empty variable counts as not given, except where a key may be without a value (``smtp.username``).
    """
    problems: list[Problem] = []
    for name in sorted(environ):
        if not name.startswith(PREFIX) or "__" not in name:
            continue
        place = tuple(name.removeprefix(PREFIX).lower().split("__"))
        field = _field(place)
        if field is None or name != name.upper():
            problems.append(Problem(where="environment", key=name, text=_unknown(name)))
        elif _is_given(environ[name], field):
            _put(source, place, _value(environ[name], field), name)
    return problems + _given_twice(environ)


def read_secrets(server: ServerSettings) -> dict[str, SecretStr | None]:
    """Return the secrets of a server; None where there is none or its file cannot be read."""
    return {name: _secret(getattr(server, name), getattr(server, f"{name}_file")) for name in SECRETS}


def _secret(given: SecretStr | None, file: Path | None) -> SecretStr | None:
    if given or not file:
        return given
    try:
        line = _first_line(file)
    except (OSError, UnicodeDecodeError):
        return None  # no error for commands that need no password; require_password tells
    return SecretStr(line) if line else None


def read_client_secret(console: ConsoleSettings) -> ConsoleSettings:
    """Return the console's settings with the secret that the identity provider knows it by, where it has one."""
    oidc = console.oidc
    secret = _secret(oidc.client_secret, oidc.client_secret_file)
    return console.model_copy(update={"oidc": oidc.model_copy(update={"client_secret": secret})})


def read_urls(alarm: AlarmSettings) -> tuple[SecretStr, ...]:
    """Return the chat services that an alarm goes to; none where their file cannot be read (the doctor tells)."""
    if alarm.urls or not alarm.urls_file:
        return alarm.urls
    try:
        lines = alarm.urls_file.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError):
        return ()
    return tuple(SecretStr(line.strip()) for line in lines if line.strip() and not line.startswith("#"))


def missing_ways(source: Source) -> list[Problem]:
    """Say that mail must come in one way and go out one way, and what each needs."""

    def given(section: str, key: str) -> bool:
        keys = source.data.get(section)
        return isinstance(keys, dict) and bool(keys.get(key))

    problems = []
    if not (source.data.get("imap") or source.data.get("mailboxes")) and not given("folder_mailbox", "inbox"):
        text = (
            "is missing; it needs host, username and folders, or set folder_mailbox.inbox to a watched folder"
        )
        problems.append(source.problem(("imap",), text))
    if given("folder_outbox", "outbox") and source.data.get("smtp"):
        text = "mails go out one way; remove smtp, or leave folder_outbox.outbox empty"
        problems.append(source.problem(("folder_outbox", "outbox"), text))
    if not source.data.get("smtp") and not given("folder_outbox", "outbox"):
        text = (
            "is missing; it needs host, or set folder_outbox.outbox to a folder that mails are written into"
        )
        problems.append(source.problem(("smtp",), text))
    own_copy = source.data.get("smtp")
    if (
        isinstance(own_copy, dict)
        and own_copy.get("own_copy") in (True, "true")
        and not source.data.get("imap")
    ):
        text = "a copy is of use only where imap reads it; set it to false"
        problems.append(source.problem(("smtp", "own_copy"), text))
    return problems


def require_password(service: Service, section: str) -> str:
    """Return a password for a command that needs it.

    :param section: where the server stands, as in :func:`variable`.
    :raises ConfigurationError: when there is none; the sentence names the variable to set.
    """
    server = service.server(section)
    if server is None:
        raise ConfigurationError([f"service.yaml: {section}: is missing; add it with host and username"])
    if password := server.password and server.password.get_secret_value():
        return password
    name = variable(section, "password")
    if server.password_file is None:
        text = f"is not set; set it to the password of {server.host}, or {name}_FILE to a file holding it"
        raise ConfigurationError([str(Problem(where="environment", key=name, text=text))])
    reason = _unreadable(server.password_file)
    raise ConfigurationError([str(Problem(where="environment", key=f"{name}_FILE", text=reason))])


def _field(place: Sequence[str]) -> FieldInfo | None:
    """Return what stands at a place of the settings; a section itself is no key."""
    fields, found = Service.model_fields, None
    names = iter(place)
    for name in names:
        found = fields.get(name)
        if found is None:
            return None
        if get_origin(found.annotation) is dict and next(names, None) is None:
            return None
        fields = _keys(found)
    return None if fields or found is None or get_origin(found.annotation) is dict else found


def _keys(section: FieldInfo) -> dict[str, FieldInfo]:
    """Return the keys of a section, which may be one that can be left out or one of several with a name."""
    choices: tuple[Any, ...] = get_args(section.annotation) or (section.annotation,)
    chosen = choices[1] if get_origin(section.annotation) is dict else choices[0]
    return getattr(chosen, "model_fields", {})


def _all_keys(fields: Mapping[str, FieldInfo], place: str = "") -> Iterator[str]:
    for name, field in fields.items():
        if get_origin(field.annotation) is dict:
            continue
        below = _keys(field)
        yield from _all_keys(below, f"{place}{name}__") if below else (f"{place}{name}",)


def _unknown(name: str) -> str:
    known = {place: f"{PREFIX}{place.upper()}" for place in _all_keys(Service.model_fields)}
    if near := nearest(name.removeprefix(PREFIX).lower(), list(known)):
        return f"unknown variable; did you mean {known[near]}?"
    return f"unknown variable; sections are: {', '.join(Service.model_fields)}"


def _is_given(value: str, field: FieldInfo) -> bool:
    return bool(value.strip()) or (field.default is None and not field.is_required())


def _value(text: str, field: FieldInfo) -> Any:
    if not text.strip():
        return None
    if get_origin(field.annotation) is not tuple:
        return text
    if text.lstrip().startswith("["):
        try:
            entries = json.loads(text)
        except ValueError:
            return text  # the model then says that a list is expected
        return [entry if isinstance(entry, str) else str(entry) for entry in entries]
    return [entry.strip() for entry in text.replace("，", ",").split(",") if entry.strip()]


def _put(source: Source, place: Sequence[str], value: Any, name: str) -> None:
    keys = source.data
    for part in place[:-1]:
        below = keys.setdefault(part, {})
        if below is None:
            below = keys[part] = {}
        if not isinstance(below, dict):
            return  # the section itself is wrong and will be reported
        keys = below
    keys[place[-1]] = value
    source.variables[tuple(place)] = name


def _given_twice(environ: Mapping[str, str]) -> list[Problem]:
    names = [
        name
        for name in sorted(environ)
        if name.startswith(PREFIX) and name.lower().endswith((*SECRETS, "urls"))
    ]
    return [
        Problem(where="environment", key=name, text=f"{name}_FILE is set as well; unset one of the two")
        for name in names
        if environ.get(name) and environ.get(f"{name}_FILE")
    ]


def _first_line(path: Path) -> str:
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    return lines[0] if lines else ""


def _unreadable(path: Path) -> str:
    try:
        _first_line(path)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        return f"{path} cannot be read ({reason}); check the path and its permissions"
    except UnicodeDecodeError:
        return f"{path} is not UTF-8 text; save it as UTF-8"
    return f"{path} holds no password; write it as the first line"
