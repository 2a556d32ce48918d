"""YAML as texts with their places, so that a mistake can be shown where it stands.

Every scalar is taken as the text that was written: ``code: 01`` stays ``01``, and the models decide what a
text means, for files and environment alike. Aliases and tags of one's own are refused.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

from ..domain.errors import ConfigurationError
from .problems import Location, Problem, key_path

SCHEMA = 1
"""The number of the file format that this program reads."""

_LARGEST = 2_000_000
_TAGS = frozenset(
    f"tag:yaml.org,2002:{name}"
    for name in ("map", "seq", "str", "int", "float", "bool", "null", "timestamp", "value", "merge", "binary")
)
_NULL = "tag:yaml.org,2002:null"


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """The plain data of a file and where each piece of it was written.

    ``places`` holds line and column from 1; ``variables`` the environment variable that gave a value instead.
    """

    path: Path
    data: dict[str, Any]
    places: Mapping[Location, tuple[int, int]]
    problems: tuple[Problem, ...] = ()
    variables: dict[Location, str] = field(default_factory=dict)

    def problem(self, location: Location, text: str) -> Problem:
        """Return a mistake at a location; what is not there is reported at what should hold it."""
        for length in range(len(location), 0, -1):
            if variable := self.variables.get(location[:length]):
                return Problem(where="environment", key=variable, text=text)
            if length == len(location) and location in self.places:
                break
        line, column = next(
            (self.places[location[:n]] for n in range(len(location), -1, -1) if location[:n] in self.places),
            (1, 1),
        )
        return Problem(where=str(self.path), line=line, column=column, key=key_path(location), text=text)


def read_yaml(path: Path) -> Source:
    """Read a file of keys.

    :raises ConfigurationError: when the file cannot be read at all; lesser mistakes stand in ``problems``.
    """
    node = compose(path, read_text(path))
    if node is None:
        raise _broken(path, "the file is empty; fill it after docs/configuration.md")
    if not isinstance(node, MappingNode):
        raise _broken(
            path, "expected keys and values such as `schema: 1` at the top of the file", node.start_mark
        )
    builder = _Builder(path)
    try:
        data = builder.plain(node, ())
    except RecursionError:
        raise _broken(path, "the file is nested too deeply; follow docs/configuration.md") from None
    return Source(path=path, data=data, places=builder.places, problems=tuple(builder.problems))


def check_schema(source: Source) -> None:
    """Take ``schema`` out of the data.

    :raises ConfigurationError: when the file is of another format, so that nothing else in it can be judged.
    """
    found = source.data.pop("schema", None)
    if found == str(SCHEMA):
        return
    if found is None:
        problem = source.problem(("schema",), f"is missing; write `schema: {SCHEMA}` as the first key")
    else:
        text = f"this program reads schema {SCHEMA}, not {found!r}; use the program that wrote the file"
        problem = source.problem(("schema",), text)
    raise ConfigurationError([str(problem)])


def read_text(path: Path) -> str:
    """Return the text of a file exactly as it is stored, without a byte order mark.

    :raises ConfigurationError: when it is missing, not readable, too large or not UTF-8.
    """
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        raise _broken(path, "there is no such file; `reminder-service init` writes one") from None
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise _broken(path, f"cannot be read ({reason}); check the file and its permissions") from error
    if len(raw) > _LARGEST:
        raise _broken(path, f"is larger than {_LARGEST:,} bytes; this cannot be a configuration file")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _broken(path, f"is not UTF-8 text (byte {error.start + 1}); save it as UTF-8") from error


def compose(path: Path, text: str) -> Node | None:
    """Return the nodes of a YAML text, or None where it holds nothing.

    :raises ConfigurationError: when the text is no YAML.
    """
    cure = "check indentation, colons, brackets and quotes at or above this place"
    try:
        node: Node | None = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        reason = (error.problem or error.context or "syntax error").strip()
        raise _broken(path, f"this is not valid YAML ({reason}); {cure}", error.problem_mark) from error
    except ReaderError as error:
        raise _broken(path, f"holds a character that YAML forbids ({error.reason}); remove it") from error
    except (YAMLError, ValueError) as error:
        raise _broken(path, f"this is not valid YAML; {cure}") from error
    except RecursionError:
        raise _broken(path, "the file is nested too deeply; follow docs/configuration.md") from None
    return node


def _broken(path: Path, text: str, mark: Any = None) -> ConfigurationError:
    line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
    return ConfigurationError([str(Problem(where=str(path), line=line, column=column, text=text))])


def _stands_below(node: Node) -> bool:
    """Whether the place of a value says little: it is empty, or a group that begins on a later line."""
    return str(node.tag) == _NULL or getattr(node, "flow_style", None) is False


class _Builder:
    def __init__(self, path: Path) -> None:
        self.path = path
        self.places: dict[Location, tuple[int, int]] = {}
        self.problems: list[Problem] = []
        self._seen: set[int] = set()

    def plain(self, node: Node, location: Location, key_node: Node | None = None) -> Any:
        if id(node) in self._seen:  # its own place is that of the anchor
            self._note(key_node or node, location, "aliases (*) are not supported here; write the value out")
            return None
        self._seen.add(id(node))
        if str(node.tag) not in _TAGS:
            self._note(node, location, f"the tag {node.tag} is not supported here; write a plain value")
            return None
        self.places.setdefault(location, (node.start_mark.line + 1, node.start_mark.column + 1))
        match node:
            case ScalarNode():
                return None if str(node.tag) == _NULL else str(node.value)
            case SequenceNode():
                return [self.plain(child, (*location, index)) for index, child in enumerate(node.value)]
            case MappingNode():
                return self._mapping(node, location)
        return None

    def _mapping(self, node: MappingNode, location: Location) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, ScalarNode):
                self._note(key_node, location, "a key must be a single word")
                continue
            key = str(key_node.value)
            inside = (*location, key)
            if key in found:
                first = self.places[inside][0]
                self._note(key_node, inside, f"is given twice, first in line {first}; remove one")
                continue
            if _stands_below(value_node) or id(value_node) in self._seen:
                self.places[inside] = (key_node.start_mark.line + 1, key_node.start_mark.column + 1)
            found[key] = self.plain(value_node, inside, key_node)
        return found

    def _note(self, node: Node, location: Location, text: str) -> None:
        mark = node.start_mark
        self.problems.append(
            Problem(
                where=str(self.path),
                line=mark.line + 1,
                column=mark.column + 1,
                key=key_path(location),
                text=text,
            )
        )
