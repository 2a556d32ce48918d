import os
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reminder_service.config import load, load_campaign
from reminder_service.config.yaml_file import read_yaml
from reminder_service.domain.errors import ConfigurationError


def problems(directory: Path) -> list[str]:
    with pytest.raises(ConfigurationError) as raised:
        load(directory, {})
    assert raised.value.exit_status == 2
    return [problem.removeprefix(f"{directory}/") for problem in raised.value.problems]


def test_every_mistake_of_every_file_is_told_at_once_with_its_place(directory, spoil, campaign_path):
    spoil("service.yaml", "  port: 993", "  prot: 993")
    spoil("service.yaml", "security: tls", "security: ssl")
    spoil("service.yaml", "stale_after: 2h", "stale_after: two hours")
    spoil("service.yaml", 'digest: "16:30"', "digest: 25:30")
    spoil("service.yaml", "poll: 2m  #", "poll:  #")
    spoil("service.yaml", "rate: 10", "rate: 0")
    spoil("service.yaml", "  address: office@example.cn  #", "  # ")
    spoil("service.yaml", "[office@example.cn]", "office@example.cn")
    spoil("service.yaml", "Asia/Shanghai", "Asia/Gaoqing")
    spoil("calendar.yaml", "days: {}", "days:\n  2024-02-30: free\n  2024-09-29: open")
    spoil(f"campaigns/{campaign_path.name}", "date: 2024-05-23", "date: 23.5.2024")
    assert problems(directory) == [
        "service.yaml:14:1: office.address: is missing; add it, for example `address: office@example.cn`",
        "service.yaml:18:14: office.digest_to: expected a list, such as `digest_to: [office@example.cn]`; "
        "found 'office@example.cn'",
        "service.yaml:19:13: office.timezone: expected a time zone such as Asia/Shanghai; found 'Asia/Gaoqing'",
        "service.yaml:23:9: imap.prot: unknown key; did you mean port?",
        "service.yaml:24:13: imap.security: expected one of 'tls', 'starttls' or 'none', such as "
        "`security: tls`; found 'ssl'",
        "service.yaml:27:16: imap.stale_after: expected a duration such as 30s, 2m, 2h or 1d; found 'two hours'",
        "service.yaml:43:9: smtp.rate: expected a number of at least 1, such as `rate: 10`; found '0'",
        "service.yaml:71:3: schedule.poll: expected a duration such as 30s, 2m, 2h or 1d; found nothing",
        "service.yaml:72:11: schedule.digest: expected a time of day such as \"16:30\"; found '25:30'",
        "calendar.yaml:14:15: days.2024-02-30: expected a date of the calendar such as 2024-05-23; "
        "found '2024-02-30'",
        "calendar.yaml:15:15: days.2024-09-29: expected one of 'work' or 'free'; found 'open'",
        f"campaigns/{campaign_path.name}:10:7: date: expected a date of the calendar such as 2024-05-23; "
        "found '23.5.2024'",
    ]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        pytest.param(
            "  port: 8080",
            "  port: 1\n  port: 2",
            "79:3: console.port: is given twice, first in line 78",
            id="key given twice",
        ),
        pytest.param(
            "  host: 127.0.0.1", "   host: 127.0.0.1", "78:3: this is not valid YAML", id="broken indentation"
        ),
        pytest.param(
            "schema: 1", "schema: 2", "12:9: schema: this program reads schema 1, not '2'", id="newer schema"
        ),
        pytest.param("schema: 1", "#", "14:1: schema: is missing; write `schema: 1`", id="no schema"),
        pytest.param(
            "console:",
            "consoles:",
            "76:1: consoles: unknown key; did you mean console?",
            id="unknown section",
        ),
        pytest.param(
            "console:",
            "console: 8080\nx:",
            "76:10: console: expected keys below it: host, port, names, ",
            id="section without keys",
        ),
        pytest.param(
            "host: imap.example.cn",
            "host: https://imap.example.cn/",
            "22:9: imap.host: expected the name of a server alone",
            id="address as host",
        ),
        pytest.param(
            "imap.example.cn",
            "&a imap.example.cn\n  x: *a",
            "23:3: imap.x: aliases (*) are not supported",
            id="alias",
        ),
        pytest.param(
            "imap.example.cn",
            "!!python/name:os.system",
            "22:9: imap.host: the tag tag:yaml.org,2002:python",
            id="tag",
        ),
        pytest.param(
            "folders: [INBOX]",
            "folders: []",
            "26:12: imap.folders: expected at least one entry",
            id="empty list",
        ),
    ],
)
def test_a_mistake_is_one_sentence_with_its_place(directory, spoil, old, new, expected):
    spoil("service.yaml", old, new)
    assert any(problem.startswith(f"service.yaml:{expected}") for problem in problems(directory)), problems(
        directory
    )


