"""What the keys of a campaign file must say together.

The checks read the plain data, so that they tell what they see even where other keys are wrong or missing.
"""

import contextlib
import unicodedata
from collections.abc import Callable, Iterator
from typing import Any

from ..domain.due_rules import DueRule
from ..domain.errors import WrongUsage
from ..domain.periods import Cadence, Period
from .problems import Location, Problem, nearest
from .values import office_hours, time_of_day
from .yaml_file import Source

EACH = "*"
Found = tuple[Location, str]
_EXAMPLES = (
    ("ten_days", "M02T1 or 2025M02T1"),
    ("half_month", "M02H1 or 2025M02H1"),
    ("month", "M02 or 2025M02"),
    ("half_year", "H1 or 2025H1"),
    ("year", "2025"),
)
_NO_STEPS = {
    "correction": "a correction goes by itself when a document is given back; remove the step",
    "thanks": "thanks go when everything is in; remove the step and write `thanks: true` under reminders",
}
_IN_A_YEAR = {"ten_days": 36, "half_month": 24, "month": 12, "quarter": 4, "half_year": 2}


def check_campaign(source: Source) -> list[Problem]:
    """Return every contradiction between the keys of a campaign file."""
    checks: tuple[Callable[[Source], Iterator[Problem]], ...] = (
        _check_unique,
        _check_unit_names,
        _check_dated_names,
        _check_responsible_units,
        _check_members,
        _check_columns,
        _check_periods,
        _check_steps,
    )
    return [problem for check in checks for problem in check(source)]


def _select(data: Any, pattern: tuple[str, ...], location: Location = ()) -> Iterator[tuple[Location, Any]]:
    """Walk the plain data along a pattern of keys, ``EACH`` standing for every entry of a list."""
    if not pattern:
        yield location, data
    elif pattern[0] == EACH:
        for index, entry in enumerate(data if isinstance(data, list) else ()):
            yield from _select(entry, pattern[1:], (*location, index))
    elif isinstance(data, dict) and pattern[0] in data:
        yield from _select(data[pattern[0]], pattern[1:], (*location, pattern[0]))


def _texts(source: Source, *pattern: str) -> list[Found]:
    found = _select(source.data, pattern)
    return [
        (location, value.strip()) for location, value in found if isinstance(value, str) and value.strip()
    ]


def _repeated(source: Source, found: list[Found], what: str, cure: str) -> Iterator[Problem]:
    first: dict[str, Location] = {}
    for location, value in found:
        earlier = first.setdefault(_fold(value), location)
        if earlier is not location:
            line = source.places.get(earlier, (1, 1))[0]
            yield source.problem(location, f"{what} {value} is used before, in line {line}; {cure}")


