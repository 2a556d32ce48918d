"""What a mail template that a person edits in the console may hold: an allow-list, so that no template does harm.

The sandbox keeps a template from reaching the program; these rules keep it as well from reading files, from what a
reader never sees, and from growing without end. Whatever is not named here is refused.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterator

from jinja2 import nodes
from jinja2.exceptions import TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment

LONGEST = 64 * 1024
FILTERS = frozenset(
    {"length", "count", "join", "batch", "first", "last", "default", "trim", "upper", "lower"}
)
TESTS = frozenset({"defined", "undefined", "none", "odd", "even", "string", "number", "true", "false"})
_GREATEST = 1000
_DEEPEST = 2
_NODES: tuple[type[nodes.Node], ...] = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Const, nodes.Getattr, nodes.Getitem,
    nodes.If, nodes.For, nodes.Assign, nodes.AssignBlock, nodes.Block, nodes.Extends, nodes.Include, nodes.Import,
    nodes.Call, nodes.CallBlock, nodes.Filter, nodes.Test, nodes.Compare, nodes.Operand, nodes.And, nodes.Or,
    nodes.Not, nodes.CondExpr, nodes.Concat, nodes.Add, nodes.Sub, nodes.List, nodes.Tuple, nodes.Keyword,
)  # fmt: skip
_FOREIGN = re.compile(
    r"<\s*/?\s*(script|iframe|object|embed|form|link|base|meta|svg|img|video|audio)\b|\bon[a-z]+\s*=|javascript:"
    r"|\burl\s*\(|@import|\bsrc\s*=",
    re.IGNORECASE,
)


def problems_of(source: str, *, names: Collection[str], shared: Collection[str], html: bool) -> list[str]:
    """Return what is wrong with a template, each with its line (Chinese); nothing where it may be used.

    :param names: the variables it may use.
    :param shared: the files it may include, extend or import.
    :param html: whether it is an HTML part, which may load nothing from outside.
    """
    if len(source.encode("utf-8", "replace")) > LONGEST:
        return [f"模板过长，最多{LONGEST // 1024}KB。"]
    try:
        tree = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True).parse(source)
    except TemplateSyntaxError as error:
        return [f"第{error.lineno}行：语法有误（{error.message}）。"]
    except (RecursionError, ValueError, OverflowError):
        return ["模板嵌套过深或有无法识别的内容。"]
    found = list(_Rules(names=frozenset(names), shared=frozenset(shared), tree=tree).problems())
    if html and (foreign := _FOREIGN.search(source)):
        line = source.count("\n", 0, foreign.start()) + 1
        found.append(f"第{line}行：不能使用“{foreign.group().strip()}”，邮件不含脚本、表单和外部内容。")
    return list(dict.fromkeys(found))


class _Rules:
    """The rules for one template."""

    def __init__(self, *, names: frozenset[str], shared: frozenset[str], tree: nodes.Template) -> None:
        self._shared, self._tree = shared, tree
        self._imported = {one.target for one in tree.find_all(nodes.Import)}
        stored = {one.name for one in tree.find_all(nodes.Name) if one.ctx == "store"}
        loops = {one.name for loop in tree.find_all(nodes.For) for one in loop.target.find_all(nodes.Name)}
        loops |= {
            loop.target.name for loop in tree.find_all(nodes.For) if isinstance(loop.target, nodes.Name)
        }
        self._assigned = stored - loops
        self._read: Counter[str] = Counter()
        self._known = names | self._imported | stored | {"loop"}

    def problems(self) -> Iterator[str]:
        """Yield a sentence for each thing that is not allowed."""
        for node in self._tree.find_all(nodes.Node):
            for words in self._of(node):
                yield f"第{node.lineno}行：{words}"
        yield from self._loops(self._tree, 0)

    def _of(self, node: nodes.Node) -> Iterator[str]:
        if type(node) not in _NODES:
            yield f"不能使用{type(node).__name__}，只能使用页面上列出的写法。"
        yield from self._name(node)
        match node:
            case nodes.Call() if not self._is_macro(node):
                yield "不能调用函数，只能调用 parts 中的小块。"
            case nodes.Extends(template=file) | nodes.Include(template=file) | nodes.Import(template=file):
                yield from self._file(file)
            case nodes.Assign() | nodes.AssignBlock():
                yield from self._assignment(node)
            case nodes.For(iter=over) if not self._is_given(over):
                yield "循环只能逐项列出页面上给出的变量。"
            case nodes.Const(value=int() | float() as value) if abs(value) > _GREATEST:
                yield f"数字过大：{value}。"

    def _name(self, node: nodes.Node) -> Iterator[str]:
        match node:
            case nodes.Name(name=name, ctx="load") if name not in self._known:
                yield f"没有名为 {name} 的变量。"
            case nodes.Name(name=name) | nodes.Getattr(attr=name) if name.startswith("_"):
                yield f"名称不能以下划线开头：{name}。"
            case nodes.Getitem(arg=arg) if not _is_plain_key(arg):
                yield "方括号中只能写普通名称或序号。"
            case nodes.Filter(name=name) if name not in FILTERS:
                yield f"不能使用过滤器 {name}。"
            case nodes.Test(name=name) if name not in TESTS:
                yield f"不能使用判断 {name}。"

    def _file(self, file: nodes.Node) -> Iterator[str]:
        name = file.value if isinstance(file, nodes.Const) else None
        if name not in self._shared:
            shown = f"“{name}”" if isinstance(name, str) else "这样的文件"
            yield f"不能引用{shown}，只能引用：{'、'.join(sorted(self._shared))}。"

    def _is_macro(self, node: nodes.Call) -> bool:
        called = node.node
        return (
            isinstance(called, nodes.Getattr)
            and isinstance(called.node, nodes.Name)
            and called.node.name in self._imported
            and not (node.dyn_args or node.dyn_kwargs)
        )

    def _assignment(self, node: nodes.Assign | nodes.AssignBlock) -> Iterator[str]:
        # A text of one's own goes into another once at most, else it could be doubled again and again.
        read = [one for one in _loads(node) if one in self._assigned]
        self._read.update(read)
        looped = {one for loop in node.find_all(nodes.For) for one in _loads(loop)}
        if looped & self._assigned or any(self._read[one] > 1 for one in read):
            yield "自己定义的变量在赋值中只能用一次，且不能放在循环里。"

    def _is_given(self, over: nodes.Node) -> bool:
        """Whether what a loop goes through is one of the variables, and not a text of the template's own."""
        while isinstance(over, nodes.Filter | nodes.Getattr | nodes.Getitem) and over.node is not None:
            over = over.node
        return isinstance(over, nodes.Name) and over.name not in self._assigned

    def _loops(self, node: nodes.Node, depth: int) -> Iterator[str]:
        for child in node.iter_child_nodes():
            deeper = depth + isinstance(child, nodes.For)
            if isinstance(child, nodes.For):
                if deeper > _DEEPEST:
                    yield f"第{child.lineno}行：循环嵌套过深。"
                    continue
                if child.recursive:
                    yield f"第{child.lineno}行：不能使用递归循环。"
            yield from self._loops(child, deeper)


def _loads(node: nodes.Node) -> list[str]:
    return [one.name for one in node.find_all(nodes.Name) if one.ctx == "load"]


def _is_plain_key(arg: nodes.Node) -> bool:
    if not isinstance(arg, nodes.Const):
        return False
    return isinstance(arg.value, int) or (isinstance(arg.value, str) and not arg.value.startswith("_"))
