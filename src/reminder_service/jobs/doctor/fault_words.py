"""What the doctor found, in the clerk's words; the English sentence stands beside for who mends it."""

import re
from dataclasses import dataclass

from ...domain.error_words import OTHER, error_words
from .doctor_checks import Check


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """A finding in words; ``technical`` is the English sentence, ``cure`` is empty where nothing is to be done."""

    name: str
    ok: bool | None
    words: str
    cure: str
    technical: str


@dataclass(frozen=True, kw_only=True, slots=True)
class _Kind:
    """How a kind of check is said: what it is about, when it is well, when it is not, what to do."""

    name: str
    good: str
    bad: str
    cure: str = ""


_ADMIN = "请管理员按技术说明处理，再检查一次"
_KINDS: tuple[tuple[re.Pattern[str], _Kind], ...] = tuple(
    (re.compile(pattern), _Kind(name=name, good=good, bad=bad, cure=cure))
    for pattern, name, good, bad, cure in (
        ("configuration", "配置文件", "没有错误", "有错误", _ADMIN),
        (
            "(?:data )?folder(?: (.+))?",
            "数据目录",
            "可以写入，空间充足",
            "空间不足、不能写入，或本机其他用户可以查看",
            _ADMIN,
        ),
        ("store", "数据库", "可以打开，结构最新", "不能打开", _ADMIN),
        (
            "contacts of (.+)",
            "名录",
            "每个单位都有邮箱",
            "有的单位没有可用的邮箱",
            "请在“名录与任务”中补齐；在此之前只缓发这些单位的邮件",
        ),
        ("mailbox folder (.+)|mailbox .+ folder (.+)", "收信文件夹", "可以读取", "不能读取", _ADMIN),
        ("mailbox(?: (.+))?", "收信邮箱", "可以登录", "不能登录", _ADMIN),
        ("SMTP(?: (.+))?", "发信服务器", "可以登录，未发出任何邮件", "不能使用", _ADMIN),
        ("watched folder", "收件文件夹", "可以读取", "不能读取", _ADMIN),
        ("outbox folder", "发件文件夹", "可以写入", "不能写入", _ADMIN),
        ("reading (.+)", "近来收信", "最近一次成功", "最近一次没有成功", "现在能否收信，见上面的“收信邮箱”"),
        (
            "sending (.+)",
            "近来发信",
            "最近一次成功",
            "最近一次没有成功",
            "现在能否发信，见上面的“发信服务器”",
        ),
        ("sending", "发信", "没有暂停", "已暂停", "可在“邮件”中恢复发信"),
        ("mails so far", "收发记录", "正常", "不能查看", _ADMIN),
        (
            "outbox",
            "情况不明的邮件",
            "没有",
            "有的邮件不知是否发出",
            "请到邮箱的已发送文件夹核对，再在“邮件”中标明已发或重发",
        ),
        (
            "mail not read",
            "没有读到的邮件",
            "没有",
            "有邮件没有读到",
            "请在邮箱里另存为 .eml，再用“登记来件”登记",
        ),
        (
            "(?:mail )?domain(?: (.+))?",
            "发信域名",
            "正常",
            "没有检查",
            "单位说收不到邮件时，请管理员在能查询域名的机器上检查",
        ),
        (
            "(SPF|DKIM|DMARC) of (.+)",
            "发信域名",
            "已设置",
            "没有设置或设置有误，邮件可能进入对方垃圾箱",
            "请联系邮箱服务商",
        ),
        (
            "alarm(?:\\.urls.*)?",
            "故障告知",
            "已设置",
            "没有设置或设置有误，邮箱长时间读不到时无人知道",
            "请管理员设置告知地址",
        ),
        (
            "questions(?: of (.+))?",
            "通知中的问题",
            "都已答复",
            "有问题未答复，答复前不向单位发信",
            "请在“名录与任务”中答复",
        ),
        (
            "calendar",
            "节假日与调休",
            "所需年份都已知",
            "有的年份未知，暂按周末推算",
            "国务院办公厅公布后，请在“工作日历”中填写",
        ),
        ("clock", "时钟", "正常", "早于通知日期，可能不准", "请管理员校准时钟"),
        ("document readers?", "文件读取", "可以读取", "不能读取", _ADMIN),
        ("rar archives", "rar 压缩包", "可以打开", "没有安装解压程序，rar 文件须人工处理", "请管理员安装"),
        ("recognition", "扫描件识别", "已安装，在本机识别，不联网", "没有安装齐全", _ADMIN),
        ("Chinese font", "中文字体", "已安装", "没有找到，生成的文件可能显示不全", "请管理员安装中文字体"),
        (
            "converter",
            "旧格式转换（LibreOffice）",
            "已安装",
            "没有安装，doc、wps 等旧格式文件须人工处理",
            "请管理员安装",
        ),
    )
)


def told(check: Check) -> Told:
    """Return a finding of the doctor in words."""
    found = next(
        ((kind, match) for pattern, kind in _KINDS if (match := pattern.fullmatch(check.name))), None
    )
    technical = f"{check.name}: {check.detail}" + (f" {check.cure}" if check.cure else "")
    if found is None:
        words = "正常" if check.ok else error_words(technical)
        return Told(name=check.name, ok=check.ok, words=words, cure="", technical=technical)
    kind, match = found
    about = "、".join(part for part in match.groups() if part)
    # What a server or a disk said is told by its own words, where there are some.
    said = error_words(check.detail) if check.ok is False else ""
    words = kind.good if check.ok else kind.bad + (f"。{said}" if said and said != OTHER else "")
    return Told(
        name=f"{kind.name}（{about}）" if about else kind.name,
        ok=check.ok,
        words=words,
        cure="" if check.ok else kind.cure,
        technical=technical,
    )
