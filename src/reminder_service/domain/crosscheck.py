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

_TOO_HARD = {
    "figure": "盖章版数据识别不清，无法与电子版比对，请对照原件核对",
    "wording": "盖章版文字识别不清，无法与电子版比对，请对照原件核对",
    "row": "在盖章版上未能识别，无法与电子版比对，请对照原件核对",
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
    recognition cannot explain is said to differ; a row that is too hard to read to be told is put before a person.

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
    if verdict.verdict == "agree":
        return
    if any(_compare(_said([older]), said, recognised=recognised).verdict == "agree" for older in forms[1:]):
        apart = verdict.differences or verdict.unsure
        rows = "、".join(f"第{item}项" for item in dict.fromkeys(one.item for one in apart))
        detail = f"盖章版与较早的电子版一致，与最新电子版不同的是{rows}"
        yield finding("stamped_older", WaitsFor.OFFICE, detail, stamped.document)
        return
    compared = {one.document.document for one in (*copy, *forms) if one.document}
    # What only the copy says is taken over, and marked by itself where it was hardly read.
    unsure = [one for one in verdict.unsure if one.electronic is not None]
    for code, words, found in (
        ("mismatch", _DIFFERENCES, verdict.differences),
        ("low_confidence", _TOO_HARD, unsure),
    ):
        for one in found:
            confirmed = any((document, one.item) in decisions.confirmed for document in compared)
            if confirmed or (one.kind == "row" and one.item in lost):
                continue
            detail = f"{item_words(campaign, one.item)}{words[one.kind]}"
            yield finding(code, WaitsFor.OFFICE, detail, stamped.document, item=one.item)


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
