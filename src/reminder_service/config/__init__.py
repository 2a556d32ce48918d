"""``config/*.yaml`` and the environment → frozen settings; every mistake at once, with its place."""

from .answers import set_answer
from .calendar_edit import change_calendar
from .calendar_file import load_calendar
from .campaign_edit import CampaignChange, change_campaign, mark_of
from .campaign_file import load_campaign
from .campaign_yaml import campaign_yaml
from .console_checks import is_loopback, require_safe_console
from .environment import require_password
from .load import Configuration, load, load_service
from .servers import (
    SECRETS,
    ImapSettings,
    MailboxSettings,
    OAuthSettings,
    Security,
    ServerSettings,
    SmtpSettings,
)
from .settings import ConsoleSettings, OfficeSettings, OidcSettings, ScheduleSettings, Service, StoreSettings
from .template import calendar_yaml, service_yaml

__all__ = [
    "SECRETS",
    "CampaignChange",
    "Configuration",
    "ConsoleSettings",
    "ImapSettings",
    "MailboxSettings",
    "OAuthSettings",
    "OfficeSettings",
    "OidcSettings",
    "ScheduleSettings",
    "Security",
    "ServerSettings",
    "Service",
    "SmtpSettings",
    "StoreSettings",
    "calendar_yaml",
    "campaign_yaml",
    "change_calendar",
    "change_campaign",
    "is_loopback",
    "load",
    "load_calendar",
    "load_campaign",
    "load_service",
    "mark_of",
    "require_password",
    "require_safe_console",
    "service_yaml",
    "set_answer",
]
