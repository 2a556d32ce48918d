"""A campaign written as the file that a person reads and corrects: every key explained, the notice quoted."""

from collections.abc import Iterator
from datetime import time

from ..domain.campaign import Campaign, EscalationStep, Item, Predecessor, Question, Step, Target, Tone, Unit
from .yaml_file import SCHEMA
from .yaml_text import comment, flow, scalar

_QUOTED = "# 通知原文："


def campaign_yaml(campaign: Campaign) -> str:
    """Return the complete, commented text of a campaign file.

    ``load_campaign`` reads it back to an equal campaign where the file is named after the campaign's id and
    the texts carry no white space at their ends.
    """
    parts = (_head, _items, _units, _form, _periods, _reminders, _questions)
    blocks = ["\n".join(part(campaign)) for part in parts]
    return "\n\n".join(blocks) + "\n"


def _head(campaign: Campaign) -> Iterator[str]:
    yield f"# 报送任务：{comment(campaign.title)}"
    yield f"# 共{len(campaign.items)}项、{len(campaign.units)}个责任单位、{len(campaign.duties)}项应报事项。"
    yield "# 一个文件就是一份通知；文件名（不含 .yaml）是任务编号，印在报表二维码里，开始报送后不要改名。"
    yield "# 每个键的完整说明见 docs/configuration.md；改错了程序会指出行号和改法。"
    yield f"schema: {SCHEMA}  # 文件格式的版本号，不要改动"
    yield f"title: {scalar(campaign.title)}  # 通知标题"
    reference = f"[{comment(campaign.short_name)} {campaign.first_period}-01]"
    yield f"short_name: {scalar(campaign.short_name)}  # 简称，用在邮件主题，如 {reference}"
    yield f"document_number: {scalar(campaign.document_number)}  # 文号"
    yield f"issuer: {scalar(campaign.issuer)}  # 发文机关"
    yield f"date: {campaign.date.isoformat()}  # 成文日期"
    yield f"region: {scalar(campaign.region)}  # 本地区全称；比对单位名称和公章时可省去"
    yield ""
    yield "# 通知里写明的联系方式，写进每封邮件和报表页脚。"
    yield from _quote(campaign, "addresses")
    yield "contact:"
    yield f"  phone: {scalar(campaign.contact_phone)}  # 联系电话"
    yield f"  mailbox: {scalar(campaign.contact_mailbox)}  # 通知里写的接收邮箱（收发信地址在 service.yaml）"
    named = f" {campaign.mailbox}" if campaign.mailbox else ""
    yield f"mailbox:{named}  # 用 service.yaml 中 mailboxes 里的哪个邮箱收发；留空表示办公室自己的邮箱"


def _items(campaign: Campaign) -> Iterator[str]:
    yield "# 通知的各项内容，按通知顺序。"
    yield "#   number 序号；name 名称（与报表“实事名称”栏一致）；text 通知原文；"
    yield "#   units 责任单位，按通知顺序，第一个为牵头；名称须与下面 units 中的 name 一致；"
    yield "#   targets 通知定的量化指标：text 指标，value 数值，measure 量词或 %，"
    yield '#   comparator 为 ">="（不少于、以上）或 "="，quote 通知原话。'
    yield from _quote(campaign, "leading_unit")
    yield "items:"
    for item in campaign.items:
        yield from _item(item)


def _item(item: Item) -> Iterator[str]:
    yield f"  - number: {item.number}"
    yield f"    name: {scalar(item.name)}"
    yield f"    text: {scalar(item.text)}"
    yield f"    units: {flow(item.units)}"
    if not item.targets:
        yield "    targets: []"
        return
    yield "    targets:"
    for target in item.targets:
        yield from _target(target)


def _target(target: Target) -> Iterator[str]:
    yield f"      - text: {scalar(target.text)}"
    yield f"        value: {target.value:f}"
    yield f"        measure: {scalar(target.measure)}"
    yield f"        comparator: {scalar(target.comparator)}"
    yield f"        quote: {scalar(target.quote)}"


