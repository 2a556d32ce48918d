from datetime import time, timedelta
from pathlib import Path

import pytest

from reminder_service.config import ImapSettings, load, require_password, service_yaml
from reminder_service.config.values import WeekTime, week_time
from reminder_service.domain.errors import ConfigurationError


def problems(directory: Path, environ: dict[str, str] | None = None) -> str:
    with pytest.raises(ConfigurationError) as raised:
        load(directory, environ or {})
    return str(raised.value)


def test_the_shipped_configuration_loads_without_any_password(directory):
    service = load(directory, {}).service
    assert service.office.name == "县妇儿工委办公室"
    assert service.office.digest_to == ("office@example.cn",)
    assert (service.imap.port, service.imap.security, service.imap.folders) == (993, "tls", ("INBOX",))
    assert service.imap.stale_after == timedelta(hours=2)
    assert service.imap.timeout == timedelta(seconds=30)
    assert service.schedule.poll == timedelta(minutes=2)
    assert service.schedule.digest == time(16, 30)
    assert service.imap.password is None
    assert service.imap.ca_file is None


def test_the_example_of_the_contract_loads(directory):
    (directory / "service.yaml").write_text(
        """\
schema: 1
office:  {name: 县妇儿工委办公室, phone: "6967116", address: office@example.cn, digest_to: [office@example.cn],
          timezone: Asia/Shanghai}
imap:    {host: imap.example.cn, port: 993, security: tls, username: office, folders: [INBOX], stale_after: 2h}
smtp:    {host: smtp.example.cn, port: 465, security: tls, username: office, rate: 10}
store:   {url: "sqlite:///data/reminder-service.db", files: data/files}
schedule: {poll: 2m, digest: "16:30"}
console: {host: 127.0.0.1, port: 8080}
"""
    )
    assert load(directory, {}).service.smtp.rate == 10


def test_relative_paths_start_at_the_directory_of_the_file(directory, monkeypatch):
    monkeypatch.chdir(directory.parent)
    configuration = load(Path("config"), {"REMINDER_SERVICE_IMAP__CA_FILE": "ca.pem"})
    assert configuration.directory == directory
    assert configuration.service.store.url == f"sqlite:///{directory}/data/reminder-service.db"
    assert configuration.service.store.files == directory / "data/files"
    assert configuration.service.imap.ca_file == directory / "ca.pem"


@pytest.mark.parametrize(
    "url", ["sqlite:////var/lib/r.db", "sqlite:///:memory:", "postgresql+psycopg://office@db/reminders"]
)
def test_a_database_that_stands_elsewhere_stays_there(directory, url):
    assert load(directory, {"REMINDER_SERVICE_STORE__URL": url}).service.store.url == url


def test_numbers_and_leading_zeros_stay_the_text_that_was_written(directory, spoil):
    spoil("service.yaml", '"6967116"', "05336967116")
    assert load(directory, {}).service.office.phone == "05336967116"


def test_the_environment_wins_over_the_file(directory):
    service = load(
        directory,
        {
            "REMINDER_SERVICE_IMAP__PORT": "1143",
            "REMINDER_SERVICE_IMAP__SECURITY": "none",
            "REMINDER_SERVICE_IMAP__FOLDERS": "INBOX, 垃圾邮件",
            "REMINDER_SERVICE_OFFICE__DIGEST_TO": '["A@example.cn", "b@example.cn"]',
            "REMINDER_SERVICE_SCHEDULE__DIGEST": "17:00",
            "REMINDER_SERVICE_SMTP__USERNAME": "",
            "REMINDER_SERVICE_SMTP__HOST": "",
            "REMINDER_SERVICE_CONFIG": "elsewhere",
            "UNRELATED__KEY": "x",
        },
    ).service
    assert (service.imap.port, service.imap.security) == (1143, "none")
    assert service.imap.folders == ("INBOX", "垃圾邮件")
    assert service.office.digest_to == ("a@example.cn", "b@example.cn")
    assert service.schedule.digest == time(17)
    assert service.smtp.username is None
    assert service.smtp.host == "smtp.example.cn"


def test_the_environment_can_give_a_section_that_the_file_lacks(directory, spoil):
    text = (directory / "service.yaml").read_text()
    (directory / "service.yaml").write_text(text[: text.index("console:")])
    environ = {"REMINDER_SERVICE_CONSOLE__PORT": "9090"}
    assert load(directory, environ).service.console.port == 9090


def test_mistakes_of_the_environment_name_the_variable(directory):
    found = problems(
        directory,
        {
            "REMINDER_SERVICE_IMAP__PORT": "many",
            "REMINDER_SERVICE_IMAP__FOLDER": "INBOX",
            "REMINDER_SERVICE_POSTBOX_ROOM__THING": "x",
            "REMINDER_SERVICE_OFFICE__DIGEST_TO": "a@example.cn,nobody",
            "REMINDER_SERVICE_IMAP__FOLDERS": '["INBOX',
        },
    ).splitlines()
    assert found == [
        "environment: REMINDER_SERVICE_IMAP__FOLDER: unknown variable; did you mean "
        "REMINDER_SERVICE_IMAP__FOLDERS?",
        "environment: REMINDER_SERVICE_IMAP__FOLDERS: expected a list, such as `folders: [INBOX]`; "
        "found '[\"INBOX'",
        "environment: REMINDER_SERVICE_IMAP__PORT: expected a whole number, such as `port: 993`; found 'many'",
        "environment: REMINDER_SERVICE_OFFICE__DIGEST_TO: expected one e-mail address such as "
        "office@example.cn; found 'nobody'",
        "environment: REMINDER_SERVICE_POSTBOX_ROOM__THING: unknown variable; sections are: "
        "office, imap, smtp, mailboxes, folder_mailbox, folder_outbox, store, schedule, console, alarm, retention",
    ]


