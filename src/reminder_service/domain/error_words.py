"""An error's English sentence in the clerk's words: what it comes to, and what to do about it.

The sentence itself goes to the log and stands beside the words for whoever mends it. Whoever writes a new error that
a person may meet adds a line here; ``tests/domain/test_error_words.py`` finds what is missing.
"""

import re

OTHER = "没有办成，请把技术说明交给管理员"
"""Said of a sentence that nobody foresaw."""

_INPUT = (
    # What a person gave: decisions.
    (r"no mail would go: the unit was told this already", "此前已就同样的问题退回过，不再重复发信"),
    (r"no mail would go: (.+)", r"\1"),
    (r"no form was read in this document", "此文件中没有读出报表，没有可更正的格"),
    (r"says that already; nothing was changed|is what is printed already", "文字没有改动"),
    (r"correct: .*stands in several rows", "同一事项在报表中有多行，请在要更正的那一行上修改"),
    (r"correct: .*is not in the form", "报表中没有这一行，可能已换成新的文件，请重新打开"),
    (
        r"correct: .*choose by|correct: name the item|--column .*choose one of",
        "没有认出要更正的格，请重新打开后再改",
    ),
    (
        r"give at least \d+ characters|documents? begins? with|status --json` names them",
        "没有找到这份文件，可能已另行处理，请重新打开",
    ),
    (r"nothing tells which unit it is about", "请先选定单位"),
    (r"say why;", "请写明理由"),
    (r"finish: name the item|confirm: name the item|name the unit and the item", "请选择单位和事项"),
    (r"There is no decision (\d+) in force", r"第\1号认定此前已撤销，或没有这一认定"),
    (r"is not open; it opens with its first notice", "这一报送期尚未开始，或已经关闭"),
    (r"(\S+) does not owe item (\d+)", r"\1不承担第\2项"),
    (r"has reported nothing on item (\d+)", r"该单位尚未报送第\1项，没有可改的文字"),
    (r"edit: the text is empty", "打印文字不能为空"),
    (r"edit: the text has \d+ characters; at most (\d+)", r"打印文字过长，最多\1字"),
    (r"no clear figure is proposed", "没有可确认的数字，请直接填写"),
    (r"a figure is a number, zero or more", "请填写数字，不小于零"),
    (r"sets no target for item (\d+)", r"通知没有为第\1项设定指标"),
    (r"choose a target by", "这一事项有几个指标，请选择其中一个"),
    (
        r"only drafts are released|only drafts and queued mails are given up|is for mails that are",
        "这封邮件的状态已经变化，请看最新情况",
    ),
    (r"whoever is silent may have reported", "邮箱目前无法读取，未报单位可能已经报送，请恢复读取后再签发"),
    (r"nobody needs it any more", "情况已变，此稿已不需要，已作废"),
    (r"it was written anew", "情况有变，程序已按目前情况重拟，请再看一遍后签发"),
    (r"has no question with the key", "通知中没有这个问题，可能已经答复"),
    (r"has no proposal to take", "这个问题没有建议的答案，请自行填写"),
    (r"while questions about the notice are open", "通知中还有问题没有答复，答复前不发信"),
    (r"there is no such template", "没有这个邮件模板"),
    # Sheets of contacts and notices that were handed in.
    (r"is an old Excel file", "这是旧版 Excel 或 WPS 表格，请另存为 xlsx 再导入"),
    (r"is neither csv nor xlsx|contacts are written as csv or xlsx", "只能用 xlsx 或 csv 文件"),
    (r"has no heading 单位", "前几行中没有“单位”这一栏，请补上栏目名再导入"),
    (r"that is no list of contacts", "文件过大，不像是名录"),
    (r"is neither UTF-8 nor GB18030 text", "文字编码无法识别，请用 UTF-8 或 GBK 另存后再试"),
    (r"is damaged at line (\d+)", r"第\1行已损坏，请改正或另存后再试"),
    (r"damaged, too large or under a password", "文件已损坏、过大或设有密码，请打开后去掉密码另存，再试"),
    (r"is damaged or under a password", "文件已损坏或设有密码，请打开后去掉密码另存，再试"),
    (r"is empty(\.|; hand in)", "文件是空的"),
    (r"that is no notice", "文件过大，不像是通知，请只交通知本身"),
    (r"The notice has more than \d+ characters", "通知过长，请只交通知本身，不要附上报送材料"),
    (
        r"shows no text that can be recognised",
        "没有认出文字，请交通知的 Word 文件，或把文字录入 docx、txt 再交",
    ),
    (r"The notice has no title", "没有找到通知标题（形如“关于……的通知”）"),
    (r"The notice has no date of issue", "没有找到成文日期（文末单独一行，如2024年5月23日）"),
    (r"does not say how often or by when", "没有找到报送时间（如每季度末、每月5日前报送）"),
    (
        r"The notice has (no numbered matters|.*name them in the text)",
        "没有找到事项和责任单位（正文“责任单位：……”或附表的责任单位栏）",
    ),
    (r"makes no whole campaign", "通知已读出，但内容不足以成为一项任务，请核对文件是否完整"),
    (r"cannot be read here", "这种文件在本机读不了，请另存为 docx、txt 或 pdf 再交"),
    (r"is no directory|[Nn]ame a directory that is new", "所选目录不能使用，请管理员另选空目录"),
    # Files that are made, versions, periods.
    (r"end the name in", "不能导出这种格式的文件"),
    (r"no version is frozen yet", "本期尚未定稿"),
    (r"there is no version (\d+)", r"没有第\1版定稿"),
    (r"was frozen without", "该版定稿没有这种格式的文件"),
    (r"a period is written as frozen or as it stands", "请在定稿与目前情况之间选一种"),
    (r"no period of that year was opened", "这一年还没有开始报送"),
    (r"names no period", "没有这个报送期"),
    (r"is no time; write", "时间写法不对，请写成2024-06-28或2024-06-28T09:00"),
)
_GIVEN_UP = (
    # Why a mail that waited was given up.
    (r"^a later mail takes its place", "已由后来的邮件代替"),
    (r"^the unit owes nothing any more", "单位已报齐，不需要了"),
    (r"^what it says is no longer so", "情况已变，内容不再准确"),
    (r"^the unit has had (\d+) mails", r"本期已发给该单位\1封，达到上限（smtp.per_unit）"),
    (r"^by a person", "由人作废"),
)
_OUTSIDE = (
    # The mailbox and the server that sends.
    (
        r"refused the (login|sign-in)",
        "邮箱服务器拒绝登录：请核对用户名和密码（授权码），或联系邮箱服务商",
    ),
    (
        r"[Nn]obody has signed in|sign-in for .* no longer valid|sign-in kept in|not entered in time|gave no code to sign",
        "邮箱授权尚未完成或已失效：请管理员重新登录授权",
    ),
    (r"there is no sign-in to make|device_url|gave no token", "邮箱授权设置不全：请管理员核对 oauth 各项"),
    (r"sign-in server .* cannot be used", "连不上邮箱授权服务器：请检查网络和设置"),
    (r"takes mail only after a login", "发信服务器要求先登录：请设置发信账号和密码"),
    (r"offers no login", "发信服务器在这种连接上不提供登录：请核对端口和加密方式"),
    (r"does not let us send as", "发信服务器不允许用办公室地址发信：请核对发件地址"),
    (
        r"is no address that (a )?mail can be sent|\b5\d\d .*(5\.1\.[1-3]\b|no such|unknown|not (found|exist))",
        "收件地址写法不对或不存在：请核对名录中的邮箱",
    ),
    (r"answered (552|5\d\d.*(too (large|big)|exceeds?|size))", "邮件过大，发信服务器不接收"),
    (
        r"answered (the mail with )?(5\d\d)",
        r"发信服务器不接收这封邮件（代码\2）：请核对收件地址，或联系邮箱服务商",
    ),
    (
        r"answered (the mail with )?(4\d\d)",
        r"发信服务器暂时不接收（代码\2），程序会自动重试",
    ),
    (r"broke before the server said", "发信时连接中断，不能确定对方是否收到：请核实后再处理"),
    (
        r"The certificates in|certificate|TLS|SSL",
        "与邮件服务器的加密连接没有建立：请核对端口、加密方式和证书",
    ),
    (r"(mailbox|SMTP) server .* cannot be used", "连不上邮件服务器：请检查网络、服务器地址和端口"),
    (r"took too long in all", "邮件服务器传送太慢，本次已中止，程序会自动重试"),
    (r"broke|ended the connection|gave \d+ of \d+ bytes", "与邮件服务器的连接中断，程序会自动重试"),
    (r"is no longer in the folder", "这封邮件已从邮箱中移走，没有读到"),
    (r"has no UIDVALIDITY", "这个邮箱文件夹不能可靠地读取：请联系邮箱服务商"),
    (r"folder .* cannot be opened", "邮箱里没有要读取的文件夹，或无法打开：请核对文件夹名称"),
    (r"IDLE refused|mailbox server .* refused", "邮箱服务器拒绝了操作，程序会自动重试"),
    (r"more than the \d+ (bytes )?that are read|has \d+ bytes", "邮件过大，没有读取：请在邮箱里查看"),
    (r"wait until the mailbox can be read", "催报邮件要等邮箱能读取后才发出"),
    (r"No resolver answers", "域名查询没有应答：请检查网络"),
    (
        r"alarm\.(ping|urls)|A notice by .* did not get through",
        "故障通知没有送出：请管理员核对告知地址",
    ),
    # Log-in at an identity provider.
    (
        r"id_token|console\.oidc|not to be believed|made for another program|that begins with https|as it should",
        "统一登录没有完成，请重试；仍不成功请联系管理员",
    ),
    # Disk, database, originals.
    (r"disk is full|over its quota", "磁盘已满：请清理空间"),
    (r"locked|is at work", "另一项工作正在进行，请稍后再试"),
    (
        r"^The original .*(missing|changed or damaged)",
        "原件缺失或损坏：请管理员用备份恢复，其余工作不受影响",
    ),
    (r"no backup or is damaged|is no backup|does not exist; name a file", "这不是可用的备份文件"),
    (r"written by (a newer|another) version", "数据由另一版本的程序写成：请管理员安装相应版本"),
    (
        r"restored only where there is no store|a database of another program",
        "所选位置已有别的数据：请管理员另选位置",
    ),
    (r"damaged|no SQLite database|references to rows that do not exist", "数据文件损坏：请用最近的备份恢复"),
    (r"given up this transaction|store\.url", "数据库不能使用：请管理员检查设置，未写入任何内容"),
    (
        r"permission|Permission|read-only|cannot be (written|listed|read)",
        "没有读写权限或文件不可用：请管理员检查目录和权限",
    ),
    (r"is not there|cannot be used: ", "所设的文件夹或文件不能使用：请管理员核对设置"),
    # What the machine lacks, and the program's own files.
    (r"no Chinese font", "本机没有中文字体，不能生成 PDF：请改下 Word 格式，或请管理员安装中文字体"),
    (r"reader could not read|does not work", "文件读取程序不能使用：请管理员检查内存和安装"),
    (r"mail template .* is missing", "缺少邮件模板：请管理员重新安装程序"),
    (
        r"correct the template|a template may name|\{\{ table|are missing; |no paragraph is|cannot be read as UTF-8",
        "本单位自备的模板有误：请管理员改正，或删去后用程序自带的模板",
    ),
    (r"console\.host|console did not start|console cannot listen", "网页服务没有启动：请管理员核对设置"),
    (r"--user |administrator already", "请管理员在命令行核对用户"),
    (r"password|secret", "没有设置密码或密码无法读取：请管理员检查"),
    (r"\.yaml\b", "配置文件有误：请管理员按技术说明修正"),
)
_KNOWN = tuple((re.compile(pattern), words) for pattern, words in (*_GIVEN_UP, *_INPUT, *_OUTSIDE))
_HAN = re.compile(r"[一-鿿]")
_ENGLISH = re.compile(r"[A-Za-z]{2,}[,;:]? [a-z]{2,}")


def error_words(sentence: str, otherwise: str = OTHER) -> str:
    """Say an English error, a line each, in Chinese; what is Chinese already stays as it is.

    :param otherwise: is said of what nobody foresaw.
    """
    lines = [line for line in sentence.splitlines() if line.strip()]
    return "；".join(dict.fromkeys(_words(line, otherwise) for line in lines)) or otherwise


def _words(line: str, otherwise: str) -> str:
    if _HAN.search(line) and not _ENGLISH.search(line):
        return line.strip().rstrip("。")
    for pattern, words in _KNOWN:
        if match := pattern.search(line):
            return match.expand(words)
    return otherwise
