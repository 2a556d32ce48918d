"""With ``CI=true`` nothing may be left out: a test that is skipped fails the run and says what was missing."""

import os
from collections.abc import Generator

import pytest


def _nothing_may_be_left_out() -> bool:
    return os.environ.get("CI", "").lower() == "true"


def _failed(report: pytest.TestReport | pytest.CollectReport) -> None:
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    report.outcome = "failed"
    report.longrepr = f"CI=true: nothing may be left out. {reason}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    # An expected failure is reported as skipped too, but it ran.
    if report.skipped and not hasattr(report, "wasxfail") and _nothing_may_be_left_out():
        _failed(report)
    return report


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    if report.outcome == "skipped" and _nothing_may_be_left_out():
        _failed(report)
    return report
