"""What went wrong, as a page in words; never a traceback."""

import logging
import re
from http import HTTPStatus
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from ..domain.error_words import OTHER, error_words
from ..domain.errors import BusyError, ReminderServiceError, WrongUsage
from .requests import NotLoggedIn, render

logger = logging.getLogger(__name__)

_WORDS = {
    400: "填写或上传的内容不完整，请返回检查后重试。",
    401: "请先登录。",
    403: "您没有进行此项操作的权限。",
    404: "没有这个页面，可能已被移走。",
    405: "此操作不能这样进行。",
    413: "内容过大，请分几次上传。",
    422: "填写的内容有误，请检查后重试。",
    429: "操作过于频繁，请稍等一分钟再试。",
    500: "程序出错，已记入日志；已保存的内容不受影响。",
}
_PLAIN = {HTTPStatus(code).phrase for code in _WORDS}
_HAN = re.compile(r"[一-鿿]")


def add_error_pages(web: FastAPI) -> None:
    """Answer every error with a page in words."""
    web.add_exception_handler(NotLoggedIn, _not_logged_in)
    web.add_exception_handler(HTTPException, _refused)
    web.add_exception_handler(RequestValidationError, _not_understood)
    web.add_exception_handler(ReminderServiceError, _failed)
    web.add_exception_handler(Exception, _broken)


def _not_logged_in(request: Request, _error: Exception) -> Response:
    wanted = f"{request.url.path}?{request.url.query}" if request.url.query else request.url.path
    path = f"/login?next={quote(wanted)}" if request.method == "GET" and wanted != "/" else "/login"
    if "hx-request" in request.headers:
        return Response(status_code=401, headers={"HX-Redirect": "/login"})
    return RedirectResponse(path, 303)


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    # What a library says of a form it cannot read is English; programs are told that, people what it comes to.
    told = _HAN.search(error.detail) or (_for_programs(request) and error.detail not in _PLAIN)
    words = error.detail if told else _WORDS.get(error.status_code, _WORDS[400])
    answer = _page(request, error.status_code, words)
    answer.headers.update(error.headers or {})
    return answer


def _not_understood(request: Request, _error: Exception) -> Response:
    return _page(request, 422, _WORDS[422])


def _failed(request: Request, error: Exception) -> Response:
    logger.warning("%s: %s", request.url.path, error, extra={"action": "page_failed"})
    if isinstance(error, BusyError):
        return _page(request, 503, "程序正在进行另一项工作，请稍后再试。", str(error))
    words = error_words(str(error))
    if isinstance(error, WrongUsage) and words != OTHER:
        return _page(request, 400, f"{words}。", str(error) if _for_programs(request) else "")
    return _page(request, 400 if isinstance(error, WrongUsage) else 502, f"{words}。", str(error))


def _broken(request: Request, error: Exception) -> Response:
    logger.error("%s failed", request.url.path, exc_info=error, extra={"action": "page_failed"})
    return _page(request, 500, _WORDS[500])


def _for_programs(request: Request) -> bool:
    return request.url.path.startswith("/api/")


def _page(request: Request, status: int, words: str, detail: str = "") -> Response:
    if _for_programs(request):
        return JSONResponse({"error": detail or words}, status)
    return render(request, "error.html", status, words=words, detail=detail)
