"""Rows of a table as they were read last: read again, only those that changed are made anew."""

import threading
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any, Generic, TypeVar

import sqlalchemy as sa

Made = TypeVar("Made")

_AT_ONCE = 500


class KnownRows(Generic[Made]):
    """What was made of the rows of a table, the same objects as long as their rows are the same.

    A look costs one pass over the rows without turning them into anything. Kept of a row is its fingerprint only.

    :param columns: what is read of a row, its id first.
    :param order: in which order.
    :param make: makes something of a row.
    """

    def __init__(
        self,
        columns: Sequence[sa.Column[Any]],
        order: Sequence[sa.Column[Any]],
        make: Callable[[sa.Row[Any]], Made],
    ) -> None:
        self._id, self._make = columns[0], make
        self._query = sa.select(*columns).order_by(*order)
        self._known: dict[int, tuple[int, Made]] = {}
        self._lock = threading.Lock()

    def all(self, connection: sa.Connection) -> list[Made]:
        """Return what the rows are made into, as they stand now."""
        plain = str(self._query.compile(dialect=connection.dialect))
        with self._lock:
            prints = {row[0]: hash(tuple(row)) for row in connection.exec_driver_sql(plain)}
            before = self._known
            changed = [id for id, seen in prints.items() if id not in before or before[id][0] != seen]
            made = {row[0]: self._make(row) for row in self._rows(connection, changed, len(prints))}
            self._known = {id: (seen, made[id]) if id in made else before[id] for id, seen in prints.items()}
            return [one for _, one in self._known.values()]

    def forget(self, id: int) -> None:
        """Make a row anew at the next look, even where only what is not read of it changed."""
        with self._lock:
            self._known.pop(id, None)

    def _rows(self, connection: sa.Connection, ids: list[int], of: int) -> Iterator[sa.Row[Any]]:
        if len(ids) > of // 2:
            yield from connection.execute(self._query)
            return
        for some in in_parts(ids):
            yield from connection.execute(self._query.where(self._id.in_(some)))


def in_parts(ids: Sequence[int]) -> Iterator[list[int]]:
    """Yield ids in parts that a statement takes."""
    rest = iter(ids)
    while part := list(islice(rest, _AT_ONCE)):
        yield part
