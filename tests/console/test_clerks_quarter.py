"""A clerk's work in a real browser: what she sees, by mouse and by keyboard, and nobody is shut out."""

from datetime import timedelta
from pathlib import Path

from openpyxl import load_workbook

from fixtures_browser import Served, faults
from offices import address, campaign, mail, word_form

NOTICE = Path(__file__).parents[1] / "data" / "notices" / "disability-yearly.txt"
UNIT, OTHER = "县总工会", "县司法局"


def said(unit: str) -> dict[int, str]:
    return {item.number: f"已开展{item.name}，培训20场次。" for item in campaign().items_of(unit)}


def test_what_keeps_people_out_is_found(served: Served) -> None:
    page = served.page()
    page.evaluate("document.body.innerHTML = '<img src=/static/icon.svg><input>'")
    assert [one.split(":")[0] for one in faults(page)] == ["image-alt", "label"]


def test_a_quarter_from_the_notice_to_the_frozen_table(served: Served, tmp_path: Path) -> None:
    page = served.page()
    page.on("dialog", lambda dialog: dialog.accept())

    # A notice is read, its questions are answered, it is put to work.
    page.goto(f"{served.url}/directory/campaigns")
    page.set_input_files("input[type=file]", NOTICE)
    page.get_by_role("button", name="读取通知").click()
    page.wait_for_selector("text=草稿，尚未启用")
    page.get_by_role("button", name="保存答复").click()
    page.get_by_role("button", name="启用任务").click()
    page.wait_for_selector("text=任务已启用")
    assert len(served.console.app.campaigns) == 2

    # Contacts come from a file.
    people = tmp_path / "people.csv"
    people.write_text(f"单位,责任人,邮箱\n{UNIT},孙丽,sun@example.cn\n", encoding="utf-8-sig")
    page.goto(f"{served.url}/directory?campaign={campaign().id}")
    page.set_input_files("input[type=file]", people)
    page.get_by_role("button", name="导入", exact=True).click()
    page.wait_for_selector("text=导入1名责任人")

    # Reminders go out while the overview is open, and it tells by itself.
    page.goto(f"{served.url}/?campaign={campaign().id}")
    page.wait_for_selector("text=邮箱尚未读取过")
    served.console.app.remind()
    page.wait_for_selector("text=邮箱尚未读取过", state="detached")
    assert {"sun@example.cn", address(OTHER)} <= set(served.smtp.recipients)
    page.goto(f"{served.url}/mails")
    page.wait_for_selector(f"text={address(OTHER)}")

    # Reports come: a unit's own, and two of senders whom nobody knows.
    raws = [mail("sun@example.cn", {"报表.docx": word_form(said(UNIT), unit=UNIT)}, subject="一")]
    raws += [
        mail(f"who@{name}.example.net", {f"{unit}报表.docx": word_form(said(unit), unit=unit)}, subject=name)
        for name, unit in {"b": OTHER, "c": "县民政局"}.items()
    ]
    for number, raw in enumerate(raws):
        (served.inbox / f"{number}.eml").write_bytes(raw)
    served.console.now += timedelta(minutes=10)
    page.goto(f"{served.url}/system")
    page.get_by_role("button", name="立即读取邮箱").click()
    page.wait_for_selector(".flash")
    assert served.smtp.recipients.count("sun@example.cn") == 2, "it has its receipt"

    # What waits is accepted, or given back with the mail shown before it goes.
    page.goto(f"{served.url}/tray?campaign={campaign().id}")
    name = page.locator("h1").inner_text()
    page.keyboard.press("a")
    page.wait_for_function("name => document.querySelector('h1').innerText !== name", arg=name)
    page.keyboard.press("r")
    page.keyboard.type("请补充培训场次")
    page.get_by_role("button", name="预览邮件").click()
    page.wait_for_selector("#return-preview pre")
    assert "请补充培训场次" in page.inner_text("#return-preview")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=已退回")
    kinds = [one.kind for one in served.console.app.store.decisions.active(campaign().id)]
    assert {"accept", "return"} <= set(kinds)

    # The table is frozen and taken along.
    page.goto(f"{served.url}/results?campaign={campaign().id}")
    page.get_by_role("button", name="定稿", exact=True).click()
    page.wait_for_selector("text=第1版")
    with page.expect_download() as loading:
        page.locator(".version a", has_text="xlsx").first.click()
    assert loading.value.suggested_filename.endswith(".xlsx")
    with Path(loading.value.path()).open("rb") as file:
        book = load_workbook(file)
    texts = {str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value}
    assert any("培训20场次" in text for text in texts)
