"""Whether the web pages may be served as configured: beyond this machine only with TLS or a proxy that does it."""

from importlib.util import find_spec
from ipaddress import ip_address

from ..domain.errors import ConfigurationError
from .settings import ConsoleSettings

_ANY = frozenset({"0.0.0.0", "::", "[::]"})


def require_safe_console(settings: ConsoleSettings) -> None:
    """Refuse to serve the pages where passwords would cross a network in the open.

    :raises ConfigurationError: with every mistake, each naming the key and the cure.
    """
    problems = [f"service.yaml: console.{text}" for text in _problems(settings)]
    if problems:
        raise ConfigurationError(problems)


def is_loopback(host: str) -> bool:
    """Whether a host is this machine only."""
    try:
        return host.casefold() == "localhost" or ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _problems(settings: ConsoleSettings) -> list[str]:
    host = settings.host
    if host is None:
        return []
    problems = []
    certificate, key = settings.tls_certificate, settings.tls_key
    if (certificate is None) != (key is None):
        missing = "tls_key" if key is None else "tls_certificate"
        problems.append(f"{missing}: is missing; TLS needs tls_certificate and tls_key, or leave both empty")
    problems += [
        f"{name}: {path} cannot be read; check the path and its permissions"
        for name, path in (("tls_certificate", certificate), ("tls_key", key))
        if path and not path.is_file()
    ]
    if not is_loopback(host) and certificate is None and not settings.proxies:
        problems.append(
            f"host: {host} is reached from other machines, and passwords would cross the network in the open; "
            "set tls_certificate and tls_key, or proxies to the address of a proxy that does TLS, "
            "or host to 127.0.0.1"
        )
    if settings.oidc.issuer and find_spec("joserfc") is None:
        problems.append(
            "oidc: needs a library that is not installed; install reminder-service[oidc], or leave issuer empty"
        )
    if host in _ANY and not settings.names:
        problems.append(
            "names: is empty; with host "
            + host
            + " list the names that browsers use, such as [reports.example.cn]"
        )
    return problems
