"""任务: its units, items, due rule and reminders changed by a form each; the file keeps what people wrote beside them."""

from collections.abc import Callable
from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import Response

from ...config import load_campaign, mark_of
from ...domain.access import Role
from ...domain.campaign import Audience, Campaign, DueRule, Item, StepKind, Unit
from ...domain.campaign_changes import free_code, merged, with_item, with_new_unit, with_unit
from ...domain.errors import ConfigurationError
from ...domain.notice.due_words import due_words
from ...jobs.setup.campaign_drafts import Refused
from ...jobs.setup.campaign_forms import Form, Typed, about_of, item_of, new_unit_of, schedule_of, unit_of
from ...jobs.setup.edit_campaign import Saved, campaign_path, edit_campaign
from ...jobs.setup.mistake_words import mistake_words
from ...jobs.views.board import KIND_WORDS
from ...jobs.views.ladder_view import ladder_outlook
from ..desk import Desk
from ..page import Page
from ..requests import DeskHere, Me, redirect, render

router = APIRouter(prefix="/directory/campaigns/{number}")
PAGE = Page(router=router, needs=Role.CLERK)

AHEAD = timedelta(days=120)
EMPTY_ROWS = 2
_STALE = Refused(words="没有保存：别人刚刚修改过这里。页面已显示最新内容，请核对后重新填写。")
_STEP_WORDS = {**KIND_WORDS, StepKind.FIRST_NOTICE: "首次通知"}
_AUDIENCES = {Audience.ALL: "全部单位", Audience.GAPS: "有欠缺的单位"}
_USUAL_RULES = ("last_workday_on_or_before_end", "first_workday_on_or_after_end", "end")
Change = Callable[[Campaign], Campaign | Refused]


async def _typed(request: Request) -> Typed:
    form = await request.form()
    return {name: [one for one in form.getlist(name) if isinstance(one, str)] for name in form}


Fields = Annotated[Typed, Depends(_typed)]


@router.get("/units/{code}")
def unit_form(request: Request, desk: DeskHere, number: str, code: str) -> Response:
    """Show what a campaign says about a unit, to be changed."""
    campaign = _campaign(desk, number)
    unit = _unit(campaign, code)
    return _unit_page(request, campaign, unit, mark_of(unit))


@router.post("/units/{code}")
def change_unit(request: Request, desk: DeskHere, me: Me, number: str, code: str, typed: Fields) -> Response:
    """Keep what was typed about a unit; its name and code stay."""
    form, known = Form(typed=typed), _unit(_campaign(desk, number), code)
    wanted = unit_of(form, known)

    def change(campaign: Campaign) -> Campaign | Refused:
        return _checked(form, _unit(campaign, code)) or with_unit(campaign, wanted)

    done = _edit(desk, me, number, change)
    if isinstance(done, Saved) or done is _STALE:
        return _answer(request, desk, number, f"/units/{code}", done)
    campaign = _campaign(desk, number)
    return _unit_page(request, campaign, wanted, form.text("mark"), done.words)


@router.post("/units/{code}/merge")
def merge_unit(request: Request, desk: DeskHere, me: Me, number: str, code: str, typed: Fields) -> Response:
    """Have another unit take over a unit's items, names and code."""
    form = Form(typed=typed)
    since = form.day(form.text("merge_since"), "并入")

    def change(campaign: Campaign) -> Campaign | Refused:
        gone, heir = _unit(campaign, code), campaign.unit_by_code(form.text("heir"))
        if since is None or heir is None or heir.name == gone.name:
            form.problems.append("请选择并入哪个单位，并填写并入日期。")
            return _checked(form, campaign) or campaign
        return _checked(form, campaign) or merged(campaign, gone, heir, since)

    done = _edit(desk, me, number, change)
    return _answer(request, desk, number, "" if isinstance(done, Saved) else f"/units/{code}", done)


