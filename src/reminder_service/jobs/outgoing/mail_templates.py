"""The texts of mails as an office edits them: shown, checked, tried, saved beside the program's own, taken back."""

import hashlib
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from ...domain.errors import ConfigurationError, OutsideError, WrongUsage
from ...mail.compose import Composer
from ...mail.template_rules import problems_of
from ...reports.workbook import write_workbook
from ...resources import packaged_templates
from ...store import Store
from ...store.private import make_folder
from ..results.export import write_whole
from ..state.situation import Situation
from .alarm_letter import ALARM
from .letters import Letters
from .mail_samples import MAIL_NAMES, Recorder, Samples
from .mail_text import MailText, text_of_raw
from .remind import queue_letter

PARTS = {"subject.txt": "主题", "body.txt": "正文（纯文本）", "body.html": "正文（HTML）"}
EARLIER = "earlier"
TRIAL_MARK = "【试发】"
_PROGRAMS_OWN = (".subject.txt", ".body.txt", ".body.html")


@dataclass(frozen=True, kw_only=True, slots=True)
class TemplateFile:
    """A template as it is used: the office's own or the program's; ``mark`` changes with every change of it."""

    name: str
    part: str
    text: str
    own: bool

    @property
    def file(self) -> str:
        """Its file's name."""
        return f"{self.name}.{self.part}"

    @property
    def mark(self) -> str:
        """What tells whether somebody else changed it meanwhile."""
        return hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


