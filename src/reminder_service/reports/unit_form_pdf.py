"""A unit's own form as PDF, set by typst: to print, to seal and to scan; its code says whose it is."""

import io
import json
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

from reminder_service.domain.campaign import Campaign, ColumnKey
from reminder_service.domain.errors import ConfigurationError
from reminder_service.domain.periods import Period
from reminder_service.domain.state import UnitState

from . import docx_style as style
from .form_table import FormLine, column_widths
from .pdf_fonts import pdf_fonts
from .texts import safe_text
from .unit_form import UnitPage, unit_page

_CENTRED = frozenset({ColumnKey.NUMBER, ColumnKey.UNITS, ColumnKey.DEADLINE})


def write_unit_pdf(
    campaign: Campaign, state: UnitState, period: Period, template: Path, last: UnitState | None = None
) -> bytes:
    """Return the form of one unit as PDF, with what stands in the Word form; the same arguments give the same bytes.

    :param template: the typst file that sets it; what units wrote reaches it as data, never as markup.
    :param last: the unit's state in the period before.
    :raises OutsideError: where no Chinese font is installed.
    :raises ConfigurationError: when the template is wrong.
    """
    import typst

    data = _data(campaign, unit_page(campaign, state, period, last))
    try:
        return bytes(
            typst.compile(
                template.read_bytes(),
                format="pdf",
                sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
                timestamp=int(datetime.combine(campaign.date, time(), UTC).timestamp()),
            )
        )
    except typst.TypstError as error:
        said = str(error).splitlines()[0]
        raise ConfigurationError(
            [f"{template}: {said}; correct the template, or delete it to use the program's own"]
        ) from error


def _data(campaign: Campaign, page: UnitPage) -> dict[str, Any]:
    fonts, columns = pdf_fonts(), campaign.form.columns
    title = safe_text(page.title)
    widths = column_widths(columns, page.rows, style.TEXT_WIDTH)
    return {
        "fonts": {"title": fonts.title, "heading": fonts.heading, "body": fonts.body},
        "title": title,
        "title_size": next(
            (one for one in style.TITLE_SIZES if style.printed_width(title, one) <= style.TEXT_WIDTH),
            style.TITLE_SIZES[-1],
        ),
        "author": safe_text(campaign.issuer),
        "code": page.code,
        "code_picture": _code_picture(page.code),
        "reporter": safe_text(page.texts["reporter"]),
        "note": safe_text(page.texts["note"]),
        "footer": safe_text(f"{campaign.short_name} {page.texts['reference']}"),
        "headings": [safe_text(column.heading) for column in columns],
        "widths": [int(width) for width in widths],
        "centred": [column.key in _CENTRED for column in columns],
        "rows": [_row(campaign, line) for line in page.rows],
    }


def _row(campaign: Campaign, line: FormLine) -> list[list[dict[str, Any]]]:
    return [
        [{"text": safe_text(part.text), "hint": part.hint} for part in line.cells.get(column.key, ())]
        for column in campaign.form.columns
    ]


def _code_picture(code: str) -> str:
    import segno

    drawn = io.BytesIO()
    segno.make(code, error="m", micro=False).save(drawn, kind="svg", border=2, scale=4)
    return drawn.getvalue().decode()