@router.post("/units")
def add_unit(request: Request, desk: DeskHere, me: Me, number: str, typed: Fields) -> Response:
    """Add a unit that is responsible for some of the items."""
    form = Form(typed=typed)

    def change(campaign: Campaign) -> Campaign | Refused:
        unit, numbers = new_unit_of(form, free_code(campaign))
        return _checked(form, campaign) or with_new_unit(campaign, unit, numbers)

    return _answer(request, desk, number, "", _edit(desk, me, number, change))


@router.get("/items/{item}")
def item_form(request: Request, desk: DeskHere, number: str, item: int) -> Response:
    """Show an item of the notice, to be changed."""
    campaign = _campaign(desk, number)
    one = _item(campaign, item)
    return _item_page(request, campaign, one, mark_of(one))


@router.post("/items/{item}")
def change_item(request: Request, desk: DeskHere, me: Me, number: str, item: int, typed: Fields) -> Response:
    """Keep an item as typed; its number stays."""
    form, known = Form(typed=typed), _item(_campaign(desk, number), item)
    wanted = item_of(form, known)

    def change(campaign: Campaign) -> Campaign | Refused:
        return _checked(form, _item(campaign, item)) or with_item(campaign, wanted)

    done = _edit(desk, me, number, change)
    if isinstance(done, Saved) or done is _STALE:
        return _answer(request, desk, number, f"/items/{item}", done)
    return _item_page(request, _campaign(desk, number), wanted, form.text("mark"), done.words)


@router.get("/about")
def about_form(request: Request, desk: DeskHere, number: str) -> Response:
    """Show short name, whom to ask and what goes with mails, to be changed."""
    campaign = _campaign(desk, number)
    return _about_page(request, desk, campaign, mark_of(campaign))


@router.post("/about")
def change_about(request: Request, desk: DeskHere, me: Me, number: str, typed: Fields) -> Response:
    """Keep whom to ask and what goes with mails as typed; the short name as long as nothing was sent under it."""
    form, running = Form(typed=typed), number in desk.office.configuration.campaigns

    def change(campaign: Campaign) -> Campaign | Refused:
        return _checked(form, campaign) or about_of(form, campaign, running=running)

    done = _edit(desk, me, number, change)
    if isinstance(done, Saved) or done is _STALE:
        return _answer(request, desk, number, "/about", done)
    wanted = about_of(form, _campaign(desk, number), running=running)
    return _about_page(request, desk, wanted, form.text("mark"), done.words)


@router.get("/ladder")
def ladder_form(request: Request, desk: DeskHere, number: str) -> Response:
    """Show when reports are due and units are written to, to be changed."""
    campaign = _campaign(desk, number)
    return _ladder_page(request, desk, campaign, mark_of(campaign))


@router.post("/ladder/preview")
def preview_ladder(request: Request, desk: DeskHere, number: str, typed: Fields) -> Response:
    """Show which mails would go when, and save nothing."""
    form = Form(typed=typed)
    wanted = schedule_of(form, _campaign(desk, number))
    words = f"不能预览。{''.join(form.problems)}" if form.problems else ""
    return _ladder_page(request, desk, wanted, form.text("mark"), words, preview=not words)


@router.post("/ladder")
def change_ladder(request: Request, desk: DeskHere, me: Me, number: str, typed: Fields) -> Response:
    """Keep due rule, last period and reminders as typed."""
    form = Form(typed=typed)
    wanted = schedule_of(form, _campaign(desk, number))

    def change(campaign: Campaign) -> Campaign | Refused:
        return _checked(form, campaign) or schedule_of(Form(typed=typed), campaign)

    done = _edit(desk, me, number, change)
    if isinstance(done, Saved) or done is _STALE:
        return _answer(request, desk, number, "/ladder", done)
    return _ladder_page(request, desk, wanted, form.text("mark"), done.words)


def _edit(desk: Desk, me: Me, number: str, change: Change) -> Saved | Refused:
    path = campaign_path(desk.office.configuration, number)
    if path is None:
        raise HTTPException(404, "没有这项任务，可能已被移走。")
    reload = desk.office.reload if number in desk.office.configuration.campaigns else None
    done = edit_campaign(desk.store, path, change, reload=reload, author=me.author, now=desk.now)
    desk.changed()
    return done


