"""Everything about one unit in one period: duties, versions and what changed between them, what happened, people."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from ...domain.campaign import Unit, Version
from ...domain.compare import compare_texts
from ...domain.incoming import Attribution
from ...domain.matrix import Cell, UnitRow
from ...domain.periods import Period
from ...domain.rows import content_of
from ...domain.state import Contact, DutyState, UnitState
from ...domain.submissions import version_of
from ...domain.summary import finding_words
from ...domain.word_diff import Pieces, side_by_side
from ...domain.wording import FINDING_TITLES
from ...store import Store
from ..state.situation import Situation
from .events import Event, events_of

VERSION_NAMES = {Version.ELECTRONIC: "电子版", Version.STAMPED: "盖章版"}


@dataclass(frozen=True, kw_only=True, slots=True)
class DutyLine:
    """One duty with what the notice says, what was reported and what is wrong with it."""

    number: int
    name: str
    text: str
    others: tuple[str, ...]
    cell: Cell
    state: DutyState
    findings: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """A text that differs from the version before; None where one of them has no such row."""

    item: int
    name: str
    before: Pieces | None
    after: Pieces | None


@dataclass(frozen=True, kw_only=True, slots=True)
class VersionLine:
    """A file that came; ``changes`` are against the one before it that holds rows, None where there is none.

    ``stands`` is whether it is the one that counts; ``doubt`` says what the office has to settle about it.
    """

    document: str
    filename: str
    kind: str
    received_at: datetime
    channel: str
    stands: bool
    doubt: str
    before: str
    changes: tuple[Change, ...] | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Past:
    """How the unit stood in a period."""

    period: Period
    row: UnitRow


@dataclass(frozen=True, kw_only=True, slots=True)
class Dossier:
    """One unit in one period; ``general`` are findings about no single duty."""

    unit: Unit
    period: Period
    row: UnitRow
    state: UnitState
    duties: tuple[DutyLine, ...]
    general: tuple[str, ...]
    versions: tuple[VersionLine, ...]
    events: tuple[Event, ...]
    contacts: tuple[Contact, ...]
    aliases: tuple[str, ...]
    past: tuple[Past, ...]


def dossier(
    store: Store,
    here: Situation,
    name: str,
    period: Period,
    *,
    periods: Sequence[Period],
    row_of: Callable[[Period], UnitRow],
) -> Dossier:
    """Return everything about a unit.

    :param periods: the periods that its history is shown over.
    :param row_of: returns the unit's line of a period's matrix.
    """
    state = here.state(period).unit(name)
    row = row_of(period)
    return Dossier(
        unit=here.campaign.unit(name),
        period=period,
        row=row,
        state=state,
        duties=tuple(_duties(here, state, row)),
        general=tuple(
            dict.fromkeys(finding_words(one) for one in state.findings if one.item is None and one.detail)
        ),
        versions=tuple(_versions(here, state, period)),
        events=events_of(store, here, name, period),
        contacts=tuple(sorted((one for one in here.contacts if one.unit == name), key=lambda one: one.order)),
        aliases=store.contacts.aliases().get(name, ()),
        past=tuple(Past(period=one, row=row_of(one)) for one in periods),
    )


def _duties(here: Situation, state: UnitState, row: UnitRow) -> Iterator[DutyLine]:
    cells = {one.number: one.cell for one in row.items}
    for duty in state.duties:
        item = here.campaign.item(duty.item)
        yield DutyLine(
            number=item.number,
            name=item.name,
            text=item.text,
            others=tuple(unit for unit in item.units if unit != state.unit),
            cell=cells[item.number],
            state=duty,
            findings=tuple(
                dict.fromkeys(finding_words(one) for one in state.findings if one.item == item.number)
            ),
        )


def _versions(here: Situation, state: UnitState, period: Period) -> Iterator[VersionLine]:
    """Yield the files that came for a unit, oldest first."""
    standing = {one.document for one in (state.electronic, state.stamped) if one}
    before: tuple[str, dict[int, str]] | None = None
    mine = [one for one in here.attributions if one.unit == state.unit and one.period == period]
    for one in sorted(mine, key=lambda held: (held.message.received_at, held.message.id)):
        if one.document is None:
            continue
        texts = _texts(here, one)
        version = version_of(one.document)
        yield VersionLine(
            document=one.document.document,
            filename=one.document.filename,
            kind=VERSION_NAMES[version] if version else "其他材料",
            received_at=one.message.received_at,
            channel=one.message.channel,
            stands=one.document.document in standing,
            doubt=FINDING_TITLES.get(one.doubt, one.doubt) if one.doubt else "",
            before=before[0] if before and texts else "",
            changes=_changes(here, before[1], texts) if before and texts else None,
        )
        if texts:
            before = (one.document.filename, texts)


def _texts(here: Situation, one: Attribution) -> dict[int, str]:
    """Return what a file says by item, as far as it is clear whose rows they are."""
    assert one.document is not None
    if one.document.form is None or one.unit is None or one.doubt == "ambiguous_unit":
        return {}
    names = here.names.at(one.message.received_at.astimezone(here.around.zone).date())
    content = content_of(one.document.form, one.unit, here.campaign, names)
    return {item: row.measures for item, row in content.filled.items()}


def _changes(here: Situation, before: dict[int, str], after: dict[int, str]) -> tuple[Change, ...]:
    found = []
    for one in compare_texts(before, after).differences:
        left, right = side_by_side(one.electronic or "", one.stamped or "")
        found.append(
            Change(
                item=one.item,
                name=here.campaign.item(one.item).name,
                before=left if one.electronic is not None else None,
                after=right if one.stamped is not None else None,
            )
        )
    return tuple(found)
