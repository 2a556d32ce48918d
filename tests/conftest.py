"""For all tests: servers, no test left out with ``CI=true``, logging as it was, no time measured on shared cores."""

import logging
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

pytest_plugins = ("left_out", "fixtures_servers", "fixtures_console", "fixtures_browser")

settings.register_profile("project", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("project")


@pytest.fixture(autouse=True)
def logging_as_it_was() -> Iterator[None]:
    """Undo what a command run in a test set: its level would hide records from the tests after it."""
    loggers = [logging.getLogger(name) for name in ("", "reminder_service", "alembic")]
    before = [(one, one.level, list(one.handlers)) for one in loggers]
    yield
    for one, level, handlers in before:
        one.setLevel(level)
        for handler in [*one.handlers]:
            if type(handler).__module__ == "reminder_service.logs" and handler not in handlers:
                one.removeHandler(handler)
    logging.captureWarnings(False)