def test_a_missing_section_names_the_keys_it_needs(directory):
    text = (directory / "service.yaml").read_text()
    (directory / "service.yaml").write_text(text[: text.index("imap:")])
    assert problems(directory)[0].startswith("service.yaml:12:1: imap: is missing; it needs host, ")


class TestFilesThatCannotBeRead:
    def test_a_directory_that_is_not_there(self, tmp_path):
        with pytest.raises(ConfigurationError, match=r"there is no such directory.*init --notice.*--config"):
            load(tmp_path / "nowhere", {})

    def test_a_file_that_is_not_there(self, directory):
        (directory / "service.yaml").unlink()
        assert problems(directory) == [
            "service.yaml: there is no such file; `reminder-service init` writes one"
        ]

    def test_no_campaign(self, directory, campaign_path):
        campaign_path.unlink()
        assert problems(directory)[0].startswith("campaigns: there is no campaign (*.yaml); ")

    def test_a_campaign_file_with_another_ending(self, directory, campaign_path):
        campaign_path.rename(campaign_path.with_suffix(".yml"))
        assert problems(directory) == [
            "campaigns/gaoqing-2024-women-children.yml: campaign files end in .yaml; rename it"
        ]

    @pytest.mark.parametrize(
        ("content", "expected"),
        [
            (b"", "the file is empty"),
            (b"# nothing\n", "the file is empty"),
            (b"- a\n- b\n", "expected keys and values"),
            ("office: 县".encode("gb18030"), "is not UTF-8 text"),
            (b"a: \x07", "a character that YAML forbids"),
            (b"a: 'b", "this is not valid YAML"),
            (b"\ta: b", "this is not valid YAML"),
            (b"a: b\n---\nc: d\n", "this is not valid YAML"),
            (b"[" * 5000, "nested too deeply"),
        ],
    )
    def test_a_file_that_is_no_configuration(self, directory, content, expected):
        (directory / "service.yaml").write_bytes(content)
        (found,) = problems(directory)
        assert expected in found

    def test_a_file_without_permission(self, directory, monkeypatch):
        if (
            os.geteuid() == 0
        ):  # root may read everything: a directory in the file's place cannot be read either
            (directory / "service.yaml").unlink()
            (directory / "service.yaml").mkdir()
        else:
            (directory / "service.yaml").chmod(0)
        (found,) = problems(directory)
        assert found.startswith("service.yaml: cannot be read (")


def test_a_byte_order_mark_does_no_harm(directory):
    path = directory / "service.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert load(directory, {}).service.console.port == 8080


@given(
    content=st.binary(max_size=60)
    | st.text(alphabet="ab: -[]{}'\"&*!|>%@#\n\t?,~1", max_size=60).map(str.encode)
)
def test_no_content_of_a_file_raises_anything_but_a_sentence(tmp_path_factory, content):
    path = tmp_path_factory.getbasetemp() / "any.yaml"
    path.write_bytes(content)
    for read in (read_yaml, load_campaign):
        try:
            read(path)
        except ConfigurationError as error:
            assert all(problem.startswith(str(path)) for problem in error.problems)


class TestCalendar:
    def test_the_office_knows_better_than_the_library(self, directory, spoil):
        spoil(
            "calendar.yaml", "days: {}", "days:\n  2024-10-08: free\n  2024-10-05: work\n  2031-01-01: free"
        )
        calendar = load(directory, {}).calendar
        assert not calendar.is_workday(date(2024, 10, 8))
        assert calendar.is_workday(date(2024, 10, 5))
        assert calendar.is_workday(date(2024, 9, 29)), "the statutory 调休 still counts"
        assert not calendar.knows(2031), "one day is no year"

    def test_a_year_is_known_once_it_is_declared_complete(self, directory, spoil):
        spoil("calendar.yaml", "days: {}", "days:\n  2031-01-01: free")
        spoil("calendar.yaml", "complete: []", "complete: [2031]")
        calendar = load(directory, {}).calendar
        assert calendar.knows(2031)
        assert not calendar.knows(2032)

    def test_the_file_may_be_missing(self, directory):
        (directory / "calendar.yaml").unlink()
        assert load(directory, {}).calendar.is_workday(date(2024, 9, 29))

    def test_the_days_may_be_left_empty(self, directory, spoil):
        spoil("calendar.yaml", "days: {}", "days:")
        assert load(directory, {}).calendar.knows(2024)
