"""The files that ``init`` writes beside a campaign: the program's own examples."""

from ..resources import packaged_config


def service_yaml() -> str:
    """Return the commented ``service.yaml`` to start from: the text of ``config/service.yaml``."""
    return (packaged_config() / "service.yaml").read_text(encoding="utf-8")


def calendar_yaml() -> str:
    """Return the commented ``calendar.yaml`` to start from: the text of ``config/calendar.yaml``."""
    return (packaged_config() / "calendar.yaml").read_text(encoding="utf-8")