def _fold(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def _check_unique(source: Source) -> Iterator[Problem]:
    numbers = [
        (location, str(int(value)) if value.isdecimal() else value)
        for location, value in _texts(source, "items", EACH, "number")
    ]
    yield from _repeated(source, numbers, "the number", "number the items as the notice does")
    items = _texts(source, "items", EACH, "name")
    yield from _repeated(source, items, "the item", "give every item its own name")
    codes = _texts(source, "units", EACH, "code") + _texts(
        source, "units", EACH, "successor_of", EACH, "code"
    )
    yield from _repeated(source, codes, "the code", "give every unit a code of its own")
    questions = _texts(source, "questions", EACH, "key")
    yield from _repeated(source, questions, "the key", "give every question a key of its own")
    versions = _texts(source, "versions", EACH)
    yield from _repeated(source, versions, "the version", "remove one")


_SPELLINGS = (
    ("name",),
    ("full_name",),
    ("aliases", EACH),
    ("members", EACH),
    ("names", EACH, "name"),
    ("successor_of", EACH, "name"),
    ("successor_of", EACH, "aliases", EACH),
)


def _check_unit_names(source: Source) -> Iterator[Problem]:
    """No spelling may stand for two units on one day: a report would be booked to the wrong one."""
    borne: dict[str, list[tuple[Location, tuple[str, str]]]] = {}
    for pattern in _SPELLINGS:
        for location, value in _texts(source, "units", EACH, *pattern):
            when = _borne_when(source, location)
            for earlier, then in borne.setdefault(_fold(value), []):
                if earlier[1] != location[1] and when[0] <= then[1] and then[0] <= when[1]:
                    line = source.places.get(earlier, (1, 1))[0]
                    text = (
                        f"{value} stands for another unit in line {line}; every spelling must mean one unit"
                    )
                    yield source.problem(location, text)
                    break
            borne[_fold(value)].append((location, when))


def _borne_when(source: Source, location: Location) -> tuple[str, str]:
    """From which to which day a spelling holds, as ISO texts, which sort as the days do."""
    entry: Any = source.data
    for key in location[:4]:
        entry = entry[key]
    if not isinstance(entry, dict):
        return "", "9999"
    since, until = str(entry.get("since") or ""), str(entry.get("until") or "9999")
    return ("", since) if location[2] == "successor_of" else (since, until)


def _check_dated_names(source: Source) -> Iterator[Problem]:
    for location, entry in _select(source.data, ("units", EACH, "names", EACH)):
        if not isinstance(entry, dict):
            continue
        since, until = str(entry.get("since") or ""), str(entry.get("until") or "")
        if not since and not until:
            text = "is not dated; add `since` or `until`, or list the name under aliases"
            yield source.problem((*location, "name"), text)
        elif since and until and until < since:
            yield source.problem((*location, "until"), f"{until} lies before since {since}; correct one")


def _check_responsible_units(source: Source) -> Iterator[Problem]:
    names = [name for _, name in _texts(source, "units", EACH, "name")]
    owed = _texts(source, "items", EACH, "units", EACH)
    if not names or not owed:
        return  # the missing section is reported by itself
    responsible = {name for _, name in owed}
    for location, name in owed:
        if name not in names:
            near = nearest(name, names)
            cure = f"did you mean {near}?" if near else "add it under units"
            yield source.problem(location, f"{name} is not among the units; {cure}")
    for location, name in _texts(source, "units", EACH, "name"):
        if name not in responsible:
            text = f"{name} is responsible for no item; name it in an item's units or remove it"
            yield source.problem(location, text)
    for location, _ in _select(source.data, ("items", EACH, "units")):
        within = [found for found in owed if found[0][: len(location)] == location]
        yield from _repeated(source, within, "the unit", "name it once in an item")


def _check_members(source: Source) -> Iterator[Problem]:
    for location, unit in _select(source.data, ("units", EACH)):
        if isinstance(unit, dict) and unit.get("members") and str(unit.get("group")).lower() != "true":
            text = "only a group has members; add `group: true` or remove the members"
            yield source.problem((*location, "members"), text)


def _check_columns(source: Source) -> Iterator[Problem]:
    keys = _texts(source, "form", "columns", EACH, "key")
    yield from _repeated(source, keys, "the column", "describe every column once")
    headings = _texts(source, "form", "columns", EACH, "heading")
    yield from _repeated(source, headings, "the heading", "describe every column once")
    for needed in ("name", "measures"):
        if keys and needed not in {key for _, key in keys}:
            text = f"has no column with `key: {needed}`; without it no form can be read"
            yield source.problem(("form", "columns"), text)


def _check_periods(source: Source) -> Iterator[Problem]:
    cadence = next((value for _, value in _texts(source, "periods", "cadence")), None)
    periods = {key: _period(source, key) for key in ("first", "last")}
    for key, period in periods.items():
        if period and cadence and period.cadence.value != cadence:
            text = (
                f"{period} is no period of cadence {cadence} but of {period.cadence}; correct one of the two"
            )
            yield source.problem(("periods", key), text)
    yield from _check_due(source, cadence)
    yield from _check_left_out(source, cadence, periods["first"])
    first, last = periods["first"], periods["last"]
    if first and last and last.end < first.start:
        text = f"{last} lies before the first period {first}; correct it or leave it empty"
        yield source.problem(("periods", "last"), text)


def _check_due(source: Source, cadence: str | None) -> Iterator[Problem]:
    for location, value in _texts(source, "periods", "due"):
        try:
            fits = DueRule.parse(value).fits(Cadence(cadence or ""))
        except ValueError:
            return  # reported with the value itself
        if not fits:
            text = (
                f"{value} gives no due date of its own to every period of cadence {cadence}; "
                "choose a rule that counts from the period's end, such as 5_days_after_end_back, or one with a day "
                "for each part of the month, such as days_15_31_of_month_back"
            )
            yield source.problem(location, text)


def _check_left_out(source: Source, cadence: str | None, first: Period | None) -> Iterator[Problem]:
    found = _texts(source, "periods", "left_out", EACH)
    yield from _repeated(source, found, "the period", "name it once")
    for location, name in found:
        if not any(str(period.cadence) == cadence for period in _named(name)):
            example = next((text for text in _EXAMPLES if text[0] == cadence), ("", "Q1 or 2025Q1"))[1]
            yield source.problem(
                location, f"{name} is no period of cadence {cadence}; write for example {example}"
            )
        elif first and name in (str(first), str(first)[4:]):
            yield source.problem(location, f"{name} is the first period; begin with one that is reported on")
    yearly = {name for _, name in found if not name[:4].isdecimal()}
    if cadence and len(yearly) >= _IN_A_YEAR.get(cadence, len(yearly) + 1):
        text = "leaves out every period of a year; leave at least one or remove the key"
        yield source.problem(("periods", "left_out"), text)


def _named(name: str) -> Iterator[Period]:
    """Read a period of one year, or of every year: ``Q1`` as the one of a leap year."""
    for text in (name, f"2024{name}"):
        with contextlib.suppress(WrongUsage):
            yield Period.parse(text)


def _period(source: Source, key: str) -> Period | None:
    for _, value in _texts(source, "periods", key):
        try:
            return Period.parse(value)
        except WrongUsage:
            return None  # reported with the value itself
    return None


def _check_steps(source: Source) -> Iterator[Problem]:
    hours = next((value for _, value in _texts(source, "reminders", "office_hours")), "")
    seen: dict[tuple[str, str], int] = {}
    for location, step in _select(source.data, ("reminders", "steps", EACH)):
        if not isinstance(step, dict):
            continue
        for key, text in _step_mistakes(step, hours):
            yield source.problem((*location, key), text)
        name = (str(step.get("kind")), str(step.get("offset")).upper())
        line = source.places.get(location, (1, 1))[0]
        if seen.setdefault(name, line) != line:
            text = f"a step {name[0]} at {name[1]} stands in line {seen[name]} already; remove one"
            yield source.problem((*location, "offset"), text)


def _step_mistakes(step: dict[str, Any], hours: str) -> Iterator[tuple[str, str]]:
    kind, offset = step.get("kind"), str(step.get("offset") or "").upper()
    after = offset.startswith("D+") and not offset.startswith("D+0")
    if kind in _NO_STEPS:
        yield "kind", _NO_STEPS[str(kind)]
    if kind == "overdue" and offset and not after:
        yield "offset", "an overdue step comes after the due date, such as D+1W"
    if kind in ("first_notice", "reminder") and after:
        yield "offset", f"a {kind} step comes before the due date, such as D-3W; after it use overdue"
    if kind == "due_today" and offset and offset != "D":
        yield "offset", "a due_today step has the offset D"
    if step.get("audience") == "all" and kind in ("reminder", "due_today", "overdue"):
        yield "audience", "only a first_notice goes to all; use gaps, so that nobody who reported is reminded"
    every, at_most = str(step.get("every") or "0"), str(step.get("at_most") or "1")
    if every == "0" and at_most.isdecimal() and int(at_most) > 1:
        yield "at_most", "a step without `every` goes once; add e.g. `every: 3` or remove at_most"
    if every.isdecimal() and int(every) and kind in ("first_notice", "reminder", "due_today"):
        yield "every", "only an overdue step repeats; write one step for each reminder"
    try:
        first, last = office_hours(hours)
        if not first <= time_of_day(step.get("at")) <= last:
            yield "at", f"lies outside the office hours {hours}; choose a time within them"
    except ValueError:
        pass  # reported with the value itself
