"""系统: how the accounts stand, what was done by whom, and the work of an administrator."""

import tempfile
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import FileResponse, Response
from starlette.background import BackgroundTask

from ...domain.access import Role
from ...domain.error_words import error_words
from ...domain.errors import ReminderServiceError
from ...jobs.doctor.doctor import examine
from ...jobs.doctor.fault_words import told
from ...jobs.upkeep.health import STATE_WORDS, health
from ...jobs.views.journal_view import journal_lines
from ...store.backup import backup
from ..page import Page
from ..requests import DeskHere, Me, redirect, render, require

router = APIRouter(prefix="/system")
PAGE = Page(router=router, nav="系统", path="/system", key="s")

JOURNAL_LINES = 200


@router.get("")
def system(request: Request, desk: DeskHere, q: Annotated[str, Query(max_length=100)] = "") -> Response:
    """Show how everything stands."""
    service = desk.office.configuration.service
    return render(
        request,
        "system.html",
        health=health(desk.store, service.folders, service.stale_after, now=desk.now),
        state_words=STATE_WORDS,
        error_words=error_words,
        paused=desk.store.pause.get(),
        journal=journal_lines(desk.store, desk.office.campaigns, search=q, limit=JOURNAL_LINES),
        limit=JOURNAL_LINES,
        q=q,
    )


@router.post("/collect")
def collect(request: Request, desk: DeskHere, me: Me) -> Response:
    """Read the mailbox now."""
    desk.store.journal.write(desk.now, me.author, "collect", "")
    try:
        errors = desk.office.collect().errors
    except ReminderServiceError as error:
        errors = (str(error),)
    desk.changed()
    if errors:
        words = [f"{error_words(one)}（技术说明：{one}）" for one in errors]
        return redirect(request, "/system", "；".join(["没有全部办成", *words]), "bad")
    return redirect(request, "/system", "已读取邮箱并处理完毕。")


@router.post("/doctor")
def doctor(request: Request, desk: DeskHere) -> Response:
    """Try every outside part and show what was found."""
    require(request, Role.ADMINISTRATOR)
    return render(request, "doctor.html", checks=[told(one) for one in examine(desk.office.configuration)])


@router.post("/backup")
def download(request: Request, desk: DeskHere, me: Me) -> Response:
    """Send a backup; the file is gone from this machine once it was sent."""
    require(request, Role.ADMINISTRATOR)
    desk.store.journal.write(desk.now, me.author, "backup", "")
    folder = tempfile.TemporaryDirectory(dir=desk.store.folder, prefix=".backup-")
    name = f"reminder-service-{desk.now:%Y%m%d-%H%M}.zip"
    try:
        backup(desk.store, Path(folder.name) / name)
    except BaseException:
        folder.cleanup()
        raise
    return FileResponse(
        Path(folder.name) / name,
        media_type="application/zip",
        filename=name,
        background=BackgroundTask(folder.cleanup),
    )
