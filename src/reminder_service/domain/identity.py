"""Whose report is it, and for which period: evidence is weighed, kept and shown; doubt goes to the tray."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from .campaign import Campaign
from .decisions import Decisions
from .errors import WrongUsage
from .incoming import (
    Attribution,
    Evidence,
    IncomingDocument,
    IncomingMessage,
    is_unfilled_own_form,
    may_be_report,
)
from .names import UnitNames
from .periods import Period
from .rows import content_of, owners_of_filled_rows
from .state import Contact
from .texts import bare
from .trust import borrowed_name


@dataclass(frozen=True, kw_only=True, slots=True)
class PeriodBook:
    """Which periods were opened and when, which are closed, and which one counts where nobody opened any.

    ``closed_at`` says when; a closed period without a moment was never open.
    """

    opened: tuple[tuple[Period, datetime], ...] = ()
    closed: frozenset[Period] = frozenset()
    closed_at: Mapping[Period, datetime] = field(default_factory=dict)
    fallback: Period

    def was_closed(self, period: Period, at: datetime) -> bool:
        """Whether a period was closed when something came to hand."""
        closed_at = self.closed_at.get(period)
        return period in self.closed and (closed_at is None or at >= closed_at)

    def latest_opened(self, at: datetime) -> Period:
        """Return the period that was opened last before a moment, else the first ever opened."""
        before = [period for period, opened_at in self.opened if opened_at <= at]
        if before:
            return max(before)
        return min((period for period, _ in self.opened), default=self.fallback)


@dataclass(frozen=True, kw_only=True, slots=True)
class _UnitVerdict:
    unit: str | None
    rivals: tuple[str, ...]
    doubt: str | None
    trusted: bool
    evidence: tuple[Evidence, ...]


@dataclass(kw_only=True, slots=True)
class Identifier:
    """Holds documents against what is known, oldest first, and remembers the texts that were accepted.

    The algorithm for each document:

    1. What a person said (hand-over, assignment) decides; what she dismissed does not count.
    2. The unit: trusted is a unit whose contact sent it or whose mail from us it answers. The form code and the
       name in the form must agree with each other and with a trusted unit, else ``ambiguous_unit``. Without
       trust everything is only proposed: ``unknown_sender``.
    3. The period: code, title, subject, reply and file name are heard; where they disagree, or an earlier
       period's file carries other text than was accepted there, ``ambiguous_period`` for the open period. So is
       a file that may be another campaign's just as well.
       Without any, the period that was opened last.
    4. A period that was closed when the message came to hand is never touched: ``closed_period``.
    """

    campaign: Campaign
    names: UnitNames
    contacts: Sequence[Contact]
    periods: PeriodBook
    decisions: Decisions
    _accepted: dict[str, dict[Period, dict[int, set[str]]]] = field(default_factory=dict)
    _seen: list[IncomingMessage] = field(default_factory=list)
    _found: list[Attribution] = field(default_factory=list)
    _by_address: dict[str, list[str]] = field(init=False)
    _listed: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        self._listed = frozenset(contact.address for contact in self.contacts if contact.address)
        self._by_address = {}
        for contact in self.contacts:
            if contact.address and self.campaign.has_unit(contact.unit):
                self._by_address.setdefault(contact.address, []).append(contact.unit)

    def identify(self, messages: Iterable[IncomingMessage]) -> list[Attribution]:
        """Attribute every document of every message that may count as a report.

        Asked again with the very same messages and later ones, it carries on behind those it knows.
        """
        ordered = sorted(messages, key=lambda message: (message.received_at, message.id))
        known = len(self._seen)
        if len(ordered) < known or any(
            one is not other for one, other in zip(self._seen, ordered[:known], strict=True)
        ):
            self._accepted, self._found, known = {}, [], 0
        for message in ordered[known:]:
            found = self._message(message)
            for attribution in found:
                self._remember(attribution)
            self._found.extend(found)
        self._seen = ordered
        return list(self._found)

    def knows_the_same(self, other: "Identifier") -> bool:
        """Whether another identifier would decide alike."""
        return (self.campaign, self.names, self.contacts, self.periods, self.decisions) == (
            other.campaign,
            other.names,
            other.contacts,
            other.periods,
            other.decisions,
        )

    def _message(self, message: IncomingMessage) -> list[Attribution]:
        documents = [document for document in message.documents if self._counts(document)]
        if not documents:
            left_alone = message.sha256 in self.decisions.dismissed
            return [self._attribute(message, None, ())] if message.links and not left_alone else []
        # Forms first: a scan without a word of its own follows the form that came with it.
        ordered = sorted(documents, key=lambda document: document.form is None)
        found: dict[int, Attribution] = {}
        for document in ordered:
            found[id(document)] = self._attribute(message, document, tuple(found.values()))
        return [found[id(document)] for document in documents]

    def _counts(self, document: IncomingDocument) -> bool:
        if not may_be_report(document.reading, has_form=document.form is not None):
            return False
        return document.document not in self.decisions.dismissed and not is_unfilled_own_form(document)

    def _attribute(
        self, message: IncomingMessage, document: IncomingDocument | None, companions: tuple[Attribution, ...]
    ) -> Attribution:
        decided = self.decisions.assigned.get(document.document) if document else None
        verdict = self._unit(message, document, companions)
        if decided and decided.unit:
            said = Evidence(kind="decision", says=decided.unit, trusted=True)
            verdict = _UnitVerdict(unit=decided.unit, rivals=(), doubt=None, trusted=True, evidence=(said,))
        period, doubt, evidence = self._period(message, document, verdict.unit, companions)
        if decided and decided.period:
            period, doubt = Period.parse(decided.period), None
        doubt = verdict.doubt or doubt
        if document and document.other_campaigns and not decided:
            doubt = doubt or "ambiguous_period"
        if document and self.decisions.settled(document.document):
            doubt = None
        if self.periods.was_closed(period, message.known_at or message.received_at) and not (
            doubt or self._repeats(document, verdict.unit, period)
        ):
            doubt = "closed_period"
        return Attribution(
            message=message,
            document=document,
            unit=verdict.unit,
            period=period,
            doubt=doubt,
            rivals=verdict.rivals if doubt else (),
            evidence=verdict.evidence + evidence + self._about_sender(message),
            trusted=verdict.trusted,
        )

    # --- the unit -------------------------------------------------------------------------------------------

    def _unit(
        self, message: IncomingMessage, document: IncomingDocument | None, companions: tuple[Attribution, ...]
    ) -> _UnitVerdict:
        if message.forced_unit:
            said = Evidence(kind="handed_in", says=message.forced_unit, trusted=True)
            return _UnitVerdict(
                unit=message.forced_unit, rivals=(), doubt=None, trusted=True, evidence=(said,)
            )
        trust = self._trust(message)
        strong = self._strong_claims(message, document)
        weak = self._weak_claims(message, document, companions)
        evidence = (*trust, *strong, *weak)
        trusted = _distinct(trust)
        claimed = _distinct(strong)
        if len(claimed) > 1 or (trusted and claimed and claimed[0] not in trusted):
            rivals = _distinct((*trust, *strong))
            proposal = next((unit for unit in trusted if unit in rivals), claimed[0])
            return _UnitVerdict(
                unit=proposal, rivals=rivals, doubt="ambiguous_unit", trusted=bool(trusted), evidence=evidence
            )
        if not trusted:
            return self._proposed(message, claimed, weak, evidence)
        if claimed:
            return _UnitVerdict(unit=claimed[0], rivals=(), doubt=None, trusted=True, evidence=evidence)
        return self._among(trusted, weak, evidence)

    def _proposed(
        self,
        message: IncomingMessage,
        claimed: tuple[str, ...],
        weak: tuple[Evidence, ...],
        evidence: tuple[Evidence, ...],
    ) -> _UnitVerdict:
        unit = claimed[0] if claimed else next((claim.says for claim in weak), None)
        if message.by_office:
            doubt = None if unit else "ambiguous_unit"
            return _UnitVerdict(unit=unit, rivals=(), doubt=doubt, trusted=bool(unit), evidence=evidence)
        return _UnitVerdict(unit=unit, rivals=(), doubt="unknown_sender", trusted=False, evidence=evidence)

    def _about_sender(self, message: IncomingMessage) -> tuple[Evidence, ...]:
        borrowed = None
        if message.sender not in self._listed:
            borrowed = borrowed_name(message.sender_name, message.sender, self.contacts)
        said = {"borrowed_name": borrowed, "authentication": message.authentication}
        return tuple(Evidence(kind=kind, says=text) for kind, text in said.items() if text)

    @staticmethod
    def _among(
        trusted: tuple[str, ...], weak: tuple[Evidence, ...], evidence: tuple[Evidence, ...]
    ) -> _UnitVerdict:
        """One person serves several units: what the file itself hints at decides between them."""
        hints = [claim.says for claim in weak if claim.says in trusted]
        unit = trusted[0] if len(trusted) == 1 else (hints[0] if hints else None)
        if unit:
            return _UnitVerdict(unit=unit, rivals=(), doubt=None, trusted=True, evidence=evidence)
        return _UnitVerdict(
            unit=trusted[0], rivals=trusted, doubt="ambiguous_unit", trusted=True, evidence=evidence
        )

    def _trust(self, message: IncomingMessage) -> tuple[Evidence, ...]:
        replies = [
            Evidence(kind="reply", says=answered.unit, trusted=True)
            for answered in message.answers
            if self.campaign.has_unit(answered.unit)
        ]
        senders = [
            Evidence(kind="sender", says=unit, trusted=True)
            for unit in self._by_address.get(message.sender, ())
        ]
        return (*senders, *replies)

    def _strong_claims(
        self, message: IncomingMessage, document: IncomingDocument | None
    ) -> tuple[Evidence, ...]:
        claims: list[Evidence] = []
        code = document.code if document else None
        if (
            code
            and code.campaign == self.campaign.id
            and (unit := self.campaign.unit_by_code(code.unit_code))
        ):
            claims.append(Evidence(kind="form_code", says=unit.name))
        if document and document.form and document.form.unit:
            header = self.names.at(message.received_at.date()).match(document.form.unit).unit
            claims += [Evidence(kind="header", says=header)] if header else []
        return tuple(claims)

    def _weak_claims(
        self, message: IncomingMessage, document: IncomingDocument | None, companions: tuple[Attribution, ...]
    ) -> tuple[Evidence, ...]:
        claims: list[Evidence] = []
        names = self.names.at(message.received_at.date())
        if document and document.whole:
            owners = owners_of_filled_rows(document.whole, self.campaign, names)
            claims += [Evidence(kind="table", says=unit) for unit in owners if len(owners) == 1]
        if document:
            claims += _mentions(names, "file_name", document.filename)
        beside = dict.fromkeys(other.unit for other in companions if other.unit)
        claims += [Evidence(kind="companion", says=unit) for unit in beside if len(beside) == 1]
        if message.reference and (unit := self.campaign.unit_by_code(message.reference[1])):
            claims.append(Evidence(kind="subject_reference", says=unit.name))
        claims += _mentions(names, "subject", message.subject)
        claims += _mentions(names, "display_name", message.sender_name)
        return tuple(claims)

    # --- the period -----------------------------------------------------------------------------------------

    def _period(
        self,
        message: IncomingMessage,
        document: IncomingDocument | None,
        unit: str | None,
        companions: tuple[Attribution, ...],
    ) -> tuple[Period, str | None, tuple[Evidence, ...]]:
        if message.forced_period:
            period = Period.parse(message.forced_period)
            return period, None, (Evidence(kind="handed_in", says=str(period), trusted=True),)
        current = self.periods.latest_opened(message.received_at)
        evidence = self._period_claims(message, document, unit)
        claimed = {named for claim in evidence if (named := self._parsed(claim.says))}
        if not claimed:
            return self._unclaimed(document, unit, current, companions, evidence)
        if len(claimed) > 1:
            return current, "ambiguous_period", evidence
        period, doubt = self._weighed(document, unit, claimed.pop(), current, message.received_at)
        return period, doubt, evidence

    def _weighed(
        self,
        document: IncomingDocument | None,
        unit: str | None,
        period: Period,
        current: Period,
        received_at: datetime,
    ) -> tuple[Period, str | None]:
        """All evidence names one period: is it to be believed?"""
        if period == current:
            return period, None
        if period > current:
            begun = period.start <= received_at.date()
            return (period, None) if begun else (current, "ambiguous_period")
        known = self._accepted.get(unit or "", {}).get(period)
        if known and document and document.form and not self._repeats(document, unit, period):
            return current, "ambiguous_period"
        return period, None

    def _unclaimed(
        self,
        document: IncomingDocument | None,
        unit: str | None,
        current: Period,
        companions: tuple[Attribution, ...],
        evidence: tuple[Evidence, ...],
    ) -> tuple[Period, str | None, tuple[Evidence, ...]]:
        if companions and (document is None or document.form is None):
            beside = next((other for other in companions if other.unit == unit), companions[0])
            return beside.period, beside.doubt if beside.doubt == "ambiguous_period" else None, evidence
        earlier = [known for known in self._accepted.get(unit or "", {}) if known < current]
        if any(self._repeats(document, unit, known) for known in earlier):
            # Last quarter's file sent again without a word about the period: never taken for this quarter's.
            return current, "ambiguous_period", evidence
        return current, None, evidence

    def _period_claims(
        self, message: IncomingMessage, document: IncomingDocument | None, unit: str | None
    ) -> tuple[Evidence, ...]:
        claims: list[Evidence] = []
        code = document.code if document else None
        if code and code.campaign == self.campaign.id:
            claims.append(Evidence(kind="form_code", says=code.period))
        if document and document.form and document.form.period:
            claims.append(Evidence(kind="title", says=document.form.period))
        answered = dict.fromkeys(
            answer.period for answer in message.answers if answer.unit == unit or unit is None
        )
        claims += [Evidence(kind="reply", says=period, trusted=True) for period in answered]
        if message.reference and not answered:
            claims.append(Evidence(kind="subject_reference", says=message.reference[0]))
        return tuple(claims)

    def _parsed(self, text: str) -> Period | None:
        try:
            period = Period.parse(text)
        except WrongUsage:
            return None
        return period if period.cadence is self.campaign.cadence else None

    # --- memory ---------------------------------------------------------------------------------------------

    def _remember(self, attribution: Attribution) -> None:
        if attribution.doubt or attribution.unit is None:
            return
        texts = self._texts(attribution.document, attribution.unit)
        if not texts:
            return
        known = self._accepted.setdefault(attribution.unit, {}).setdefault(attribution.period, {})
        for item, text in texts.items():
            known.setdefault(item, set()).add(text)

    def _repeats(self, document: IncomingDocument | None, unit: str | None, period: Period) -> bool:
        """Whether every row that the form fills says what was accepted for that period already."""
        known = self._accepted.get(unit or "", {}).get(period, {})
        texts = self._texts(document, unit)
        return bool(texts) and all(text in known.get(item, ()) for item, text in texts.items())

    def _texts(self, document: IncomingDocument | None, unit: str | None) -> dict[int, str]:
        if document is None or document.whole is None or unit is None:
            return {}
        content = content_of(document.whole, unit, self.campaign, self.names)
        return {item: bare(row.measures) for item, row in content.filled.items()}


def _mentions(names: UnitNames, kind: str, text: str) -> list[Evidence]:
    found = names.mentioned(text)
    return [Evidence(kind=kind, says=unit) for unit in found if len(found) == 1]


def _distinct(claims: Iterable[Evidence]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(claim.says for claim in claims))
