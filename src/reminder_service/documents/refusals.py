"""What is said of a file that is not read, in the clerk's words."""

from reminder_service.domain.documents import Kind, Problem

UNREADABLE = "unreadable"
NOT_READ = "not_read"

EMPTY = Problem(code=UNREADABLE, detail="文件是空的（0字节），请单位重新报送")
ENCRYPTED_PDF = Problem(code=UNREADABLE, detail="PDF有密码，请去除密码后重报")
DAMAGED_PDF = Problem(code=UNREADABLE, detail="PDF文件已损坏，无法打开，请单位重新报送")
DAMAGED_IMAGE = Problem(code=UNREADABLE, detail="图片已损坏，无法打开，请单位重新报送")
ENCRYPTED_WORD = Problem(code=UNREADABLE, detail="Word文件有密码，请去除密码后重报")
DAMAGED_WORD = Problem(code=UNREADABLE, detail="Word文件已损坏，无法打开，请单位重新报送")
ENCRYPTED_EXCEL = Problem(code=UNREADABLE, detail="Excel文件有密码，请去除密码后重报")
DAMAGED_EXCEL = Problem(code=UNREADABLE, detail="Excel文件已损坏，无法打开，请单位重新报送")
ENCRYPTED_ZIP = Problem(code=UNREADABLE, detail="压缩包有密码，请去除密码后重报，或直接发送其中的文件")
DAMAGED_ZIP = Problem(code=UNREADABLE, detail="压缩包已损坏，无法打开，请单位重新报送")


def not_read(detail: str) -> Problem:
    """Return the problem of a file that this program could not read, through no fault of the file."""
    return Problem(code=NOT_READ, detail=detail)


SUSPECT_ZIP = not_read("压缩包解压后的大小异常，为安全起见没有打开，请人工核对")
DEEP_ZIP = not_read("压缩包套了太多层，没有打开，请人工核对")
TOO_LARGE = not_read("文件过大，本程序没有读取，请人工核对")
TOO_MANY_PIXELS = not_read("图片尺寸过大（像素过多），本程序没有读取，请人工核对，或请单位降低分辨率后重报")
TOO_MANY_PAGES = not_read("文件页数过多，本程序没有读取，请人工核对")
TOO_SLOW = not_read("读取超时，已停止，请人工核对")
BROKE_OFF = not_read("读取时程序中断（可能内存不足或文件异常），请人工核对")
FAILED = not_read("本程序未能读取该文件，请人工核对")

_KEPT = "文件已保存，安装后可重新读取；急用时请人工核对"
NO_OFFICE_FOR_WORD = not_read(
    f"读取旧版Word（.doc、.wps、.rtf）和.odt文件，需要在本机安装LibreOffice（libreoffice-writer-nogui）。{_KEPT}"
)
NO_OFFICE_FOR_EXCEL = not_read(
    f"读取这种XML格式的旧版Excel文件，需要在本机安装LibreOffice（libreoffice-calc-nogui）。{_KEPT}"
)
NO_UNAR = not_read(
    f"打开RAR压缩包需要在本机安装unar（apt-get install unar）。{_KEPT}，或请单位直接发送其中的文件"
)
NEEDS_PROGRAM = frozenset({NO_OFFICE_FOR_WORD, NO_OFFICE_FOR_EXCEL, NO_UNAR})
"""Problems that end when a program is installed: what has one of them is worth reading again then."""

DAMAGED_OFD = Problem(code=UNREADABLE, detail="OFD文件已损坏，无法打开，请单位重新报送")
DAMAGED_MSG = Problem(code=UNREADABLE, detail="Outlook邮件文件已损坏，无法打开，请单位重新报送")

_WITHOUT_READER = {
    Kind.RAR: "这是RAR压缩包，请解压后登记其中的文件",
    Kind.SEVEN_ZIP: "这是7z压缩包，请解压后登记其中的文件",
    Kind.ZIP: "这是压缩包，请解压后登记其中的文件",
    Kind.MAIL: "这是一封转存的邮件，请打开后登记其中的附件",
    Kind.MSG: "这是一封Outlook邮件（.msg或winmail.dat），请打开后登记其中的附件",
    Kind.HTML: "这是网页（HTML）文件，其中没有表格，请人工核对，或请单位用Word报送",
    Kind.TEXT: "这是纯文本文件，其中没有报表，请人工核对，或请单位用Word报送",
    Kind.OTHER: "无法识别的文件格式，请人工核对",
}


def without_reader(kind: Kind) -> Problem:
    """Return the problem of a file whose kind has no reader, or that holds no table, and what to do."""
    return not_read(_WITHOUT_READER[kind])
