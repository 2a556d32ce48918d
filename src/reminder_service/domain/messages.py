"""Mails as facts, and what kind of mail each is."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any

from .errors import WrongUsage
from .periods import Period

_REFERENCE = r"[\[【〔]\s*{name}\s*({period})\s*-\s*(\d{{2,6}})\s*[\]】〕]"
_PERIOD = r"\d{4}(?:Q[1-4]|H[12]|M\d\d(?:T[1-3]|H[12])?|-\d\d-\d\d)?"
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−﹣", "-"))


class MessageKind(StrEnum):
    """What an incoming mail is."""

    SUBMISSION = "submission"
    REPLY = "reply"
    AUTO_REPLY = "auto_reply"
    BOUNCE = "bounce"
    UNRELATED = "unrelated"
    OWN_COPY = "own_copy"


@dataclass(frozen=True, kw_only=True, slots=True)
class Bounced:
    """What a delivery report says: whom it did not reach, for which mail, whether for good."""

    recipients: tuple[str, ...]
    message_ids: tuple[str, ...]
    permanent: bool
    detail: str


@dataclass(frozen=True, kw_only=True, slots=True)
class MailFacts:
    """The decoded facts of a mail.

    Addresses are casefolded, ids keep their angle brackets, texts are NFC. ``sent_at`` is the Date header
    and ``relayed_at`` the time of the top Received header; None where they cannot be used. ``automatic`` says
    that the headers call the mail automatic (RFC 3834), ``bulk`` that it comes from a list, ``null_sender``
    that its envelope sender is empty. ``links`` are links to oversized attachments that expire;
    ``link_notes`` says for each of them, in the same order, what the mail shows, such as
    ``报表.pdf，2024年7月3日到期``, or nothing. ``authentication`` is the topmost Authentication-Results header.
    """

    message_id: str | None
    from_address: str
    from_name: str
    reply_to: str | None
    to: tuple[str, ...]
    subject: str
    sent_at: datetime | None
    relayed_at: datetime | None
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    automatic: bool
    bulk: bool
    null_sender: bool
    bounced: Bounced | None
    text: str
    links: tuple[str, ...]
    link_notes: tuple[str, ...] = ()
    defects: tuple[str, ...] = ()
    authentication: str = ""


def triage(
    facts: MailFacts, *, is_ours: Callable[[str], bool], has_report: bool, short_name: str
) -> MessageKind:
    """Decide what kind of mail this is.

    1. A report may be attached: a submission, whatever the headers say. Automatic marks, list headers, an empty
       sender and a Message-ID taken from a mail of ours never hide a report.
    2. Its Message-ID is one of ours: our own copy.
    3. It reports that a mail did not arrive: a bounce.
    4. It is automatic or comes from a mail system: an automatic reply.
    5. It links to an oversized attachment: a submission, so that somebody asks for the file.
    6. It answers a mail of ours, or its subject carries our reference: a reply.
    7. Anything else is unrelated.

    :param is_ours: whether a Message-ID is of a mail that we sent.
    :param has_report: whether any file of the mail could be a report and is not our own: a form, a PDF, a
        picture of a page, an office file or archive that cannot be read.
    :param short_name: the campaign's short name, as in the reference.
    """
    if has_report:
        return MessageKind.SUBMISSION
    if facts.message_id is not None and is_ours(facts.message_id):
        return MessageKind.OWN_COPY
    if facts.bounced is not None:
        return MessageKind.BOUNCE
    if facts.automatic or facts.null_sender:
        return MessageKind.AUTO_REPLY
    if facts.links:
        return MessageKind.SUBMISSION
    answers = any(is_ours(known) for known in (*facts.in_reply_to, *facts.references))
    if answers or subject_reference(facts.subject, short_name) is not None:
        return MessageKind.REPLY
    return MessageKind.UNRELATED


def subject_reference(subject: str, short_name: str) -> tuple[str, str] | None:
    """Return the period and unit code of our reference in a subject, or None.

    ``[妇儿实事 2024Q2-07]`` is read wherever it stands, also in 【】, in full-width characters, in lower case
    and without the blank. Where several stand, the first counts.
    """
    name = re.escape(_fold(short_name).replace(" ", "")) if short_name.strip() else ""
    if not name:
        return None
    pattern = _REFERENCE.format(name=name.replace(r"\ ", ""), period=_PERIOD)
    for match in re.finditer(pattern, _fold(subject), re.IGNORECASE):
        try:
            return str(Period.parse(match[1].upper())), match[2]
        except WrongUsage:
            continue
    return None


def received_at(facts: MailFacts, internal_date: datetime | None) -> datetime | None:
    """Return when a mail arrived.

    INTERNALDATE; the top Received header if earlier; Date only if neither is usable.

    :param internal_date: the server's INTERNALDATE, aware, or None where there is none (a file, an upload).
    :return: None where nothing is usable.
    """
    arrivals = [moment for moment in (internal_date, facts.relayed_at) if moment is not None]
    return min(arrivals) if arrivals else facts.sent_at


def facts_to_json(facts: MailFacts) -> dict[str, Any]:
    """Return the facts as plain JSON values; :func:`facts_from_json` gives back exactly the same facts."""
    values = {one.name: _plain(getattr(facts, one.name)) for one in fields(facts)}
    bounced = facts.bounced
    values["bounced"] = bounced and {one.name: _plain(getattr(bounced, one.name)) for one in fields(bounced)}
    return values


def facts_from_json(values: Mapping[str, Any]) -> MailFacts:
    """Return the facts that :func:`facts_to_json` wrote; keys of a later version are passed over."""
    known = {one.name: values[one.name] for one in fields(MailFacts) if one.name in values}
    for name in ("to", "in_reply_to", "references", "links", "link_notes", "defects"):
        known[name] = tuple(known.get(name, ()))
    for name in ("sent_at", "relayed_at"):
        known[name] = datetime.fromisoformat(known[name]) if known[name] is not None else None
    if (bounced := known["bounced"]) is not None:
        known["bounced"] = Bounced(
            recipients=tuple(bounced["recipients"]),
            message_ids=tuple(bounced["message_ids"]),
            permanent=bounced["permanent"],
            detail=bounced["detail"],
        )
    return MailFacts(**known)


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return list(value)
    return value.isoformat() if isinstance(value, datetime) else value


def _fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text).translate(_DASHES)
