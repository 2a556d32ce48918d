"""A console in the middle of a quarter: something of everything that its pages can show, done as people do it."""

import re
from datetime import timedelta
from html import unescape
from pathlib import Path

from fixtures_browser import Served
from fixtures_console import Browser
from offices import address, campaign, mail, stamped_scan, word_form
from reminder_service.domain.access import Role
from reminder_service.jobs.access.access import make_link

NOTICE = Path(__file__).parent / "data" / "notices" / "disability-yearly.txt"
REPORTED, PARTIAL, EXCUSED = "县妇联", "县教育和体育局", "县民政局"
STRANGE = ("县总工会", "县司法局")
LONG = "关于进一步加强新时代妇女儿童关爱服务工作进展情况的补充说明（第二次修改稿）.docx"
HERE = {"campaign": campaign().id, "period": "2024Q2"}


def make_busy(served: Served) -> dict[str, str]:
    """Play the quarter so far, and return addresses that only now are known, by a word for each."""
    console = served.console
    console.app.remind()
    _come(served, "first", _reports())
    console.now += timedelta(days=1)
    clerk, administrator = console.browser(Role.CLERK), console.browser(Role.ADMINISTRATOR)
    _promises(clerk)
    handed = clerk.submit("/upload", files=[("files", (LONG, _form(PARTIAL)))], channel="微信")
    _done(clerk, "/results/freeze", reason="报县政府", **HERE)
    _come(served, "later", [mail(address(PARTIAL), {"更正.docx": _form(PARTIAL, "已办结{}，培训28场次。")})])
    number = campaign().items_of(REPORTED)[0].number
    seen = _words(REPORTED, "已开展{}，累计开展家政培训12场次、心理健康科普知识宣传3场。")[number]
    _done(
        clerk,
        "/results/edit",
        item=number,
        unit=REPORTED,
        text="培训20场次。",
        seen=seen,
        reason="统一表述",
        **HERE,
    )
    _done(clerk, "/mails/pause", reason="上级检查期间")
    _done(clerk, f"/units/{campaign().unit(PARTIAL).code}/remind", **HERE)
    _done(administrator, "/tokens", name="县大数据平台", role="leader", days="365")
    notice = (NOTICE.name, NOTICE.read_bytes())
    draft = administrator.submit("/directory/campaigns", files=[("file", notice)])
    store = console.app.store
    store.health.note_reading("office", "垃圾邮件", console.now, "[Errno 111] Connection refused")
    leader = store.users.by_login(console.person(Role.LEADER))
    console.web.state.parts.desk.changed()
    mails = {one.state: one.id for one in store.outbox.all()}
    waiting = list(dict.fromkeys(re.findall(r'href="(/tray/[^"]+)"', clerk.get("/tray").text)))
    planned = re.findall(r'href="(/mails/plan/mail[^"]+)"', clerk.get("/mails/plan").text)
    return {
        "draft": draft.headers["location"],
        "uploaded": handed.headers["location"],
        "welcome": f"/welcome/{make_link(store, leader, author='赵管理', now=console.now)}",
        "sent": f"/mails/out/{mails['sent']}",
        "queued": f"/mails/out/{mails['queued']}",
        "planned": unescape(planned[0]),
        "first": waiting[0],
        "second": waiting[1],
    }


def _promises(clerk: Browser) -> None:
    path = f"/units/{campaign().unit(EXCUSED).code}"
    item = campaign().items_of(EXCUSED)[0].number
    _done(clerk, f"{path}/call", text="已电话联系，负责同志外出，答应周三前报送", until="2024-06-26", **HERE)
    _done(clerk, f"{path}/extend", until="2024-07-05", reason="系统故障", **HERE)
    _done(clerk, f"{path}/waive", item=item, reason="本年度不承担", **HERE)


def _reports() -> list[bytes]:
    """What came: a whole report, half of one, two of senders whom nobody knows, a mail that is none."""
    half = dict(list(_words(PARTIAL, "已开展{}。").items())[:1])
    return [
        mail(
            address(REPORTED),
            {"报表.docx": _form(REPORTED), "盖章.pdf": stamped_scan("x", "高青县妇女联合会")},
        ),
        mail(address(PARTIAL), {"报表.docx": word_form(half, unit=PARTIAL)}),
        *(
            mail(f"who{len(unit)}@example.net", {f"{unit}{LONG}": _form(unit)}, subject=unit)
            for unit in STRANGE
        ),
        mail(address("县卫生健康局"), {}, subject="收到", text="收到，我们尽快报送。"),
    ]


def _form(unit: str, words: str = "已开展{}，累计开展家政培训12场次、心理健康科普知识宣传3场。") -> bytes:
    return word_form(_words(unit, words), unit=unit)


def _words(unit: str, words: str) -> dict[int, str]:
    return {item.number: words.format(item.name) for item in campaign().items_of(unit)}


def _come(served: Served, name: str, mails: list[bytes]) -> None:
    for number, raw in enumerate(mails):
        (served.inbox / f"{name}-{number}.eml").write_bytes(raw)
    served.console.app.collect()


def _done(browser: Browser, path: str, **fields: object) -> None:
    answer = browser.submit(path, **fields)
    assert answer.status_code in (200, 303), answer.text
    told = browser.get(answer.headers["location"]) if answer.status_code == 303 else answer
    assert told.url.path != "/login" and 'aria-live="polite"><p class="flash bad"' not in told.text, told.text
