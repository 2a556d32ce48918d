"""The official form filled in as PDF, set by typst, its fonts inside."""

import json
from datetime import UTC
from pathlib import Path
from typing import Any

from reminder_service.domain.campaign import Campaign, ColumnKey
from reminder_service.domain.errors import ConfigurationError
from reminder_service.domain.state import PeriodState

from . import docx_style as style
from .form_table import FormLine, column_widths
from .official_form import basis_words, form_lines, form_title
from .pdf_fonts import pdf_fonts
from .texts import moment_words, safe_text
from .workbook_words import note_words

_CENTRED = frozenset({ColumnKey.NUMBER, ColumnKey.UNITS, ColumnKey.DEADLINE})
SIGNATURE = ("汇总单位（盖章）", "负责人", "填表人", "填表日期")


def write_official_pdf(campaign: Campaign, state: PeriodState, template: Path) -> bytes:
    """Return the whole form of a period as PDF; the same arguments give the same bytes.

    :param template: the typst file that sets it; what units wrote reaches it as data, never as markup.
    :raises OutsideError: where no Chinese font is installed.
    :raises ConfigurationError: when the template is wrong.
    """
    import typst

    try:
        return bytes(
            typst.compile(
                template.read_bytes(),
                format="pdf",
                sys_inputs={"data": json.dumps(_data(campaign, state), ensure_ascii=False)},
                timestamp=int(state.as_of.astimezone(UTC).timestamp()),
            )
        )
    except typst.TypstError as error:
        said = str(error).splitlines()[0]
        raise ConfigurationError(
            [f"{template}: {said}; correct the template, or delete it to use the program's own"]
        ) from error


def _data(campaign: Campaign, state: PeriodState) -> dict[str, Any]:
    columns = campaign.form.columns
    lines = form_lines(campaign, state)
    title = safe_text(form_title(campaign, state))
    sizes = style.TITLE_SIZES
    fonts = pdf_fonts()
    return {
        "fonts": {"title": fonts.title, "heading": fonts.heading, "body": fonts.body},
        "title": title,
        "title_size": next(
            (one for one in sizes if style.printed_width(title, one) <= style.TEXT_WIDTH), sizes[-1]
        ),
        "author": safe_text(campaign.issuer),
        "keywords": safe_text(f"{campaign.id}:{state.period}"),
        "basis": safe_text(basis_words(campaign)),
        "as_of": f"统计截至：{moment_words(state.as_of, state.as_of.tzinfo)}",
        "note": safe_text(note_words(state)),
        "footer": safe_text(f"{campaign.short_name}　{state.period.title}"),
        "signature": SIGNATURE,
        "headings": [safe_text(column.heading) for column in columns],
        "widths": [int(width) for width in column_widths(columns, lines, style.TEXT_WIDTH)],
        "centred": [column.key in _CENTRED for column in columns],
        "rows": [_row(campaign, line) for line in lines],
    }


def _row(campaign: Campaign, line: FormLine) -> list[list[dict[str, Any]]]:
    return [
        [{"text": part.text, "strong": part.strong} for part in line.cells.get(column.key, ())]
        for column in campaign.form.columns
    ]
