"""待处理: what waits is settled through the pages as it would be on the command line."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from httpx import Response

from fixtures_console import Browser, Console
from offices import HEADINGS, address, campaign, mail, word_form
from reminder_service.demo.printed import printed_pdf
from reminder_service.domain.access import Role
from reminder_service.domain.decisions import DecisionKind
from reminder_service.domain.state import Status, UnitState
from reminder_service.jobs.incoming.intake import Handover
from reminder_service.jobs.state.settled import Settled
from reminder_service.jobs.views.tray import waiting

UNIT, OTHER = "县总工会", "县司法局"
STRANGER = "who@example.net"
EVIL = "<img src=x onerror=alert(1)>"


def said(unit: str, words: str) -> dict[int, str]:
    return {item.number: f"已开展{item.name}，{words}" for item in campaign().items_of(unit)}


def take(console: Console, folder: Path, *mails: bytes) -> None:
    files = []
    for number, raw in enumerate(mails):
        files.append(folder / f"{number}.eml")
        files[-1].write_bytes(raw)
    console.app.intake(files, Handover())


@pytest.fixture
def stranger(console: Console, tmp_path: Path) -> Console:
    """A console to which an unlisted sender sent the form of a unit, with markup wherever there is room."""
    file = word_form(said(UNIT, f"培训20场次。{EVIL}"), unit=UNIT)
    raw = mail(STRANGER, {f"{EVIL}.docx": file}, subject=EVIL, text=f"{EVIL}<b>请查收</b>")
    take(console, tmp_path, raw)
    return console


@pytest.fixture
def differing(console: Console, tmp_path: Path) -> Console:
    """A console to which a unit sent both versions, with another figure in the stamped one."""
    printed = [
        (str(item), campaign().item(item).name, UNIT, text, "12月底")
        for item, text in said(UNIT, "培训18场次。").items()
    ]
    take(
        console,
        tmp_path,
        mail(
            address(UNIT),
            {
                "报表.docx": word_form(said(UNIT, "培训20场次。"), unit=UNIT),
                "盖章.pdf": printed_pdf("进展情况报表", HEADINGS, UNIT, printed),
            },
        ),
    )
    return console


def state(console: Console, unit: str = UNIT) -> UnitState:
    here = console.app.situation(campaign())
    return here.state(here.current_period).unit(unit)


def where(console: Console, place: int = 0) -> str:
    return "/tray/" + "/".join(waiting(console.app.situation(campaign()))[place].key)


def after(browser: Browser, answer: Response) -> str:
    """The page that a form leads to."""
    assert answer.status_code == 303, answer.text
    return browser.get(answer.headers["location"]).text


def undo(browser: Browser, page: str) -> str:
    found = re.search(r'action="(/undo/\d+)"', page)
    assert found, page
    return after(browser, browser.submit(found[1]))


def test_nothing_waits_in_a_new_office(console: Console) -> None:
    assert "没有等待处理的事项" in console.browser().get("/tray").text


def test_one_sees_why_it_waits_and_what_speaks_for_which_unit(stranger: Console) -> None:
    page = stranger.browser().get("/tray").text
    assert "发件人不在名录，请确认" in page and f"暂归<b>{UNIT}</b>" in page
    assert "报表中的填报单位" in page and "较强，须无矛盾" in page
    assert "可能已报，处理前不计入也不催报" in page
    assert "培训20场次。" in page, "the reading, to be corrected"


def test_markup_of_strangers_is_shown_and_not_obeyed(stranger: Console) -> None:
    page = stranger.browser().get("/tray").text
    assert "<img" not in page and "<b>请" not in page
    assert page.count("&lt;img src=x onerror=alert(1)&gt;") >= 3, (
        "file name, subject, cell and text of the mail"
    )


def test_accepting_counts_the_report_and_makes_the_address_known(stranger: Console) -> None:
    browser = stranger.browser()
    page = after(browser, browser.submit(f"{where(stranger)}/accept"))
    assert f"已认可：{UNIT}" in page
    unit = state(stranger)
    assert unit.status is Status.PARTIAL and unit.electronic and not unit.electronic.pending
    assert STRANGER in {contact.address for contact in stranger.app.store.contacts.all()}
    assert "王小明" in {
        entry.author for entry in stranger.app.store.journal.entries() if entry.action == "accept"
    }
    undo(browser, page)
    assert state(stranger).status is Status.ATTENTION


def test_a_report_is_given_to_the_unit_that_is_named_by_code_or_name(stranger: Console) -> None:
    browser = stranger.browser()
    code = campaign().unit(OTHER).code
    page = after(
        browser, browser.submit(f"{where(stranger)}/assign", unit=f"{code} {OTHER}", wanted="2024Q2")
    )
    assert f"已归入：{OTHER}" in page
    assert state(stranger, OTHER).electronic and not state(stranger).electronic
    page = undo(browser, page)
    assert f"暂归<b>{UNIT}</b>" in page
    after(browser, browser.submit(f"{where(stranger)}/assign", unit="", wanted="2024Q2"))
    assert state(stranger).electronic, "without a unit it stays with the one it is held for"


@pytest.mark.parametrize("unit", ["没有这个单位", EVIL])
def test_a_unit_that_is_not_known_is_told(stranger: Console, unit: str) -> None:
    browser = stranger.browser()
    page = after(browser, browser.submit(f"{where(stranger)}/assign", unit=unit))
    assert "没有认出" in page and "<img" not in page
    assert not stranger.app.store.decisions.active(campaign().id)


def test_what_is_no_report_goes_and_comes_back_when_it_is_undone(stranger: Console) -> None:
    browser = stranger.browser()
    page = after(browser, browser.submit(f"{where(stranger)}/dismiss", reason="广告"))
    assert "没有等待处理的事项" in page and "已标记为非报送材料" in page
    assert state(stranger).status in (Status.MISSING, Status.UNKNOWN)
    assert "发件人不在名录" in undo(browser, page)


def test_both_versions_stand_side_by_side_with_what_differs_marked(differing: Console) -> None:
    page = differing.browser().get("/tray").text
    assert "<mark>18</mark>" in page and "<mark>20</mark>" in page
    assert '<rect class="mark row"' in page and re.search(r'class="crop" viewBox="[\d. ]+"', page)
    assert "应为" in page and campaign().unit(UNIT).full_name in page, "whose seal it should be"


def test_a_row_held_against_the_original_is_settled_and_the_rest_still_waits(differing: Console) -> None:
    browser = differing.browser()
    item = campaign().items_of(UNIT)[0].number
    path = where(differing)
    page = after(browser, browser.submit(f"{path}/confirm", item=str(item)))
    assert "已确认该行无误" in page and "未见公章" in page
    assert "mismatch" not in {one.code for one in state(differing).findings}
    after(browser, browser.submit(f"{path}/accept"))
    assert state(differing).status is Status.COMPLETE


def test_a_corrected_cell_takes_the_place_of_what_was_read(stranger: Console) -> None:
    browser, path = stranger.browser(), where(stranger)
    page = browser.get(path).text
    row = re.search(r'name="row" value="(\d+)"', page)
    assert row
    fields = {"page": "1", "row": row[1]}
    page = after(browser, browser.submit(f"{path}/correct", text="培训二十场次。\r\n第二行", **fields))
    assert "已更正文字" in page and "更正前：" in page
    assert state(stranger).duties[0].measures == "培训二十场次。\n第二行"
    assert "文字没有改动" in after(
        browser, browser.submit(f"{path}/correct", text="培训二十场次。\n第二行", **fields)
    )


def test_the_mail_is_seen_before_a_form_is_given_back(differing: Console) -> None:
    browser, path = differing.browser(), where(differing)
    item = campaign().items_of(UNIT)[0].number
    fields = {"reason": "数字与电子版不一致", "items": [str(item)]}
    shown = browser.submit(f"{path}/return/preview", **fields).text
    assert "数字与电子版不一致" in shown and "请更正" in shown and UNIT in shown
    assert not differing.app.store.decisions.active(campaign().id), "a preview decides nothing"
    page = after(browser, browser.submit(f"{path}/return", **fields))
    assert "已退回" in page
    assert "returned" in {one.code for one in state(differing).findings}
    undo(browser, page)
    assert "returned" not in {one.code for one in state(differing).findings}


def test_nothing_is_given_back_without_a_reason(differing: Console) -> None:
    browser, path = differing.browser(), where(differing)
    assert "请填写退回原因" in after(browser, browser.submit(f"{path}/return", reason="  "))
    assert "请先填写退回原因" in browser.submit(f"{path}/return/preview", reason="").text
    assert not differing.app.store.decisions.active(campaign().id)


def test_what_somebody_else_settled_meanwhile_is_not_settled_twice(stranger: Console) -> None:
    first, second, path = stranger.browser(), stranger.browser(Role.ADMINISTRATOR), where(stranger)
    first.submit(f"{path}/dismiss")
    assert "已由他人处理" in after(second, second.submit(f"{path}/accept"))
    assert [one.kind for one in stranger.app.store.decisions.active(campaign().id)] == ["dismiss"]
    assert "不再等待" in second.get(path).text


def test_leaders_see_what_waits_and_can_settle_nothing(stranger: Console) -> None:
    leader, path = stranger.browser(Role.LEADER), where(stranger)
    page = leader.get(path).text
    assert "培训20场次。" in page and "<textarea" not in page and 'data-press="a"' not in page
    for act in ("accept", "assign", "dismiss", "return", "return/preview", "correct", "confirm"):
        assert leader.submit(f"{path}/{act}", reason="x", item="1", page="1", row="1").status_code == 403, act
    assert not stranger.app.store.decisions.active(campaign().id)


def test_htmx_gets_the_next_thing_only_with_its_address(stranger: Console) -> None:
    part = stranger.browser().get(where(stranger), headers={"HX-Request": "true", "HX-Target": "item"})
    assert "<html" not in part.text and part.headers["hx-push-url"] == where(stranger)


def test_pictures_of_the_next_thing_are_drawn_while_one_is_looked_at(
    stranger: Console, tmp_path: Path
) -> None:
    printed = printed_pdf("进展情况报表", HEADINGS, UNIT, [("7", "没有此项", UNIT, "已完成", "12月底")])
    take(stranger, tmp_path, mail(address(OTHER), {"盖章.pdf": printed}))
    stranger.browser().get(where(stranger, 0))
    assert list(stranger.app.store.pictures.root.glob("*.jpg")), "drawn ahead"


@pytest.mark.parametrize("path", ["/tray/none/2024Q2/x", "/tray/x/y/../../../etc/passwd", "/tray/%00/a/b"])
def test_an_address_of_nothing_leads_back_to_the_queue(console: Console, path: str) -> None:
    answer = console.browser().get(path)
    assert answer.status_code in (200, 404) and "root:" not in answer.text


def test_the_address_of_a_decision_taken_back_is_known_no_more_unless_another_one_vouches_for_it(
    stranger: Console, tmp_path: Path
) -> None:
    def known() -> bool:
        return any(one.address == STRANGER for one in stranger.app.store.contacts.all())

    browser = stranger.browser()
    page = after(browser, browser.submit(f"{where(stranger)}/accept"))
    second = word_form(said(UNIT, "培训30场次。"), unit=UNIT)
    take(stranger, tmp_path, mail(STRANGER, {"又一份.docx": second}, subject="补报"))
    stranger.now += timedelta(minutes=5)
    (document,) = (one for one in stranger.app.store.documents.all() if one.filename == "又一份.docx")
    desk = stranger.web.state.parts.desk
    number = desk.settle(
        campaign(), Settled(kind=DecisionKind.ASSIGN, unit=UNIT, document=document.sha256, author="x")
    )
    undo(browser, page)
    assert known(), "the other decision still says so"
    desk.undo(number, author="x")
    assert not known()


def test_a_mail_that_cannot_be_worked_on_is_shown_and_can_be_saved(console: Console) -> None:
    store = console.app.store
    raw = store.originals.put(b"From: x\r\n\r\nbroken")
    number, _ = store.messages.record(sha256=raw, channel="imap", collected_at=console.now, dedup_key=raw)
    for _ in range(5):
        store.messages.fail(number, "it broke", console.now)
    browser = console.browser()
    page = browser.get("/tray").text
    assert "来信多次处理失败" in page and 'data-press="a"' not in page
    assert f"/originals/mails/{raw}" in page and browser.get(f"/originals/mails/{raw}").status_code == 200
    key = (campaign().id, "2024Q2", raw)
    browser.said(browser.submit(f"/tray/{'/'.join(key)}/dismiss", reason="已看过"))
    assert "来信多次处理失败" not in browser.get("/tray").text, "looked at once, it waits no longer"
    assert store.originals.has(raw)


def test_a_mail_with_a_link_only_is_shown_as_text(console: Console, tmp_path: Path) -> None:
    link = "https://mail.qq.com/cgi-bin/ftnExs_download?t=exs_ftn_download&k=1&code=2"
    take(console, tmp_path, mail(STRANGER, {}, subject=f"{UNIT}报送", text=f"超大附件 {link}"))
    page = console.browser().get("/tray").text
    assert "没有可以计入的文件" in page and "超大附件" in page
    assert f'href="{link[:20]}' not in page, "a stranger's link is text"
    assert 'data-press="a"' not in page and 'data-press="n"' in page
    [message] = [one for one in console.app.store.messages.all() if one.sha256]
    browser, where = console.browser(), f"/tray/{campaign().id}/2024Q2/mail-{message.id}"
    browser.said(browser.submit(f"{where}/dismiss"))
    assert "超大附件" not in browser.get("/tray").text
    [decision] = console.app.store.decisions.active(campaign().id)
    browser.submit(f"/undo/{decision.id}")
    assert "超大附件" in browser.get("/tray").text


def test_a_file_that_cannot_be_opened_is_shown_with_the_reason(console: Console, tmp_path: Path) -> None:
    take(console, tmp_path, mail(STRANGER, {f"{UNIT}.pdf": b"%PDF-1.4 torn"}, subject=UNIT))
    page = console.browser().get("/tray").text
    assert "无法在此显示，请下载原件查看" in page and "损坏" in page
