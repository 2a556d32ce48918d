"""What is wrong with the text of a unit's duties: blank, not there, only pointing elsewhere, hardly read."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .answers import refers_elsewhere
from .campaign import Campaign
from .decisions import Decisions
from .documents import Kind
from .findings import finding
from .periods import Period
from .state import DutyState, Finding, Source, WaitsFor
from .submissions import Submission, version_of
from .wording import item_words, quoted

_MOST_LETTERS = 6
"""Doubtful letters that are named; with more of them the whole row is to be read."""


@dataclass(frozen=True, kw_only=True, slots=True)
class DutyReview:
    """Looks at the duties of one unit in one period.

    :param given_back: items whose rows wait for the unit already, so that nothing else is said of them.
    """

    campaign: Campaign
    period: Period
    decisions: Decisions
    given_back: frozenset[int] = frozenset()

    def findings(self, duties: tuple[DutyState, ...], submitted: list[Submission]) -> Iterator[Finding]:
        """Yield what is wrong, in the order of the duties.

        :param submitted: what counts of the unit's submissions.
        """
        forms = [one for one in submitted if one.content is not None]
        for duty in duties:
            words = item_words(self.campaign, duty.item)
            if duty.waived is not None or duty.item in self.given_back:
                continue
            if duty.measures is not None:
                if duty.source and self._hardly_read(duty, duty.source):
                    detail = f"{words}的文字{_how_read(duty.source, self.campaign.recognition_threshold)}，请对照原件核对"
                    yield finding("low_confidence", WaitsFor.OFFICE, detail, item=duty.item)
                if _only_refers(duty, submitted):
                    yield finding(
                        "refers_elsewhere",
                        WaitsFor.UNIT,
                        f"{words}仅写{quoted(duty.measures[:20])}，请写明{self.period.this}具体措施及进度",
                        item=duty.item,
                    )
                continue
            if not forms:
                continue
            if any(duty.item in one.content.blank for one in forms if one.content):
                yield finding("blank_measures", WaitsFor.UNIT, f"{words}进展情况为空", item=duty.item)
            else:
                yield finding("row_missing", WaitsFor.UNIT, f"报表中没有{words}", item=duty.item)

    def _hardly_read(self, duty: DutyState, source: Source) -> bool:
        return (
            source.confidence is not None
            and source.confidence < self.campaign.recognition_threshold
            and source.document not in self.decisions.accepted
            and (source.document, duty.item) not in self.decisions.confirmed
        )


def _how_read(source: Source, threshold: float) -> str:
    """Say how the text was come by, and which letters are the least sure."""
    if not source.recognised:
        return "是从没有框线的表格中按位置取得的，分行分列把握不大"
    hardly = sorted(
        (one for one in source.doubts if one.confidence < threshold), key=lambda one: one.confidence
    )
    shown = "、".join(dict.fromkeys(one.text for one in hardly[:_MOST_LETTERS]))
    more = "等" if len(hardly) > _MOST_LETTERS else ""
    return "为识别所得，把握不大" + (f"（存疑的字：{shown}{more}）" if shown else "")


def _only_refers(duty: DutyState, submitted: Sequence[Submission]) -> bool:
    """Whether a text only points elsewhere; 见附件 is all right where a further file came along."""
    text = duty.measures or ""
    if not refers_elsewhere(text):
        return False
    if "附件" not in text or duty.source is None:
        return True
    # The same file may have come twice, the second time with what it points to.
    beside = [
        document
        for one in submitted
        if one.document and one.document.document == duty.source.document
        for document in one.attribution.message.documents
        if not document.form
    ]
    return not any(
        document.reading.kind is not Kind.IMAGE and version_of(document) is None for document in beside
    )
