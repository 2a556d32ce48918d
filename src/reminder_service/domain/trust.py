"""What speaks against a sender, or for it, beyond its address: shown to the office, never decided by."""

import re
import unicodedata
from collections.abc import Iterable

from .state import Contact

_METHODS = ("spf", "dkim", "dmarc")
_RESULT = re.compile(r"(?:^|;)\s*(spf|dkim|dmarc)\s*=\s*([a-z]{3,12})\b", re.IGNORECASE)
_COMMENT = re.compile(r"\([^()]*\)")
_QUOTED = re.compile(r'"[^"]*"')


def authentication(header: str, authserv_id: str | None) -> str:
    """Return what the own mail server found out about a sender, as ``spf=pass dkim=fail``; empty where nothing.

    :param header: the topmost Authentication-Results header (RFC 8601); those below it came with the mail, and
        anybody can write them.
    :param authserv_id: the name under which the own server writes it; another one's word counts for nothing.
    """
    # Comments and quoted texts may hold what the sender wrote.
    plain = _QUOTED.sub('""', _COMMENT.sub(" ", header))
    name, _, results = plain.partition(";")
    if not authserv_id or name.strip().split(" ")[0].casefold() != authserv_id.casefold():
        return ""
    found: dict[str, str] = {}
    for method, result in _RESULT.findall(f";{results}"):
        known, said = found.get(method.lower()), result.lower()
        # Of several signatures one that verifies is enough.
        found[method.lower()] = "pass" if "pass" in (known, said) else said
    return " ".join(f"{method}={found[method]}" for method in _METHODS if method in found)


def borrowed_name(name: str, address: str, contacts: Iterable[Contact]) -> str | None:
    """Return the unit whose name, or whose contact's name, a sender bears who writes from none of its addresses.

    A display name costs nothing: such a mail may come from anybody.
    """
    bears = _fold(name)
    if not bears:
        return None
    listed = list(contacts)
    if any(contact.address == address for contact in listed if contact.address):
        return None
    return next((one.unit for one in listed if bears in (_fold(one.name), _fold(one.unit))), None)


def _fold(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()
