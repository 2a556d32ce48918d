"""Open pages learn that something changed."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing

from fixtures_console import Console
from offices import campaign
from reminder_service.console.live import Live


async def until(stream: AsyncIterator[str], beginning: str) -> str:
    async with asyncio.timeout(20):
        async for event in stream:
            if event.startswith(beginning):
                return event
    raise AssertionError("the stream ended")


def test_every_open_page_is_told_of_a_change_once_it_is_computed(console: Console) -> None:
    desk = console.web.state.parts.desk
    before = desk.here(campaign())

    async def watch() -> tuple[str, str]:
        live = Live(desk=desk, look=0.02)
        async with aclosing(live.stream()) as one, aclosing(live.stream()) as other:
            await until(one, "retry")
            await until(other, "retry")
            console.app.store.journal.write(console.now, "x", "y", "z")
            return await until(one, "event: change"), await until(other, "event: change")

    first, second = asyncio.run(watch())
    assert first == second and first.endswith("\n\n")
    assert desk._kept[campaign().id].situation is not before, "what they ask for next is ready"


def test_a_stream_ends_with_the_service_and_after_its_time(console: Console) -> None:
    desk = console.web.state.parts.desk

    async def events(live: Live) -> list[str]:
        async with asyncio.timeout(20):
            return [event async for event in live.stream()]

    assert asyncio.run(events(Live(desk=desk, look=0.02, longest=0.05)))[0] == "retry: 3000\n\n"
    assert len(asyncio.run(events(Live(desk=desk, look=0.02, stopping=lambda: True)))) == 1


def test_a_page_that_was_made_before_a_change_is_told_at_once(console: Console) -> None:
    desk = console.web.state.parts.desk
    seen = desk.version_of(desk.here(campaign()))
    console.app.store.journal.write(console.now, "x", "y", "z")

    async def told() -> str:
        async with aclosing(Live(desk=desk).stream(seen)) as stream:
            return await until(stream, "event: change")

    assert f"id: {desk.version}" in asyncio.run(told())
