"""How fast the overview answers beside a bare FastAPI page, while mail is collected, in one run on one machine.

    PYTHONPATH=src:tests .venv/bin/python benchmarks/console.py [--units 2000] [--periods 12] [--seconds 60]

The console runs as `run` serves it, with the jobs of the service beside it in the same process: it reads a mailbox (Dovecot)
that new reports reach all the time, and answers them. Readers ask over keep-alive connections from processes of
their own, each again as soon as it was answered, or as people do, one look in three seconds. Server time is from a
request's arrival at the application to the last byte handed to the socket; `waited` is what the readers saw, median
and 99th percentile. The ratios compare server times. Besides: how long every page takes, and how fast a batch of
reports is taken in.
"""

import argparse
import asyncio
import itertools
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from console_readers import crowd, every_page, get
from large_office import address, fill, large_campaign, periods_of

from builders import ZONE
from offices import configuration, mail, word_form
from reminder_service.app import App, opened
from reminder_service.config import Configuration
from reminder_service.domain.access import Role
from reminder_service.domain.campaign import Campaign
from servers.dovecot import Dovecot
from servers.ports import free_port
from servers.smtp import SmtpServer

LOGIN, PASSWORD = "clerk", "correct horse 7"
NEW_MAIL_SECONDS = 2.0
THINKING_SECONDS = 3.0
BATCH = 60
"""Reports that come at once where it is measured how fast they are taken in."""
_single, _batches = itertools.count(), itertools.count()


def main() -> None:
    """Measure and print; with ``--serve`` be one of the servers."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--units", type=int, default=2000)
    options.add_argument("--periods", type=int, default=12)
    options.add_argument("--seconds", type=float, default=60)
    options.add_argument("--readers", type=int, default=20)
    options.add_argument(
        "--readers-only", action="store_true", help="leave the pages beside the overview out"
    )
    options.add_argument("--serve", choices=("console", "bare"))
    options.add_argument("--folder", type=Path)
    options.add_argument("--port", type=int, default=0)
    options.add_argument("--imap", type=int, default=0)
    options.add_argument("--smtp", type=int, default=0)
    options.add_argument("--bytes", type=int, default=0)
    chosen = options.parse_args()
    if chosen.serve == "bare":
        serve_bare(chosen)
    elif chosen.serve == "console":
        serve_console(chosen)
    else:
        with tempfile.TemporaryDirectory() as name, Dovecot() as inbox, SmtpServer() as out:
            chosen.folder, chosen.imap, chosen.smtp = Path(name), inbox.port, out.port
            compare(chosen, inbox)


def compare(chosen: argparse.Namespace, inbox: Dovecot) -> None:
    """Print the times of the console, alone and while mails come, beside those of bare pages."""
    one, settings = office(chosen)
    began = time.perf_counter()
    with opened(settings, at=now(chosen)) as app:
        fill(app.store, one, periods_of(one, chosen.periods))
        enter(app)
        rows = len(app.store.messages.all())
    print(
        f"{chosen.units} units, {chosen.periods} periods, {rows} reports; made in {time.perf_counter() - began:.0f} s"
    )
    with server(chosen, "console") as (port, cookie):
        began = time.perf_counter()
        size = len(asyncio.run(get(port, cookie)))
        print(f"first look: {time.perf_counter() - began:.1f} s, {size / 1024:.0f} KiB")
        if not chosen.readers_only:
            every_page(port, cookie, one.id)
        quiet = read(chosen, port, cookie)
        with coming(inbox, one, chosen):
            busy = read(chosen, port, cookie)
            people = read(chosen, port, cookie, THINKING_SECONDS)
        alone = take_in(chosen, inbox, one, port, cookie)
        with reading(chosen, port, cookie):
            beside = take_in(chosen, inbox, one, port, cookie)
    with server(chosen, "bare", size=20) as (port, cookie):
        small = read(chosen, port, cookie)
        small_people = read(chosen, port, cookie, THINKING_SECONDS)
    with server(chosen, "bare", size=size) as (port, cookie):
        large = read(chosen, port, cookie)
    print(
        f"{'':34}{'median':>9}{'99 %':>9}{'worst':>9}{'waited':>9}{'99 %':>9}{'pages/s':>9}   of the bare page, of its bytes"
    )
    for name, figures in {
        "bare FastAPI page": small,
        f"bare page of {size // 1024} KiB": large,
        "overview, nothing comes": quiet,
        "overview while collect runs": busy,
        "bare page, readers who think": small_people,
        "overview, collect, who think": people,
    }.items():
        ratios = [figures[key] / other[key] for other in (small, large) for key in ("median", "p99")]
        print(
            f"{name:34}{figures['median'] * 1000:7.1f}ms{figures['p99'] * 1000:7.1f}ms{figures['worst'] * 1000:7.1f}ms"
            f"{figures['waited'] * 1000:7.1f}ms{figures['waited99'] * 1000:7.1f}ms{figures['rate']:9.0f}   "
            + "  ".join(f"{ratio:.1f}×" for ratio in ratios)
        )
    print(
        f"while collect ran: {busy['collects']:.0f} rounds, {busy['new']:.0f} new mails; peak {busy['mib']:.0f} MiB"
    )
    print(
        f"{BATCH} reports at once were taken in at {alone:.1f} a second, at {beside:.1f} beside readers who think"
    )


def office(chosen: argparse.Namespace) -> tuple[Campaign, Configuration]:
    """Return the campaign and the settings that every process of a run shares."""
    one = large_campaign(chosen.units)
    loaded = configuration(chosen.folder)
    raw: dict[str, Any] = loaded.service.model_dump()
    raw["imap"] = {
        "host": "127.0.0.1",
        "port": chosen.imap,
        "security": "none",
        "username": "office",
        "password": "secret-pw",
    }
    raw["smtp"] = {"host": "127.0.0.1", "port": chosen.smtp, "security": "none", "rate": 600}
    raw["console"] |= {"host": "127.0.0.1", "port": chosen.port or 8080}
    service = type(loaded.service).model_validate(raw)
    return one, replace(loaded, service=service, campaigns={one.id: one})


def now(chosen: argparse.Namespace) -> datetime:
    """Five days before the last period's end."""
    last = periods_of(large_campaign(1), chosen.periods)[-1]
    return datetime(last.end.year, last.end.month, last.end.day, 10, tzinfo=ZONE) - timedelta(days=5)


