"""The consolidated workbook: sheets that say everything about one period of a campaign."""

import io
import shutil
import zipfile
from collections.abc import Callable, Sequence
from datetime import UTC
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.packaging.custom import StringProperty
from openpyxl.writer.excel import ExcelWriter

from reminder_service.domain.campaign import Campaign
from reminder_service.domain.documents import REPORT_PROPERTY
from reminder_service.domain.progress import TargetProgress, progress
from reminder_service.domain.state import Contact, PeriodState
from reminder_service.domain.versions import Decided, Revision

from .texts import safe_text
from .workbook_charts import chart_blocks, write_charts
from .workbook_form import write_form
from .workbook_history import write_changes, write_history
from .workbook_lists import write_duties, write_findings, write_units
from .workbook_print import measure_by_arial
from .workbook_targets import write_targets

_ZIP_TIME = (2024, 1, 1, 0, 0, 0)


def write_workbook(
    campaign: Campaign,
    state: PeriodState,
    contacts: Sequence[Contact],
    *,
    originals: Callable[[str], str] | None = None,
    decided: Decided | None = None,
    revisions: Sequence[Revision] = (),
    earlier: Sequence[PeriodState] = (),
    targets: Sequence[TargetProgress] | None = None,
) -> bytes:
    """Return the workbook (xlsx) of a period; the same arguments give the same bytes.

    Text from outside is always text. A property marks the file as ours, so that it never counts as a report.

    图表 comes last, once there is something to show.

    :param contacts: contacts of all units; only their names and phones are shown.
    :param originals: gives a link to an original by its SHA-256; without it each file is named with its number.
    :param decided: the decisions that each duty rests on.
    :param revisions: how frozen versions differ; 变更记录 is there once there is something to tell.
    :param earlier: periods before this one, oldest first; 历次对比 is there once there is one.
    :param targets: how far the targets are reached (default: by this period alone, nothing confirmed).
    """
    book = Workbook(write_only=True)
    measure_by_arial(book)
    write_form(book.create_sheet("汇总表"), campaign, state)
    write_units(book.create_sheet("报送情况"), campaign, state, contacts)
    write_duties(book.create_sheet("明细"), campaign, state, originals, decided or {})
    write_findings(book.create_sheet("问题清单"), state, originals)
    reached = progress(campaign, [state], {}) if targets is None else targets
    write_targets(book.create_sheet("指标进度"), reached)
    if earlier:
        write_history(book.create_sheet("历次对比"), campaign, [*earlier, state])
    if any(one.changes for one in revisions):
        write_changes(book.create_sheet("变更记录"), revisions, state.as_of.tzinfo, originals)
    if blocks := chart_blocks([*earlier, state], reached):
        write_charts(book.create_sheet("图表"), blocks)
    _describe(book, campaign, state)
    return saved(book)


def _describe(book: Workbook, campaign: Campaign, state: PeriodState) -> None:
    made = state.as_of.astimezone(UTC).replace(tzinfo=None)
    book.properties.created = book.properties.modified = made
    book.properties.creator = safe_text(campaign.issuer)
    book.properties.title = safe_text(f"{campaign.form.title}（{state.period.title}）")
    book.custom_doc_props.append(
        StringProperty(name=REPORT_PROPERTY, value=f"{state.campaign}:{state.period}")
    )


def saved(book: Workbook) -> bytes:
    """Return the bytes of a workbook without the time of day, which ``Workbook.save`` would note in them."""
    written = io.BytesIO()
    ExcelWriter(book, _Timeless(written, "w", zipfile.ZIP_DEFLATED)).save()
    return written.getvalue()


class _Timeless(zipfile.ZipFile):
    """An archive whose entries bear one fixed time."""

    def write(self, filename: Any, arcname: Any = None, *_: Any, **__: Any) -> None:
        entry, file = self._entry(str(arcname or filename)), Path(filename)
        entry.file_size = file.stat().st_size
        with file.open("rb") as source, self.open(entry, "w") as target:
            shutil.copyfileobj(source, target)

    def writestr(self, zinfo_or_arcname: Any, data: Any, *_: Any, **__: Any) -> None:
        super().writestr(self._entry(str(zinfo_or_arcname)), data)

    @staticmethod
    def _entry(name: str) -> zipfile.ZipInfo:
        entry = zipfile.ZipInfo(name, date_time=_ZIP_TIME)
        entry.compress_type = zipfile.ZIP_DEFLATED
        return entry
