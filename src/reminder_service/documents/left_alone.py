"""What a file would do in the program it is made for, and does not do here: scripts, macros, links to the outside.

Nothing of it is run or followed; that it is there is said to the clerk, who may open the file in such a program.
"""

from collections.abc import Mapping
from typing import Any

from pdfminer.pdftypes import resolve1

from .office import Damaged, Package
from .ole import Container

SCRIPTS = "PDF中含有脚本（JavaScript），本程序没有运行；请勿在其他软件中允许运行"
MACROS = "文件中含有宏，本程序没有运行；用Office打开时请勿启用宏"
LINKS = "文件引用了外部的模板、图片或数据，本程序没有读取；用Office打开时请勿更新链接"

_MOST_RELATIONS = 200
_MACRO_STREAMS = frozenset({"Macros", "_VBA_PROJECT_CUR"})


def left_alone_in_package(package: Package) -> tuple[str, ...]:
    """Return what a Word or Excel file holds of it, in the clerk's words."""
    names = package.names("")
    macros = any(name.lower().endswith("/vbaproject.bin") for name in names)
    relations = [name for name in names if name.endswith(".rels")][:_MOST_RELATIONS]
    links = any(_leads_outside(package, name) for name in relations)
    return (*([MACROS] if macros else ()), *([LINKS] if links else ()))


def left_alone_in_container(container: Container) -> tuple[str, ...]:
    """As :func:`left_alone_in_package`, of an old Word or Excel file."""
    return (MACROS,) if any(path[0] in _MACRO_STREAMS for path in container.paths()) else ()


def left_alone_in_pdf(catalog: Mapping[str, Any]) -> tuple[str, ...]:
    """As :func:`left_alone_in_package`, of a PDF, from its catalog: what runs when it is opened."""
    return (SCRIPTS,) if _has_scripts(catalog) else ()


def _leads_outside(package: Package, name: str) -> bool:
    """Whether a list of relations names what a program would fetch by itself; what is to be clicked is no such thing."""
    try:
        root = package.xml(name)
    except Damaged:  # a torn list costs this note, not the file
        return False
    return root is not None and any(
        one.get("TargetMode") == "External" and not str(one.get("Type", "")).endswith("/hyperlink")
        for one in root.iterfind("{*}Relationship")
    )


def _has_scripts(catalog: Mapping[str, Any]) -> bool:
    names = resolve1(catalog.get("Names"))
    if isinstance(names, Mapping) and resolve1(names.get("JavaScript")):
        return True
    events = resolve1(catalog.get("AA"))
    actions = [catalog.get("OpenAction"), *(events.values() if isinstance(events, Mapping) else ())]
    return any(_is_script(resolve1(action)) for action in actions)


def _is_script(action: object) -> bool:
    return isinstance(action, Mapping) and getattr(resolve1(action.get("S")), "name", "") == "JavaScript"
