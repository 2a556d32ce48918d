"""The year of the office with hostile text in every place that people outside fill in."""

import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any

import office_year as office
import pytest

from hostile import HOSTILE
from reminder_service.domain.versions import Change

OUTSIDE = {
    *(
        "measures",
        "deadline",
        "filename",
        "detail",
        "sender",
        "subject",
        "name",
        "department",
        "phone",
        "channel",
    ),
    *(
        "title",
        "issuer",
        "text",
        "quote",
        "heading",
        "short_name",
        "contact_phone",
        "document_number",
        "full_name",
    ),
    *("old", "new", "author", "waived", "reason", "addressee", "notes"),
}
"""Fields that hold what was written by others: in a mail, a report, a notice, a list of contacts."""

_CODES = {("TrayEntry", "reason")}
_BESIDE = ("县民政局", "县残联", "县科协", "县检察院", "县总工会", "芦湖街道", "县卫生健康局")
RENAMED: Mapping[str, str] = {
    name: f"{start}{name}"
    for name, start in zip(_BESIDE, ("=", "+", "-", "@", "\t", "\x01", "<b>&"), strict=True)
}
"""Units whose names were taken over from a hostile notice."""


def spoil(patch: pytest.MonkeyPatch, first: int = 0) -> None:
    """Let :mod:`office_year` tell of a spoiled office.

    :param first: which of the hostile texts comes first; each place has another one.
    """
    texts = list(HOSTILE.values())
    words = itertools.cycle([*texts[first:], *texts[:first]])
    campaign = _spoiled(office.CAMPAIGN, words)
    quarters = {
        period: _spoiled(office.quarter(period), words) for period in (office.Q2, office.Q3, office.Q4)
    }
    people, revisions = _spoiled(office.contacts(), words), _spoiled(office.revisions(), words)
    patch.setattr(office, "CAMPAIGN", campaign)
    patch.setattr(office, "quarter", quarters.__getitem__)
    patch.setattr(office, "contacts", lambda: people)
    patch.setattr(office, "revisions", lambda: revisions)


def _spoiled(value: Any, words: Iterator[str], place: tuple[str, str] = ("", "")) -> Any:
    if isinstance(value, str) and not isinstance(value, Enum):
        if value in RENAMED:
            return RENAMED[value]
        outside = place[1] in OUTSIDE and place not in _CODES and place[0] != "Unit"
        return next(words) if value and outside else value
    if isinstance(value, tuple | list):
        return type(value)(_spoiled(one, words, place) for one in value)
    if isinstance(value, Change) and value.about == "status":
        return value  # codes of ours
    if is_dataclass(value) and not isinstance(value, type):
        kind = type(value)
        made: Callable[..., Any] = kind
        named = [field.name for field in fields(value) if field.init]
        return made(**{name: _spoiled(getattr(value, name), words, (kind.__name__, name)) for name in named})
    return value
