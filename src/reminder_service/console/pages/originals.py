"""Files as they came, to be saved, and pages of them as pictures that we drew ourselves; never a stranger's HTML."""

from urllib.parse import quote

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import FileResponse, Response

from ...domain.documents import reading_from_json
from ...jobs.views.page_pictures import drawn_pages
from ..desk import Desk
from ..page import Page
from ..requests import DeskHere

router = APIRouter(prefix="/originals")
PAGE = Page(router=router)

_GONE = "没有这个文件，可能已按保存期限清除。"


@router.get("/documents/{sha256}")
def document(desk: DeskHere, sha256: str) -> Response:
    """Send a document as it came, to be saved under the name that its sender gave it."""
    known = desk.store.documents.by_sha(sha256)
    if not known:
        raise HTTPException(404, _GONE)
    return _saved(desk, sha256, known[-1].filename)


@router.get("/mails/{sha256}")
def mail(desk: DeskHere, sha256: str) -> Response:
    """Send a mail as it came, to be saved."""
    if not desk.store.messages.by_sha(sha256):
        raise HTTPException(404, _GONE)
    return _saved(desk, sha256, f"{sha256[:12]}.eml")


@router.get("/documents/{sha256}/pages/{page}")
def page_picture(request: Request, desk: DeskHere, sha256: str, page: int) -> Response:
    """Send the picture of a page."""
    known = [one for one in desk.store.documents.by_sha(sha256) if one.reading is not None]
    if not known:
        raise HTTPException(404, _GONE)
    reading = reading_from_json(known[-1].reading or {})
    drawn = drawn_pages(desk.store, reading, [page]).get(page)
    if drawn is None:
        raise HTTPException(404, "没有这一页的图像。")
    return FileResponse(drawn.path, media_type="image/jpeg")


def _saved(desk: Desk, sha256: str, filename: str) -> Response:
    path = desk.store.originals.path(sha256)
    if not path.is_file():
        raise HTTPException(404, _GONE)
    headers = {"Content-Disposition": disposition(filename)}
    return FileResponse(path, media_type="application/octet-stream", headers=headers)


def disposition(filename: str) -> str:
    """Return the header by which a browser saves a file under a name (RFC 6266, RFC 8187) and never shows it.

    What could be a path, a control character or a mark that turns writing round is replaced.
    """
    plain = "".join("_" if not sign.isprintable() or sign in '/\\:*?"<>|' else sign for sign in filename)
    name = plain.strip(" .")[-120:] or "file"
    ascii_name = "".join(sign if sign.isascii() and sign not in "%;'" else "_" for sign in name)
    return f"attachment; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(name, safe='')}"
