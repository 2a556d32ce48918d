"""The official form filled in as a Word file: every item in the notice's order, joint items by unit."""

from collections.abc import Sequence

from docx.shared import Cm

from reminder_service.domain.campaign import Campaign, ColumnKey, Item
from reminder_service.domain.documents import REPORT_PROPERTY
from reminder_service.domain.state import PeriodState

from . import form_docx as form
from .docx_package import describe, set_custom_property, to_bytes
from .docx_style import landscape_form
from .texts import moment_words
from .workbook_words import PENDING, deadline_of_item, duty_of, measures_words, note_words

_LEAST_HEIGHT = Cm(1.4)


def write_official_form(campaign: Campaign, state: PeriodState) -> bytes:
    """Return the whole form of a period as docx.

    A joint item's text stands under each unit's name; what is not reported, waits for the office or was
    waived is said in its place. The custom property ``REPORT_PROPERTY`` keeps the file from ever counting
    as a report. The same arguments give the same bytes.
    """
    title = f"{campaign.form.title}（{state.period.title}）"
    document = landscape_form()
    form.add_title(document, title)
    basis = f"汇总依据：{campaign.document_number}" if campaign.document_number else ""
    form.add_line(document, basis, f"统计截至：{moment_words(state.as_of, state.as_of.tzinfo)}")
    rows = [_row(state, item) for item in campaign.items]
    form.add_table(document, campaign.form.columns, rows, least_height=_LEAST_HEIGHT)
    form.add_note(document, note_words(state))
    form.add_footer(document, f"{campaign.short_name}　{state.period.title}")
    set_custom_property(document, REPORT_PROPERTY, f"{campaign.id}:{state.period}")
    describe(document, title=title, author=campaign.issuer, keywords=campaign.short_name, at=state.as_of)
    return to_bytes(document)


def _row(state: PeriodState, item: Item) -> form.FormLine:
    return form.FormLine(
        cells={
            ColumnKey.NUMBER: form.cell_lines(str(item.number)),
            ColumnKey.NAME: form.cell_lines(item.name),
            ColumnKey.UNITS: form.cell_lines("\n".join(item.units)),
            ColumnKey.MEASURES: _measures(state, item),
            ColumnKey.DEADLINE: form.cell_lines(deadline_of_item(state, item)),
        }
    )


def _measures(state: PeriodState, item: Item) -> Sequence[form.Line]:
    """Return one unit's text, or each unit's text under its name."""
    lines: list[form.Line] = []
    for name in item.units:
        duty = duty_of(state, name, item.number)
        words = measures_words(state.unit(name), duty)
        pending = PENDING if duty.pending else ""
        if len(item.units) == 1:
            return form.cell_lines(words + pending)
        lines.append(form.Line(text=f"{name}{pending}：", strong=True))
        lines += form.cell_lines(words)
    return lines
