"""The cross-check on scans: every figure of the typed form changed in turn, and the scan held against each.

What counts is whether the changed row is said to differ, cannot be told (then a person is asked), or passes.
"""

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from reminder_service.domain.compare import Comparison, compare_forms
from reminder_service.domain.forms import Form, FormRow

_FIGURE = re.compile(r"\d+")


@dataclass
class Checked:
    """Counts over forms: ``differ_on_faithful`` is a false alarm, ``passed`` a changed figure that nobody hears of."""

    forms: int = 0
    rows: int = 0
    unsure_on_faithful: int = 0
    differ_on_faithful: int = 0
    changed: int = 0
    found: int = 0
    asked: int = 0
    passed: int = 0

    def add(self, typed: Sequence[FormRow], seen: Form | None, seed: int = 1) -> None:
        """Hold a scan against what was printed on it, and against that with each figure changed."""
        chance = random.Random(seed)
        faithful = _compared(typed, seen)
        self.forms += 1
        self.rows += len({row.number for row in typed})
        self.differ_on_faithful += len({one.item for one in faithful.differences})
        self.unsure_on_faithful += len({one.item for one in faithful.unsure})
        for at, row in enumerate(typed):
            for text in changed(row.measures, chance):
                other = [*typed[:at], replace(row, measures=text), *typed[at + 1 :]]
                self._count(_compared(other, seen), int(row.number))

    def _count(self, verdict: Comparison, item: int) -> None:
        differs = any(one.item == item and one.kind == "figure" for one in verdict.differences)
        self.changed += 1
        self.found += differs
        # Without a row on either side nothing at all can be told, and the copy as a whole is asked about.
        unsure = any(one.item == item for one in verdict.unsure) or verdict.verdict == "cannot_tell"
        self.asked += unsure and not differs
        self.passed += not differs and not unsure


def changed(text: str, chance: random.Random) -> Iterator[str]:
    """Yield the text with one digit of one figure changed, for each figure."""
    for match in _FIGURE.finditer(text):
        at = chance.randrange(*match.span())
        digit = str((int(text[at]) + chance.randrange(1, 10)) % 10)
        yield text[:at] + digit + text[at + 1 :]


def typed_rows(rows: Iterator[dict[str, str]]) -> list[FormRow]:
    """Return the rows of a truth as those of a typed form."""
    return [FormRow(page=1, row=at + 1, **row) for at, row in enumerate(rows)]


def words(checked: Checked) -> str:
    """Return the counts as part of a line."""
    share = checked.found / checked.changed if checked.changed else 0.0
    return (
        f"changed figures {checked.changed}: found {share:.1%}, to be looked at {checked.asked}, passed {checked.passed}"
        f"; faithful rows {checked.rows}: differ {checked.differ_on_faithful},"
        f" cannot be told {checked.unsure_on_faithful}"
    )


def _compared(typed: Sequence[FormRow], seen: Form | None) -> Comparison:
    return compare_forms(Form(title="", unit=None, period=None, rows=tuple(typed)), seen, _item)


def _item(row: FormRow) -> int | None:
    return int(row.number) if row.number.isdecimal() else None
