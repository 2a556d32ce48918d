"""接口令牌: who else may read the data, for administrators."""

from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import Response

from ...domain.access import Role
from ...jobs.access.access import Refused
from ...jobs.access.api_tokens import DAYS, ROLES, end_token, make_token
from ..page import Page
from ..requests import DeskHere, Me, redirect, render

router = APIRouter(prefix="/tokens")
PAGE = Page(router=router, needs=Role.ADMINISTRATOR, writes=Role.ADMINISTRATOR)

Typed = Annotated[str, Form(max_length=100)]


@router.get("")
def tokens(request: Request, desk: DeskHere) -> Response:
    """Show every token in force."""
    return _page(request, desk)


@router.post("")
def add(
    request: Request, desk: DeskHere, me: Me, name: Typed = "", role: Typed = "", days: Annotated[int, Form()] = 0
) -> Response:  # fmt: skip
    """Make a token and show it, this once."""
    if role not in set(ROLES):
        raise HTTPException(400, "没有这种权限。")
    made = make_token(desk.store, name=name, role=Role(role), days=days, author=me.author, now=desk.now)
    if isinstance(made, Refused):
        return redirect(request, "/tokens", made.words, "bad")
    return _page(request, desk, made)


@router.post("/{number}/end")
def end(request: Request, desk: DeskHere, me: Me, number: int) -> Response:
    """End a token."""
    ended = 0 < number < 2**53 and end_token(desk.store, number, author=me.author, now=desk.now)
    return redirect(request, "/tokens", "令牌已停用。" if ended else "该令牌此前已停用。")


def _page(request: Request, desk: DeskHere, made: str = "") -> Response:
    return render(request, "tokens.html", tokens=desk.store.tokens.all(), made=made, roles=ROLES, days=DAYS)
