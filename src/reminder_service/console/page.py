"""What makes a page of the console: its routes, its word in the navigation, and who may use it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from fastapi import APIRouter, Request

from ..domain.access import Role
from .gate import SAFE_METHODS
from .requests import check_csrf, require


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """A subject of the console.

    :ivar nav: its word in the navigation, where ``path`` leads to; empty: not there.
    :ivar key: the letter that leads there after ``g``.
    :ivar needs: who may look; None: everybody, logged in or not.
    :ivar writes: who may change something.
    """

    router: APIRouter
    nav: str = ""
    path: str = ""
    key: str = ""
    needs: Role | None = Role.LEADER
    writes: Role = Role.CLERK


def guard(page: Page) -> Callable[[Request], Awaitable[None]]:
    """Return what every request to a page must pass before its route runs."""

    async def check(request: Request) -> None:
        if page.needs is not None:
            require(request, page.needs if request.method in SAFE_METHODS else page.writes)
        await check_csrf(request)

    return check
