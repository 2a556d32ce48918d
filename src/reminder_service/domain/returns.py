"""What was given back to a unit: it does not count, and the unit has to mend it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from .campaign import Campaign, Version
from .findings import finding
from .state import Finding, Return, Returned, WaitsFor
from .submissions import Submission, is_replaced, versions_of
from .texts import fold
from .wording import item_words

Returns = Mapping[str, tuple[Return, ...]]
"""Returns by document (SHA-256)."""


def counted(submitted: Sequence[Submission], returns: Returns) -> list[Submission]:
    """Return what counts of a unit's submissions.

    A document given back whole takes with it the earlier ones of its version: they had been replaced by it. A row
    given back counts in no version until a later one has another text there; where the electronic version was
    given back, only an electronic one mends it.
    """
    kept = list(submitted)
    for first, back in _given_back(submitted, returns):
        if back.items:
            kept = [_without_rows(one, first, back) for one in kept]
        else:
            kept = [one for one in kept if not _goes_with(one, first)]
    return kept


def open_returns(
    submitted: Sequence[Submission], kept: Sequence[Submission], returns: Returns
) -> list[Returned]:
    """Return the returns that the unit has not answered yet; rows that were mended are left out of theirs."""
    waiting = []
    for first, back in _given_back(submitted, returns):
        if back.items:
            left = tuple(item for item in back.items if not _mended(item, first, kept))
            if not left:
                continue
        elif is_replaced(first, kept):
            continue
        assert first.document is not None
        message = first.attribution.message
        waiting.append(
            Returned(
                back=back,
                filename=first.document.filename,
                received_at=message.received_at,
                message_id=message.message_id,
            )
        )
    return waiting


def return_findings(
    campaign: Campaign, submitted: Sequence[Submission], kept: Sequence[Submission], returns: Returns
) -> Iterator[Finding]:
    """Say what a unit has to mend, row by row, or that the file it got back has been replaced."""
    for first, back in _given_back(submitted, returns):
        document = first.document
        why = f"：{back.reason}" if back.reason else ""
        for item in back.items:
            if not _mended(item, first, kept):
                words = f"{item_words(campaign, item)}已退回，请更正后重新报送{why}"
                yield finding("returned", WaitsFor.UNIT, words, document, item=item)
        if back.items:
            continue
        if is_replaced(first, kept):
            yield finding("superseded", WaitsFor.NOBODY, "已退回，并已收到更正后的版本", document)
        else:
            words = f"已退回，请更正后重新报送{why}"
            yield finding("returned", WaitsFor.UNIT, words, document, versions=versions_of(first))


def is_returned_whole(one: Submission, returns: Returns) -> bool:
    """Whether this file was given back as a whole."""
    return one.document is not None and any(not back.items for back in returns.get(one.document.document, ()))


def _given_back(submitted: Sequence[Submission], returns: Returns) -> Iterator[tuple[Submission, Return]]:
    """Yield each return of these submissions with the first arrival of its document."""
    seen: set[str] = set()
    for one in submitted:
        if one.document is None or one.document.document in seen:
            continue
        seen.add(one.document.document)
        for back in returns.get(one.document.document, ()):
            yield one, back


def _goes_with(one: Submission, first: Submission) -> bool:
    assert first.document is not None
    if one.document is not None and one.document.document == first.document.document:
        return True
    return first.version is not None and one.version is first.version and one.received_at <= first.received_at


def _without_rows(one: Submission, first: Submission, back: Return) -> Submission:
    if one.content is None:
        return one
    gone = {item for item in back.items if not _mends(item, first, one)}
    filled = {item: row for item, row in one.content.filled.items() if item not in gone}
    blank = {item: row for item, row in one.content.blank.items() if item not in gone}
    return replace(one, content=replace(one.content, filled=filled, blank=blank))


def _mended(item: int, first: Submission, kept: Sequence[Submission]) -> bool:
    return any(not one.pending and _mends(item, first, one) for one in kept)


def _mends(item: int, first: Submission, one: Submission) -> bool:
    """Whether a later version has another text in a row that was given back: the same again mends nothing."""
    row = one.content.filled.get(item) if one.content else None
    if row is None or one.received_at <= first.received_at:
        return False
    if first.version is Version.ELECTRONIC and one.version is not Version.ELECTRONIC:
        return False
    before = first.content.filled.get(item) if first.content else None
    return before is None or fold(row.measures) != fold(before.measures)
