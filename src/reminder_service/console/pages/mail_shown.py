"""What a mail of ours looks like, as a page for a frame."""

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse, Response

from ..page import Page
from ..requests import Me, parts_of, visitor_of
from ..shown import POLICY

router = APIRouter(prefix="/mails/shown")
PAGE = Page(router=router)

_LONGEST = 1_000_000


@router.get("/{token}")
def shown(request: Request, me: Me, token: str) -> Response:
    """Send what was kept for this person, under rules by which nothing in it runs or loads."""
    html = parts_of(request).shown.find(token, user=me.user.id)
    if html is None:
        raise HTTPException(404, "预览已过期，请刷新页面。")
    return HTMLResponse(html, headers={"Content-Security-Policy": POLICY, "X-Frame-Options": "SAMEORIGIN"})


def frame_path(request: Request, html: str) -> str:
    """Return the address at which a frame of the page being made shows this HTML; empty where there is none."""
    visitor = visitor_of(request)
    if not html or len(html) > _LONGEST or visitor is None:
        return ""
    return f"/mails/shown/{parts_of(request).shown.keep(html, user=visitor.user.id)}"
