"""Tables that a unit pastes into the text of its mail."""

from dataclasses import replace

from reminder_service.domain.documents import Kind, Reading

from .html import read_markup
from .refusals import FAILED


def read_body(html: str) -> Reading:
    """Return what stands in the HTML text of a mail: its tables, and the text around them.

    Quoted mails are part of it: a form is forwarded as often as it is written. A text without tables is a
    reading without tables and without problem; whatever the markup, nothing is raised.

    ``document`` and ``filename`` are empty: the caller knows the mail.
    """
    try:
        return read_markup(html)
    except Exception:  # hostile markup; a person looks at the mail itself
        return replace(Reading(document="", filename="", kind=Kind.HTML), problem=FAILED)
