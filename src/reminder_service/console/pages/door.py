"""Coming in and going out: log-in, one-time links, the visitor's own password and sessions."""

import secrets
from typing import Annotated, Any

from fastapi import APIRouter, Form, HTTPException, Query, Request
from fastapi.responses import Response

from ...domain.access import SHORTEST_PASSWORD, Role
from ...jobs.access.access import (
    Refused,
    change_password,
    csrf_of,
    end_session,
    link_user,
    log_in,
    log_out,
    use_link,
)
from ..gate import cookies_of
from ..page import Page
from ..requests import (
    DeskHere,
    Me,
    client_address,
    drop_cookie,
    local_path,
    parts_of,
    redirect,
    render,
    set_cookie,
    visitor_of,
)

router = APIRouter()
account = APIRouter()
PAGE = Page(router=router, needs=None)
ACCOUNT = Page(router=account, writes=Role.LEADER)

Typed = Annotated[str, Form()]


@router.get("/login")
def login_form(request: Request, next_path: Annotated[str, Query(alias="next")] = "/") -> Response:
    """Show the log-in form."""
    if visitor_of(request):
        return redirect(request, local_path(next_path))
    return _login_page(request, next_path)


@router.post("/login")
def login(
    request: Request,
    desk: DeskHere,
    login: Typed = "",
    password: Typed = "",
    next_path: Annotated[str, Form(alias="next")] = "/",
) -> Response:
    """Log somebody in: a new token, whatever cookie the browser came with."""
    agent = request.headers.get("user-agent", "")
    entered = log_in(desk.store, login, password, address=client_address(request), agent=agent, now=desk.now)
    if isinstance(entered, Refused):
        return _login_page(request, next_path, 403, login=login[:100], refused=entered.words)
    earlier = visitor_of(request)
    if earlier:
        log_out(desk.store, earlier, desk.now)
    answer = redirect(request, local_path(next_path))
    set_cookie(request, answer, cookies_of(request).session, entered.token)
    return answer


@account.post("/logout")
def logout(request: Request, desk: DeskHere, me: Me) -> Response:
    """Log out."""
    log_out(desk.store, me, desk.now)
    answer = redirect(request, "/login", "您已退出登录。")
    drop_cookie(request, answer, cookies_of(request).session)
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer


@router.get("/welcome/{token}")
def link_form(request: Request, desk: DeskHere, token: str) -> Response:
    """Show the form behind a one-time link; looking at it does not use it up."""
    return _link_page(request, desk, token)


@router.post("/welcome/{token}")
def link(
    request: Request,
    desk: DeskHere,
    token: str,
    login: Typed = "",
    name: Typed = "",
    password: Typed = "",
    repeated: Typed = "",
) -> Response:
    """Set the password by a one-time link; for the first administrator the login and name too."""
    if password != repeated:
        return _link_page(request, desk, token, login, name, "两次输入的密码不一致。")
    done = use_link(desk.store, token, password, login=login, name=name, now=desk.now)
    if isinstance(done, Refused):
        return _link_page(request, desk, token, login, name, done.words)
    return redirect(request, "/login", f"密码已设置，请用“{done.login}”登录。")


@account.get("/account")
def my_account(request: Request, desk: DeskHere, me: Me) -> Response:
    """Show the visitor's own account with its open sessions."""
    mine = [one for one in desk.store.sessions.open() if one.user == me.user.id]
    return render(request, "account.html", sessions=mine, shortest=SHORTEST_PASSWORD)


@account.post("/account/password")
def my_password(
    request: Request, desk: DeskHere, me: Me, old: Typed = "", password: Typed = "", repeated: Typed = ""
) -> Response:
    """Change the visitor's own password."""
    if password != repeated:
        return redirect(request, "/account", "两次输入的密码不一致。", "bad")
    refused = change_password(desk.store, me, old, password, now=desk.now)
    if refused:
        return redirect(request, "/account", refused.words, "bad")
    return redirect(request, "/account", "密码已修改，其他登录已全部退出。")


@account.post("/account/sessions/{number}/end")
def my_session(request: Request, desk: DeskHere, me: Me, number: int) -> Response:
    """End another session of the visitor's own."""
    if not any(one.id == number and one.user == me.user.id for one in desk.store.sessions.open()):
        raise HTTPException(404, "没有这个登录，可能已经退出。")
    end_session(desk.store, number, author=me.author, now=desk.now)
    return redirect(request, "/account", "已退出该登录。")


def _login_page(
    request: Request, next_path: str, http_status: int = 200, *, login: str = "", refused: str = ""
) -> Response:
    return _for_a_stranger(
        request,
        "login.html",
        http_status,
        next=local_path(next_path),
        login=login,
        refused=refused,
        sign_on=parts_of(request).provider is not None,
    )


def _link_page(
    request: Request, desk: DeskHere, token: str, login: str = "", name: str = "", refused: str = ""
) -> Response:
    user = link_user(desk.store, token, desk.now)
    if isinstance(user, Refused):
        raise HTTPException(404, user.words)
    context = {"user": user, "login": login, "name": name, "refused": refused, "shortest": SHORTEST_PASSWORD}
    return _for_a_stranger(request, "welcome.html", 400 if refused else 200, **context)


def _for_a_stranger(request: Request, template: str, /, http_status: int = 200, **context: Any) -> Response:
    """Return a page whose form is bound to the browser by a cookie of its own while nobody is logged in."""
    if visitor_of(request):
        return render(request, template, http_status, **context)
    names = cookies_of(request)
    kept = request.cookies.get(names.stranger)
    token = kept or secrets.token_urlsafe(24)
    answer = render(request, template, http_status, csrf=csrf_of(token), **context)
    if kept is None:
        set_cookie(request, answer, names.stranger, token)
    if names.session in request.cookies:
        drop_cookie(request, answer, names.session)
    return answer
