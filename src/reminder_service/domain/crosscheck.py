"""What the cross-check of a unit's stamped copy against its electronic versions finds."""

from collections.abc import Collection, Iterator

from .campaign import Campaign, Version
from .compare import compare_texts
from .findings import finding
from .state import Finding, WaitsFor
from .submissions import Submission, newest_first
from .wording import item_words

_DIFFERENCES = {
    "figure": "盖章版与电子版数据不一致",
    "wording": "盖章版与电子版文字不一致",
    "row": "仅在盖章版和电子版之一中填写",
}


def cross_check(
    submitted: list[Submission], stamped: Submission | None, *, campaign: Campaign, accepted: Collection[str]
) -> Iterator[Finding]:
    """Hold a unit's stamped copy against its electronic versions, as far as both can be read for certain.

    Recognised text is not compared here: its own errors would look like changes.

    :param accepted: documents that a person has looked at and accepted.
    """
    if stamped is None or stamped.document is None or stamped.content is None or stamped.recognised:
        return
    forms = newest_first(submitted, Version.ELECTRONIC)
    if not forms or stamped.document.document in accepted or stamped in forms:
        return
    said = {item: row.measures for item, row in stamped.content.filled.items()}
    newest_texts: dict[int, str] = {}
    for one in forms:
        for item, row in (one.content.filled if one.content else {}).items():
            newest_texts.setdefault(item, row.measures)
    if compare_texts(newest_texts, said).verdict == "agree":
        return
    for older in forms[1:]:
        texts = {item: row.measures for item, row in older.content.filled.items()} if older.content else {}
        if texts and compare_texts(texts, said).verdict == "agree":
            yield finding("stamped_older", WaitsFor.OFFICE, "盖章版与较早的电子版一致", stamped.document)
            return
    for difference in compare_texts(newest_texts, said).differences:
        yield finding(
            "mismatch",
            WaitsFor.OFFICE,
            f"{item_words(campaign, difference.item)}{_DIFFERENCES[difference.kind]}",
            stamped.document,
            item=difference.item,
        )
