"""What a template edited in the console may hold."""

import pytest

from reminder_service.mail.template_rules import problems_of
from reminder_service.resources import packaged_templates

SHARED = {"base.txt", "gaps.txt", "parts.html"}
NAMES = {"unit", "gaps", "due"}


def problems(source: str, *, html: bool = False) -> list[str]:
    return problems_of(source, names=NAMES, shared=SHARED, html=html)


@pytest.mark.parametrize(
    "source",
    [
        "{{ unit }}，请于{{ due }}前报送。",
        "{% if gaps %}还缺{{ gaps | length }}项{% else %}齐了{% endif %}",
        "{% for line in gaps %}{{ loop.index }}. {{ line }}\n{% endfor %}",
        '{% extends "base.txt" %}{% block body %}{% include "gaps.txt" %}{% endblock %}',
        '{% import "parts.html" as parts %}{% call parts.box("甲" ~ unit, "warn") %}乙{% endcall %}',
        "{% set more = 4 if gaps | length <= 4 else 3 %}{{ more }}",
        '{{ gaps["items"] }}{{ gaps[0] }}',
    ],
)
def test_what_a_template_says_in_the_listed_ways_is_taken(source: str) -> None:
    assert problems(source) == []


@pytest.mark.parametrize(
    "source",
    [
        "{{ ''.__class__ }}",
        "{{ unit.__class__.__mro__ }}",
        "{{ unit['__class__'] }}",
        "{{ unit['__cl' ~ 'ass__'] }}",
        "{{ unit | attr('__class__') }}",
        "{{ self.__init__ }}",
        "{{ self.body() }}",
        "{{ cycler.__init__.__globals__ }}",
        "{{ lipsum() }}",
        "{{ range(99999) }}",
        "{{ unit.format(unit) }}",
        "{{ namespace(x=1) }}",
        "{{ secret }}",
        "{{ 'x' * 999999999 }}",
        "{{ 9 ** 9 ** 9 }}",
        "{{ gaps | batch(100000000, 'x') }}",
        "{{ unit | safe }}",
        "{{ unit | map(attribute='x') | list }}",
        "{% include '/etc/passwd' %}",
        "{% include '../service.yaml' %}",
        "{% include unit %}",
        "{% include ['base.txt', unit] %}",
        "{% extends unit %}",
        "{% import 'x' as y %}",
        "{% from 'parts.html' import box %}",
        "{% macro a() %}{{ a() }}{% endmacro %}",
        "{% set x = unit %}{% set x = x ~ x %}{% set x = x ~ x %}",
        "{% set x %}{{ unit }}{% endset %}{% set x %}{{ x }}{{ x }}{% endset %}",
        "{% for a in gaps %}{% for b in gaps %}{% for c in gaps %}{% endfor %}{% endfor %}{% endfor %}",
        "{% set x %}{{ unit }}{% endset %}{% set y %}{{ x }}{{ x }}{% endset %}",
        "{% set x = unit %}{% set y %}{% for g in gaps %}{{ x }}{% endfor %}{% endset %}",
        "{% set x = unit %}{% for a in x %}{% for b in x %}{{ b }}{% endfor %}{% endfor %}",
        "{% for a in 'a long text of my own' %}{{ a }}{% endfor %}",
        "{% for a in gaps recursive %}{{ loop(a) }}{% endfor %}",
        "{% autoescape false %}{{ unit }}{% endautoescape %}",
        "{% filter upper %}x{% endfilter %}",
        "{% do unit.x() %}",
        "{{ unit ",
        "{% if %}",
        "{{" + "(" * 5000 + "unit" + ")" * 5000 + "}}",
        "x" * 70_000,
    ],
)
def test_everything_else_is_refused_with_words(source: str) -> None:
    assert problems(source)


@pytest.mark.parametrize(
    "source",
    [
        "<script>x</script>",
        '<p onclick="x">',
        '<img src="http://evil.example/t.gif">',
        '<a href="javascript:x">',
        '<td style="background:url(http://x)">',
        "<iframe>",
    ],
)
def test_an_html_part_loads_nothing_from_outside(source: str) -> None:
    assert problems(source, html=True) and not problems(source)


def test_the_programs_own_templates_keep_the_rules() -> None:
    folder = packaged_templates() / "mail"
    shared = {one.name for one in folder.iterdir() if one.name.count(".") == 1}
    for file in (one for one in folder.iterdir() if one.name.count(".") == 2):
        source = file.read_text(encoding="utf-8")
        found = problems_of(source, names=set(), shared=shared, html=file.suffix == ".html")
        assert [one for one in found if "没有名为" not in one] == [], file.name