def _checked(form: Form, part: Unit | Item | Campaign) -> Refused | None:
    """Refuse what was typed over something older, or cannot be meant."""
    if form.text("mark") != mark_of(part):
        return _STALE
    return Refused(words=f"没有保存。{''.join(form.problems)}") if form.problems else None


def _answer(request: Request, desk: Desk, number: str, where: str, done: Saved | Refused) -> Response:
    back = f"/directory/campaigns/{number}{where}"
    if isinstance(done, Refused):
        return redirect(request, back, done.words, "bad")
    if not done.changes:
        return redirect(request, back, "没有改动。", "note")
    running = number in desk.office.configuration.campaigns
    words = "程序从现在起照此办理。" if running else "草稿启用后照此办理。"
    return redirect(request, back, f"已保存{len(done.changes)}处修改，{words}")


def _unit_page(request: Request, campaign: Campaign, unit: Unit, mark: str, problem: str = "") -> Response:
    return render(
        request,
        "campaign_unit.html",
        422 if problem else 200,
        campaign=campaign,
        unit=unit,
        mark=mark,
        whole=mark_of(campaign),
        problem=problem,
        empty=EMPTY_ROWS,
    )


def _item_page(request: Request, campaign: Campaign, item: Item, mark: str, problem: str = "") -> Response:
    return render(
        request,
        "campaign_item.html",
        422 if problem else 200,
        campaign=campaign,
        item=item,
        mark=mark,
        problem=problem,
        empty=EMPTY_ROWS,
    )


def _about_page(request: Request, desk: Desk, campaign: Campaign, mark: str, problem: str = "") -> Response:
    return render(
        request,
        "campaign_about.html",
        422 if problem else 200,
        campaign=campaign,
        running=campaign.id in desk.office.configuration.campaigns,
        mark=mark,
        problem=problem,
    )


def _ladder_page(
    request: Request, desk: Desk, campaign: Campaign, mark: str, problem: str = "", *, preview: bool = False
) -> Response:
    rules = dict.fromkeys((str(campaign.due_rule), *_USUAL_RULES))
    context: dict[str, Any] = {"outlook": None}
    if preview:
        context["outlook"] = ladder_outlook(_situation(desk, campaign.id), campaign, until=desk.now + AHEAD)
    return render(
        request,
        "campaign_ladder.html",
        422 if problem else 200,
        campaign=campaign,
        ladder=campaign.ladder,
        mark=mark,
        problem=problem,
        empty=EMPTY_ROWS,
        kinds=_STEP_WORDS,
        audiences=_AUDIENCES,
        rules={name: due_words(DueRule.parse(name), campaign.cadence) for name in rules},
        until=(desk.now + AHEAD).date(),
        **context,
    )


def _situation(desk: Desk, number: str) -> Any:
    running = desk.office.campaigns.get(number)
    return desk.here(running) if running else desk.office.situation(_campaign(desk, number))


def _campaign(desk: Desk, number: str) -> Campaign:
    """Return a campaign or draft as its file has it now."""
    path = campaign_path(desk.office.configuration, number)
    if path is None or not path.exists():
        raise HTTPException(404, "没有这项任务，可能已被移走。")
    try:
        return load_campaign(path)
    except ConfigurationError as error:
        words = "".join(mistake_words(error.problems))[:400]
        raise HTTPException(409, f"任务文件有误，不能在这里修改，请管理员先改正。{words}") from error


def _unit(campaign: Campaign, code: str) -> Unit:
    found = next((unit for unit in campaign.units if unit.code == code), None)
    if found is None:
        raise HTTPException(404, "本任务没有这个单位，可能已并入其他单位。")
    return found


def _item(campaign: Campaign, number: int) -> Item:
    found = next((item for item in campaign.items if item.number == number), None)
    if found is None:
        raise HTTPException(404, "本任务没有这一项。")
    return found
