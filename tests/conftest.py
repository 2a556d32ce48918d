"""For all tests: servers, no test left out with ``CI=true``, logging as it was, no time measured on shared cores."""

import logging
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

pytest_plugins = ("left_out", "fixtures_servers", "fixtures_console", "fixtures_browser")

settings.register_profile("project", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("project")


_LEVELS = {name: logging.getLogger(name).level for name in ("", "reminder_service", "alembic")}


@pytest.fixture(autouse=True)
def logging_as_it_was() -> Iterator[None]:
    """Undo what a command run in a test set: its level would hide records from the tests after it.

    To the levels at the beginning of the run, since a module's fixture sets its own before the first test.
    """
    before = [(logging.getLogger(name), level) for name, level in _LEVELS.items()]
    handled = {one: list(one.handlers) for one, _ in before}
    for one, level in before:
        one.setLevel(level)
    yield
    for one, level in before:
        handlers = handled[one]
        one.setLevel(level)
        for handler in [*one.handlers]:
            if type(handler).__module__ == "reminder_service.logs" and handler not in handlers:
                one.removeHandler(handler)
    logging.captureWarnings(False)
