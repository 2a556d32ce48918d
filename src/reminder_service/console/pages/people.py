"""用户: who may log in, for administrators."""

from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import Response

from ...domain.access import LINK_LIFE, Role
from ...jobs.access.access import Refused, add_user, change_user, end_session, make_link
from ..page import Page
from ..requests import DeskHere, Me, redirect, render

router = APIRouter(prefix="/users")
PAGE = Page(router=router, needs=Role.ADMINISTRATOR, writes=Role.ADMINISTRATOR)

Typed = Annotated[str, Form()]


@router.get("")
def users(request: Request, desk: DeskHere) -> Response:
    """Show every user and who is logged in."""
    everybody = desk.store.users.all()
    names = {user.id: user.name for user in everybody}
    return render(
        request,
        "users.html",
        users=everybody,
        names=names,
        sessions=desk.store.sessions.open(),
        roles=list(Role),
    )


@router.post("")
def add(
    request: Request, desk: DeskHere, me: Me, login: Typed = "", name: Typed = "", role: Typed = ""
) -> Response:
    """Add a user and show the link by which they set their password."""
    added = add_user(desk.store, login=login, name=name, role=_role(role), author=me.author, now=desk.now)
    if isinstance(added, Refused):
        return redirect(request, "/users", added.words, "bad")
    return _show_link(request, desk, me, added.id)


@router.post("/{number}")
def change(
    request: Request, desk: DeskHere, me: Me, number: int, role: Typed = "", active: Typed = ""
) -> Response:
    """Change a user's role, lock them out or let them in again."""
    refused = change_user(
        desk.store, number, role=_role(role), active=bool(active), author=me.author, now=desk.now
    )
    if refused:
        return redirect(request, "/users", refused.words, "bad")
    return redirect(request, "/users", "已保存；该用户须重新登录。")


@router.post("/{number}/link")
def link(request: Request, desk: DeskHere, me: Me, number: int) -> Response:
    """Make a new link for a user whose password is lost."""
    return _show_link(request, desk, me, number)


@router.post("/sessions/{number}/end")
def end(request: Request, desk: DeskHere, me: Me, number: int) -> Response:
    """End somebody's session."""
    ended = end_session(desk.store, number, author=me.author, now=desk.now)
    return redirect(request, "/users", "已退出该登录。" if ended else "该登录此前已退出。")


def _show_link(request: Request, desk: DeskHere, me: Me, number: int) -> Response:
    user = desk.store.users.get(number)
    if user is None:
        raise HTTPException(404, "没有这个用户。")
    token = make_link(desk.store, user, author=me.author, now=desk.now)
    url = f"{request.url.scheme}://{request.headers['host']}/welcome/{token}"
    return render(request, "user_link.html", user=user, link=url, hours=LINK_LIFE.total_seconds() // 3600)


def _role(written: str) -> Role:
    try:
        return Role(written)
    except ValueError as error:
        raise HTTPException(400, "没有这种角色。") from error
