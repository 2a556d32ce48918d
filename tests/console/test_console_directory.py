"""名录: contacts and names, edited, imported with a report, exported."""

import re

import pytest

from fixtures_console import Console
from offices import address, campaign
from reminder_service.domain.access import Role
from reminder_service.domain.state import Contact

UNIT = "县教育和体育局"
CODE = campaign().unit(UNIT).code
PATH = f"/directory/units/{CODE}"
HOSTILE = "<script>alert(1)</script>"


def people(console: Console) -> list[tuple[str, str | None]]:
    """The unit's contacts as the store knows them."""
    return [(one.name, one.address) for one in console.app.store.contacts.all() if one.unit == UNIT]


def lines(*told: tuple[str, str], **more: str) -> dict[str, object]:
    """A form with these names and addresses."""
    names, addresses = [list(column) for column in zip(*told, strict=True)]
    blank = ["" for _ in told]
    return {"name": names, "department": blank, "address": addresses, "phone": blank, **more}


def test_everybody_sees_the_list_and_finds_in_it(console: Console) -> None:
    page = console.browser(Role.LEADER).get("/directory").text
    assert all(unit.name in page for unit in campaign().units) and address(UNIT) in page
    found = console.browser().get(f"/directory?q={address(UNIT)}").text
    assert UNIT in found and "县司法局" not in found


def test_people_are_changed_added_and_removed_with_the_other_names(console: Console) -> None:
    browser = console.browser()
    page = browser.said(
        browser.submit(
            PATH,
            **lines(
                ("李红", "li@example.cn"), ("", ""), ("张强", "ZHANG@example.cn"), aliases="县教体局；教育局"
            ),
        )
    )
    assert "已保存。" in page and "教育局" in page
    assert people(console) == [("李红", "li@example.cn"), ("张强", "zhang@example.cn")]
    assert "教育局" in console.app.store.contacts.aliases()[UNIT]
    browser.submit(PATH, **lines(("张强", "zhang@example.cn")))
    assert people(console) == [("张强", "zhang@example.cn")]
    assert UNIT not in console.app.store.contacts.aliases()
    entry = console.app.store.journal.entries(1)[0]
    assert (entry.action, entry.author, entry.subject) == ("contacts_edited", "王小明", UNIT)


def test_other_units_keep_theirs_and_an_address_confirmed_before_can_be_removed(console: Console) -> None:
    store = console.app.store
    store.contacts.remember(UNIT, "known@example.cn", console.now)
    others = [one for one in store.contacts.all() if one.unit != UNIT]
    console.browser().submit(PATH, **lines(("王小明", address(UNIT))))
    assert people(console) == [("王小明", address(UNIT))]
    assert [one for one in store.contacts.all() if one.unit != UNIT] == others


def test_what_is_no_address_or_another_units_name_is_told_and_not_kept(console: Console) -> None:
    browser = console.browser()
    page = browser.said(browser.submit(PATH, **lines(("李红", "no address"), aliases="县司法局")))
    assert "不是可用的邮箱地址" in page and "未采用" in page
    assert people(console) == [("李红", None)] and UNIT not in console.app.store.contacts.aliases()


def test_an_address_that_bounced_is_used_again(console: Console) -> None:
    store, browser = console.app.store, console.browser()
    store.contacts.mark_bounced(address(UNIT), console.now, "no such user")
    assert "恢复使用" in browser.get(PATH).text
    browser.submit(f"{PATH}/again", address=address(UNIT))
    assert not any(one.bounced for one in store.contacts.all())


def test_a_sheet_is_imported_with_a_report_of_odd_rows(console: Console) -> None:
    sheet = f"单位,责任人,邮箱,电话\n{UNIT},李红,li@example.cn,13900000000\n{HOSTILE},x,x@example.cn,\n县司法局,y,bad,\n"
    page = (
        console.browser()
        .submit("/directory/import", files=[("file", ("名录.csv", sheet.encode("gb18030")))])
        .text
    )
    assert "导入2名责任人" in page and "第3行" in page and "第4行" in page
    assert HOSTILE not in page and "&lt;script&gt;" in page
    assert ("李红", "li@example.cn") in people(console)
    assert console.app.store.journal.entries(1)[0].author == "王小明"


@pytest.mark.parametrize(
    ("name", "content"), [("a.csv", b"a,b\n1,2\n"), ("a.xlsx", b"PK\x03\x04broken"), ("a.csv", b"")]
)
def test_what_is_no_sheet_of_contacts_is_told_without_a_path(
    console: Console, name: str, content: bytes
) -> None:
    browser = console.browser()
    before = people(console)
    page = browser.said(browser.submit("/directory/import", files=[("file", (name, content))]))
    assert "没有导入" in page and "/tmp" not in page
    assert people(console) == before


def test_an_export_can_be_imported_again_and_holds_no_formula(console: Console) -> None:
    console.app.store.contacts.upsert([Contact(unit=UNIT, name="=cmd()", address="e@example.cn", order=1)])
    browser = console.browser()
    sent = browser.get("/directory/contacts.csv")
    assert "filename" in sent.headers["content-disposition"]
    assert "'=cmd()" in sent.content.decode("utf-8-sig")
    before = people(console)
    browser.submit("/directory/import", files=[("file", ("名录.csv", sent.content))])
    assert people(console) == before
    assert browser.get("/directory/contacts.xlsx").content[:2] == b"PK"
    assert browser.get("/directory/contacts.exe", follow_redirects=False).status_code == 303


def test_a_leader_and_a_forged_form_change_nobody(console: Console) -> None:
    before = people(console)
    leader, clerk = console.browser(Role.LEADER), console.browser()
    for path in (PATH, f"{PATH}/again", "/directory/import"):
        assert leader.submit(path, name="x").status_code == 403
        assert clerk.post(path, data={"csrf": "x"}).status_code == 403
    assert people(console) == before


def test_hostile_text_stays_text(console: Console) -> None:
    browser = console.browser()
    browser.submit(PATH, **lines((f'"><b>{HOSTILE}', "x@example.cn"), aliases=f'"{HOSTILE}'))
    for path in (PATH, "/directory", f"/units/{CODE}"):
        page = browser.get(path).text
        assert HOSTILE not in page and "&lt;script&gt;" in page
        assert not re.search(r"\son\w+=|style=", page)
