"""What was made of stored files lately, as long as somebody holds it: a situation computed anew shares it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar
from weakref import WeakValueDictionary

from ...domain.campaign import Column
from ...domain.documents import Reading, reading_from_json
from ...domain.forms import Form, find_form
from ...store import StoredDocument

_Key = tuple[object, ...]
Made = TypeVar("Made")


@dataclass(frozen=True, kw_only=True, slots=True)
class Memory:
    """Readings and forms by the stored file they were made of; nothing is kept that nobody uses any more."""

    _readings: WeakValueDictionary[_Key, Reading] = field(default_factory=WeakValueDictionary)
    _forms: WeakValueDictionary[_Key, Form] = field(default_factory=WeakValueDictionary)

    def reading(self, document: StoredDocument) -> Reading | None:
        """Return what a reader saw in a file, None where no reader has."""
        stored = document.reading
        return (
            None
            if stored is None
            else _kept(self._readings, _key(document), lambda: reading_from_json(stored))
        )

    def form(
        self,
        document: StoredDocument,
        reading: Reading,
        columns: Sequence[Column],
        spellings: frozenset[str],
    ) -> Form | None:
        """Return the form in a file, as :func:`find_form` does."""
        key = (*_key(document), tuple(columns), spellings)
        return _kept(self._forms, key, lambda: find_form(reading, columns, spellings))


def _key(document: StoredDocument) -> _Key:
    return document.id, document.sha256, document.filename, document.read_at, document.reader_version


def _kept(
    known: "WeakValueDictionary[_Key, Made]", key: _Key, make: Callable[[], Made | None]
) -> Made | None:
    found = known.get(key)
    if found is None and (found := make()) is not None:
        known[key] = found
    return found
