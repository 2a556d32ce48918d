"""The Chinese fonts of this machine for a PDF, which carries them inside."""

from dataclasses import dataclass
from functools import cache

from reminder_service.domain.errors import OutsideError

_TITLE = ("FZXiaoBiaoSong-B05S", "FZXiaoBiaoSong-B05", "方正小标宋简体", "方正小标宋_GBK")
_SONG = ("Noto Serif CJK SC", "Source Han Serif SC", "Noto Serif SC", "Songti SC", "SimSun", "NSimSun")
_FANGSONG = ("FangSong_GB2312", "仿宋_GB2312", "FangSong", "仿宋", "STFangsong", "FZFangSong-Z02S")
_HEI = ("SimHei", "黑体", "STHeiti", "Noto Sans CJK SC", "Source Han Sans SC", "Noto Sans SC")
_OTHERS = ("WenQuanYi Zen Hei", "WenQuanYi Micro Hei", "Droid Sans Fallback", "AR PL UMing", "AR PL UMing CN")


@dataclass(frozen=True, kw_only=True, slots=True)
class PdfFonts:
    """The families of title, headings and body, each with what stands in for it, the first the best."""

    title: tuple[str, ...]
    heading: tuple[str, ...]
    body: tuple[str, ...]


@cache
def _families() -> frozenset[str]:
    import typst

    return frozenset(font.family for font in typst.Fonts().fonts())


def pdf_fonts(installed: frozenset[str] | None = None) -> PdfFonts:
    """Choose fonts among those installed: the official ones where they are, else what is nearest.

    :param installed: names of font families (default: those of this machine).
    :raises OutsideError: where no Chinese font is installed, naming the cure.
    """
    known = _families() if installed is None else installed
    title, heading, body = (
        tuple(name for name in (*wanted, *_OTHERS) if name in known)
        for wanted in ((*_TITLE, *_SONG, *_HEI), (*_HEI, *_SONG), (*_FANGSONG, *_SONG, *_HEI))
    )
    if not body:
        raise OutsideError(
            "There is no Chinese font on this machine, so no PDF can be made. Install one (Debian, Ubuntu: "
            "`apt-get install fonts-noto-cjk`; or copy 仿宋_GB2312, 黑体 and 方正小标宋 to ~/.local/share/fonts), "
            "or export .docx instead."
        )
    return PdfFonts(title=title, heading=heading, body=body)
