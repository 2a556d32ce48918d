"""The Word template of the official form: an office edits it in Word, the program fills it in.

    python -m reminder_service.reports.official_template templates/forms/official.docx

makes the shipped one anew. Words in double braces are filled in; the paragraph ``{{ table }}`` becomes the form.
"""

import io
import sys
from collections.abc import Mapping
from pathlib import Path

from docx.document import Document

from reminder_service.domain.errors import ConfigurationError

from . import docx_style as style
from . import form_docx as form
from .docx_package import to_bytes
from .docx_style import landscape_form

TABLE = "\ue000报表\ue000"
"""What stands for the form in a rendered template: private characters that no text of ours holds."""

NAMES = ("title", "basis", "as_of", "table", "note", "period", "issuer", "short_name")
"""What a template may name."""

_CURE = "correct the template, or delete it to use the program's own"
_STYLES = (style.TITLE, style.HEADING, style.TEXT, style.CENTRED, style.LINE, style.NOTE, "Table Grid")


def made_template() -> bytes:
    """Return the shipped template."""
    document = landscape_form()
    document.add_paragraph("{{ title }}", style=style.TITLE)
    form.add_line(document, "{{ basis }}", "{{ as_of }}")
    document.add_paragraph("{{ table }}", style=style.LINE)
    form.add_note(document, "{{ note }}")
    form.add_blanks(document, ("汇总单位（盖章）", "负责人", "填表人"))
    form.add_footer(document, "{{ short_name }}　{{ period }}")
    return to_bytes(document)


def filled(template: Path, texts: Mapping[str, str]) -> Document:
    """Return the template with its words filled in; the form's place holds :data:`TABLE`.

    The template runs in a sandbox: it reads the texts it is given and nothing else.

    :param texts: by the names of :data:`NAMES`, without ``table``.
    :raises ConfigurationError: when the template cannot be read, names something unknown, or lacks the place of
        the form or a style of it.
    """
    from docxtpl import DocxTemplate
    from jinja2 import StrictUndefined
    from jinja2.exceptions import TemplateError
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    environment = ImmutableSandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
    try:
        one = DocxTemplate(io.BytesIO(template.read_bytes()))
        one.render({**texts, "table": TABLE}, environment)
    except (TemplateError, ValueError, KeyError, SyntaxError) as error:
        known = ", ".join(f"{{{{ {name} }}}}" for name in NAMES)
        raise ConfigurationError([f"{template}: {error}; a template may name {known}; {_CURE}"]) from error
    document: Document = one.docx
    missing = [name for name in _STYLES if name not in {known.name for known in document.styles}]
    if missing:
        raise ConfigurationError([f"{template}: the styles {', '.join(missing)} are missing; {_CURE}"])
    if not any(paragraph.text.strip() == TABLE for paragraph in document.paragraphs):
        raise ConfigurationError([f"{template}: no paragraph is {{{{ table }}}} alone; {_CURE}"])
    return document


if __name__ == "__main__":
    Path(sys.argv[1]).write_bytes(made_template())
