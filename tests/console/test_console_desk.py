"""The desk computes in the background what people look at, and a reader waits for nobody but their own change."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from fixtures_console import Console
from offices import campaign
from reminder_service.console.desk import LONGEST_STALE, Desk


def desk_of(console: Console) -> Desk:
    found: Desk = console.web.state.parts.desk
    return found


@contextmanager
def in_background(desk: Desk) -> Iterator[None]:
    """Let the desk work as it does while pages are served."""
    ended = threading.Event()
    worker = threading.Thread(target=desk.keep_fresh, args=(ended,))
    worker.start()
    try:
        yield
    finally:
        ended.set()
        worker.join(20)
        assert not worker.is_alive()


def until(true: Callable[[], bool]) -> None:
    give_up_at = time.monotonic() + 20
    while not true():
        assert time.monotonic() < give_up_at
        time.sleep(0.01)


def test_the_first_reader_finds_it_done_and_later_ones_what_changed_since(console: Console) -> None:
    desk = desk_of(console)
    with in_background(desk):
        until(lambda: campaign().id in desk._kept)
        first = desk.here(campaign())
        made = desk.ready(first, "name", lambda here: [here])
        console.app.store.journal.write(console.now, "x", "y", "z")
        until(lambda: desk.here(campaign()) is not first)
        second = desk.here(campaign())
        assert "name" in desk._kept[campaign().id].views, "made before anybody asked"
        ready = desk.ready(second, "name", lambda here: [])
        assert [id(one) for one in ready] == [id(second)] != [id(one) for one in made]


def test_while_it_is_computed_anew_readers_see_what_there_is(console: Console) -> None:
    desk = desk_of(console)
    first = desk.here(campaign())
    desk._background = True
    console.app.store.journal.write(console.now, "x", "y", "z")
    assert desk.here(campaign()) is first
    began = time.monotonic()
    desk.tick = lambda: began + LONGEST_STALE + 1
    assert desk.here(campaign()) is first, "computing may take long"
    desk._failing = True
    assert desk.here(campaign()) is not first, "nobody else computes it"


def test_a_change_of_ones_own_is_never_missed(console: Console) -> None:
    desk = desk_of(console)
    first = desk.here(campaign())
    desk._background = True
    desk.changed()
    assert desk.here(campaign()) is not first


def test_a_failure_in_the_background_ends_nothing(console: Console) -> None:
    desk = desk_of(console)
    with in_background(desk):
        until(lambda: campaign().id in desk._kept)
        first = desk.here(campaign())
        desk.ready(first, "broken", lambda here: 1 // (here is first))
        console.app.store.journal.write(console.now, "x", "y", "z")
        time.sleep(0.1)
        desk._kept[campaign().id].makers.pop("broken", None)
        until(lambda: desk.here(campaign()) is not first)


def test_a_page_begun_before_a_change_is_finished_with_what_was_made_then(console: Console) -> None:
    desk = desk_of(console)
    first = desk.here(campaign())
    made = desk.ready(first, "name", lambda here: [here])
    desk.changed()
    assert desk.here(campaign()) is not first
    assert desk.ready(first, "name", lambda here: []) is made, "nobody makes it anew, twenty readers at once"
