"""The official form filled in as a Word file: every item in the notice's order, joint items by unit."""

from collections.abc import Sequence
from pathlib import Path

from docx.shared import Cm

from reminder_service.domain.campaign import EXTRA_COLUMNS, Campaign, ColumnKey, Item
from reminder_service.domain.documents import REPORT_PROPERTY
from reminder_service.domain.state import PeriodState
from reminder_service.resources import template as packaged

from . import docx_style as style
from .docx_package import describe, set_custom_property, to_bytes
from .form_table import FormLine, Line, cell_lines
from .form_template import OFFICIAL_NAMES, filled
from .texts import moment_words, safe_text
from .workbook_words import PENDING, deadline_of_item, duty_of, extra_of_item, note_words, printed_words

_LEAST_HEIGHT = Cm(1.4)


def write_official_form(campaign: Campaign, state: PeriodState, template: Path | None = None) -> bytes:
    """Return the whole form of a period as docx.

    A joint item's text stands under each unit's name; what is not reported, waits for the office or was
    waived is said in its place. The custom property ``REPORT_PROPERTY`` keeps the file from ever counting
    as a report. The same arguments give the same bytes.

    :param template: the Word file that is filled in (default: the program's own).
    :raises ConfigurationError: when the template is wrong.
    """
    title = form_title(campaign, state)
    texts = {
        "title": title,
        "basis": basis_words(campaign),
        "as_of": f"统计截至：{moment_words(state.as_of, state.as_of.tzinfo)}",
        "note": note_words(state),
        "period": state.period.title,
        "issuer": campaign.issuer,
        "short_name": campaign.short_name,
    }
    made = filled(template or packaged((), "forms/official.docx"), OFFICIAL_NAMES, texts)
    document = made.document
    made.fit_title(safe_text(title), style.text_width(document))
    made.put_table(campaign.form.columns, form_lines(campaign, state), least_height=_LEAST_HEIGHT)
    set_custom_property(document, REPORT_PROPERTY, f"{campaign.id}:{state.period}")
    describe(document, title=title, author=campaign.issuer, keywords=campaign.short_name, at=state.as_of)
    return to_bytes(document)


def form_title(campaign: Campaign, state: PeriodState) -> str:
    """Say which form it is, and of which period."""
    return f"{campaign.form.title}（{state.period.title}）"


def basis_words(campaign: Campaign) -> str:
    """Say which notice the form rests on, or nothing."""
    return f"汇总依据：{campaign.document_number}" if campaign.document_number else ""


def form_lines(campaign: Campaign, state: PeriodState) -> list[FormLine]:
    """Return the rows of the form, one for each item in the notice's order."""
    return [_row(state, item) for item in campaign.items]


def _row(state: PeriodState, item: Item) -> FormLine:
    return FormLine(
        cells={
            ColumnKey.NUMBER: cell_lines(str(item.number)),
            ColumnKey.NAME: cell_lines(item.name),
            ColumnKey.UNITS: cell_lines("\n".join(item.units)),
            ColumnKey.MEASURES: _measures(state, item),
            ColumnKey.DEADLINE: cell_lines(deadline_of_item(state, item)),
            **{key: cell_lines(extra_of_item(state, item, key)) for key in EXTRA_COLUMNS},
        }
    )


def _measures(state: PeriodState, item: Item) -> Sequence[Line]:
    """Return one unit's text, or each unit's text under its name."""
    lines: list[Line] = []
    for name in item.units:
        duty = duty_of(state, name, item.number)
        words = printed_words(state.unit(name), duty)
        pending = PENDING if duty.pending else ""
        if len(item.units) == 1:
            return cell_lines(words + pending)
        lines.append(Line(text=f"{name}{pending}：", strong=True))
        lines += cell_lines(words)
    return lines
