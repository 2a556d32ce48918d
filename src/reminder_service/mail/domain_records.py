"""What a mail domain says about itself in DNS: SPF (RFC 7208), DKIM (RFC 6376) and DMARC (RFC 7489)."""

from collections.abc import Callable, Iterable

from reminder_service.domain.errors import OutsideError

PATIENCE_SECONDS = 1.5

Lookup = Callable[[str], tuple[str, ...]]
"""Returns the TXT records of a name, none where there is none.

:raises OutsideError: if no resolver answers.
"""


def txt_records(name: str, *, server: tuple[str, int] | None = None) -> tuple[str, ...]:
    """Return the TXT records of a name, each as one text; none where the name or the type does not exist.

    :param server: address and port of a resolver, instead of those of the machine.
    :raises OutsideError: if no resolver answers within a moment.
    """
    import dns.exception  # here: nothing but the doctor needs it
    import dns.resolver

    try:
        resolver = dns.resolver.Resolver(configure=server is None)
        if server is not None:
            resolver.nameservers, resolver.port = [server[0]], server[1]
        answer = resolver.resolve(name, "TXT", lifetime=PATIENCE_SECONDS, search=False)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return ()
    except (dns.exception.DNSException, OSError) as error:
        raise OutsideError(f"No resolver answers for {name} ({type(error).__name__}).") from error
    return tuple(b"".join(record.strings).decode("utf-8", "replace") for record in answer)


def spf(lookup: Lookup, domain: str) -> tuple[str, ...]:
    """Return the SPF records of a domain; there should be one."""
    return tuple(text for text in lookup(domain) if text.lower().split(" ")[0] == "v=spf1")


def dmarc(lookup: Lookup, domain: str) -> str | None:
    """Return the policy that counts for a domain, its own or the one of a domain above it, or None."""
    labels = domain.split(".")
    for start in range(max(1, len(labels) - 1)):
        for text in lookup(f"_dmarc.{'.'.join(labels[start:])}"):
            tags = tags_of(text)
            if tags.get("v", "").upper() == "DMARC1":
                return tags.get("sp" if start and "sp" in tags else "p", "none").lower()
    return None


def dkim(lookup: Lookup, domain: str, selectors: Iterable[str]) -> str | None:
    """Return the first selector that publishes a key, or None."""
    for selector in selectors:
        for text in lookup(f"{selector}._domainkey.{domain}"):
            if tags_of(text).get("p"):  # an empty key is a revoked one
                return selector
    return None


def tags_of(text: str) -> dict[str, str]:
    """Return the tags of a record like ``v=DMARC1; p=none``."""
    pairs = (part.partition("=") for part in text.split(";"))
    return {name.strip().lower(): value.strip() for name, sign, value in pairs if sign}
