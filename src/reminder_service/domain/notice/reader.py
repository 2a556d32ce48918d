"""The notice reader: from the text and the tables of a notice to a drafted campaign with its open questions."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from ..campaign import Campaign, Item
from ..documents import Table
from ..errors import WrongUsage
from ..ladder import DEFAULT_LADDER
from ..workdays import WorkCalendar
from .bodies import Place
from .form import Annex, customary_annex, read_annex
from .head import Head, addressees, campaign_id, read_head, short_name, subject
from .items import find_matters
from .matching import Reconciled, reconcile
from .questions import (
    address_question,
    annex_questions,
    difference_questions,
    due_date_question,
    name_questions,
    region_question,
    unit_questions,
    version_question,
    whole_question,
)
from .schedule import Schedule, find_contact, find_schedule, find_versions
from .text import notice_text
from .units import build_units, find_clauses, looks_like_body, same_bodies, split_units

_LONGEST = 200_000
_LONGEST_NAME = 60
_ANYBODY = re.compile(r"有关|相关|^各(?:.{0,2}直)?(?:单位|部门)$")


@dataclass(frozen=True, kw_only=True, slots=True)
class _Draft:
    """What was read, before it is put together."""

    head: Head
    issued: date
    schedule: Schedule
    annex: Annex
    reconciled: Reconciled
    rest: tuple[str, ...]
    whole: bool = False


def read_notice(
    text: str, tables: Sequence[Table] = (), *, calendar: WorkCalendar, campaign: str | None = None
) -> Campaign:
    """Draft a campaign from a notice.

    1. Lines become paragraphs, whatever the reader or the typesetter broke. 2. Head and foot give number, title,
    issuer and date. 3. Numbered matters give items, with the units that they name. 4. The paragraphs left give
    cadence, versions and contact. 5. The annex gives the form; its rows are compared with the items, or give their
    units where the text names none; without either the whole notice is one item of its addressees. 6. What stays
    open becomes a question with a proposal and no answer.

    The same notice gives the same campaign from txt, docx and PDF.

    :param text: the text outside tables, or all of it; line and page breaks may stand anywhere.
    :param tables: the tables as a reader saw them; without them the annex is read from the text.
    :param campaign: the id to use instead of one made from the document number (``notice-2024-9``).
    :raises WrongUsage: when it cannot be such a notice; the sentences name everything that was not found.
    """
    if len(text) > _LONGEST:
        raise WrongUsage(
            f"The notice has more than {_LONGEST} characters; hand in the notice alone, without reports."
        )
    draft = _read(text, tables, calendar)
    place = draft.head.place
    items, spellings = _one_spelling(draft.reconciled.items, place)
    units = build_units(tuple(dict.fromkeys(name for item in items for name in item.units)), place)
    versions, quote = find_versions(draft.rest)
    phone, mailbox = find_contact("\n".join(draft.rest))
    questions = [
        due_date_question(draft.schedule, calendar),
        version_question(versions, quote),
        whole_question(items[0]) if draft.whole else None,
        *unit_questions(items, units, draft.reconciled.clauses),
        region_question(place),
        *name_questions(units, spellings),
        address_question(mailbox),
        *annex_questions(draft.annex),
        *difference_questions(draft.reconciled.differences),
    ]
    return Campaign(
        id=campaign or campaign_id(draft.head),
        title=draft.head.title,
        short_name=short_name(draft.head.title),
        document_number=draft.head.number,
        issuer=draft.head.issuer,
        date=draft.issued,
        items=items,
        units=units,
        form=draft.annex.form,
        cadence=draft.schedule.cadence,
        first_period=draft.schedule.first,
        left_out=draft.schedule.left_out,
        due_rule=draft.schedule.rule,
        versions=versions,
        ladder=DEFAULT_LADDER,
        contact_phone=phone,
        contact_mailbox=mailbox,
        region=place.region,
        questions=tuple(question for question in questions if question),
    )


def _read(text: str, tables: Sequence[Table], calendar: WorkCalendar) -> _Draft:
    notice = notice_text(text)
    head = read_head(notice.lines)
    found = find_matters(notice.paragraphs)
    schedule = _schedule(found.rest, notice.paragraphs, head, calendar)
    missing = _missing(head, schedule)
    if head.date is None or schedule is None:
        raise WrongUsage("\n".join(missing))
    names = [matter.name for matter in found.matters]
    annex = read_annex(notice, tables, names, topic=subject(head.title), cadence=schedule.cadence)
    shared = [name for paragraph in found.rest for clause in find_clauses(paragraph) for name in clause.named]
    reconciled = reconcile(found.matters, annex.rows, tuple(dict.fromkeys(shared)))
    whole = None if reconciled.items or found.matters else _whole(head, addressees(notice.lines), schedule)
    if whole:
        annex, reconciled = customary_annex(annex.form.title, schedule.cadence), whole
    if not reconciled.items:
        what = (
            "no responsible units"
            if found.matters
            else "no numbered matters (一、… or 1.…) and no form with rows"
        )
        missing.append(
            f"The notice has {what}: name them in the text (责任单位：…) or in the annex table (column 责任单位)."
        )
    if missing:
        raise WrongUsage("\n".join(missing))
    return _Draft(
        head=head,
        issued=head.date,
        schedule=schedule,
        annex=annex,
        reconciled=reconciled,
        rest=found.rest,
        whole=whole is not None,
    )


def _whole(head: Head, addressed: str, schedule: Schedule) -> Reconciled | None:
    """Make the whole notice one item of everybody that it is addressed to, as where it asks for opinions."""
    named = [name for name in split_units(addressed) if looks_like_body(name) and not _ANYBODY.search(name)]
    if not named:
        return None
    about = subject(head.title)[:_LONGEST_NAME]
    item = Item(number=1, name=about, text=schedule.quote, units=tuple(named))
    return Reconciled(items=(item,), differences=(), clauses=())


def _schedule(
    rest: Sequence[str], paragraphs: Sequence[str], head: Head, calendar: WorkCalendar
) -> Schedule | None:
    """Look where no matter is first: a matter may speak of its own 每季度."""
    if head.date is None:
        return None
    return find_schedule(rest, head.date, calendar) or find_schedule(paragraphs, head.date, calendar)


def _missing(head: Head, schedule: Schedule | None) -> list[str]:
    """Return a sentence for everything without which there is no campaign."""
    missing = []
    if not head.title:
        missing.append("The notice has no title of the form 关于…的通知 above its first paragraph.")
    if head.date is None:
        missing.append("The notice has no date of issue (2024年5月23日 on a line of its own at its end).")
    elif schedule is None:
        missing.append(
            "The notice does not say how often or by when to report (每季度末, 每月5日前, 于6月15日前 … with 报送)."
        )
    return missing


def _one_spelling(items: Sequence[Item], place: Place) -> tuple[tuple[Item, ...], dict[str, str]]:
    """Return the items with every body under the spelling that came first, and what each spelling became."""
    spellings = same_bodies((name for item in items for name in item.units), place)
    unified = tuple(
        replace(item, units=tuple(dict.fromkeys(spellings[name] for name in item.units))) for item in items
    )
    return unified, spellings