def _units(campaign: Campaign) -> Iterator[str]:
    yield "# 责任单位，按在通知中出现的先后。"
    yield "#   name 通知里的写法；code 两位以上数字代码，印在主题和报表里，定了就不要再改；"
    yield "#   full_name 公章上的全称；aliases 别的写法（简称、旧称），任何写法不得同时指两个单位；"
    yield "#   names 改过的名称及起止日期，successor_of 并入本单位的单位（见 docs/configuration.md）；"
    yield "#   group 为 true 表示“各……”一类的一组单位，members 是组内各单位名称（可不填）。"
    yield from _quote(campaign, "group_members")
    yield "units:"
    for unit in campaign.units:
        yield from _unit(unit)


def _unit(unit: Unit) -> Iterator[str]:
    yield f"  - name: {scalar(unit.name)}"
    yield f"    code: {scalar(unit.code)}"
    yield f"    full_name: {scalar(unit.full_name)}"
    if unit.tone is not Tone.DIRECT:
        yield f"    tone: {unit.tone}  # 垂直管理单位：首次通知之后的催报改用商请，存为草稿，由人签发"
    if unit.aliases:
        yield f"    aliases: {flow(unit.aliases)}"
    if unit.group:
        yield "    group: true"
    if unit.group or unit.members:
        yield f"    members: {flow(unit.members)}"
    yield from _dated_names(unit)
    if unit.successor_of:
        yield "    successor_of:"
    for body in unit.successor_of:
        yield from _predecessor(body)


def _dated_names(unit: Unit) -> Iterator[str]:
    if unit.names:
        yield "    names:"
    for name in unit.names:
        yield f"      - name: {scalar(name.name)}"
        for key, day in (("since", name.since), ("until", name.until)):
            if day:
                yield f"        {key}: {day.isoformat()}"


def _predecessor(body: Predecessor) -> Iterator[str]:
    yield f"      - name: {scalar(body.name)}"
    yield f"        since: {body.since.isoformat()}"
    if body.code:
        yield f"        code: {scalar(body.code)}"
    if body.aliases:
        yield f"        aliases: {flow(body.aliases)}"


def _form(campaign: Campaign) -> Iterator[str]:
    yield "# 通知所附报表的标题和各列，从左到右。"
    yield "#   key 列的含义：number 序号、name 名称、units 责任单位、measures 措施及进度、deadline 完成时限，"
    yield "#   extra_1 至 extra_4 通知另有的列：照填照汇总，不检查是否填写；"
    yield "#   heading 表头原文；also 别人的报表里可能出现的表头写法；width 打印列宽（字符）。"
    yield "form:"
    yield f"  title: {scalar(campaign.form.title)}"
    yield "  columns:"
    for column in campaign.form.columns:
        yield f"    - key: {column.key}"
        yield f"      heading: {scalar(column.heading)}"
        if column.also:
            yield f"      also: {flow(column.also)}"
        yield f"      width: {_number(column.width)}"


def _periods(campaign: Campaign) -> Iterator[str]:
    last = f" {campaign.last_period}" if campaign.last_period else ""
    yield "# 报送期。"
    yield from _quote(campaign, "due_date")
    yield "periods:"
    yield "  # 频次：once 一次、ten_days 旬、half_month 半月、month 月、quarter 季、half_year 半年、year 年"
    yield f"  cadence: {campaign.cadence}"
    yield f"  first: {campaign.first_period}  # 第一期：截止日不早于成文日期的第一个报送期"
    yield f"  last:{last}  # 最后一期，如 2024Q4，报完该期即止；留空表示一直报下去"
    yield f"  left_out: {flow(campaign.left_out)}  # 不报的报送期：Q1 每年第一季度都不报，2025Q1 只这一期不报"
    yield "  # 截止日：last_workday_on_or_before_end 期末或之前最后一个工作日、"
    yield "  # first_workday_on_or_after_end 期末或之后第一个工作日、end 期末当天；"
    yield "  # day_25_of_month_back 期末当月25日、day_5_of_next_month_back 次月5日、month_12_day_20_back 当年12月20日、"
    yield "  # days_15_31_of_month_back 每月15日和月底（半月报）、"
    yield "  # 10_days_after_end_back 期末后10日、5_workdays_after_end 期末后第5个工作日；"
    yield "  # 遇休息日：_back 提前到之前的工作日，_forward 顺延到之后的工作日，不写则不动"
    yield f"  due: {campaign.due_rule}"
    yield ""
    yield "# 须报哪几种版本：electronic 电子版、stamped 盖章版。"
    yield from _quote(campaign, "versions")
    yield f"versions: {flow(campaign.versions)}"
    yield f"attach_form: {_bool(campaign.attach_form)}  # 通知和催报邮件是否附上该单位自己的报表"
    yield f"attach_calendar: {_bool(campaign.attach_calendar)}  # 首次通知是否附上截止日的日历文件（.ics）"
    yield f"ask_contacts: {_bool(campaign.ask_contacts)}  # 给各单位的第一封邮件是否附上联系人表；单位填好交回后自动登记"