def enter(app: App) -> None:
    """Add the clerk who reads."""
    from pwdlib import PasswordHash

    number = app.store.users.add(login=LOGIN, name="王小明", role=Role.CLERK, at=app.clock())
    assert number is not None
    app.store.users.set_password(number, PasswordHash.recommended().hash(PASSWORD))


# --- the servers -------------------------------------------------------------------------------------------------


class Timed:
    """Notes how long each page took; ``/measured`` gives the times away and begins anew."""

    def __init__(self, web: Any) -> None:
        self.web, self.times = web, list[float]()
        self.collects = self.new = 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Pass a request on, or tell the times."""
        if scope.get("path") == "/measured":
            body = json.dumps(
                {
                    "times": self.times,
                    "collects": self.collects,
                    "new": self.new,
                    "mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
                }
            ).encode()
            self.times, self.collects, self.new = [], 0, 0
            await send(
                {
                    "type": "http.response.start",
                    "status": 200,
                    "headers": [(b"content-length", str(len(body)).encode())],
                }
            )
            await send({"type": "http.response.body", "body": body})
            return
        began = time.perf_counter()
        await self.web(scope, receive, send)
        if scope.get("path") == "/":
            self.times.append(time.perf_counter() - began)


def serve_bare(chosen: argparse.Namespace) -> None:
    """Serve one page of so many bytes."""
    import uvicorn
    from fastapi import FastAPI
    from fastapi.responses import HTMLResponse

    web = FastAPI()
    page = "x" * chosen.bytes

    @web.get("/")
    def first() -> HTMLResponse:
        return HTMLResponse(page)

    uvicorn.run(Timed(web), port=chosen.port, access_log=False, log_level="error")


def serve_console(chosen: argparse.Namespace) -> None:
    """Serve the console as the service does, and collect in the same process again and again."""
    import uvicorn

    from reminder_service.console import create_web

    _, settings = office(chosen)
    at = now(chosen)
    with opened(settings, at=at) as app:
        timed = Timed(create_web(app))

        def jobs() -> None:
            while True:
                done = app.collect()
                timed.collects += 1
                timed.new += done.collected.new if done.collected else 0
                time.sleep(0.5)

        threading.Thread(target=jobs, daemon=True).start()
        uvicorn.run(timed, port=chosen.port, access_log=False, log_config=None, server_header=False)


@contextmanager
def reading(chosen: argparse.Namespace, port: int, cookie: str) -> Iterator[None]:
    """Let people look at the overview now and then while the block runs."""
    wanted = {"readers": chosen.readers, "seconds": chosen.seconds, "pause": THINKING_SECONDS}
    readers = threading.Thread(target=crowd, args=(port, cookie), kwargs=wanted, daemon=True)
    readers.start()
    yield
    readers.join()


@contextmanager
def server(chosen: argparse.Namespace, kind: str, size: int = 0) -> Iterator[tuple[int, str]]:
    """Run a server in a process of its own; yields its port and the cookie of who is logged in."""
    port = free_port()
    arguments = {
        "units": chosen.units,
        "periods": chosen.periods,
        "folder": chosen.folder,
        "port": port,
        "imap": chosen.imap,
        "smtp": chosen.smtp,
        "bytes": size,
        "serve": kind,
    }
    command = [
        sys.executable,
        __file__,
        *(word for name, value in arguments.items() for word in (f"--{name}", str(value))),
    ]
    process = subprocess.Popen(command, env=os.environ)
    try:
        yield port, asyncio.run(entered(port, kind))
    finally:
        process.kill()
        process.wait()


# --- the readers -------------------------------------------------------------------------------------------------


async def entered(port: int, kind: str) -> str:
    """Wait until a server answers, and log in where that is a matter."""
    import httpx

    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
        for _ in range(600):
            try:
                await client.get("/measured")
                break
            except httpx.TransportError:
                await asyncio.sleep(0.1)
        if kind == "bare":
            return ""
        page = (await client.get("/login")).text
        token = page.split('name="csrf" value="')[1].split('"')[0]
        answer = await client.post("/login", data={"csrf": token, "login": LOGIN, "password": PASSWORD})
        assert answer.status_code == 303, answer.text
        return f"session={client.cookies['session']}"


def read(chosen: argparse.Namespace, port: int, cookie: str, pause: float = 0) -> dict[str, float]:
    """Let the readers read for the given time, and return what the server and they measured."""
    asyncio.run(get(port, cookie, "/measured"))
    waits = sorted(crowd(port, cookie, readers=chosen.readers, seconds=chosen.seconds, pause=pause))
    measured = json.loads(asyncio.run(get(port, cookie, "/measured")))
    times = sorted(measured.pop("times"))
    return {
        "median": statistics.median(times),
        "p99": times[int(len(times) * 0.99)],
        "worst": times[-1],
        "waited": statistics.median(waits),
        "waited99": waits[int(len(waits) * 0.99)],
        "rate": len(times) / chosen.seconds,
        **measured,
    }


def take_in(chosen: argparse.Namespace, inbox: Dovecot, one: Campaign, port: int, cookie: str) -> float:
    """Let a batch of reports reach the mailbox at once; return how many a second `collect` took in."""
    asyncio.run(get(port, cookie, "/measured"))
    first, done = len(one.units) // 2 + next(_batches) * BATCH, 0
    raws = [report(one, number, chosen) for number in range(first, first + BATCH)]
    began = time.perf_counter()
    for raw in raws:
        inbox.append(raw)
    while done < len(raws):
        time.sleep(0.2)
        done += json.loads(asyncio.run(get(port, cookie, "/measured")))["new"]
    return len(raws) / (time.perf_counter() - began)


def report(one: Campaign, number: int, chosen: argparse.Namespace) -> bytes:
    """A mail with a unit's filled form."""
    unit = one.units[number % len(one.units)]
    item = one.items_of(unit.name)[0]
    form = word_form({min(item.number, 10): f"已完成{number}处。"}, unit=unit.name)
    return mail(address(unit), {"报表.docx": form}, message_id=f"<new-{number}@example.cn>", at=now(chosen))


@contextmanager
def coming(inbox: Dovecot, one: Campaign, chosen: argparse.Namespace) -> Iterator[None]:
    """Let a new report reach the mailbox every other second."""
    ended = threading.Event()

    def send() -> None:
        while not ended.wait(NEW_MAIL_SECONDS):
            inbox.append(report(one, next(_single), chosen))

    sender = threading.Thread(target=send)
    sender.start()
    try:
        yield
    finally:
        ended.set()
        sender.join()


if __name__ == "__main__":
    main()
