"""Freeze a period: keep the bytes that are handed upward, so that they can be handed out again unchanged."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ...domain.decisions import DecisionKind
from ...domain.errors import OutsideError
from ...domain.periods import Period
from ...domain.versions import Change, Revision, changes_between, snapshot_to_json
from ...store import Store
from ..state.situation import Situation
from .export import ENDINGS, Printer, render
from .versions import FrozenVersion, revisions, snapshot_now, snapshot_of, versions


@dataclass(frozen=True, kw_only=True, slots=True)
class FreezeSummary:
    """What came of freezing: ``new`` is False where nothing had changed and the version before stands.

    ``changes`` are those since the version before; ``without_pdf`` says why there is no PDF, or is empty.
    """

    version: FrozenVersion
    new: bool
    changes: tuple[Change, ...] = ()
    without_pdf: str = ""


def freeze(
    store: Store,
    here: Situation,
    period: Period,
    printer: Printer,
    *,
    author: str,
    reason: str = "",
) -> FreezeSummary:
    """Make the next version of a period: workbook, official form (Word, and PDF where it can be made) and data.

    The files lie among the originals by their hash; the version is a decision, undoable and in the journal. Where
    nothing changed since the version before, that one stands: a second click makes no second version.
    """
    standing = versions(store, here.campaign.id, period)
    snapshot = snapshot_now(store, here, period)
    found = changes_between(snapshot_of(store, standing[-1]), snapshot) if standing else ()
    if standing and not found:
        return FreezeSummary(version=standing[-1], new=False)
    number = 1 + max(store.decisions.numbers_given(here.campaign.id, str(period)), default=0)
    log = _numbered(revisions(store, here, period), number, author)
    files, without_pdf = _files(store, here, period, printer, log)
    data = json.dumps(snapshot_to_json(snapshot), sort_keys=True).encode()
    payload = {
        "version": number,
        "files": files,
        "snapshot": store.originals.put(data),
        "changes": len(found),
    }
    with store.transaction():
        decision = store.decisions.add(
            campaign=here.campaign.id,
            period=str(period),
            kind=DecisionKind.FREEZE,
            author=author,
            at=here.now,
            payload=payload,
            reason=reason,
        )
        subject = f"{here.campaign.id}/{period}"
        store.journal.write(
            here.now, author, "freeze", subject, payload | {"decision": decision, "reason": reason}
        )
    made = next(one for one in versions(store, here.campaign.id, period) if one.decision == decision)
    return FreezeSummary(version=made, new=True, changes=found, without_pdf=without_pdf)


def _numbered(log: Sequence[Revision], number: int, author: str) -> tuple[Revision, ...]:
    """Give the changes that are about to be frozen their version."""
    return tuple(replace(one, version=number, author=author) if one.version is None else one for one in log)


def _files(
    store: Store, here: Situation, period: Period, printer: Printer, log: Sequence[Revision]
) -> tuple[dict[str, str], str]:
    """Keep the files and return their hashes by ending; a machine without a Chinese font makes no PDF.

    What is handed upward leads to no file of this machine: it names each original by its number instead.
    """
    files: dict[str, str] = {}
    printer = replace(printer, originals=None)
    for ending in ENDINGS:
        try:
            content = render(store, here, period, ending, printer, log=log)
        except OutsideError as error:
            if ending != "pdf":
                raise
            return files, str(error)
        files[ending] = store.originals.put(content)
    return files, ""
