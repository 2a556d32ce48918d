"""Tables for people on the terminal."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

from ..domain.campaign import Campaign, ColumnKey
from ..domain.state import PeriodState, Status
from ..domain.summary import grouped
from ..domain.wording import VERSION_WORDS

STATUS_WORDS = {
    Status.COMPLETE: "[green]已报齐[/]",
    Status.ATTENTION: "[yellow]待核[/]",
    Status.PARTIAL: "[yellow]缺件[/]",
    Status.MISSING: "[red]未报[/]",
    Status.UNKNOWN: "[magenta]情况不明[/]",
}
_MAILBOX_TIME = "%Y-%m-%d %H:%M"


def console() -> Console:
    """Return the console for standard output; wide where no terminal tells its width."""
    made = Console(highlight=False)
    return made if made.is_terminal else Console(highlight=False, width=160)


def new_table(title: str, *headings: str) -> Table:
    """Return an empty table as every command prints it."""
    table = Table(title=title, box=box.SIMPLE_HEAD, title_justify="left", pad_edge=False)
    for heading in headings:
        table.add_column(heading, overflow="fold")
    return table


def print_campaign(campaign: Campaign, *, answered: bool) -> None:
    """Show what a notice says: items and units, targets, form, periods, open questions."""
    out = console()
    name = campaign.form.heading(ColumnKey.NAME)
    table = new_table(f"{campaign.title}　{campaign.document_number}", "序号", name or "事项", "责任单位")
    for item in campaign.items:
        table.add_row(str(item.number), _plain(item.name), "、".join(item.units))
    out.print(table)
    targets = [(item.number, target) for item in campaign.items for target in item.targets]
    out.print(
        f"{len(campaign.items)} items, {len(campaign.duties)} duties, {len(campaign.units)} units, {len(targets)} targets"
    )
    for number, target in targets:
        out.print(f"  {number}. {_plain(target.text)} {target.comparator} {target.value}{target.measure}")
    out.print("columns: " + " | ".join(column.heading for column in campaign.form.columns))
    out.print(f"first period: {campaign.first_period}; due: {campaign.due_rule}")
    out.print("to be sent: " + "、".join(VERSION_WORDS[version] for version in campaign.versions))
    out.print(f"contact: {campaign.contact_phone or '-'}; mailbox: {_plain(campaign.contact_mailbox) or '-'}")
    for question in campaign.questions:
        done = question.answer or (question.proposal if answered else None)
        out.print(f"? {question.key}: {_plain(question.question)}")
        out.print(
            f"  {'answered' if done else 'proposal'}: {_plain(done or question.proposal)}", soft_wrap=True
        )
        if question.quote:
            out.print(f"  quoted: {_plain(question.quote)}", soft_wrap=True)


def print_plan(mails: Sequence[Mapping[str, Any]], held: Sequence[Mapping[str, Any]]) -> None:
    """Show the planned mails and who cannot be written to."""
    out = console()
    table = new_table(f"{len(mails)} mails", "time", "kind", "unit", "to", "subject")
    for mail in mails:
        table.add_row(
            mail["time"][:16].replace("T", " "),
            mail["kind"],
            mail["unit"],
            mail["to"],
            _plain(mail["subject"]),
        )
    out.print(table)
    for one in held:
        out.print(f"not written to: {one['unit']} ({one['period']}): {one['reason']}")


def print_status(campaign: Campaign, state: PeriodState) -> None:
    """Show the state of a period, a line a unit."""
    out = console()
    words = {
        line.unit: line.words
        for group in ("missing", "maybe", "unknown", "partial", "attention", "promised", "complete")
        for line in getattr(grouped(campaign, state), group)
    }
    title = f"{state.period.title}　截止 {state.due}　截至 {state.as_of:{_MAILBOX_TIME}}"
    table = new_table(title, "单位", "状态", "电子版", "盖章版", "说明")
    for unit in state.units:
        table.add_row(
            unit.unit,
            STATUS_WORDS[unit.status] + ("（迟报）" if unit.late else ""),
            f"{unit.electronic.received_at.astimezone(state.as_of.tzinfo):%m-%d %H:%M}"
            if unit.electronic
            else "—",
            f"{unit.stamped.received_at.astimezone(state.as_of.tzinfo):%m-%d %H:%M}" if unit.stamped else "—",
            _plain(words.get(unit.unit, "")),
        )
    out.print(table)
    read_at = state.mailbox.read_at
    read = f"{read_at.astimezone(state.as_of.tzinfo):{_MAILBOX_TIME}}" if read_at else "从未"
    out.print(
        f"邮箱最近一次成功读取：{read}"
        + (f"　[red]{_plain(state.mailbox.reason)}[/]" if state.mailbox.blind else "")
    )
    if state.tray:
        out.print(f"待处理 {len(state.tray)} 件")


def print_messages(listed: Iterable[Mapping[str, Any]]) -> None:
    """Show every mail in and out."""
    table = new_table("", "", "time", "kind", "state", "unit", "address", "subject")
    for mail in listed:
        incoming = mail["direction"] == "in"
        moment = mail["received_at"] if incoming else mail["sent_at"]
        table.add_row(
            "in" if incoming else "out",
            (moment or "")[:16].replace("T", " "),
            mail["kind"] or "",
            mail["state"],
            mail["unit"] or "",
            _plain((mail["from"] if incoming else mail["to"]) or ""),
            _plain(mail["subject"] or ""),
        )
    console().print(table)


_SEAL_WORDS = {"seen": "见公章", "cannot_tell": "灰度或黑白页面，无法判断有无公章"}


def print_reading(seen: Mapping[str, Any]) -> None:
    """Show what was seen in a file."""
    out = console()
    out.print(
        f"{_plain(seen['filename'])}: {seen['kind']}, {len(seen['pages'])} pages, {len(seen['tables'])} tables"
    )
    if seen["problem"]:
        out.print(f"{seen['problem']['code']}: {_plain(seen['problem']['detail'])}")
    for page in seen["pages"]:
        for seal in page["seals"]:
            out.print(f"第{page['number']}页：{_SEAL_WORDS[seal['verdict']]} {_plain(seal['text'])}".rstrip())
    for signature in seen["signatures"]:
        out.print(_plain(signature["words"]))
    for note in seen["notes"]:
        out.print(_plain(note))
    form = seen["form"]
    if form is None:
        return
    table = new_table(_plain(form["title"]), "序号", "实事名称", "责任单位", "措施及进度", "完成时限", "位置")
    for row in form["rows"]:
        place = f"第{row['page']}页第{row['row']}行"
        cells = [_plain(row[key]) for key in ("number", "name", "units", "measures", "deadline")]
        table.add_row(*cells, place)
    out.print(table)
    out.print(f"填报单位：{_plain(form['unit'] or '—')}　报送期：{form['period'] or '—'}")


def print_comparison(verdict: Mapping[str, Any]) -> None:
    """Show the verdict on two versions and where they differ."""
    out = console()
    words = {"agree": "[green]一致[/]", "differ": "[red]不一致[/]", "cannot_tell": "[yellow]无法比对[/]"}
    out.print(words[verdict["verdict"]])
    if not verdict["differences"]:
        return
    table = new_table("", "序号", "差异", "电子版", "盖章版")
    kinds = {"figure": "数据", "wording": "文字", "row": "整行"}
    for one in verdict["differences"]:
        table.add_row(
            str(one["item"]),
            kinds[one["kind"]],
            _plain(one["electronic"] or "—"),
            _plain(one["stamped"] or "—"),
        )
    out.print(table)


def print_decisions(decisions: Iterable[Any]) -> None:
    """Show the decisions in force."""
    table = new_table("", "number", "decision", "period", "unit", "item", "document", "says", "reason", "by")
    for one in decisions:
        table.add_row(
            str(one.id),
            one.kind,
            one.period,
            one.unit or "",
            str(one.item or "") or ", ".join(map(str, one.payload.get("items", ()))),
            (one.document or "")[:12],
            _plain(str(one.payload.get("until") or one.payload.get("text", ""))),
            _plain(one.reason),
            _plain(one.author),
        )
    console().print(table)


def print_versions(listed: Sequence[Mapping[str, Any]]) -> None:
    """Show the frozen versions of a period."""
    if not listed:
        console().print("no version is frozen")
        return
    table = new_table("", "version", "frozen at", "by", "changes", "files", "decision", "reason")
    for one in listed:
        table.add_row(
            str(one["version"]),
            one["at"][:16].replace("T", " "),
            _plain(one["author"]),
            str(one["changes"]),
            " ".join(one["files"]),
            str(one["decision"]),
            _plain(one["reason"]),
        )
    console().print(table)


def print_changes(listed: Sequence[Mapping[str, Any]]) -> None:
    """Show what changed."""
    if not listed:
        console().print("nothing changed")
        return
    about = {"measures": "措施及进度", "deadline": "完成时限", "status": "报送状态"}
    table = new_table(f"{len(listed)} changes", "单位", "序号", "事项", "原内容", "现内容", "来源", "认定")
    for one in listed:
        place = (
            f"{one['filename']} 第{one['source']['page']}页第{one['source']['row']}行"
            if one["source"]
            else ""
        )
        table.add_row(
            one["unit"],
            str(one["item"] or ""),
            about[one["about"]],
            _plain(one["old"] or "—"),
            _plain(one["new"] or "—"),
            _plain(place),
            "、".join(map(str, one["decisions"])),
        )
    console().print(table)


def print_checks(checks: Iterable[Any]) -> None:
    """Show what the doctor found, with the cure where something is wrong."""
    out = console()
    for check in checks:
        mark = {True: "[green]ok[/]  ", False: "[red]BAD[/] ", None: "[yellow]?[/]   "}[check.ok]
        out.print(f"{mark} {check.name}: {_plain(check.detail)}")
        if check.cure and check.ok is not True:
            out.print(f"      → {_plain(check.cure)}")


def _plain(text: str) -> str:
    """Outside text never becomes markup or moves the cursor."""
    return "".join(
        character if character.isprintable() or character == "\n" else " " for character in text
    ).replace("[", "\\[")
