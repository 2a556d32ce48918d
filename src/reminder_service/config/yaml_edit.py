"""Values changed in a YAML text that people have written: what does not change keeps every byte, comments included.

A tree is what a file says in plain: groups, lists, and leaves that are YAML already. The difference of two trees is
written where the nodes of the first one stand.
"""

from difflib import SequenceMatcher

from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from ..domain.errors import WrongUsage

Tree = str | list["Tree"] | dict[str, "Tree"]
"""Leaves are YAML; an empty leaf is an empty value."""


def edited(text: str, root: Node, old: Tree, new: Tree) -> str:
    """Return the text with the new tree in place of the old one.

    :param root: the nodes of the text; its groups may lack keys of ``old`` and hold others, which are left alone.
    :raises WrongUsage: when two changes meet in one place.
    """
    editor = _Editor(text)
    editor.change(root, old, new)
    return editor.result()


def flow(tree: Tree) -> str:
    """Return a tree as YAML on one line; keys without a value are left out."""
    match tree:
        case str():
            return tree
        case list():
            return f"[{', '.join(flow(one) for one in tree)}]"
        case dict():
            return f"{{{', '.join(f'{key}: {flow(one)}' for key, one in tree.items() if one != '')}}}"


class _Editor:
    def __init__(self, text: str) -> None:
        self._text = text
        self._edits: list[tuple[int, int, str]] = []

    def result(self) -> str:
        pieces, done = [], 0
        for start, end, new in sorted(self._edits, key=lambda edit: edit[:2]):
            if start < done:
                raise WrongUsage("Two changes meet in one place of the file; write them there by hand.")
            pieces += [self._text[done:start], new]
            done = end
        return "".join((*pieces, self._text[done:]))

    def change(self, node: Node, old: Tree, new: Tree) -> None:
        if old == new:
            return
        match node, old, new:
            case MappingNode(), dict(), dict():
                self._change_group(node, old, new)
            case SequenceNode(flow_style=False), list(), list() if new and len(old) == len(node.value):
                self._change_list(node, old, new)
            case _:
                self._replace(node, new)

    def _replace(self, node: Node, new: Tree) -> None:
        start, end = node.start_mark.index, self._end(node)
        # A value on one line in place of one on lines of its own still stands deeper than its key.
        gap = "  " if _is_long(node) else ""
        self._edits.append((start, end, gap + flow(new)))

    def _change_group(self, node: MappingNode, old: dict[str, Tree], new: dict[str, Tree]) -> None:
        found = {key.value: (key, value) for key, value in node.value}
        for name, tree in new.items():
            if old.get(name) == tree:
                continue
            if name not in found:
                self._add_key(node, name, tree)
            elif _is_empty(found[name][1]):
                colon = self._colon(found[name][0])
                self._edits.append((colon, colon, f" {flow(tree)}"))
            else:
                self.change(found[name][1], old.get(name, ""), tree)

    def _add_key(self, node: MappingNode, name: str, tree: Tree) -> None:
        if tree == "":
            return
        if node.flow_style:
            end = self._end(node.value[-1][1], node.value[-1][0])
            self._edits.append((end, end, f", {name}: {flow(tree)}"))
            return
        # Behind a value on a line of its own: one of several lines may be changed itself, its last line too.
        plain = [pair for pair in node.value if not _is_long(pair[1])]
        last = node.value[-1] if not plain or plain[-1] is node.value[-1] else plain[0]
        end = self._line_end(self._end(last[1], last[0]))
        column = node.value[0][0].start_mark.column
        self._edits.append((end, end, f"\n{' ' * column}{name}: {flow(tree)}"))

    def _change_list(self, node: SequenceNode, old: list[Tree], new: list[Tree]) -> None:
        matcher = SequenceMatcher(a=[flow(one) for one in old], b=[flow(one) for one in new], autojunk=False)
        for kind, first, last, new_first, new_last in matcher.get_opcodes():
            if kind == "equal":
                continue
            pairs = min(last - first, new_last - new_first)
            for index in range(pairs):
                self.change(node.value[first + index], old[first + index], new[new_first + index])
            for index in range(first + pairs, last):
                self._remove(node.value[index])
            for tree in new[new_first + pairs : new_last]:
                self._insert(node, first + pairs, tree)

    def _remove(self, entry: Node) -> None:
        start = self._text.rfind("\n", 0, entry.start_mark.index) + 1
        self._edits.append((start, min(self._line_end(self._end(entry)) + 1, len(self._text)), ""))

    def _insert(self, node: SequenceNode, index: int, tree: Tree) -> None:
        line = f"{' ' * node.start_mark.column}- {flow(tree)}"
        if index:
            end = self._line_end(self._end(node.value[index - 1]))
            self._edits.append((end, end, f"\n{line}"))
        else:
            start = self._text.rfind("\n", 0, node.start_mark.index) + 1
            self._edits.append((start, start, f"{line}\n"))

    def _line_end(self, at: int) -> int:
        end = self._text.find("\n", at)
        return len(self._text) if end < 0 else end

    def _end(self, node: Node, key: Node | None = None) -> int:
        """Where the last sign of a node stands: groups on lines of their own are said to end at what follows them."""
        if _is_empty(node):
            return self._colon(key) if key else int(node.start_mark.index)
        if isinstance(node, MappingNode) and not node.flow_style and node.value:
            return self._end(node.value[-1][1], node.value[-1][0])
        if isinstance(node, SequenceNode) and not node.flow_style and node.value:
            return self._end(node.value[-1])
        start, end = node.start_mark.index, node.end_mark.index
        return int(start + len(self._text[start:end].rstrip()))

    def _colon(self, key: Node) -> int:
        return self._text.index(":", key.end_mark.index) + 1


def _is_long(node: Node) -> bool:
    return isinstance(node, MappingNode | SequenceNode) and not node.flow_style


def _is_empty(node: Node) -> bool:
    return isinstance(node, ScalarNode) and node.value == "" and not node.style
