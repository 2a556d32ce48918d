"""任务: the campaigns at work, and a further one from a notice: read, its questions answered, put to work."""

import tempfile
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, File, HTTPException, Request, UploadFile
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from ...config import mark_of
from ...documents.reader import Reader
from ...domain.campaign import Campaign
from ...domain.errors import ConfigurationError
from ...domain.periods import Cadence
from ...domain.workdays import due_date
from ...jobs.setup.campaign_drafts import (
    Refused,
    answer_questions,
    back_to_draft,
    draft,
    draft_notice,
    drafts,
    drop_draft,
    start_draft,
)
from ...jobs.views.board import KIND_WORDS
from ..desk import Desk
from ..files import saved
from ..page import Page
from ..requests import DeskHere, Me, redirect, render

router = APIRouter(prefix="/directory/campaigns")
PAGE = Page(router=router)

CADENCE_WORDS = {
    Cadence.ONCE: "一次性",
    Cadence.TEN_DAYS: "每旬",
    Cadence.MONTH: "每月",
    Cadence.QUARTER: "每季度",
    Cadence.HALF_YEAR: "每半年",
    Cadence.YEAR: "每年",
}
_HERE = "/directory/campaigns"


@router.get("")
def campaigns(request: Request, desk: DeskHere) -> Response:
    """List the campaigns at work and those in the making."""
    return render(
        request,
        "campaigns.html",
        campaigns=list(desk.office.campaigns.values()),
        drafts=drafts(desk.office.configuration.directory),
        cadence=CADENCE_WORDS,
        due=lambda one: due_date(one.first_period, one.due_rule, desk.office.configuration.calendar),
    )


@router.get("/{number}")
def campaign(request: Request, desk: DeskHere, number: str) -> Response:
    """Show what was read from a notice; a draft with its questions as a form."""
    running = desk.office.campaigns.get(number)
    one = running or _draft(desk, number)
    return render(
        request,
        "campaign.html",
        campaign=one,
        running=running is not None,
        cadence=CADENCE_WORDS[one.cadence],
        due=due_date(one.first_period, one.due_rule, desk.office.configuration.calendar),
        mark=mark_of(one),
        kinds=KIND_WORDS,
        file=f"campaigns/{'' if running else 'drafts/'}{one.id}.yaml",
    )


@router.post("")
def read(
    request: Request, desk: DeskHere, me: Me, file: Annotated[UploadFile | None, File()] = None
) -> Response:
    """Read a notice into a draft."""
    if file is None or not file.filename:
        return redirect(request, _HERE, "请选择通知文件。", "bad")
    with tempfile.TemporaryDirectory(prefix="notice-") as folder, Reader() as reader:
        found = draft_notice(
            desk.store,
            desk.office.configuration,
            saved(file, Path(folder)),
            reader=reader,
            author=me.author,
            now=desk.now,
        )
    if isinstance(found, Refused):
        return redirect(request, _HERE, found.words, "bad")
    words = f"已读出{len(found.items)}项、{len(found.units)}个责任单位。请核对并答复下面的问题。"
    return redirect(request, f"{_HERE}/{found.id}", words)


@router.post("/{number}/answers")
async def answers(request: Request, desk: DeskHere, me: Me, number: str) -> Response:
    """Write the answers into the campaign's file; of one at work they count at once."""

    typed = await request.form()

    def write() -> int:
        configuration = desk.office.configuration
        one = configuration.campaigns.get(number) or _draft(desk, number)
        given = {
            question.key: text[:2000]
            for question in one.questions
            if isinstance(text := typed.get(f"answer-{question.key}"), str)
        }
        changed = answer_questions(desk.store, configuration, one, given, author=me.author, now=desk.now)
        if changed and number in configuration.campaigns:
            desk.office.reload()
            desk.changed()
        return changed

    changed = await run_in_threadpool(write)
    return redirect(request, f"{_HERE}/{number}", f"已保存{changed}个答复。")


@router.post("/{number}/start")
def start(request: Request, desk: DeskHere, me: Me, number: str) -> Response:
    """Put a draft to work: the service takes it up at once."""
    configuration = desk.office.configuration
    one = _draft(desk, number)
    refused = start_draft(desk.store, configuration, one, author=me.author, now=desk.now)
    if refused:
        return redirect(request, f"{_HERE}/{number}", refused.words, "bad")
    try:
        desk.office.reload()
    except ConfigurationError as error:
        back_to_draft(configuration.directory, one.id)
        words = f"配置文件有误，任务没有启用，其他任务照常。请管理员修正：{'；'.join(error.problems)[:250]}"
        return redirect(request, f"{_HERE}/{number}", words, "bad")
    desk.changed()
    return redirect(request, f"{_HERE}/{number}", "任务已启用，程序从现在起按它催报。")


@router.post("/{number}/drop")
def drop(request: Request, desk: DeskHere, me: Me, number: str) -> Response:
    """Delete a draft."""
    one = _draft(desk, number)
    drop_draft(desk.store, desk.office.configuration.directory, one, author=me.author, now=desk.now)
    return redirect(request, _HERE, "草稿已删除。")


def _draft(desk: Desk, number: str) -> Campaign:
    found = draft(desk.office.configuration.directory, number)
    if found is None:
        raise HTTPException(404, "没有这项任务，可能已被移走。")
    return found
