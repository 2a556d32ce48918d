"""A document is named by the first characters of its number, as frozen workbooks print it."""

from types import SimpleNamespace

import pytest

from builders import Q2, address, campaign, contacts, document, message
from reminder_service.domain.decisions import Decisions
from reminder_service.domain.errors import WrongUsage
from reminder_service.domain.identity import Identifier, PeriodBook
from reminder_service.domain.names import UnitNames
from reminder_service.jobs.decisions.decide import held_document

UNIT = "县妇联"


def here(*numbers: str) -> SimpleNamespace:
    """An office that holds these documents of one unit."""
    identifier = Identifier(
        campaign=campaign(),
        names=UnitNames(campaign()),
        contacts=contacts(),
        periods=PeriodBook(opened=(), fallback=Q2),
        decisions=Decisions.of(()),
    )
    files = [document(number) for number in numbers]
    return SimpleNamespace(attributions=identifier.identify([message(address(UNIT), *files)]))


def test_twelve_characters_as_printed_name_it_however_they_are_typed() -> None:
    office = here("abcdef012345" + "0" * 52, "abcdef99" + "1" * 56)
    for typed in ("abcdef012345", " ABCDEF012345 ", "abcdef0"):
        held = held_document(office, typed)  # type: ignore[arg-type]
        assert held.document is not None
        assert held.document.document.startswith("abcdef012345")


def test_a_beginning_of_several_is_refused_and_each_is_named_with_its_file() -> None:
    first, second = "abcdef012345" + "0" * 52, "abcdef99" + "1" * 56
    with pytest.raises(WrongUsage) as caught:
        held_document(here(first, second), "abcdef")  # type: ignore[arg-type]
    said = str(caught.value)
    assert "several documents begin with abcdef; give more characters" in said
    assert all(f"{number[:16]} ({number})" in said for number in (first, second))


@pytest.mark.parametrize(("typed", "told"), [("abc", "at least 6"), ("fedcba98", "no document begins")])
def test_too_little_and_what_is_not_there_are_refused(typed: str, told: str) -> None:
    with pytest.raises(WrongUsage, match=told):
        held_document(here("abcdef012345" + "0" * 52), typed)  # type: ignore[arg-type]
