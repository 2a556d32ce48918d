"""Keep what a person at the office settled: each decision with reason and author, undoable, in the journal."""

from datetime import datetime

from ...domain.decisions import DecisionKind
from ...domain.errors import WrongUsage
from ...domain.incoming import Attribution
from ...domain.periods import Period
from ...store import Store, StoredMessage
from ...store.decisions import Decision
from ..setup.contact_sheets import take_contact_sheets
from ..state.settled import Settled as Settled
from ..state.settled import payload_of
from ..state.situation import Situation
from .correct_cell import corrected_cell
from .edit_for_print import edited
from .rule_figure import ruled_figure

_SHORTEST_PREFIX = 6
_TOLD = 16  # characters of a number, where several begin alike
_NEED_A_REASON = {
    DecisionKind.RETURN: "the unit reads it in the mail that asks for the correction",
    DecisionKind.NOTE: "a note is what was said",
    DecisionKind.EDIT: "it is the unit's word that is printed otherwise",
}


def decide(store: Store, here: Situation, settled: Settled) -> int:
    """Keep a decision and return its number.

    Accepting or assigning what came from an unlisted address makes the address known for that unit: the clerk
    confirms once.

    :raises WrongUsage: when it is about a unit, item, document or row that is not there, or says too little.
    """
    mail = _mail_without_report(store, here, settled)
    held = _held(here, settled) if settled.document and not mail else None
    unit = settled.unit or (held.unit if held else None)
    _check(here, settled, unit)
    period = settled.period or (held.period if held else _usual_period(here, settled.kind))
    cell = corrected_cell(here, held, settled) if settled.kind is DecisionKind.CORRECT else None
    figure = ruled_figure(here, unit, period, settled) if settled.kind is DecisionKind.FIGURE else None
    edit = edited(here, unit, period, settled) if settled.kind is DecisionKind.EDIT else None
    with store.transaction():
        number = store.decisions.add(
            campaign=here.campaign.id,
            period=str(period),
            unit=unit,
            item=settled.item,
            document=mail.sha256 if mail else held.document.document if held and held.document else None,
            message=mail.id if mail else held.message.id if held else None,
            kind=settled.kind,
            payload=payload_of(until=settled.until, items=settled.items, cell=cell, figure=figure, edit=edit),
            reason=settled.reason,
            author=settled.author,
            at=here.now,
        )
        if held and unit and settled.kind in (DecisionKind.ACCEPT, DecisionKind.ASSIGN):
            _remember(store, held, unit, here.now)
            _take_contact_sheet(store, here, held)
        _write(
            store,
            here.now,
            settled.author,
            str(settled.kind),
            f"{here.campaign.id}/{period}",
            number,
            settled.reason,
        )
    return number


def _mail_without_report(store: Store, here: Situation, settled: Settled) -> StoredMessage | None:
    """Return the mail that is dismissed as a whole: one that brought only a link, or that could not be worked on.

    It is named by the SHA-256 of its original.
    """
    if settled.kind is not DecisionKind.DISMISS or not settled.document:
        return None
    named = settled.document.lower()
    waits = {entry.document for entry in here.unprocessed}
    waits |= {one.message.sha256 for one in here.attributions if one.document is None}
    return next(iter(store.messages.by_sha(named)), None) if named in waits else None


def undo(store: Store, number: int, *, author: str, now: datetime) -> None:
    """Take a decision back, and with it the trust in an address that it made known.

    :raises WrongUsage: when there is none of that number, or it was taken back before.
    """
    with store.transaction():
        decision = store.decisions.get(number)
        if decision is None or not store.decisions.undo(number, author, now):
            raise WrongUsage(
                f"There is no decision {number} in force; `reminder-service decisions` lists them"
            )
        _forget(store, decision)
        _write(store, now, author, "undo", str(number), number, "")


def close_period(store: Store, here: Situation, period: Period, *, author: str) -> None:
    """Close a period: nothing that comes later is merged into it, and nobody is reminded of it any more.

    :raises WrongUsage: when it is not open.
    """
    with store.transaction():
        if not store.periods.close(here.campaign.id, str(period), here.now):
            raise WrongUsage(f"{period} of {here.campaign.id} is not open; it opens with its first notice")
        _write(store, here.now, author, "close", f"{here.campaign.id}/{period}", None, "")


