"""What the doctor says about the domain that mails are sent from: whether other servers have reason to trust it."""

from collections.abc import Iterator

from ...config import Service
from ...domain.errors import OutsideError
from ...mail.domain_records import Lookup, dkim, dmarc, spf
from .doctor_checks import Check

_ASK = "Ask whoever runs the mail domain"


def check_domains(service: Service, lookup: Lookup) -> Iterator[Check]:
    """Look for SPF, DKIM and DMARC of each sender's domain, only if a resolver answers; signing is the server's job."""
    if service.smtp is None:
        return
    for domain, selectors in _selectors_by_domain(service).items():
        try:
            yield from list(_check_domain(domain, selectors, lookup))
        except OutsideError as error:
            yield Check(
                name=f"domain {domain}",
                ok=None,
                detail=f"SPF, DKIM and DMARC were not looked at: {error}",
                cure="Run doctor on a machine that reaches a resolver, if mails of the office land in spam folders.",
            )
            return


def _selectors_by_domain(service: Service) -> dict[str, tuple[str, ...]]:
    """Return the domains that mails are sent from, each with the selectors of the servers that send for it."""
    senders = [(service.office.address, service.smtp)]
    senders += [(one.address or service.office.address, one.smtp) for one in service.mailboxes.values()]
    found: dict[str, tuple[str, ...]] = {}
    for address, own in senders:
        server = own or service.smtp
        domain = address.rpartition("@")[2]
        selectors = (*found.get(domain, ()), *(server.dkim_selectors if server else ()))
        found[domain] = tuple(dict.fromkeys(selectors))
    return found


def _check_domain(domain: str, selectors: tuple[str, ...], lookup: Lookup) -> Iterator[Check]:
    yield _spf(domain, spf(lookup, domain))
    selector = dkim(lookup, domain, selectors)
    yield Check(
        name=f"DKIM of {domain}",
        ok=True if selector else None,
        detail=f"a key is published under the selector {selector}"
        if selector
        else f"no key under the selectors {', '.join(selectors)}",
        cure=""
        if selector
        else "Look in the source of a mail that was sent: what follows s= in DKIM-Signature belongs into "
        f"smtp.dkim_selectors in service.yaml. Without that line: {_ASK[0].lower()}{_ASK[1:]} to sign outgoing mail.",
    )
    policy = dmarc(lookup, domain)
    yield Check(
        name=f"DMARC of {domain}",
        ok=True if policy else None,
        detail=f"the policy is {policy}"
        if policy
        else "there is no policy; some servers then trust mails less",
        cure="" if policy else f'{_ASK} to publish a TXT record _dmarc.{domain} "v=DMARC1; p=none".',
    )


def _spf(domain: str, found: tuple[str, ...]) -> Check:
    name = f"SPF of {domain}"
    if not found:
        detail, cure = (
            "no record says which servers may send for it",
            f"{_ASK} to publish one that names its server.",
        )
        return Check(name=name, ok=None, detail=detail, cure=cure)
    if len(found) > 1:
        detail = f"{len(found)} records, which servers take for a mistake (RFC 7208, 4.5)"
        return Check(name=name, ok=False, detail=detail, cure=f"{_ASK} to leave one.")
    if found[0].lower().split()[-1] in ("+all", "all"):
        detail, cure = "the record lets everybody send for it", f"{_ASK} to end it with -all or ~all."
        return Check(name=name, ok=None, detail=detail, cure=cure)
    return Check(name=name, ok=True, detail=f"published: {found[0]}")
