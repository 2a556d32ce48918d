"""What is printed in place of a unit's own words."""

from datetime import date, datetime

from builders import ZONE
from reminder_service.domain.periods import Period
from reminder_service.domain.print_edits import PrintEdit, with_print_edits
from reminder_service.domain.state import DutyState, MailboxHealth, PeriodState, Status, UnitState

PERIOD = Period.parse("2024Q2")


def state(measures: str | None) -> PeriodState:
    duty = DutyState(item=1, unit="甲局", measures=measures)
    unit = UnitState(unit="甲局", status=Status.PARTIAL, late=False, due=date(2024, 6, 28), duties=(duty,))
    at = datetime(2024, 6, 20, tzinfo=ZONE)
    mailbox = MailboxHealth(read_at=at, blind=False)
    return PeriodState(
        campaign="c", period=PERIOD, due=date(2024, 6, 28), as_of=at, mailbox=mailbox, units=(unit,)
    )


def printed(measures: str | None, period: str = "2024Q2") -> str | None:
    edits = {("甲局", period, 1): PrintEdit(text="改后", original="原文")}
    return with_print_edits(state(measures), edits).unit("甲局").duties[0].printed


def test_an_edit_is_printed_while_the_unit_says_what_it_was_written_for() -> None:
    assert printed("原文") == "改后"
    assert printed("原文\n") == "改后", "a line's end is no other word"


def test_an_edit_ends_with_the_words_it_was_written_for() -> None:
    assert printed("新文") is None
    assert printed(None) is None


def test_an_edit_is_about_its_own_period() -> None:
    assert printed("原文", "2024Q3") is None
