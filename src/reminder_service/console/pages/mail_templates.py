"""邮件模板: the texts of mails, edited, previewed, checked, tried on oneself, taken back."""

from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Query, Request
from fastapi.responses import Response

from ...domain.error_words import error_words
from ...domain.errors import WrongUsage
from ...jobs.outgoing.mail_samples import MAIL_NAMES
from ...jobs.outgoing.mail_templates import PARTS, Checked, TemplateFile, Workshop
from ...mail.template_rules import FILTERS, LONGEST
from ..desk import Desk
from ..page import Page
from ..requests import DeskHere, Me, redirect, render
from .mail_shown import frame_path
from .overview import campaign_named

router = APIRouter(prefix="/mails/templates")
PAGE = Page(router=router)

Asked = Annotated[str, Query(max_length=200)]
Typed = Annotated[str, Form(max_length=200)]
Text = Annotated[str, Form()]


@router.get("")
def templates(request: Request, desk: DeskHere) -> Response:
    """List every mail's files."""
    return render(request, "mail_templates.html", mails=_workshop(desk).listed(), parts=PARTS)


@router.get("/{name}/{part}")
def editor(request: Request, desk: DeskHere, name: str, part: str, unit: Asked = "") -> Response:
    """Show a template with its variables and how the mail reads today."""
    workshop = _workshop(desk)
    file = _file(workshop, name, part)
    return _editor(
        request, workshop, file, file.text, workshop.check(name, part, file.text, _unit(workshop, unit))
    )


@router.post("/{name}/trial")
def trial(request: Request, desk: DeskHere, me: Me, name: str, unit: Typed = "") -> Response:
    """Queue one mail to the office's own address."""
    workshop = _workshop(desk)
    if name not in MAIL_NAMES:
        raise HTTPException(404, "没有这个模板。")
    wanted = _unit(workshop, unit) or workshop.here.campaign.units[0].name
    to = workshop.trial(desk.store, name, wanted, author=me.author, now=desk.now)
    desk.changed()
    return redirect(request, "/mails/templates", f"试发邮件已排入发件箱，将只发给本办邮箱 {to}，不计入催报。")


@router.post("/{name}/{part}/preview")
def preview(
    request: Request, desk: DeskHere, name: str, part: str, text: Text = "", unit: Typed = ""
) -> Response:
    """Show how a text would read; nothing is saved."""
    workshop = _workshop(desk)
    file = _file(workshop, name, part)
    return _editor(
        request, workshop, file, text, workshop.check(name, part, text, _unit(workshop, unit)), unit
    )


@router.post("/{name}/{part}")
def save(
    request: Request, desk: DeskHere, me: Me, name: str, part: str, text: Text = "", seen: Typed = ""
) -> Response:
    """Save a text that may be used."""
    workshop = _workshop(desk)
    file = _file(workshop, name, part)
    try:
        workshop.save(desk.store, name, part, text, seen=seen, author=me.author, now=desk.now)
    except WrongUsage as error:
        checked = workshop.check(name, part, text)
        shown = (
            checked
            if checked.problems
            else Checked(problems=(error_words(str(error)),), variables=checked.variables)
        )
        return _editor(request, workshop, file, text, shown, status=400)
    desk.changed()
    return redirect(
        request, f"/mails/templates/{name}/{part}", "已保存，下一封邮件起采用；原来的文字已留存。"
    )


@router.post("/{name}/{part}/revert")
def revert(request: Request, desk: DeskHere, me: Me, name: str, part: str) -> Response:
    """Go back to the program's own text."""
    workshop = _workshop(desk)
    _file(workshop, name, part)
    done = workshop.revert(desk.store, name, part, author=me.author, now=desk.now)
    desk.changed()
    words = "已恢复程序自带的文字；本办改过的文字已留存。" if done else "目前用的就是程序自带的文字。"
    return redirect(request, f"/mails/templates/{name}/{part}", words)


def _workshop(desk: Desk) -> Workshop:
    campaign = campaign_named(desk, "")
    return Workshop(
        folder=desk.office.configuration.directory / "templates",
        here=desk.here(campaign),
        letters=desk.office.letters(campaign),
    )


def _file(workshop: Workshop, name: str, part: str) -> TemplateFile:
    try:
        return workshop.read(name, part)
    except WrongUsage as error:
        raise HTTPException(404, "没有这个模板。") from error


def _unit(workshop: Workshop, unit: str) -> str | None:
    return unit if unit in {one.name for one in workshop.here.campaign.units} else None


def _editor(
    request: Request, workshop: Workshop, file: TemplateFile, text: str, checked: Checked, unit: str = "",
    *, status: int = 200,
) -> Response:  # fmt: skip
    return render(
        request,
        "mail_template.html",
        status,
        file=file,
        text=text,
        checked=checked,
        frame=frame_path(request, checked.text.html if checked.text else ""),
        unit=unit,
        units=[one.name for one in workshop.here.campaign.units],
        title=MAIL_NAMES[file.name],
        part=PARTS[file.part],
        filters=sorted(FILTERS),
        longest=LONGEST,
    )
