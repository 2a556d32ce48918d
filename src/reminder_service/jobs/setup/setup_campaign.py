"""Set an office up: a notice becomes a campaign, the campaign a directory of configuration files."""

import os
import secrets
import shutil
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol

from ...config import calendar_yaml, campaign_yaml, load_campaign, service_yaml
from ...documents.refusals import UNREADABLE
from ...documents.sniff import sniff
from ...domain.campaign import Campaign, Item, Question, Target
from ...domain.documents import Kind, Reading
from ...domain.errors import ConfigurationError, WrongUsage
from ...domain.notice import read_notice
from ...domain.workdays import WorkCalendar
from ...store.faults import disk_faults
from .plain_text import text_of

MAX_BYTES = 100 * 1024 * 1024
"""A larger file is no notice."""

_SERVICE = "service.yaml"
_NAMED = 5
_READABLE = frozenset({Kind.DOCX, Kind.DOC, Kind.ODT, Kind.PDF, Kind.OFD, Kind.IMAGE, Kind.HTML})
_SAVE_AS = "Save it as .docx or .txt and run init on that file."
_OTHERWISE = {
    Kind.XLSX: "is an Excel file and no notice. Hand in the notice itself as .docx, .txt or .pdf.",
    Kind.XLS: "is an Excel file and no notice. Hand in the notice itself as .docx, .txt or .pdf.",
    Kind.MAIL: "is a saved mail. Save the notice that is attached to it, and run init on that file.",
    Kind.ZIP: "is an archive. Unpack it and run init on the notice inside.",
    Kind.RAR: "is an archive. Unpack it and run init on the notice inside.",
    Kind.SEVEN_ZIP: "is an archive. Unpack it and run init on the notice inside.",
}


class FileReader(Protocol):
    """Reads a file in a child process; ``documents.reader.Reader`` is the real one."""

    def read(self, path: Path, filename: str) -> Reading:
        """Return what stands in a file."""


def prepare(notice: Path, *, reader: FileReader, calendar: WorkCalendar) -> Campaign:
    """Read a notice (txt, Word, PDF or its scan, OFD) or a ready campaign file (.yaml) into a campaign.

    The kind of a file is told from its content, but for the ending of a campaign file.

    :raises WrongUsage: when the file cannot be read, or holds no notice; it names the file and the cure.
    :raises ConfigurationError: when a campaign file has mistakes; it names all of them.
    """
    data = _bytes(notice)
    if notice.suffix.lower() in (".yaml", ".yml"):
        return load_campaign(notice)
    kind = sniff(data, notice.name)
    if kind is Kind.TEXT:
        text = text_of(data)
        if text is None:
            raise WrongUsage(
                f"{notice} is neither UTF-8 nor GB18030 text. Save it as UTF-8 and run init again."
            )
        return _drafted(notice, Reading(document="", filename=notice.name, kind=kind, text=text), calendar)
    if kind not in _READABLE:
        reason = _OTHERWISE.get(kind, f"is no notice that can be read. {_SAVE_AS}")
        raise WrongUsage(f"{notice} {reason}")
    reading = reader.read(notice, notice.name)
    _refuse_unread(notice, reading)
    campaign = _drafted(notice, reading, calendar)
    return replace(campaign, questions=(*campaign.questions, *_unread_pages(reading)))


def write_directory(directory: Path, campaign: Campaign, accept_proposals: bool) -> tuple[Path, ...]:
    """Write ``service.yaml``, ``campaigns/<id>.yaml`` and ``calendar.yaml`` into a directory, all or none.

    A directory that is not there yet is made beside its place and renamed into it. One that exists keeps its
    rights and its place (a shell may stand in it), and gets ``service.yaml`` last.

    :param accept_proposals: answer every question that has a proposal with it.
    :returns: the files written.
    :raises WrongUsage: when the directory is not empty, or what was read from the notice is no whole campaign.
    :raises OutsideError: when it cannot be written.
    """
    if accept_proposals:
        campaign = replace(campaign, questions=tuple(map(_accepted, campaign.questions)))
    with disk_faults(directory):
        exists = _is_empty_directory(directory)
        home = directory if exists else directory.absolute().parent
        home.mkdir(parents=True, exist_ok=True)
        draft = home / f".init-{secrets.token_hex(4)}"
        try:
            names = _write_draft(draft, campaign)
            _move_in(draft, directory) if exists else draft.rename(directory)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    return tuple(directory / name for name in names)


def notice_json(campaign: Campaign) -> dict[str, Any]:
    """Return what was read from a notice, in the shape of ``init --json``."""
    return {
        "id": campaign.id,
        "title": campaign.title,
        "document_number": campaign.document_number,
        "issuer": campaign.issuer,
        "date": campaign.date.isoformat(),
        "items": [_item_json(item) for item in campaign.items],
        "units": [{"name": unit.name, "group": unit.group} for unit in campaign.units],
        "form": {
            "title": campaign.form.title,
            "columns": [{"key": str(one.key), "heading": one.heading} for one in campaign.form.columns],
        },
        "cadence": str(campaign.cadence),
        "first_period": str(campaign.first_period),
        "due_rule": str(campaign.due_rule),
        "versions": [str(version) for version in campaign.versions],
        "contact": {"phone": campaign.contact_phone, "mailbox": campaign.contact_mailbox},
        "questions": [
            {"key": one.key, "question": one.question, "proposal": one.proposal, "quote": one.quote}
            for one in campaign.questions
        ],
    }


