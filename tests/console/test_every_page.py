"""Every page of the console, empty and with something on it, is fit for everybody: on a desk and on a telephone.

Whoever adds a page is told here: a route that answers with a page must stand in ``PAGES``, a template that only a
form leads to must be reached by ``FORMS``. ``CONSOLE_ALBUM=folder`` photographs all of them.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

import pytest

from busy_office import EXCUSED, HERE, PARTIAL, REPORTED, make_busy
from fixtures_browser import PHONE, PICTURES, SCREEN, Served, album, faults, picture
from fixtures_console import Console, routes
from offices import campaign
from reminder_service.config import OidcSettings
from reminder_service.console.templates import Pages
from reminder_service.domain.access import Role
from reminder_service.jobs.access.single_sign_on import Provider
from reminder_service.resources import packaged_templates

NO_PAGES = (
    "/api/",
    "/directory/contacts.{kind}",
    "/events",
    "/healthz",
    "/login/sso",
    "/mails/shown/",
    "/metrics",
    "/originals/",
    "/results/download/{ending}",
    "/tray/{campaign}/{period}/{what}/",
)
"""Beginnings of what answers with files, data, a part of a page or a way elsewhere."""
UNIT = campaign().unit(PARTIAL).code
TASK = f"/directory/campaigns/{campaign().id}"
ITEM = campaign().items_of(REPORTED)[0].number
PAGES = {
    "/": ("/", "/?group=missing", "/?q=nobody"),
    "/account": ("/account",),
    "/directory": ("/directory", "/directory?q=nobody"),
    "/directory/calendar": ("/directory/calendar", "/directory/calendar?year=2031"),
    "/directory/campaigns": ("/directory/campaigns",),
    "/directory/campaigns/{number}": ("{draft}", f"/directory/campaigns/{campaign().id}"),
    "/directory/campaigns/{number}/about": (f"{TASK}/about", "{draft}/about"),
    "/directory/campaigns/{number}/items/{item}": (f"{TASK}/items/{ITEM}",),
    "/directory/campaigns/{number}/ladder": (f"{TASK}/ladder", "{draft}/ladder"),
    "/directory/campaigns/{number}/units/{code}": (f"{TASK}/units/{UNIT}",),
    "/directory/units/{code}": (f"/directory/units/{UNIT}",),
    "/login": (),
    "/mails": ("/mails", "/mails?q=nobody"),
    "/mails/in": ("/mails/in",),
    "/mails/out/{number}": ("{sent}", "{queued}"),
    "/mails/plan": ("/mails/plan",),
    "/mails/plan/mail": ("{planned}",),
    "/mails/templates": ("/mails/templates",),
    "/mails/templates/{name}/{part}": ("/mails/templates/reminder/body.html",),
    "/results": ("/results",),
    "/results/edit": (f"/results/edit?{urlencode({**HERE, 'item': ITEM, 'unit': REPORTED})}",),
    "/system": ("/system", "/system?q=nobody"),
    "/targets": ("/targets", "/targets?show=open"),
    "/tokens": ("/tokens",),
    "/tray": ("/tray",),
    "/tray/{campaign}/{period}/{what}": ("{first}", "{second}"),
    "/units": ("/units", "/units?q=nobody"),
    "/units/punctuality": ("/units/punctuality",),
    "/units/{code}": tuple(f"/units/{campaign().unit(unit).code}" for unit in (REPORTED, PARTIAL, EXCUSED)),
    "/units/{code}/reminder": tuple(
        f"/units/{campaign().unit(unit).code}/reminder" for unit in (REPORTED, "团县委")
    ),
    "/upload": ("/upload",),
    "/upload/done": ("{uploaded}",),
    "/users": ("/users",),
    "/welcome/{token}": (),
}
"""Where each route that answers with a page has something to show; ``busy_office`` knows what stands in braces."""
PREVIEWED = {
    "due": str(campaign().due_rule),
    "from": "08:30",
    "to": "17:30",
    "make_up_within": "10",
    "letter_at": "09:00",
    "kind": "reminder",
    "side": "before",
    "days": "2",
    "at": "09:00",
    "audience": "gaps",
    "every": "",
    "at_most": "",
}
FORMS: tuple[tuple[str, dict[str, str], str], ...] = (
    ("/system/doctor", {}, ""),
    ("/users/1/link", {}, ""),
    ("{first}/return/preview", {"reason": "请补充培训场次"}, ""),
    (f"{TASK}/ladder/preview", PREVIEWED, ""),
    (f"{TASK}/items/{ITEM}", {"item_name": ""}, ""),
    ("/tokens", {"name": "县统计平台", "role": "leader", "days": "30"}, ""),
    ("/results/edit", {**HERE, "item": str(ITEM), "unit": REPORTED, "text": "", "seen": "x"}, ""),
    ("/mails/templates/reminder/subject.txt/preview", {"text": "{{ nothing }}"}, ""),
    ("/directory/import", {}, "单位,责任人,邮箱\n县总工会,孙丽,sun@example.cn\n无此单位,甲,x\n"),
)
"""What is sent where to come to pages that only a form leads to, with a file."""
PICTURED = {"/": "console-overview", "{first}?laid=1": "console-tray"}
"""Pages that the documentation shows: ``CONSOLE_PICTURES=docs .venv/bin/pytest tests/console/test_every_page.py``."""
PARTS = re.compile(r"""(?:extends|include) "([^"]+)\"""")
FOCUSABLE = """() => {
    const controls = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']";
    const shown = (one) => one.checkVisibility({visibilityProperty: true}) && !one.disabled;
    window.wanted = new Set([...document.querySelectorAll(controls)].filter(shown));
    // Of the choices of a group one is reached by Tab, the others by the arrows.
    const groups = new Map();
    for (const one of window.wanted) if (one.type === "radio") groups.set(one.name, [...(groups.get(one.name) ?? []), one]);
    window.dim = [];
    const reached = (event) => {
        const one = event.target, look = getComputedStyle(one);
        window.wanted.delete(one);
        if (one.type === "radio") groups.get(one.name)?.forEach((other) => window.wanted.delete(other));
        const ring = look.outlineStyle !== "none" && parseFloat(look.outlineWidth) > 0;
        if (!ring) window.dim.push(one.outerHTML.slice(0, 120));
    };
    document.addEventListener("focusin", reached);
    document.activeElement?.blur();
    // A date or a time has a stop for each of its parts.
    return window.wanted.size + 5 * document.querySelectorAll("[type=date], [type=time], [type=datetime-local]").length;
}"""
"""Notes which controls have the focus from now on, and which of them do not show it."""
MISSED = "[...window.wanted].filter((one) => one.isConnected).map((one) => one.outerHTML.slice(0, 120))"
MOST_LETTERS = 25
"""How often Tab may be pressed beyond the number of controls: what a frame holds is reached too."""
DRAWN = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
"""Wait until the page has answered to its new size."""
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
SEND = """async ([path, fields, file]) => {
    const form = document.createElement("form");
    form.method = "post";
    form.action = path;
    const data = {csrf: document.querySelector("[name=csrf]").value, ...fields};
    const input = (more) => form.appendChild(Object.assign(document.createElement("input"), more));
    for (const [name, value] of Object.entries(data)) input({name, value});
    if (file) {
        form.enctype = "multipart/form-data";
        const all = new DataTransfer();
        all.items.add(new File([file], "people.csv"));
        input({type: "file", name: "file"}).files = all.files;
    }
    document.body.append(form);
    form.submit();
}"""


@dataclass(kw_only=True)
class Walk:
    """Somebody who looks at one page after the other and notes what keeps people from using it."""

    page: Any
    url: str
    wrong: list[str] = field(default_factory=list)

    def to(self, path: str, name: str = "", status: int = 200) -> None:
        """Open a page and look at it."""
        answer = self.page.goto(self.url + path)
        assert answer.status == status, f"{path} answers {answer.status}"
        assert path == "/login" or "/login" not in self.page.url, path
        self.look(name or path)

    def tab(self, name: str) -> None:
        """Note what Tab does not reach, and what does not show that it has the focus."""
        self.page.set_viewport_size(SCREEN)
        presses = self.page.evaluate(FOCUSABLE) + MOST_LETTERS
        for _ in range(presses):
            self.page.keyboard.down("Tab")
        missed, dim = self.page.evaluate(MISSED), self.page.evaluate("window.dim")
        self.wrong += [f"{name}: Tab does not reach {one}" for one in missed]
        self.wrong += [f"{name}: no focus is seen on {one}" for one in dict.fromkeys(dim)]

    def skip(self) -> None:
        """See that the first thing Tab comes to leads past the navigation."""
        self.page.goto(self.url)
        self.page.keyboard.press("Tab")
        link = self.page.locator("a.skip")
        assert link.bounding_box()["x"] >= 0, "the link is seen once it has the focus"
        self.page.keyboard.press("Enter")
        assert self.page.evaluate("document.activeElement.id") == "main"
        self.page.keyboard.press("Tab")
        assert self.page.evaluate("document.activeElement.closest('main') !== null")

    def sent(self, path: str, fields: Mapping[str, str], file: str = "") -> None:
        """Send a form and look at the page that answers."""
        self.page.goto(f"{self.url}/account")
        with self.page.expect_navigation():
            self.page.evaluate(SEND, [path, fields, file])
        self.look(f"sent {path}")

    def look(self, name: str) -> None:
        """Note what is wrong with the page on a desk and on a telephone."""
        for size in (SCREEN, PHONE):
            self.page.set_viewport_size(size)
            self.page.evaluate(DRAWN)
            album(self.page, f"{name} {size['width']}")
            self.wrong += [f"{name} at {size['width']}: {fault}" for fault in faults(self.page)]
            if wider := self.page.evaluate(WIDER):
                self.wrong.append(f"{name} at {size['width']}: {wider} wider than the screen")


@pytest.fixture
def shown(served: Served, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The templates that pages were made from so far, with the parts that they are put together from."""
    names: set[str] = set()
    render = Pages.render

    def noted(self: Pages, template: str, /, **context: Any) -> str:
        names.update((template, str(context.get("part"))))
        return render(self, template, **context)

    monkeypatch.setattr(Pages, "render", noted)
    return names