def _usual_period(here: Situation, kind: DecisionKind) -> Period:
    """Return the period that a decision is about where nobody said: what is done was reported on just now."""
    if kind is DecisionKind.FINISH:
        return here.campaign.following(here.current_period) or here.current_period
    return here.current_period


def held_document(here: Situation, document: str) -> Attribution:
    """Return what a document is held for.

    :param document: its SHA-256 or its first characters.
    :raises WrongUsage: when none or several begin so.
    """
    document = document.strip().lower()
    if len(document) < _SHORTEST_PREFIX:
        raise WrongUsage(f"{document}: give at least {_SHORTEST_PREFIX} characters of the document's SHA-256")
    found = {
        one.document.document: one
        for one in here.attributions
        if one.document and one.document.document.startswith(document)
    }
    if not found:
        raise WrongUsage(f"no document begins with {document}; `reminder-service status --json` names them")
    if len(found) > 1:
        named = ", ".join(
            f"{key[:_TOLD]} ({one.document.filename})" for key, one in sorted(found.items()) if one.document
        )
        raise WrongUsage(f"several documents begin with {document}; give more characters of one: {named}")
    return next(iter(found.values()))


def _held(here: Situation, settled: Settled) -> Attribution:
    """Return the report that a decision is about, or the contact sheet: that can be taken over or left alone."""
    document = (settled.document or "").lower()
    about_sheets = settled.kind in (DecisionKind.ACCEPT, DecisionKind.ASSIGN, DecisionKind.DISMISS)
    sheets = [
        one for one in here.contact_sheets if one.document and one.document.document.startswith(document)
    ]
    if about_sheets and len(sheets) == 1 and len(document) >= _SHORTEST_PREFIX:
        return sheets[0]
    return held_document(here, document)


def _take_contact_sheet(store: Store, here: Situation, held: Attribution) -> None:
    message = store.messages.get(held.message.id)
    if held in here.contact_sheets and held.document and message:
        campaigns = {here.campaign.id: here.campaign}
        accepted = frozenset({held.document.document})
        take_contact_sheets(store, campaigns, message, now=here.now, settled=accepted)


def _check(here: Situation, settled: Settled, unit: str | None) -> None:
    kind = settled.kind
    if kind is not DecisionKind.DISMISS and unit is None:
        raise WrongUsage(f"{kind}: nothing tells which unit it is about; name it")
    if kind in _NEED_A_REASON and not settled.reason.strip():
        raise WrongUsage(f"{kind}: say why; {_NEED_A_REASON[kind]}")
    if kind is DecisionKind.FINISH and settled.item is None:
        raise WrongUsage("finish: name the item that is done")
    if kind is DecisionKind.CONFIRM and settled.item is None:
        raise WrongUsage("confirm: name the item whose text is right")
    items = (*settled.items, *([settled.item] if settled.item is not None else []))
    if unit is not None and items:
        owed = [item.number for item in here.campaign.items_of(unit)]
        for item in items:
            if item not in owed:
                raise WrongUsage(f"{unit} does not owe item {item}, but {', '.join(map(str, owed))}")


def _remember(store: Store, held: Attribution, unit: str, now: datetime) -> None:
    if held.doubt == "unknown_sender" and held.message.sender:
        store.contacts.remember(unit, held.message.sender, now)


def _forget(store: Store, decision: Decision) -> None:
    """Trust the sender no more whom the decision made known, unless another one says the same of them."""
    sender = _sender(store, decision)
    if sender is None or decision.unit is None:
        return
    others = (one for one in store.decisions.active(decision.campaign) if one.unit == decision.unit)
    if all(_sender(store, other) != sender for other in others):
        store.contacts.forget_remembered(decision.unit, sender)


def _sender(store: Store, decision: Decision) -> str | None:
    """The address that a decision about a file's unit vouches for."""
    if decision.kind not in (DecisionKind.ACCEPT, DecisionKind.ASSIGN) or decision.message is None:
        return None
    message = store.messages.get(decision.message)
    return message.from_address if message else None


def _write(
    store: Store, at: datetime, author: str, action: str, subject: str, number: int | None, reason: str
) -> None:
    store.journal.write(at, author, action, subject, {"decision": number, "reason": reason})
