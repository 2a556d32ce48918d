"""Takes a decision back, whichever page it was taken on, and returns to a page that shows what holds now."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from ...domain.decisions import DecisionKind
from ...domain.errors import WrongUsage
from ..page import Page
from ..requests import DeskHere, Me, local_path, redirect
from ..waiting import path_of, queue_here

router = APIRouter(prefix="/undo")
PAGE = Page(router=router)

TRAY = "/tray"
_WORDS: dict[str, str] = {
    DecisionKind.EDIT: "已恢复单位原文。",
    DecisionKind.FREEZE: "该版定稿已撤销；文件仍保留，版号不再使用。",
}


@router.post("/{number}")
def undo(
    request: Request, desk: DeskHere, me: Me, number: int, back: Annotated[str, Form(max_length=2000)] = TRAY
) -> Response:
    """Take a decision back; from the queue it leads to what the decision was about, which waits again."""
    path = local_path(back)
    decision = desk.store.decisions.get(number) if 0 < number < 2**53 else None
    if decision is None:
        return redirect(request, path, "该项认定此前已撤销。", "note")
    try:
        desk.undo(number, author=me.author)
    except WrongUsage:  # somebody else was faster
        return redirect(request, path, "该项认定此前已撤销。", "note")
    if path == TRAY and decision.document:
        again = next((case for case in queue_here(desk) if case.document == decision.document), None)
        path = path_of(again) if again else path
    return redirect(request, path, _WORDS.get(decision.kind, "已撤销。"))
