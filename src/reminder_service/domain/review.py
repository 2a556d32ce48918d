"""What has a unit reported, what is wrong with it, and for whom does the rest wait."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from .campaign import Campaign, Version
from .crosscheck import cross_check
from .decisions import Decisions
from .documents import Kind
from .duty_findings import DutyReview
from .findings import finding
from .forms import FormRow
from .incoming import Attribution, IncomingDocument
from .names import UnitNames
from .periods import Period
from .returns import counted, is_returned_whole, open_returns, return_findings
from .rows import content_of
from .stamped_findings import missing_from, page_findings, seal_findings
from .state import (
    DutyState,
    Finding,
    ReceivedVersion,
    Source,
    Status,
    UnitState,
    WaitsFor,
)
from .submissions import (
    ELECTRONIC_KINDS,
    Submission,
    changes_a_unit,
    copy_of,
    face_of,
    form_beside,
    is_replaced,
    is_supporting,
    newest,
    newest_first,
    received_version,
    since_replacement,
    version_of,
    without_doubtful_rows,
)
from .wording import FINDING_TITLES, item_words, quoted

_MINOR_KINDS = frozenset({Kind.TEXT, Kind.HTML, Kind.OTHER})


@dataclass(frozen=True, kw_only=True, slots=True)
class ForeignReport:
    """A filled row for a unit in the form of another one (代报)."""

    by: str
    unit: str
    item: int
    row: FormRow
    submitted: Submission


@dataclass(frozen=True, kw_only=True, slots=True)
class Reviewer:
    """Turns the documents of one period into the state of its units.

    :param due: the period's due date.
    :param day_of: gives the office's calendar day of a moment.
    :param undeliverable: by unit, a sentence for each address that mail came back from.
    """

    campaign: Campaign
    names: UnitNames
    period: Period
    due: date
    decisions: Decisions
    day_of: Callable[[datetime], date]
    undeliverable: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def units(self, attributions: Iterable[Attribution], *, blind: bool) -> tuple[UnitState, ...]:
        """Return the state of every unit of the campaign, in the campaign's order."""
        mine = [one for one in attributions if one.period == self.period and changes_a_unit(one)]
        submitted = without_doubtful_rows([self._submitted(attribution, mine) for attribution in mine])
        own: dict[str | None, list[Submission]] = {}
        claimed: dict[str, list[Attribution]] = {}
        foreign: dict[str, list[ForeignReport]] = {}
        for one in submitted:
            own.setdefault(one.attribution.unit, []).append(one)
            for rival in set(one.attribution.rivals) - {one.attribution.unit}:
                claimed.setdefault(rival, []).append(one.attribution)
            for report in self._foreign(one):
                foreign.setdefault(report.unit, []).append(report)
        return tuple(
            self._unit(
                unit.name,
                own.get(unit.name, []),
                claimed.get(unit.name, []),
                foreign.get(unit.name, []),
                blind=blind,
            )
            for unit in self.campaign.units
        )

    # --- what a document is good for ------------------------------------------------------------------------

    def _submitted(self, attribution: Attribution, others: Sequence[Attribution]) -> Submission:
        document = attribution.document
        if document is None or attribution.unit is None:
            return Submission(attribution=attribution, content=None, version=None)
        # Whose rows they are is the very question where the unit is ambiguous: none is taken for anybody.
        readable = document.form if attribution.doubt != "ambiguous_unit" else None
        names = self.names.at(self.day_of(attribution.message.received_at))
        content = content_of(readable, attribution.unit, self.campaign, names) if readable else None
        version = version_of(document)
        if version is Version.STAMPED and document.form is None and is_supporting(attribution, others):
            version = None
        return Submission(attribution=attribution, content=content, version=version)

    def _foreign(self, submitted: Submission) -> list[ForeignReport]:
        if submitted.content is None or submitted.attribution.unit is None or submitted.pending:
            return []
        return [
            ForeignReport(
                by=submitted.attribution.unit, unit=row.unit, item=row.item, row=row.row, submitted=submitted
            )
            for row in submitted.content.foreign
        ]

    # --- one unit -------------------------------------------------------------------------------------------

    def _unit(
        self,
        unit: str,
        submitted: list[Submission],
        claimed_by_others: list[Attribution],
        foreign: list[ForeignReport],
        *,
        blind: bool,
    ) -> UnitState:
        about = (unit, str(self.period))
        extended = self.decisions.extended.get(about)
        returns = self.decisions.returned
        kept = counted(submitted, returns)
        usable = since_replacement(kept)
        waiting = open_returns(submitted, kept, returns)
        duty_review = DutyReview(
            campaign=self.campaign,
            period=self.period,
            decisions=self.decisions,
            given_back=frozenset(item for one in waiting for item in one.back.items),
        )
        electronic = newest(usable, Version.ELECTRONIC)
        stamped = newest(usable, Version.STAMPED)
        duties = tuple(self._duty(unit, item.number, usable) for item in self.campaign.items_of(unit))
        missing = missing_from(
            stamped, usable, unit=unit, campaign=self.campaign, accepted=self.decisions.accepted
        )
        findings = (
            *self._document_findings(unit, submitted, duties, (electronic, stamped)),
            *(self._doubt(attribution) for attribution in claimed_by_others),
            *return_findings(self.campaign, submitted, kept, returns),
            *duty_review.findings(duties, usable),
            *page_findings(missing, stamped),
            *cross_check(
                usable,
                stamped,
                campaign=self.campaign,
                decisions=self.decisions,
                lost=missing.items if missing else (),
            ),
            *self._foreign_findings(duties, foreign),
        )
        # A unit that was let off everything owes nothing, not even an empty form.
        everything = all(duty.waived is not None for duty in duties) or (
            all(self._has(version, electronic, stamped) for version in self.campaign.versions)
            and all(duty.reported for duty in duties)
        )
        received = bool(submitted or claimed_by_others or foreign) or all(
            duty.waived is not None for duty in duties
        )
        status = _status(findings, received=received, everything=everything, blind=blind)
        last_day = extended.until if extended else self.due
        in_at = self._in_at(unit, kept) if everything and kept else None
        late = in_at is not None and self.day_of(in_at) > last_day
        return UnitState(
            unit=unit,
            status=status,
            late=late,
            due=self.due,
            extended=extended,
            promised_until=self.decisions.promised.get(about),
            electronic=self._version(electronic),
            stamped=self._version(face_of(stamped, usable) if stamped else None),
            duties=duties,
            findings=findings + self._undeliverable(unit),
            returned=tuple(waiting),
            in_at=in_at,
        )

    @staticmethod
    def _has(version: Version, electronic: Submission | None, stamped: Submission | None) -> bool:
        return (electronic if version is Version.ELECTRONIC else stamped) is not None

    def _duty(self, unit: str, item: int, submitted: list[Submission]) -> DutyState:
        """Take a duty's text from the newest electronic version that has the row, else the newest stamped."""
        waived, finished = self._let_off(unit, item)
        for version in (Version.ELECTRONIC, Version.STAMPED):
            for one in newest_first(submitted, version):
                row = one.content.filled.get(item) if one.content else None
                if row is None or one.document is None:
                    continue
                return DutyState(
                    item=item,
                    unit=unit,
                    measures=row.measures,
                    deadline=row.deadline or None,
                    extras=row.extras,
                    original=row.original,
                    waived=waived,
                    finished=finished,
                    pending=one.pending,
                    source=Source(
                        document=one.document.document,
                        filename=one.document.filename,
                        page=row.page,
                        row=row.row,
                        recognised=one.recognised,
                        confidence=row.confidence,
                        doubts=row.doubts,
                    ),
                )
        return DutyState(item=item, unit=unit, waived=waived, finished=finished)

    def _let_off(self, unit: str, item: int) -> tuple[str | None, bool]:
        """Return why nothing is expected, and whether that is because the item is done for the unit."""
        waived = self.decisions.waived.get((unit, str(self.period), item))
        done = self.decisions.finished_before(unit, item, self.period) if waived is None else None
        return (done.reason, True) if done else (waived, False)

    def _in_at(self, unit: str, submitted: list[Submission]) -> datetime:
        """When the last file came that was needed for everything to be in; later corrections do not count."""
        moments = [
            min((one.received_at for one in submitted if one.version is version), default=None)
            for version in self.campaign.versions
        ]
        for item in self.campaign.items_of(unit):
            moments.append(
                min(
                    (
                        one.received_at
                        for one in submitted
                        if one.content and item.number in one.content.filled
                    ),
                    default=None,
                )
            )
        known = [moment for moment in moments if moment is not None]
        return max(known, default=max(one.received_at for one in submitted))

    def _version(self, one: Submission | None) -> ReceivedVersion | None:
        return received_version(one, self.names.at(self.day_of(one.received_at))) if one else None

    # --- findings -------------------------------------------------------------------------------------------

    def _document_findings(
        self,
        unit: str,
        submitted: list[Submission],
        duties: tuple[DutyState, ...],
        current: tuple[Submission | None, Submission | None],
    ) -> Iterable[Finding]:
        sources = {duty.source.document for duty in duties if duty.source}
        electronic, stamped = current
        serving = [*([electronic] if electronic else []), *(copy_of(stamped, submitted) if stamped else [])]
        sources |= {one.document.document for one in serving if one.document}
        for one in submitted:
            if one.pending:
                yield self._doubt(one.attribution)
            document = one.document
            if document is None:
                if not one.pending and not is_replaced(one, submitted):
                    yield finding("link_only", WaitsFor.UNIT, "链接会过期，请将文件作为附件重新发送")
                continue
            if is_returned_whole(one, self.decisions.returned):
                continue
            accepted = document.document in self.decisions.accepted
            yield from self._file_findings(one, document, submitted, accepted=accepted)
            if one.content and not accepted:
                yield from (
                    finding(
                        "unmatched_row",
                        WaitsFor.OFFICE,
                        f"第{row.page}页第{row.row}行{quoted(row.name or row.number)}不是{unit}的应报事项，或对应多个单位",
                        document,
                    )
                    for row in one.content.unmatched
                )
            if one.version and not one.pending and document.document not in sources:
                yield _superseded(document)

    def _file_findings(
        self, one: Submission, document: IncomingDocument, submitted: list[Submission], *, accepted: bool
    ) -> Iterable[Finding]:
        reading = document.reading
        in_word = reading.kind in ELECTRONIC_KINDS and reading.red_picture
        if one.version and (reading.kind is Kind.IMAGE or in_word):
            detail = "以照片或图片代替PDF，已作为盖章版收下"
            yield finding("stamped_copy_is_image", WaitsFor.NOBODY, detail, document)
        if accepted or (reading.kind in _MINOR_KINDS and form_beside(one, submitted)):
            return
        if reading.problem:
            waits = WaitsFor.UNIT if reading.problem.code == "unreadable" else WaitsFor.OFFICE
            if is_replaced(one, submitted):
                yield _superseded(document)
            elif not one.pending:
                yield finding(reading.problem.code, waits, reading.problem.detail, document)
            return
        could_be = reading.kind in ELECTRONIC_KINDS - _MINOR_KINDS
        if document.form is None and could_be and not form_beside(one, submitted):
            code = document.problem or "not_a_form"
            yield finding(code, WaitsFor.OFFICE, FINDING_TITLES[code], document)
        if one.version is Version.STAMPED and not is_replaced(one, submitted):
            day = self.day_of(one.received_at)
            yield from seal_findings(one, document, submitted, self.names.at(day), day)

    def _doubt(self, attribution: Attribution) -> Finding:
        code = attribution.doubt or "ambiguous_unit"
        sender = attribution.message.sender or attribution.message.channel
        detail = {
            "unknown_sender": f"发件人 {sender} 不在名录中，请确认后计入",
            "ambiguous_unit": f"可能属于：{'、'.join(attribution.rivals)}"
            if attribution.rivals
            else "无法判断单位",
            "ambiguous_period": _period_doubt(attribution),
            "closed_period": f"{attribution.period.title}已关闭，未并入",
        }[code]
        return finding(code, WaitsFor.OFFICE, detail, attribution.document)

    def _foreign_findings(
        self, duties: tuple[DutyState, ...], foreign: list[ForeignReport]
    ) -> Iterable[Finding]:
        own = {duty.item for duty in duties if duty.reported}
        for report in foreign:
            document = report.submitted.document
            if report.item in own or document is None or document.document in self.decisions.accepted:
                continue
            yield finding(
                "reported_by_another",
                WaitsFor.OFFICE,
                f"{item_words(self.campaign, report.item)}由{report.by}代报：{report.row.measures.strip()[:60]}",
                document,
                item=report.item,
            )

    def _undeliverable(self, unit: str) -> tuple[Finding, ...]:
        return tuple(
            finding("undeliverable", WaitsFor.NOBODY, detail) for detail in self.undeliverable.get(unit, ())
        )


def _status(findings: Sequence[Finding], *, received: bool, everything: bool, blind: bool) -> Status:
    waits = {finding.waits_for for finding in findings}
    if WaitsFor.OFFICE in waits:
        return Status.ATTENTION
    if not received:
        return Status.UNKNOWN if blind else Status.MISSING
    return Status.COMPLETE if everything and WaitsFor.UNIT not in waits else Status.PARTIAL


def _period_doubt(attribution: Attribution) -> str:
    if attribution.document and (others := attribution.document.other_campaigns):
        return f"也可能是{'、'.join(map(quoted, others))}的，请确认属于哪项任务"
    return f"暂按{attribution.period.title}列示，请确认属于哪一期"


def _superseded(document: IncomingDocument) -> Finding:
    return finding("superseded", WaitsFor.NOBODY, "已收到更新的版本，本文件保留备查", document)