def _bytes(notice: Path) -> bytes:
    try:
        if notice.stat().st_size > MAX_BYTES:
            raise WrongUsage(
                f"{notice} has more than {MAX_BYTES // 1024 // 1024} MB: that is no notice. {_SAVE_AS}"
            )
        data = notice.read_bytes()
    except OSError as error:
        raise WrongUsage(
            f"{notice} cannot be read ({error.strerror}); check the name and its permissions."
        ) from error
    if not data.strip():
        raise WrongUsage(f"{notice} is empty; hand in the notice as .docx, .txt or .pdf.")
    return data


def _refuse_unread(notice: Path, reading: Reading) -> None:
    """Refuse a file whose reader saw nothing.

    :raises WrongUsage: saying why, and what to hand in instead.
    """
    problem = reading.problem
    if problem and problem.code == UNREADABLE:
        raise WrongUsage(
            f"{notice} is damaged or under a password. Open it, remove the password, save it again."
        )
    if problem:
        raise WrongUsage(f"{notice} cannot be read here ({problem.detail}). {_SAVE_AS}")
    if not reading.text.strip() and not reading.tables:
        raise WrongUsage(
            f"{notice} shows no text that can be recognised. Take the notice's Word file, or type its text into a "
            ".docx or .txt file, and run init on that."
        )


def _drafted(notice: Path, reading: Reading, calendar: WorkCalendar) -> Campaign:
    try:
        return read_notice(reading.text, reading.tables, calendar=calendar)
    except WrongUsage as error:
        raise WrongUsage("\n".join(f"{notice}: {line}" for line in str(error).splitlines())) from error


def _unread_pages(reading: Reading) -> list[Question]:
    """Ask about pages that are pictures among pages of text: nobody has read them yet."""
    numbers = [str(page.number) for page in reading.pages if page.pictures and not page.has_text]
    if reading.kind is not Kind.PDF or len(numbers) in (0, len(reading.pages)):
        return []
    question = f"通知第{'、'.join(numbers)}页是图片，这些页上有没有须报送的事项？"
    proposal = "没有；如有，在本文件的 items 和 units 中补上。"
    return [Question(key="unread_pages", question=question, proposal=proposal)]


def _accepted(question: Question) -> Question:
    if question.answer is not None or not question.proposal.strip():
        return question
    return replace(question, answer=question.proposal)


def _is_empty_directory(directory: Path) -> bool:
    """Tell whether the directory exists, and refuse one that holds something.

    :raises WrongUsage: naming what is there.
    """
    if not directory.is_dir():
        if directory.exists() or directory.is_symlink():
            raise WrongUsage(f"{directory} is no directory; name a directory that is new or empty.")
        return False
    names = sorted(path.name for path in directory.iterdir())
    if _SERVICE in names:
        raise WrongUsage(
            f"{directory / _SERVICE} exists already and is not overwritten; name a directory that is new or empty, "
            f"and take campaigns/*.yaml from there for a further campaign."
        )
    if names:
        more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
        there = ", ".join(names[:_NAMED])
        raise WrongUsage(
            f"{directory} is not empty: it holds {there}{more}. Name a directory that is new or empty."
        )
    return True


def _write_draft(draft: Path, campaign: Campaign) -> list[str]:
    campaign_name = f"campaigns/{campaign.id}.yaml"
    texts = {
        _SERVICE: service_yaml(),
        campaign_name: campaign_yaml(campaign),
        "calendar.yaml": calendar_yaml(),
    }
    (draft / "campaigns").mkdir(parents=True)
    _write(draft, texts)
    _check(draft / campaign_name)
    return list(texts)


def _write(draft: Path, texts: Mapping[str, str]) -> None:
    for name, text in texts.items():
        with (draft / name).open("w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())


def _check(path: Path) -> None:
    """Make sure that what is left behind can be loaded.

    :raises WrongUsage: with everything that is wrong; the place in a draft that is removed again says nothing.
    """
    try:
        load_campaign(path)
    except ConfigurationError as error:
        problems = "; ".join(
            problem.removeprefix(str(path)).lstrip(":0123456789 ") for problem in error.problems
        )
        raise WrongUsage(
            f"The notice was read, but what was found makes no whole campaign ({problems}). Nothing was written: "
            "mend the notice's text in a .txt file and run init on that, or hand in a campaign yaml."
        ) from error


def _move_in(draft: Path, directory: Path) -> None:
    """Move everything from the draft into its place, ``service.yaml`` last: without it there is no configuration."""
    moved: list[Path] = []
    try:
        for source in sorted(draft.iterdir(), key=lambda path: path.name == _SERVICE):
            moved.append(source.rename(directory / source.name))
    except OSError:
        for path in moved:
            path.rename(draft / path.name)
        raise


def _item_json(item: Item) -> dict[str, Any]:
    return {
        "number": item.number,
        "name": item.name,
        "text": item.text,
        "units": list(item.units),
        "targets": [_target_json(target) for target in item.targets],
    }


def _target_json(target: Target) -> dict[str, Any]:
    return {
        "text": target.text,
        "value": _number(target.value),
        "measure": target.measure,
        "comparator": target.comparator,
        "quote": target.quote,
    }


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)
