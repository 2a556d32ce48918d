"""Readers of the console for `console.py`: in processes of their own, over plain sockets that take little of the machine."""

import asyncio
import gzip
import random
import re
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from urllib.parse import quote

PROCESSES = 2


async def get(port: int, cookie: str, path: str = "/") -> bytes:
    """Ask once, on a connection of its own."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 24)
    body = await ask(reader, writer, port, cookie, path)
    writer.close()
    return body


async def ask(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, port: int, cookie: str, path: str = "/"
) -> bytes:
    """Ask on an open connection, as a browser does that takes gzip; return the bytes that came."""
    lines = f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", f"Cookie: {cookie}", "Accept-Encoding: gzip"
    writer.write("\r\n".join((*lines, "", "")).encode())
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    assert head.startswith(b"http/1.1 200"), (path, head)
    length = int(head.split(b"content-length: ")[1].split(b"\r\n")[0])
    return await reader.readexactly(length)


def crowd(port: int, cookie: str, *, readers: int, seconds: float, pause: float) -> list[float]:
    """Let many read at the same time and return how long each of them waited for each page.

    :param pause: the mean number of seconds between two looks of a reader; 0: again as soon as it was answered.
    """
    share = -(-readers // PROCESSES)
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as pool:
        found = [pool.submit(_some, port, cookie, share, seconds, pause) for _ in range(PROCESSES)]
        return [one for part in found for one in part.result()]


def _some(port: int, cookie: str, readers: int, seconds: float, pause: float) -> list[float]:
    times: list[float] = []

    async def steadily(end: float) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 24)
        while time.monotonic() < end:
            began = time.perf_counter()
            await ask(reader, writer, port, cookie)
            times.append(time.perf_counter() - began)
        writer.close()

    async def now_and_then(end: float) -> None:
        # A server ends connections that nobody used for some seconds: each look has its own.
        while time.monotonic() + (think := random.uniform(0, 2 * pause)) < end:  # noqa: S311 - people, not secrets
            await asyncio.sleep(think)
            began = time.perf_counter()
            await get(port, cookie)
            times.append(time.perf_counter() - began)

    async def everybody() -> None:
        end = time.monotonic() + seconds
        await asyncio.gather(*((now_and_then if pause else steadily)(end) for _ in range(readers)))

    asyncio.run(everybody())
    return times


PAGES = (
    "/",
    "/?group=missing",
    "/?q=%E7%AC%AC1999%E5%8F%B7",
    "/?page=10",
    "/?page=all",
    "/units",
    "/units/punctuality",
    "/units/0001",
    "/units/0001/reminder",
    "/tray",
    "/results",
    "/mails",
    "/mails/in",
    "/mails/plan",
    "/mails/templates",
    "/directory",
    "/directory/units/0001",
    "/directory/campaigns",
    "/directory/campaigns/{campaign}",
    "/directory/calendar",
    "/targets",
    "/system",
    "/upload",
    "/account",
)


def every_page(port: int, cookie: str, campaign: str) -> None:
    """Print how long each page takes the first time and then again, and how many bytes come."""
    print(f"{'page':44}{'first':>9}{'again':>9}{'sent':>10}{'whole':>10}")
    for path in (page.replace("{campaign}", quote(campaign)) for page in PAGES):
        waits = []
        for _ in range(2):
            began = time.perf_counter()
            body = asyncio.run(get(port, cookie, path))
            waits.append((time.perf_counter() - began) * 1000)
        whole = gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body
        assert re.search(b"</html>", whole), path
        print(
            f"{path:44}{waits[0]:7.0f}ms{waits[1]:7.0f}ms{len(body) / 1024:6.0f} KiB{len(whole) / 1024:6.0f} KiB",
            flush=True,
        )
