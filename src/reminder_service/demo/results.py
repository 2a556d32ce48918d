"""What a demo leaves for people to look at."""

import email
import email.policy
import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path

from ..app import App
from ..domain.state import PeriodState
from ..jobs.results.export import export_period
from ..jobs.state.situation import Situation
from ..jobs.state.status import status_json
from ..store import OutboxMail
from . import sandbox as place
from .sandbox import Sandbox

_SAMPLE = "团县委"
"""Whose reminder and receipt are shown: it had something to mend."""


def lay_out(app: App, here: Situation, state: PeriodState, sandbox: Sandbox) -> list[tuple[Path, str]]:
    """Write every result and return the paths, each with what it is."""
    copies = _copy_originals(app, here, state, sandbox.result(place.ORIGINALS))
    printer = replace(
        app.printer,
        originals=lambda sha256: copies[sha256].as_uri() if sha256 in copies else app.original_link(sha256),
    )
    export_period(app.store, here, state.period, sandbox.result(place.WORKBOOK), printer)
    described = json.dumps(status_json(state, here.around.zone), ensure_ascii=False, indent=2)
    sandbox.result(place.STATUS).write_text(described + "\n", encoding="utf-8")
    sent = [mail for mail in app.store.outbox.all() if mail.state == "sent"]
    due = str(state.due)
    _page(app, sandbox.result(place.DIGEST), sent, lambda mail: mail.kind == "digest")
    _page(
        app,
        sandbox.result(place.DIGEST_DUE),
        sent,
        lambda mail: mail.kind == "digest" and f"/{due}/" in mail.key,
    )
    _page(
        app,
        sandbox.result(place.REMINDER),
        sent,
        lambda mail: (mail.unit, mail.kind) == (_SAMPLE, "reminder"),
    )
    _page(
        app, sandbox.result(place.RECEIPT), sent, lambda mail: (mail.unit, mail.kind) == (_SAMPLE, "receipt")
    )
    return [
        (sandbox.result(place.WORKBOOK), "the consolidated workbook"),
        (sandbox.result(place.DIGEST), "the last digest"),
        (sandbox.result(place.DIGEST_DUE), "the digest of the due day"),
        (sandbox.result(place.REMINDER), f"a reminder, to {_SAMPLE}"),
        (sandbox.result(place.RECEIPT), f"a receipt, to {_SAMPLE}"),
        (sandbox.result(place.STATUS), "`status --json`"),
        (sandbox.result(place.ORIGINALS), "what the units sent"),
        (sandbox.directory, "try `reminder-service --config` on it"),
    ]


def _page(app: App, path: Path, sent: list[OutboxMail], wanted: Callable[[OutboxMail], bool]) -> None:
    """Write the HTML text of the newest mail that is wanted."""
    newest = next(mail for mail in reversed(sent) if wanted(mail))
    mail = email.message_from_bytes(app.store.originals.read(newest.raw_sha256), policy=email.policy.default)
    assert isinstance(mail, EmailMessage)
    body = mail.get_body(("html",))
    assert body is not None
    path.write_text(body.get_content(), encoding="utf-8")


def _copy_originals(app: App, here: Situation, state: PeriodState, folder: Path) -> dict[str, Path]:
    """Lay the units' files out in a folder for each unit, named by day and file name."""
    copies: dict[str, Path] = {}
    for one in here.attributions:
        if one.document is None or one.period != state.period or one.document.document in copies:
            continue
        day = one.message.received_at.astimezone(here.around.zone)
        target = folder / (one.unit or "未能识别") / f"{day:%m%d-%H%M}_{Path(one.document.filename).name}"
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(app.store.originals.path(one.document.document), target)
        copies[one.document.document] = target
    return copies
