"""The Word templates of our forms: an office edits them in Word, the program fills them in.

    python -m reminder_service.reports.form_template templates/forms

makes the shipped ones anew: ``official.docx``, and ``unit.docx``, the form that goes to a unit. Words in double braces are
filled in. The paragraph ``{{ table }}`` becomes the form's table; in its place may stand a table with ``{{ table }}`` in its
first cell, which then gives the widths of the columns and the style.
"""

import io
import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import docx
from docx.document import Document
from docx.oxml.ns import qn
from docx.shared import Length, Pt, Twips
from docx.table import Table

from reminder_service.domain.campaign import Column
from reminder_service.domain.errors import ConfigurationError

from . import docx_style as style
from . import form_docx as form
from .docx_package import to_bytes
from .docx_style import landscape_form
from .form_table import FormLine, add_table
from .texts import safe_text

TABLE = "\ue000报表\ue000"
"""What stands for the form in a rendered template: private characters that no text of ours holds."""

OFFICIAL_NAMES = ("title", "basis", "as_of", "table", "note", "period", "issuer", "short_name")
"""What ``official.docx`` may name."""

UNIT_NAMES = (
    *("title", "reporter", "unit", "full_name", "due", "phone", "reference"),
    *("table", "note", "period", "issuer", "short_name"),
)
"""What ``unit.docx`` may name."""

_CURE = "correct the template, or delete it to use the program's own"
_STYLES = (style.TITLE, style.HEADING, style.TEXT, style.CENTRED, style.LINE, style.NOTE, "Table Grid")


@dataclass(frozen=True, kw_only=True, slots=True)
class Filled:
    """A template with its words filled in; ``path`` is where it lies."""

    document: Document
    path: Path

    def fit_title(self, title: str, room: int) -> None:
        """Set a title that is wider than its room in the largest size that fits; else it keeps the template's."""
        sizes = style.TITLE_SIZES
        if style.printed_width(title, sizes[0]) <= room:
            return
        size = next((one for one in sizes if style.printed_width(title, one) <= room), sizes[-1])
        for run in (run for one in self.document.paragraphs if one.text == title for run in one.runs):
            run.font.size = Pt(size)

    def put_table(self, columns: Sequence[Column], rows: Sequence[FormLine], *, least_height: Length) -> None:
        """Put the form's table into its place.

        :raises ConfigurationError: when the template's table has another number of columns than the form.
        """
        given = next((one for one in self.document.tables if _is_place(one)), None)
        widths = self._widths(given, columns) if given is not None else None
        table = add_table(self.document, columns, rows, least_height=least_height, widths=widths)
        if given is not None and given.style is not None:
            table.style = given.style
        place = (
            given._tbl
            if given is not None
            else next(one._p for one in self.document.paragraphs if one.text.strip() == TABLE)
        )
        place.addprevious(table._tbl)
        self.document.element.body.remove(place)

    def _widths(self, given: Table, columns: Sequence[Column]) -> list[Length]:
        found = [Twips(int(one.get(qn("w:w"), "0"))) for one in given._tbl.tblGrid.iterchildren()]
        if len(found) != len(columns) or not all(found):
            headings = ", ".join(column.heading for column in columns)
            raise ConfigurationError(
                [
                    f"{self.path}: the table of {{{{ table }}}} has {len(found)} columns and the form has "
                    f"{len(columns)} ({headings}); make it so many, or write {{{{ table }}}} as a paragraph"
                ]
            )
        return list(found)


def official_template() -> bytes:
    """Return the shipped template of the official form."""
    document = landscape_form()
    document.add_paragraph("{{ title }}", style=style.TITLE)
    form.add_line(document, "{{ basis }}", "{{ as_of }}")
    document.add_paragraph("{{ table }}", style=style.LINE)
    form.add_note(document, "{{ note }}")
    form.add_blanks(document, ("汇总单位（盖章）", "负责人", "填表人"))
    form.add_footer(document, "{{ short_name }}　{{ period }}")
    return to_bytes(document)


def unit_template() -> bytes:
    """Return the shipped template of the form that goes to a unit."""
    document = landscape_form()
    # The code stands beside the title of the first page, and above the table of the others.
    document.sections[0].different_first_page_header_footer = True
    document.add_paragraph("{{ title }}", style=style.TITLE)
    form.add_line(document, "{{ reporter }}", "填报日期：　　　　年　　月　　日")
    document.add_paragraph("{{ table }}", style=style.LINE)
    form.add_blanks(document, ("责任科室", "责任人", "联系电话"))
    form.add_note(document, "{{ note }}")
    form.add_footer(document, "{{ short_name }} {{ reference }}")
    return to_bytes(document)


MADE: Mapping[str, Callable[[], bytes]] = {"official.docx": official_template, "unit.docx": unit_template}
"""The shipped templates by their file names."""


def filled(template: Path, names: Collection[str], texts: Mapping[str, str]) -> Filled:
    """Return the template with its words filled in; the form's place holds :data:`TABLE`.

    The template runs in a sandbox: it reads the texts it is given and nothing else.

    :param names: what it may name.
    :param texts: by those names, without ``table``; they are made safe here.
    :raises ConfigurationError: when the template cannot be read, names something unknown, or lacks the place of
        the form or a style of it.
    """
    from jinja2.exceptions import TemplateError

    try:
        document = _rendered(template, texts)
    except (TemplateError, ValueError, KeyError, SyntaxError) as error:
        known = ", ".join(f"{{{{ {name} }}}}" for name in names)
        raise ConfigurationError([f"{template}: {error}; a template may name {known}; {_CURE}"]) from error
    missing = [name for name in _STYLES if name not in {known.name for known in document.styles}]
    if missing:
        raise ConfigurationError([f"{template}: the styles {', '.join(missing)} are missing; {_CURE}"])
    if not any(paragraph.text.strip() == TABLE for paragraph in document.paragraphs) and not any(
        map(_is_place, document.tables)
    ):
        raise ConfigurationError(
            [f"{template}: no paragraph is {{{{ table }}}} alone, and no table's first cell; {_CURE}"]
        )
    return Filled(document=document, path=template)


def _rendered(template: Path, texts: Mapping[str, str]) -> Document:
    from docxtpl import DocxTemplate
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    environment = ImmutableSandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
    one = DocxTemplate(io.BytesIO(template.read_bytes()))
    safe = {name: safe_text(text) for name, text in texts.items()}
    one.render({**safe, "table": TABLE}, environment)
    written = io.BytesIO()
    one.docx.save(written)
    written.seek(0)
    return docx.Document(written)  # docxtpl leaves headers behind that take no picture


def _is_place(table: Table) -> bool:
    return bool(table.rows) and table.cell(0, 0).text.strip() == TABLE


if __name__ == "__main__":
    for name, make in MADE.items():
        (Path(sys.argv[1]) / name).write_bytes(make())
