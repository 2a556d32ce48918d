"""Taking a decision back, from whichever page."""

from fixtures_console import Console
from offices import campaign
from reminder_service.domain.decisions import DecisionKind
from reminder_service.jobs.state.settled import Settled

UNIT = "县妇联"


def settled(console: Console) -> int:
    """The number of a decision that holds."""
    note = Settled(
        kind=DecisionKind.NOTE, unit=UNIT, period=campaign().first_period, reason="已电话", author="王小明"
    )
    number: int = console.web.state.parts.desk.settle(campaign(), note)
    return number


def test_what_was_taken_back_before_is_told_and_nothing_happens_twice(console: Console) -> None:
    browser, number = console.browser(), settled(console)
    assert "已撤销。" in browser.said(browser.submit(f"/undo/{number}", back="/units"))
    for gone in (number, 999, 0, 2**60):
        assert "此前已撤销" in browser.said(browser.submit(f"/undo/{gone}", back="/units"))
    assert [one.action for one in console.app.store.journal.entries()].count("undo") == 1


def test_it_leads_to_no_other_site(console: Console) -> None:
    answer = console.browser().submit(f"/undo/{settled(console)}", back="https://example.com/")
    assert answer.headers["location"] == "/"
