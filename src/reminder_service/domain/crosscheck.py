"""What the cross-check of a unit's stamped copy against its electronic versions finds."""

from collections.abc import Collection, Iterator

from .campaign import Campaign, Version
from .compare import Comparison, Said, compare_recognised, compare_texts
from .decisions import Decisions
from .findings import finding
from .state import Finding, WaitsFor
from .submissions import Submission, copy_of, newest_first
from .wording import item_words

_DIFFERENCES = {
    "figure": "盖章版与电子版数据不一致",
    "wording": "盖章版与电子版文字不一致",
    "row": "仅在盖章版和电子版之一中填写",
}


def cross_check(
    submitted: list[Submission],
    stamped: Submission | None,
    *,
    campaign: Campaign,
    decisions: Decisions,
    lost: Collection[int] = (),
) -> Iterator[Finding]:
    """Hold a unit's stamped copy against its electronic versions.

    All pages handed in together are one copy. Where its text was recognised from a picture, only what
    recognition cannot explain is a finding.

    :param decisions: what a person has looked at and accepted, and rows that she has confirmed.
    :param lost: items on pages that are missing: a finding of its own says so.
    """
    forms = newest_first(submitted, Version.ELECTRONIC)
    if stamped is None or stamped.document is None or not forms or stamped in forms:
        return
    if stamped.document.document in decisions.accepted:
        return
    copy = copy_of(stamped, submitted)
    said = _said(copy)
    if not said:
        return
    recognised = any(one.recognised for one in copy)
    verdict = _compare(_said(forms), said, recognised=recognised)
    if verdict.verdict != "differ":
        return
    if any(_compare(_said([older]), said, recognised=recognised).verdict == "agree" for older in forms[1:]):
        rows = "、".join(f"第{item}项" for item in dict.fromkeys(one.item for one in verdict.differences))
        detail = f"盖章版与较早的电子版一致，与最新电子版不同的是{rows}"
        yield finding("stamped_older", WaitsFor.OFFICE, detail, stamped.document)
        return
    compared = {one.document.document for one in (*copy, *forms) if one.document}
    for difference in verdict.differences:
        if difference.kind == "row" and difference.item in lost:
            continue
        if any((document, difference.item) in decisions.confirmed for document in compared):
            continue
        yield finding(
            "mismatch",
            WaitsFor.OFFICE,
            f"{item_words(campaign, difference.item)}{_DIFFERENCES[difference.kind]}",
            stamped.document,
            item=difference.item,
        )


def _said(submitted: list[Submission]) -> dict[int, Said]:
    """Return what these say by item, the first that has the row winning."""
    said: dict[int, Said] = {}
    for one in submitted:
        for item, row in (one.content.filled if one.content else {}).items():
            said.setdefault(
                item,
                Said(
                    text=row.measures,
                    confidence=row.confidence,
                    figures_confidence=row.figures_confidence,
                ),
            )
    return said


def _compare(typed: dict[int, Said], said: dict[int, Said], *, recognised: bool) -> Comparison:
    if recognised:
        return compare_recognised(typed, said)
    return compare_texts(
        {item: one.text for item, one in typed.items()}, {item: one.text for item, one in said.items()}
    )
