"""The call sheet as a workbook and as text, and the message that is copied into chat or an office system."""

from collections.abc import Sequence
from datetime import UTC, date, tzinfo

from openpyxl import Workbook
from openpyxl.packaging.custom import StringProperty
from openpyxl.styles import Border
from openpyxl.worksheet.worksheet import Worksheet

from reminder_service.domain.call_sheet import Call, CallSheet
from reminder_service.domain.documents import REPORT_PROPERTY
from reminder_service.domain.state import Contact
from reminder_service.domain.summary import UnitLine

from .due_words import report_words
from .texts import moment_words, safe_text
from .workbook import saved
from .workbook_cells import HEADING, TITLE_FONT, Look, cell_text, fit_row, put
from .workbook_print import landscape, measure_by_arial, set_widths

_COLUMNS = (
    ("单位", 17.0),
    ("联系人", 13.0),
    ("电话", 15.0),
    ("尚缺内容", 26.0),
    ("最近联系", 13.0),
    ("备注", 13.0),
    ("可复制的催报文字", 33.0),
    ("通话记录", 14.0),
)
_CENTRED = frozenset({"联系人", "电话", "最近联系"})
_NO_BORDER = Border()
_WEEKDAYS = "一二三四五六日"


def call_sheet_xlsx(sheet: CallSheet, *, office: str, chat: bool) -> bytes:
    """Return the call sheet as xlsx; the same arguments give the same bytes.

    :param office: its name, with which the copied text is signed.
    :param chat: whether the copied text names how much is lacking and not what.
    """
    book = Workbook()
    measure_by_arial(book)
    page = book.active
    page.title = "电话催报单"
    widths = [width for _, width in _COLUMNS]
    set_widths(page, widths)
    put(page, 1, 1, _title(sheet), Look(font=TITLE_FONT, size=16, align="center", border=_NO_BORDER))
    page.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(_COLUMNS))
    page.row_dimensions[1].height = 34
    for column, (heading, _) in enumerate(_COLUMNS, 1):
        put(page, 2, column, heading, HEADING)
    for row, call in enumerate(sheet.calls, 3):
        _row(page, row, _cells(sheet, call, office=office, chat=chat), widths)
    for row, note in enumerate(_spared(sheet), len(sheet.calls) + 3):
        put(page, row, 1, note, Look(border=_NO_BORDER))
        page.merge_cells(start_row=row, start_column=1, end_row=row, end_column=len(_COLUMNS))
    page.freeze_panes = "B3"
    landscape(page, headings="1:2")
    _describe(book, sheet)
    return saved(book)


def call_sheet_text(sheet: CallSheet, *, office: str, chat: bool) -> str:
    """Return the call sheet as text, with a message ready to be copied for every unit."""
    blocks = [_title(sheet)]
    blocks += [
        _block(number, sheet, call, office=office, chat=chat) for number, call in enumerate(sheet.calls, 1)
    ]
    if not sheet.calls:
        # With a blind mailbox an empty list is no good news.
        blocks.append("暂时无法列出应催报的单位。" if sheet.unknown else "没有需要电话催报的单位。")
    blocks += _spared(sheet)
    return safe_text("\n\n".join(blocks)) + "\n"


def message_to_copy(sheet: CallSheet, call: Call, *, office: str, chat: bool) -> str:
    """Return what can be sent to one unit as it stands; it names nothing of any other.

    :param chat: chat programs are no place for the content of reports: then only how much is lacking is said.
    """
    what = report_words(sheet.campaign, sheet.period)
    when = _when(call.due, sheet.as_of.date())
    count = len(call.lacking)
    lacking = f"尚缺{count}项，详见催报邮件" if chat else "尚缺：" + "；".join(call.lacking)
    phone = f"，联系电话{sheet.campaign.contact_phone}" if sheet.campaign.contact_phone else ""
    text = f"{call.unit}：您好！{what}{when}。贵单位{lacking}，请尽快报送；如已报送，请告知{office}{phone}。"
    return " ".join(text.split())


