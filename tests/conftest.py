"""For all tests: servers, no test left out with ``CI=true``, and Hypothesis measures no time on shared cores."""

from hypothesis import HealthCheck, settings

pytest_plugins = ("left_out", "fixtures_servers", "fixtures_console")

settings.register_profile("project", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("project")
