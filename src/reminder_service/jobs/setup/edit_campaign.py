"""A campaign's file changed from the pages: written with everything else in it kept, taken up at once, journaled."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ...config import CampaignChange, Configuration, change_campaign, load_campaign
from ...domain.campaign import Campaign
from ...domain.errors import ConfigurationError, WrongUsage
from ...store import Store
from ...store.faults import disk_faults
from .campaign_drafts import WRITING, Refused
from .mistake_words import mistake_words

logger = logging.getLogger(__name__)

_ELSEWHERE = "配置里另有文件写错，因此没有保存，任务照旧。请管理员修正："


@dataclass(frozen=True, kw_only=True, slots=True)
class Saved:
    """What was changed; nothing where all stood so already."""

    changes: tuple[CampaignChange, ...]


def campaign_path(configuration: Configuration, number: str) -> Path | None:
    """Return the file of a campaign at work or of a draft, None where there is none."""
    if number in configuration.campaigns:
        return configuration.directory / "campaigns" / f"{number}.yaml"
    drafts = configuration.directory / "campaigns" / "drafts"
    return next((path for path in drafts.glob("*.yaml") if path.stem == number), None)


def edit_campaign(
    store: Store,
    path: Path,
    change: Callable[[Campaign], Campaign | Refused],
    *,
    reload: Callable[[], None] | None,
    author: str,
    now: datetime,
) -> Saved | Refused:
    """Change a campaign's file, and have the service take it up; with any mistake everything stays as it was.

    1. The file is read as it stands now, and ``change`` says what it should say, or why not.
    2. The new text takes its place if it reads as wanted.
    3. The service reads all files; can it not, the old text is put back.

    :param reload: None for a draft, which nothing has taken up.
    :raises OutsideError: when the file cannot be written; it is then as it was.
    """
    with WRITING:
        try:
            with disk_faults(path):
                before = path.read_bytes()
            wanted = change(load_campaign(path))
            if isinstance(wanted, Refused):
                return wanted
            changes = change_campaign(path, wanted)
        except WrongUsage as error:
            problems = error.problems if isinstance(error, ConfigurationError) else (str(error),)
            logger.info("%s was not changed: %s", path.name, error, extra={"action": "campaign_not_edited"})
            return Refused(words="没有保存。" + "".join(mistake_words(problems)))
        if changes and reload and (refused := _taken_up(path, before, reload)):
            return refused
    for one in changes:
        detail = {"what": one.key, "before": one.before, "after": one.after}
        store.journal.write(now, author, "campaign_edited", path.stem, detail)
    return Saved(changes=changes)


def _taken_up(path: Path, before: bytes, reload: Callable[[], None]) -> Refused | None:
    written = path.read_bytes()
    try:
        reload()
    except ConfigurationError as error:
        # Only what was written here is put back, nothing that somebody wrote by hand meanwhile.
        if path.read_bytes() == written:
            with disk_faults(path):
                draft = path.with_name(f".{path.name}.before")
                draft.write_bytes(before)
                draft.chmod(path.stat().st_mode & 0o777)
                draft.replace(path)
        logger.warning("%s was put back: %s", path.name, error, extra={"action": "campaign_not_edited"})
        return Refused(words=_ELSEWHERE + "；".join(error.problems)[:250])
    return None
