"""Programs beside us that open what we cannot, and the files that wait until they are installed."""

from .libreoffice import find_office
from .rar import find_unar
from .refusals import NEEDS_PROGRAM, NO_OFFICE_FOR_EXCEL, NO_OFFICE_FOR_WORD, NO_UNAR

_INSTALLED = {
    NO_OFFICE_FOR_WORD: lambda: find_office("docx"),
    NO_OFFICE_FOR_EXCEL: lambda: find_office("xlsx"),
    NO_UNAR: find_unar,
}


def opened_now() -> frozenset[str]:
    """Return what was said of files that waited for a program which is installed now."""
    return frozenset(problem.detail for problem, find in _INSTALLED.items() if find())


def waited_for() -> frozenset[str]:
    """Return what is said of files that wait for a program, installed by now or not."""
    return frozenset(problem.detail for problem in NEEDS_PROGRAM)
