"""A further campaign from a notice: drafted beside the running ones, its questions answered, then put to work.

A draft lies in ``campaigns/drafts/``, where nothing reads it: until a person starts it, it changes nothing.
"""

import logging
import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from ...config import Configuration, campaign_yaml, load_campaign, set_answer
from ...domain.campaign import Campaign
from ...domain.error_words import error_words
from ...domain.errors import ConfigurationError, WrongUsage
from ...store import Store
from ...store.faults import disk_faults
from .setup_campaign import FileReader, prepare

logger = logging.getLogger(__name__)

WRITING = threading.Lock()
"""Held while a campaign's file is read and written anew: of two changes at once neither is lost."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Refused:
    """Why something was not done, in words for the clerk."""

    words: str


def drafts(directory: Path) -> tuple[Campaign, ...]:
    """Return every draft that can be read, by id."""
    return tuple(found for path in sorted(_folder(directory).glob("*.yaml")) if (found := _read(path)))


def draft(directory: Path, number: str) -> Campaign | None:
    """Return the draft of that id, or None."""
    return next((one for one in drafts(directory) if one.id == number), None)


def draft_notice(
    store: Store,
    configuration: Configuration,
    notice: Path,
    *,
    reader: FileReader,
    author: str,
    now: datetime,
) -> Campaign | Refused:
    """Read a notice and keep what was found as a draft.

    :raises OutsideError: when it cannot be written.
    """
    try:
        campaign = prepare(notice, reader=reader, calendar=configuration.calendar)
    except (WrongUsage, ConfigurationError) as error:
        logger.info("%s was not taken: %s", notice.name, error, extra={"action": "notice_refused"})
        return Refused(words=f"没有从该文件读出通知：{error_words(str(error))}。")
    campaign = _under_free_name(configuration.campaigns, campaign)
    taken = _taken(configuration.campaigns, campaign)
    if taken:
        return Refused(words=taken)
    folder = _folder(configuration.directory)
    path = folder / f"{campaign.id}.yaml"
    if path.exists():
        return Refused(words="这份通知已经读过，草稿尚在；如要重读，请先删除草稿。")
    with disk_faults(path):
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(campaign_yaml(campaign), encoding="utf-8", newline="\n")
    found = _read(path)
    if found is None:
        path.unlink()
        return Refused(
            words="通知已读出，但内容不足以成为一项任务（缺少实事或责任单位）。请核对文件是否完整。"
        )
    store.journal.write(now, author, "campaign_drafted", campaign.id, {"file": notice.name})
    return found


def answer_questions(
    store: Store,
    configuration: Configuration,
    campaign: Campaign,
    answers: Mapping[str, str],
    *,
    author: str,
    now: datetime,
) -> int:
    """Write answers into the file of a campaign or draft, whose comments stay; return how many changed.

    :raises WrongUsage: when the file's layout is such that an answer must be written by hand.
    """
    folder = configuration.directory / "campaigns"
    if campaign.id not in configuration.campaigns:
        folder = _folder(configuration.directory)
    before = {one.key: one.answer or "" for one in campaign.questions}
    changed = {
        key: text.strip() for key, text in answers.items() if text.strip() not in ("", before.get(key))
    }
    for key, text in changed.items():
        with WRITING:
            set_answer(folder / f"{campaign.id}.yaml", key, text)
        detail = {"question": key, "before": before.get(key), "answer": text}
        store.journal.write(now, author, "answer", campaign.id, detail)
    return len(changed)


def start_draft(
    store: Store, configuration: Configuration, campaign: Campaign, *, author: str, now: datetime
) -> Refused | None:
    """Move a draft among the campaigns at work; they have to be read again for it to count."""
    if campaign.open_questions:
        return Refused(words=f"还有{len(campaign.open_questions)}个问题未答复。")
    taken = _taken(configuration.campaigns, campaign)
    if taken:
        return Refused(words=taken)
    path = _folder(configuration.directory) / f"{campaign.id}.yaml"
    with disk_faults(path):
        path.rename(configuration.directory / "campaigns" / path.name)
    store.journal.write(now, author, "campaign_started", campaign.id)
    return None


def back_to_draft(directory: Path, number: str) -> None:
    """Take a campaign that could not be put to work back among the drafts."""
    folder = _folder(directory)
    with disk_faults(folder):
        (directory / "campaigns" / f"{number}.yaml").rename(folder / f"{number}.yaml")


def drop_draft(store: Store, directory: Path, campaign: Campaign, *, author: str, now: datetime) -> None:
    """Delete a draft."""
    path = _folder(directory) / f"{campaign.id}.yaml"
    with disk_faults(path):
        path.unlink(missing_ok=True)
    store.journal.write(now, author, "campaign_dropped", campaign.id)


def _folder(directory: Path) -> Path:
    return directory / "campaigns" / "drafts"


def _read(path: Path) -> Campaign | None:
    try:
        return load_campaign(path)
    except ConfigurationError:
        return None


def _under_free_name(running: Mapping[str, Campaign], campaign: Campaign) -> Campaign:
    """Add the year to a short name that is in use: next year's notice about the same matter bears the same one."""
    if all(one.short_name != campaign.short_name for one in running.values()):
        return campaign
    return replace(campaign, short_name=f"{campaign.short_name[:16]}{campaign.date.year}")


def _taken(running: Mapping[str, Campaign], campaign: Campaign) -> str:
    if campaign.id in running:
        return "这份通知的任务已在使用。"
    if any(one.short_name == campaign.short_name for one in running.values()):
        return (
            f"简称“{campaign.short_name}”已被另一项任务使用，请在草稿的“简称、联系方式和附件”中改用别的简称。"
        )
    return ""
