"""What pydantic found wrong, said in one sentence with an example of what would be right."""

import types
from collections.abc import Sequence
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from .problems import Location, Problem, shown, suggestion
from .yaml_file import Source

_EXPECTED = {
    "string_type": "expected text",
    "string_too_short": "expected text",
    "int_parsing": "expected a whole number",
    "int_type": "expected a whole number",
    "int_from_float": "expected a whole number",
    "float_parsing": "expected a number",
    "float_type": "expected a number",
    "finite_number": "expected a number",
    "decimal_parsing": "expected a number",
    "decimal_type": "expected a number",
    "bool_parsing": "expected true or false",
    "bool_type": "expected true or false",
    "tuple_type": "expected a list",
    "too_short": "expected at least one entry",
    "greater_than_equal": "expected a number of at least {ge}",
    "greater_than": "expected a number above {gt}",
    "less_than_equal": "expected a number of at most {le}",
    "literal_error": "expected one of {expected}",
    "enum": "expected one of {expected}",
    "string_pattern_mismatch": "expected text",
}
Model = TypeVar("Model", bound=BaseModel)
_GROUPS = frozenset({"model_type", "model_attributes_type", "dict_type"})


def validated(model: type[Model], source: Source) -> Model | list[Problem]:
    """Return the model of a file's data, or every mistake in it."""
    try:
        return model.model_validate(source.data)
    except ValidationError as error:
        found = error.errors(include_url=False)
        return [_problem(model, source, details["loc"], dict(details)) for details in found]


def _problem(model: type[BaseModel], source: Source, location: Location, details: dict[str, Any]) -> Problem:
    location = tuple(part for part in location if part != "[key]")
    return source.problem(location, _sentence(model, location, details))


def _sentence(model: type[BaseModel], location: Location, details: dict[str, Any]) -> str:
    kind, found = details["type"], shown(details.get("input"))
    field = _field(model, location)
    example = f"`{location[-1]}: {field.examples[0]}`" if field and field.examples else ""
    if kind == "missing":
        return f"is missing; add it, for example {example}" if example else _missing_group(field)
    if kind == "extra_forbidden":
        group = _group(_walk(model, location[:-1]))
        known = _names(group) if group else []
        return f"unknown key; {suggestion(str(location[-1]), known)}"
    if kind in _GROUPS:
        return f"expected keys below it: {_keys(field)}; found {found}"
    if kind == "value_error":
        return _with_found(str(details["ctx"]["error"]), field, found)
    expected = _EXPECTED.get(kind, details["msg"]).format_map(details.get("ctx", {}))
    return _with_found(f"{expected}, such as {example}" if example else expected, field, found)


def _with_found(text: str, field: FieldInfo | None, found: str) -> str:
    # A value that must not be printed by repr() must not be printed here.
    return text if field and not field.repr else f"{text}; found {found}"


def _missing_group(field: FieldInfo | None) -> str:
    return f"is missing; it needs {_keys(field)}" if _keys(field) else "is missing; add it"


def _keys(field: FieldInfo | None) -> str:
    group = _group(_entry(field.annotation)) if field else None
    return ", ".join(_names(group)) if group else ""


def _names(group: type[BaseModel]) -> list[str]:
    # What is left out of every dump (passwords) is no key of a file either.
    return [name for name, field in group.model_fields.items() if not field.exclude]


def _field(model: type[BaseModel], location: Location) -> FieldInfo | None:
    for length in range(len(location), 0, -1):
        if isinstance(key := location[length - 1], str):
            group = _group(_walk(model, location[: length - 1]))
            return group.model_fields.get(key) if group else None
    return None


def _walk(annotation: Any, location: Sequence[int | str]) -> Any:
    """Follow a location through models and lists to the type that stands there."""
    for part in location:
        annotation = _bare(annotation)
        if isinstance(part, int):
            annotation = _entry(annotation)
        elif get_origin(annotation) is dict:
            annotation = get_args(annotation)[1]
        else:
            group = _group(annotation)
            field = group.model_fields.get(part) if group else None
            annotation = field.annotation if field else None
    return annotation


def _entry(annotation: Any) -> Any:
    annotation = _bare(annotation)
    return get_args(annotation)[0] if get_origin(annotation) is tuple else annotation


def _group(annotation: Any) -> type[BaseModel] | None:
    annotation = _bare(annotation)
    is_model = isinstance(annotation, type) and issubclass(annotation, BaseModel)
    return annotation if is_model else None


def _bare(annotation: Any) -> Any:
    if get_origin(annotation) is Annotated:
        return _bare(get_args(annotation)[0])
    if get_origin(annotation) in (Union, types.UnionType):
        return _bare(next(part for part in get_args(annotation) if part is not types.NoneType))
    return annotation