def _row(page: Worksheet, row: int, texts: Sequence[str], widths: Sequence[float]) -> None:
    size = fit_row(page, row, [cell_text(text) for text in texts], widths)
    for column, ((heading, _), text) in enumerate(zip(_COLUMNS, texts, strict=True), 1):
        put(page, row, column, text, Look(size=size, align="center" if heading in _CENTRED else "left"))


def _cells(sheet: CallSheet, call: Call, *, office: str, chat: bool) -> tuple[str, ...]:
    return (
        call.unit,
        "\n".join(map(_person, call.people)),
        "\n".join(one.phone or "（未登记）" for one in call.people) or "（未登记）",
        "\n".join(call.lacking),
        _last_words(call, sheet.as_of.tzinfo),
        "\n".join(call.notes),
        message_to_copy(sheet, call, office=office, chat=chat),
        "",
    )


def _block(number: int, sheet: CallSheet, call: Call, *, office: str, chat: bool) -> str:
    people = [f"{_person(one)} {one.phone or '（电话未登记）'}".strip() for one in call.people]
    lines = [
        f"{number}. {call.unit}",
        f"   联系人：{'；'.join(people) or '（未登记）'}",
        f"   尚　缺：{'；'.join(call.lacking)}",
        f"   最近联系：{_last_words(call, sheet.as_of.tzinfo)}",
    ]
    if call.notes:
        lines.append(f"   备　注：{'；'.join(call.notes)}")
    lines.append(f"   可复制：{message_to_copy(sheet, call, office=office, chat=chat)}")
    # One line each: what a contact list holds must not look like another unit's entry.
    return "\n".join(f"   {' '.join(line.split())}" if line[0] == " " else line for line in lines)


def _spared(sheet: CallSheet) -> list[str]:
    groups = (
        ("可能已报、请先核对来信（暂不要催）", sheet.maybe),
        ("已收到、待我办核对（不要催）", sheet.checking),
        ("已承诺或已延期（到期前不催）", sheet.promised),
        ("邮箱未能读取、情况不明（不要催）", sheet.unknown),
    )
    return [f"{title}：{_units(lines)}" for title, lines in groups if lines]


def _units(lines: Sequence[UnitLine]) -> str:
    return "、".join(f"{line.unit}（{line.words}）" if line.words else line.unit for line in lines)


def _title(sheet: CallSheet) -> str:
    as_of = moment_words(sheet.as_of, sheet.as_of.tzinfo)
    return (
        f"{sheet.campaign.short_name}{sheet.period.title}电话催报单　截止{_day(sheet.due)}　"
        f"截至{as_of}　共{len(sheet.calls)}个单位"
    )


def _person(contact: Contact) -> str:
    if contact.name and contact.department:
        return f"{contact.name}（{contact.department}）"
    return contact.name or contact.department or "（未登记姓名）"


def _last_words(call: Call, zone: tzinfo | None) -> str:
    return f"{moment_words(call.last.at, zone)} {call.last.what}" if call.last else "本期尚无联系"


def _when(due: date, today: date) -> str:
    if today > due:
        return f"报送截止日为{_day(due)}，现已逾期"
    return f"报送今天（{_day(due)}）截止" if today == due else f"报送截止日为{_day(due)}"


def _day(day: date) -> str:
    return f"{day.month}月{day.day}日（星期{_WEEKDAYS[day.weekday()]}）"


def _describe(book: Workbook, sheet: CallSheet) -> None:
    made = sheet.as_of.astimezone(UTC).replace(tzinfo=None)
    book.properties.created = book.properties.modified = made
    book.properties.creator = safe_text(sheet.campaign.issuer)
    book.properties.title = safe_text(f"{sheet.campaign.short_name}{sheet.period.title}电话催报单")
    value = f"{sheet.campaign.id}:{sheet.period}"
    book.custom_doc_props.append(StringProperty(name=REPORT_PROPERTY, value=value))
