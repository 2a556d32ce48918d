"""名录: whom to write to and call in every unit, and by what names units go."""

import logging
import tempfile
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, File, Form, Query, Request, UploadFile
from fastapi.responses import FileResponse, Response
from starlette.background import BackgroundTask

from ...domain.campaign import Unit
from ...domain.error_words import error_words
from ...domain.errors import ReminderServiceError
from ...domain.state import Contact
from ...jobs.setup.contacts_file import import_contacts, read_contacts, write_contacts
from ...jobs.setup.edit_contacts import Person, edit_contacts, people_of
from ..desk import Desk
from ..files import saved
from ..page import Page
from ..requests import DeskHere, Me, redirect, render
from .overview import campaign_named
from .units import unit_at

logger = logging.getLogger(__name__)
router = APIRouter(prefix="/directory")
PAGE = Page(router=router, nav="名录与任务", path="/directory", key="d")

EMPTY_LINES = 2
_MOST_PEOPLE = 50
_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
}
Asked = Annotated[str, Query(max_length=100)]
Typed = Annotated[list[str] | None, Form()]


@router.get("")
def directory(request: Request, desk: DeskHere, campaign: Asked = "", q: Asked = "") -> Response:
    """List the units with their people and names."""
    chosen = campaign_named(desk, campaign)
    aliases = desk.store.contacts.aliases()
    people: dict[str, list[Contact]] = {}
    for one in desk.store.contacts.all():
        people.setdefault(chosen.current_unit(one.unit), []).append(one)
    wanted = q.strip().casefold()
    return render(
        request,
        "directory.html",
        campaign=chosen,
        campaigns=list(desk.office.campaigns.values()),
        units=[
            unit
            for unit in chosen.units
            if not wanted or wanted in _words(unit, people.get(unit.name, []), aliases.get(unit.name, ()))
        ],
        people=people,
        aliases=aliases,
        q=q,
    )


@router.get("/units/{code}")
def form(request: Request, desk: DeskHere, code: str, campaign: Asked = "") -> Response:
    """Show a unit's people and names to be changed."""
    chosen, unit = unit_at(desk, campaign, code)
    return render(
        request,
        "directory_unit.html",
        campaign=chosen,
        unit=unit,
        people=people_of(desk.store, chosen, unit),
        empty=EMPTY_LINES,
        aliases="；".join(desk.store.contacts.aliases().get(unit.name, ())),
    )


@router.post("/units/{code}")
def change(
    request: Request,
    desk: DeskHere,
    me: Me,
    code: str,
    campaign: Annotated[str, Form()] = "",
    name: Typed = None,
    department: Typed = None,
    address: Typed = None,
    phone: Typed = None,
    aliases: Annotated[str, Form(max_length=1000)] = "",
) -> Response:
    """Keep a unit's people and names as typed."""
    chosen, unit = unit_at(desk, campaign, code)
    columns = (name or [], department or [], address or [], phone or [])
    people = [
        Person(name=one[:100], department=two[:100], address=three[:300], phone=four[:100])
        for one, two, three, four in list(zip(*columns, strict=False))[:_MOST_PEOPLE]
    ]
    problems = edit_contacts(desk.store, chosen, unit, people, aliases, author=me.author, now=desk.now)
    desk.changed()
    back = f"/directory/units/{unit.code}?campaign={chosen.id}"
    if problems:
        return redirect(request, back, f"已保存。{' '.join(problems)}", "note")
    return redirect(request, back, "已保存。")


@router.post("/units/{code}/again")
def use_again(
    request: Request, desk: DeskHere, me: Me, code: str, campaign: Annotated[str, Form()] = "",
    address: Annotated[str, Form(max_length=300)] = "",
) -> Response:  # fmt: skip
    """Write to an address again that mail came back from."""
    chosen, unit = unit_at(desk, campaign, code)
    if any(one.address == address for one in people_of(desk.store, chosen, unit)):
        desk.store.contacts.clear_bounced(address)
        desk.store.journal.write(desk.now, me.author, "contacts_edited", unit.name, {"again": address})
        desk.changed()
    return redirect(request, f"/directory/units/{unit.code}?campaign={chosen.id}", "已恢复使用该邮箱。")


@router.post("/import")
def import_(
    request: Request, desk: DeskHere, me: Me, file: Annotated[UploadFile | None, File()] = None
) -> Response:
    """Import a sheet of contacts and report every row that is odd."""
    if file is None or not file.filename:
        return redirect(request, "/directory", "请选择要导入的名录文件。", "bad")
    campaigns = list(desk.office.campaigns.values())
    with tempfile.TemporaryDirectory(prefix="contacts-") as folder:
        path = saved(file, Path(folder))
        try:
            read = read_contacts(path, campaigns, desk.store.contacts.aliases())
        except ReminderServiceError as error:
            logger.info("%s was not taken: %s", path.name, error, extra={"action": "contacts_refused"})
            words = (
                f"没有导入：{error_words(str(error))}。文件须为 xlsx 或 csv，首行为栏目名，其中必须有“单位”。"
            )
            return redirect(request, "/directory", words, "bad")
    kept = import_contacts(desk.store, read, desk.now, author=me.author)
    desk.changed()
    return render(request, "directory_import.html", filename=path.name, kept=kept, problems=read.problems)


@router.get("/contacts.{kind}")
def export(request: Request, desk: DeskHere, kind: str) -> Response:
    """Send the contacts as a sheet; units without any get an empty row to fill."""
    if kind not in _TYPES:
        return redirect(request, "/directory", "只能导出 xlsx 或 csv。", "bad")
    folder = tempfile.TemporaryDirectory(prefix="contacts-")
    path = Path(folder.name) / f"contacts.{kind}"
    write_contacts(_all_rows(desk), desk.store.contacts.aliases(), path)
    return FileResponse(
        path, media_type=_TYPES[kind], filename=f"名录.{kind}", background=BackgroundTask(folder.cleanup)
    )


def _all_rows(desk: Desk) -> list[Contact]:
    known = desk.store.contacts.all()
    listed = {contact.unit for contact in known}
    return [
        *known,
        *(
            Contact(unit=name)
            for name in dict.fromkeys(
                unit.name for campaign in desk.office.campaigns.values() for unit in campaign.units
            )
            if name not in listed
        ),
    ]


def _words(unit: Unit, people: list[Contact], aliases: tuple[str, ...]) -> str:
    told = [unit.name, unit.code, unit.full_name, *unit.aliases, *aliases]
    for one in people:
        told += [one.name, one.department, one.address or "", one.phone]
    return "\n".join(told).casefold()