def sign_on(served: Served) -> None:
    """Let users log in at an identity provider as well."""
    parts = served.console.web.state.parts
    oidc = OidcSettings(issuer="https://id.example", client_id="x")
    served.console.web.state.parts = replace(parts, provider=Provider(settings=oidc))


def test_no_page_is_forgotten_here(console: Console) -> None:
    found = {path for method, path in routes(console) if method == "GET"}
    assert {path for path in found if not path.startswith(NO_PAGES)} == set(PAGES)


@pytest.mark.long
@pytest.mark.timeout(300)
def test_every_control_is_reached_by_tab_and_shows_that_it_is(served: Served) -> None:
    walk = Walk(page=served.page(Role.ADMINISTRATOR), url=served.url)
    walk.skip()
    addresses = make_busy(served)
    walk.page = served.page(Role.ADMINISTRATOR)
    for path in (path for paths in PAGES.values() for path in paths):
        walk.page.goto(served.url + path.format(**addresses))
        walk.tab(path)
    walk.page.context.clear_cookies()
    sign_on(served)
    walk.page.goto(f"{served.url}/login")
    walk.tab("/login")
    assert not walk.wrong, "\n".join(walk.wrong)


@pytest.mark.long
@pytest.mark.timeout(300)  # some sixty pages in two widths, beside other tests
def test_every_page_can_be_used_by_everybody(served: Served, shown: set[str]) -> None:
    walk = Walk(page=served.page(Role.ADMINISTRATOR), url=served.url)
    for entry in served.console.web.state.parts.nav:
        walk.to(entry.path, f"empty {entry.path}")
    addresses = make_busy(served)
    walk.page = served.page(Role.ADMINISTRATOR)  # a day has passed, the log-in is over
    for path in (path for paths in PAGES.values() for path in paths):
        walk.to(path.format(**addresses))
    for path, name in PICTURED.items() if PICTURES else ():
        walk.page.set_viewport_size(SCREEN)
        walk.page.goto(served.url + path.format(**addresses))
        picture(walk.page, name)
    for path, fields, file in FORMS:
        walk.sent(path.format(**addresses), fields, file)
    walk.to("/nowhere", status=404)
    walk.page.context.clear_cookies()
    walk.to("/login")
    sign_on(served)
    walk.to("/login", "login with a provider")
    walk.to(addresses["welcome"], "welcome")
    assert not walk.wrong, "\n".join(walk.wrong)
    folder = packaged_templates() / "console"
    texts = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.html")}
    parts = {name for text in texts.values() for name in PARTS.findall(text)}
    assert set(texts) - parts <= shown, f"no page was seen that is made from {set(texts) - parts - shown}"
