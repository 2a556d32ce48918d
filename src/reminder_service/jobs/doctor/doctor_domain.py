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
    addresses = [service.office.address, *(one.address or "" for one in service.mailboxes.values())]
    for domain in dict.fromkeys(address.rpartition("@")[2] for address in addresses if address):
        try:
            yield from list(_check_domain(domain, lookup))
        except OutsideError as error:
            yield Check(
                name=f"domain {domain}",
                ok=None,
                detail=f"SPF, DKIM and DMARC were not looked at: {error}",
                cure="Run doctor on a machine that reaches a resolver, if mails of the office land in spam folders.",
            )
            return


def _check_domain(domain: str, lookup: Lookup) -> Iterator[Check]:
    yield _spf(domain, spf(lookup, domain))
    selector = dkim(lookup, domain)
    yield Check(
        name=f"DKIM of {domain}",
        ok=True if selector else None,
        detail=f"a key is published under the selector {selector}"
        if selector
        else "no key under the usual selectors; a mail's source shows the one in use (DKIM-Signature, s=)",
        cure="" if selector else f"{_ASK} whether outgoing mail is signed.",
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
