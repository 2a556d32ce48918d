"""What became of files that were handed in: what each is, and whose it is held for."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from ...domain.forms import is_blank
from ...domain.incoming import Attribution
from ...domain.submissions import version_of
from ...domain.wording import FINDING_TITLES
from ...store import Store
from ...store.documents import StoredDocument
from ..incoming.intake import HANDED_IN
from ..state.situation import Situation
from .dossier import VERSION_NAMES


@dataclass(frozen=True, kw_only=True, slots=True)
class Arrival:
    """One file; ``unit`` is empty where it is held for none, ``doubt`` says what a person has to settle.

    ``rows`` counts the rows that are filled in; ``code`` and ``campaign`` lead to the unit.
    """

    filename: str
    kind: str
    campaign: str = ""
    unit: str = ""
    code: str = ""
    period: str = ""
    period_title: str = ""
    rows: int = 0
    doubt: str = ""
    words: str = ""


def arrivals(store: Store, heres: Iterable[Situation], messages: Collection[int]) -> tuple[Arrival, ...]:
    """Return the files of messages that were handed in; other messages are not told of."""
    known = {one.id for one in store.messages.all() if one.id in messages and one.channel == HANDED_IN}
    held: dict[tuple[int, str], tuple[Situation, Attribution]] = {}
    for here in heres:
        for one in here.attributions:
            if one.message.id in known and one.document:
                held.setdefault((one.message.id, one.document.document), (here, one))
    documents = [one for one in store.documents.all() if one.message in known]
    return tuple(
        _held(*held[found.message, found.sha256]) if (found.message, found.sha256) in held else _other(found)
        for found in documents
    )


def _held(here: Situation, one: Attribution) -> Arrival:
    assert one.document is not None
    version = version_of(one.document)
    form = one.document.form
    return Arrival(
        filename=one.document.filename,
        kind=VERSION_NAMES[version] if version else "其他材料",
        campaign=here.campaign.id,
        unit=one.unit or "",
        code=here.campaign.unit(one.unit).code if one.unit else "",
        period=str(one.period),
        period_title=one.period.title,
        rows=sum(not is_blank(row.measures) for row in form.rows) if form else 0,
        doubt=FINDING_TITLES.get(one.doubt, one.doubt) if one.doubt else "",
    )


def _other(found: StoredDocument) -> Arrival:
    return Arrival(filename=found.filename, kind="其他材料", words="没有看出是哪个单位的报表，已存入原件")
