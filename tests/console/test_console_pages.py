"""Every page of the navigation opens for everybody who may look."""

import pytest

from fixtures_console import Console
from reminder_service.domain.access import Role


@pytest.mark.parametrize("role", list(Role))
def test_every_page_of_the_navigation_opens(console: Console, role: Role) -> None:
    browser = console.browser(role)
    for entry in console.web.state.parts.nav:
        page = browser.get(entry.path)
        assert page.status_code == 200, entry.path
        assert 'aria-current="page"' in page.text


def test_a_page_that_is_not_there_is_told_in_words(console: Console) -> None:
    page = console.browser().get("/nowhere")
    assert page.status_code == 404
    assert "没有这个页面" in page.text