@dataclass(frozen=True, kw_only=True, slots=True)
class Checked:
    """What came of trying a text: ``problems`` (Chinese), else how the mail reads; ``variables`` with examples."""

    problems: tuple[str, ...]
    subject: str = ""
    text: MailText | None = None
    variables: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Workshop:
    """Where an office's templates are edited.

    :param folder: the office's own folder of templates, beside ``service.yaml``.
    """

    folder: Path
    here: Situation
    letters: Letters

    def listed(self) -> list[tuple[str, str, list[TemplateFile]]]:
        """Return every mail with its Chinese name and its files."""
        return [
            (name, words, [self.read(name, part) for part in PARTS]) for name, words in MAIL_NAMES.items()
        ]

    def read(self, name: str, part: str) -> TemplateFile:
        """Return a template as it is used.

        :raises WrongUsage: when there is none of that name.
        :raises OutsideError: when the file cannot be read.
        """
        if name not in MAIL_NAMES or part not in PARTS:
            raise WrongUsage(f"{name}.{part}: there is no such template")
        own = self.folder / "mail" / f"{name}.{part}"
        file = own if own.is_file() else packaged_templates() / "mail" / own.name
        try:
            text = file.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise OutsideError(f"{file}: cannot be read as UTF-8 text; correct or delete it") from error
        return TemplateFile(name=name, part=part, text=text, own=file == own)

    def check(self, name: str, part: str, text: str, unit: str | None = None) -> Checked:
        """Try a text: by the rules first, then as mails about units of every standing.

        :param unit: whose mail is shown (default: the first unit).
        """
        variables = self.variables(name)
        shared = {one.name for one in _shared(packaged_templates())}
        known = {one for one, _ in variables}
        found = problems_of(text, names=known, shared=shared, html=part.endswith(".html"))
        if found:
            return Checked(problems=tuple(found), variables=variables)
        with tempfile.TemporaryDirectory(prefix="template-") as folder:
            trial = self._with(Path(folder), f"{name}.{part}", text)
            samples = Samples(here=self.here, letters=trial)
            units = list(dict.fromkeys([*([unit] if unit else []), *samples.units()]))
            try:
                letters = samples.tries(name, units)
            except ConfigurationError as error:
                problems = tuple(one.replace(f"{folder}/mail/", "") for one in error.problems)
                return Checked(problems=problems, variables=variables)
            except Exception as error:  # a template is a small program: anything may go wrong in it
                return Checked(problems=(f"模板不能使用：{error}",), variables=variables)
        refused = _refused(name, letters[0].subject, self.here)
        shown = text_of_raw(letters[0].raw)
        return Checked(problems=refused, subject=letters[0].subject, text=shown, variables=variables)

    def variables(self, name: str) -> tuple[tuple[str, str], ...]:
        """Return what a template of that name may say, each with an example of today."""
        composer = Recorder([packaged_templates()])
        samples = Samples(here=self.here, letters=replace(self.letters, composer=composer))
        samples.letter(name, next(samples.units()))
        return tuple((one, _example(value)) for one, value in sorted(composer.seen.items()))

    def save(
        self, store: Store, name: str, part: str, text: str, *, seen: str, author: str, now: datetime
    ) -> None:
        """Put a text into the office's own folder; what was there before is kept.

        :param seen: the mark of the text that the person edited.
        :raises WrongUsage: when the text may not be used, or somebody else changed it meanwhile.
        :raises OutsideError: when the folder cannot be written to.
        """
        before = self.read(name, part)
        if before.mark != seen:
            raise WrongUsage("此模板已被他人修改，请重新打开后再改。")
        plain = "\n".join(text.replace("\r\n", "\n").split("\n")).rstrip("\n") + "\n"
        checked = self.check(name, part, plain)
        if checked.problems:
            raise WrongUsage("；".join(checked.problems))
        self._keep(before, now)
        make_folder(self.folder / "mail")
        write_whole(self.folder / "mail" / before.file, plain.encode())
        store.journal.write(now, author, "template", before.file, {"before": before.mark})

    def revert(self, store: Store, name: str, part: str, *, author: str, now: datetime) -> bool:
        """Go back to the program's own text; the office's is kept. Return whether there was one."""
        before = self.read(name, part)
        if not before.own:
            return False
        self._keep(before, now)
        (self.folder / "mail" / before.file).unlink(missing_ok=True)
        store.journal.write(now, author, "template", before.file, {"before": before.mark, "after": "原版"})
        return True

    def trial(self, store: Store, name: str, unit: str, *, author: str, now: datetime) -> str:
        """Queue one mail as it reads now to the office's own address; it counts as no mail to a unit.

        :return: the address that it goes to.
        """
        state = self.here.state(self.here.current_period)
        subject = self.read(name, "subject.txt").text
        with tempfile.TemporaryDirectory(prefix="template-") as folder:
            letters = self._with(Path(folder), f"{name}.subject.txt", TRIAL_MARK + subject)
            samples = Samples(
                here=self.here,
                letters=letters,
                about=f"{now:%Y%m%dT%H%M%S}",
                workbook=write_workbook(self.here.campaign, state, self.here.contacts)
                if name == "digest"
                else b"",
            )
            letter = samples.letter(name, unit)
        key = samples.key("receipt" if name == "receipt_unlisted" else name)
        to = self.letters.office.address
        with store.transaction():
            if queue_letter(store, letter, key, to=to, unit=None, now=now):
                store.journal.write(now, author, "trial", str(key), {"to": to})
        return to

    def _with(self, folder: Path, file: str, text: str) -> Letters:
        """Return the writer of mails with one file replaced, as it would be if the text were saved."""
        (folder / "mail").mkdir()
        (folder / "mail" / file).write_text(text, encoding="utf-8")
        own = [self.folder] if self.folder.is_dir() else []
        return replace(self.letters, composer=Composer([folder, *own, packaged_templates()]))

    def _keep(self, before: TemplateFile, now: datetime) -> None:
        if before.own:
            folder = self.folder / "mail" / EARLIER
            make_folder(folder)
            write_whole(folder / f"{before.file}.{now:%Y%m%dT%H%M%S}.{before.mark}", before.text.encode())


def _shared(folder: Path) -> Sequence[Path]:
    return [
        one
        for one in (folder / "mail").iterdir()
        if one.suffix in (".txt", ".html") and not one.name.endswith(_PROGRAMS_OWN)
    ]


def _refused(name: str, subject: str, here: Situation) -> tuple[str, ...]:
    if not subject.strip(" []"):
        return ("主题不能为空。",)
    if name not in ("escalation", ALARM) and f"[{here.campaign.short_name}" not in subject:
        return ("主题须保留 {{ reference }}，否则单位的回信不易辨认。",)
    return ()


def _example(value: object) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list | tuple):
        return f"（{len(value)}项）{_example(value[0]) if value else ''}"
    if isinstance(value, dict):
        return "、".join(f".{key}" for key in value)
    return str(value if value is not None else "（无）")[:80]