class TestPasswords:
    def test_a_password_comes_from_the_environment_exactly_as_given(self, directory):
        service = load(directory, {"REMINDER_SERVICE_IMAP__PASSWORD": " s3cret "}).service
        assert require_password(service, "imap") == " s3cret "
        assert "s3cret" not in repr(service)

    def test_a_password_comes_from_the_first_line_of_a_file(self, directory):
        (directory / "mail.secret").write_text("s3cret\n")
        service = load(directory, {"REMINDER_SERVICE_SMTP__PASSWORD_FILE": "mail.secret"}).service
        assert require_password(service, "smtp") == "s3cret"

    def test_a_missing_password_is_told_only_where_it_is_needed(self, directory):
        service = load(directory, {}).service
        with pytest.raises(ConfigurationError, match="REMINDER_SERVICE_IMAP__PASSWORD: is not set") as raised:
            require_password(service, "imap")
        assert "REMINDER_SERVICE_IMAP__PASSWORD_FILE" in str(raised.value)
        assert raised.value.exit_status == 2

    @pytest.mark.parametrize(
        ("content", "reason"), [(None, "cannot be read"), (b"", "no password"), (b"\xff", "UTF-8")]
    )
    def test_a_password_file_of_no_use_is_told_only_where_it_is_needed(self, directory, content, reason):
        if content is not None:
            (directory / "mail.secret").write_bytes(content)
        service = load(directory, {"REMINDER_SERVICE_IMAP__PASSWORD_FILE": "mail.secret"}).service
        with pytest.raises(ConfigurationError, match=f"IMAP__PASSWORD_FILE.*{reason}"):
            require_password(service, "imap")

    @pytest.mark.parametrize("key", ["password", "password_file"])
    def test_a_password_in_the_file_is_refused_with_the_cure_and_not_repeated(self, directory, spoil, key):
        spoil("service.yaml", "  host: imap", f"  {key}: s3cret\n  host: imap")
        found = problems(directory)
        assert f"service.yaml:22:{5 + len(key)}: imap.{key}: passwords never stand in a file" in found
        assert "REMINDER_SERVICE_IMAP__PASSWORD" in found
        assert "s3cret" not in found

    def test_two_passwords_for_one_server_are_a_mistake(self, directory):
        names = ("REMINDER_SERVICE_IMAP__PASSWORD", "REMINDER_SERVICE_IMAP__PASSWORD_FILE")
        assert "unset one of the two" in problems(directory, dict.fromkeys(names, "x"))

    def test_the_password_of_a_database_is_not_repeated(self, directory):
        environ = {"REMINDER_SERVICE_STORE__URL": "mysql://office:s3cret@db/reminders"}
        found = problems(directory, environ)
        assert "REMINDER_SERVICE_STORE__URL: expected sqlite:///" in found
        assert "s3cret" not in found


def test_settings_can_be_made_without_a_file():
    made = ImapSettings(host="localhost", port=1143, security="none", username="office")
    assert made.folders == ("INBOX",)


def test_init_writes_the_file_that_ships(directory):
    assert service_yaml() == (directory / "service.yaml").read_text()


def test_chat_services_come_from_the_environment_or_a_file_and_are_never_shown(directory, tmp_path):
    given = load(
        directory, {"REMINDER_SERVICE_ALARM__URLS": "json://x/hush-1, json://y/hush-2"}
    ).service.alarm
    assert [url.get_secret_value() for url in given.urls] == ["json://x/hush-1", "json://y/hush-2"]
    assert "hush" not in repr(given)
    file = tmp_path / "urls"
    file.write_text("# the chief\njson://z/hush-3\n\n", encoding="utf-8")
    read = load(directory, {"REMINDER_SERVICE_ALARM__URLS_FILE": str(file)}).service.alarm
    assert [url.get_secret_value() for url in read.urls] == ["json://z/hush-3"]


def test_chat_services_and_a_wrong_monitor_in_the_file_are_refused_without_repeating_them(directory):
    path = directory / "service.yaml"
    text = path.read_text(encoding="utf-8").replace(
        "  ping:  #", "  urls: [json://x/hush-1]\n  ping: hush-2  #"
    )
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught:
        load(directory, {})
    assert "REMINDER_SERVICE_ALARM__URLS" in str(caught.value)
    assert "alarm.ping: expected an address" in str(caught.value)
    assert "hush" not in str(caught.value)


def test_a_weekly_summary_has_a_day_and_a_time() -> None:
    assert week_time("fri 16:00") == WeekTime(weekday=4, at=time(16))
    for wrong in ("friday", "fri", "fri 25:00", "16:00"):
        with pytest.raises(ValueError, match="expected"):
            week_time(wrong)