def _reminders(campaign: Campaign) -> Iterator[str]:
    ladder = campaign.ladder
    first, last = (clock_text(moment) for moment in ladder.office_hours)
    yield "# 催报安排。"
    yield "#   kind：first_notice 首次通知、reminder 催报、due_today 当日提醒、overdue 逾期催报；"
    yield "#   offset 按工作日从截止日 D 起算：D-3W 前三个工作日，D 当天，D+1W 后一个工作日；at 发信时间；"
    yield "#   audience：all 所有单位（只用于首次通知）、gaps 只发给还有欠缺的单位；"
    yield "#   every、at_most 只用于逾期催报：此后每几个工作日再发一次，总共最多几次。"
    yield "reminders:"
    yield f"  office_hours: {first}-{last}  # 错过的邮件只在这段时间内补发"
    yield f"  make_up_within: {ladder.make_up_within}  # 错过的邮件在几个工作日内补发，过后不再补"
    yield f"  thanks: {_bool(ladder.thanks)}  # 报齐后是否另发一封致谢邮件（每单位每期一次；回执本来就写明已报齐）"
    if ladder.escalation:
        yield from _escalation(ladder.escalation)
    yield "  steps:" if ladder.steps else "  steps: []"
    yield from map(_step, ladder.steps)
    yield ""
    yield "# 识别扫描件文字的把握（0 至 1）低于 threshold 时，请人工核对。"
    yield "recognition:"
    yield f"  threshold: {_number(campaign.recognition_threshold)}"


def _escalation(step: EscalationStep) -> Iterator[str]:
    yield "  # 逾期后拟一封给领导的催办函，只存为草稿，由人核对、签发（drafts、release）"
    yield "  escalation:"
    yield f"    offset: {offset_text(step.offset)}"
    yield f'    at: "{clock_text(step.at)}"'
    yield f"    to: {scalar(step.to)}"
    yield f"    addressee: {scalar(step.addressee)}"


def _step(step: Step) -> str:
    keys = {
        "kind": str(step.kind),
        "offset": offset_text(step.offset),
        "at": f'"{clock_text(step.at)}"',
        "audience": str(step.audience),
    }
    if step.every or step.at_most != 1:
        keys |= {"every": str(step.every), "at_most": str(step.at_most)}
    return f"    - {{{', '.join(f'{key}: {value}' for key, value in keys.items())}}}"


def _questions(campaign: Campaign) -> Iterator[str]:
    yield "# 通知没有写明、须由人定的事：question 问题，proposal 建议，quote 通知原话，answer 答复。"
    yield "# 只要有一个 answer 留空，程序就不发催报。答复与建议不同时，请同时改好上面相应的键。"
    yield "questions:" if campaign.questions else "questions: []"
    for question in campaign.questions:
        yield from _question(question)


def _question(question: Question) -> Iterator[str]:
    yield f"  - key: {scalar(question.key)}"
    yield f"    question: {scalar(question.question)}"
    yield f"    proposal: {scalar(question.proposal)}"
    yield f"    quote: {scalar(question.quote)}"
    yield f"    answer: {scalar(question.answer)}" if question.answer is not None else "    answer:"


def _quote(campaign: Campaign, key: str) -> Iterator[str]:
    for question in campaign.questions:
        if question.key == key and question.quote:
            yield f"{_QUOTED}{comment(question.quote)}"


def offset_text(workdays: int) -> str:
    """Return workdays from the due date as the file writes them: ``D-3W``."""
    return f"D{workdays:+d}W" if workdays else "D"


def clock_text(moment: time) -> str:
    """Return a time of day as the file writes it: ``09:00``."""
    return moment.strftime("%H:%M")


def _number(value: float) -> str:
    return str(int(value)) if value.is_integer() else repr(value)


def _bool(value: bool) -> str:
    return "true" if value else "false"
