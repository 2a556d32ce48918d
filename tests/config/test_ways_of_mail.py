"""Mail comes and goes by servers or by folders, and a setting that leaves one out is told with both cures."""

import re

import pytest

from reminder_service.config import load, require_password
from reminder_service.domain.errors import ConfigurationError


def without(text: str, section: str) -> str:
    return re.sub(rf"(?ms)^{section}:.*?(?=^\w)", "", text)


def folders(text: str) -> str:
    return text.replace("  inbox:  #", "  inbox: in  #").replace("  outbox:  #", "  outbox: out  #")


def sentences(directory, environ=None) -> list[str]:
    with pytest.raises(ConfigurationError) as caught:
        load(directory, environ or {})
    return list(map(str, str(caught.value).splitlines()))


def change(directory, how) -> None:
    path = directory / "service.yaml"
    path.write_text(how(path.read_text(encoding="utf-8")), encoding="utf-8")


def test_folders_take_the_place_of_servers(directory):
    change(directory, lambda text: folders(without(without(text, "imap"), "smtp")))
    service = load(directory, {}).service
    assert service.imap is None and service.smtp is None
    assert service.folder_mailbox.inbox == directory / "in"
    assert service.folder_outbox.outbox == directory / "out"
    assert service.folders == (str(directory / "in"),)


def test_a_folder_may_stand_beside_the_mailbox(directory):
    change(directory, lambda text: text.replace("  inbox:  #", "  inbox: in  #"))
    assert load(directory, {}).service.folders == ("INBOX", str(directory / "in"))


def test_without_any_way_both_cures_are_named(directory):
    change(directory, lambda text: without(without(text, "imap"), "smtp"))
    found = " ".join(sentences(directory))
    assert "folder_mailbox.inbox" in found and "folder_outbox.outbox" in found


def test_mails_go_out_one_way(directory):
    change(directory, lambda text: text.replace("  outbox:  #", "  outbox: out  #"))
    assert any("one way" in sentence for sentence in sentences(directory))


def test_the_environment_can_name_the_folders(directory):
    change(directory, lambda text: without(without(text, "imap"), "smtp"))
    environ = {
        "REMINDER_SERVICE_FOLDER_MAILBOX__INBOX": "/srv/in",
        "REMINDER_SERVICE_FOLDER_OUTBOX__OUTBOX": "/srv/out",
    }
    assert str(load(directory, environ).service.folder_mailbox.inbox) == "/srv/in"


def test_a_copy_nobody_reads_is_refused(directory):
    def how(text: str) -> str:
        return (
            without(text, "imap")
            .replace("  inbox:  #", "  inbox: in  #")
            .replace("own_copy: false", "own_copy: true")
        )

    change(directory, how)
    assert any("smtp.own_copy" in sentence for sentence in sentences(directory))


def test_a_password_for_a_server_that_is_not_named_is_a_mistake_of_the_file(directory):
    change(directory, lambda text: folders(without(without(text, "imap"), "smtp")))
    with pytest.raises(ConfigurationError, match="imap: is missing"):
        require_password(load(directory, {}).service, "imap")


def with_mailboxes(text: str) -> str:
    return text.replace(
        "mailboxes: {}",
        "mailboxes:\n  minzheng:\n    imap: {host: imap.mz.example.cn, username: mz, folders: [INBOX, 垃圾邮件]}\n"
        "    address: mz@example.cn",
    )


def test_more_mailboxes_have_names_folders_and_secrets_of_their_own(directory):
    change(directory, with_mailboxes)
    service = load(
        directory,
        {
            "REMINDER_SERVICE_MAILBOXES__MINZHENG__IMAP__PASSWORD": "hush",
            "REMINDER_SERVICE_MAILBOXES__MINZHENG__IMAP__PORT": "1993",
        },
    ).service
    assert service.folders == ("INBOX", "minzheng:INBOX", "minzheng:垃圾邮件")
    assert require_password(service, "mailboxes.minzheng.imap") == "hush"
    assert service.mailboxes["minzheng"].imap.port == 1993
    with pytest.raises(ConfigurationError, match="REMINDER_SERVICE_IMAP__PASSWORD"):
        require_password(service, "imap")


def test_a_password_in_a_mailbox_of_the_file_is_refused_with_its_variable(directory):
    change(
        directory, lambda text: with_mailboxes(text).replace("username: mz,", "username: mz, password: x,")
    )
    [sentence] = sentences(directory)
    assert "REMINDER_SERVICE_MAILBOXES__MINZHENG__IMAP__PASSWORD_FILE" in sentence


def test_a_campaign_names_a_mailbox_that_there_is(directory):
    change(directory, with_mailboxes)
    [campaign] = (directory / "campaigns").glob("*.yaml")
    text = campaign.read_text("utf-8")
    for name, mistakes in (("minzheng", 0), ("minzhen", 1)):
        campaign.write_text(text.replace("mailbox:  # 用", f"mailbox: {name}  # 用"), "utf-8")
        found = sentences(directory) if mistakes else []
        assert len(found) == mistakes and all("known: minzheng" in sentence for sentence in found)
    campaign.write_text(text.replace("mailbox:  # 用", "mailbox: minzheng  # 用"), "utf-8")
    [loaded] = load(directory, {}).campaigns.values()
    assert loaded.mailbox == "minzheng"


def test_a_sign_in_needs_its_client_and_a_safe_line(directory):
    change(
        directory,
        lambda text: text.replace("    token_url:  #", "    token_url: https://x.example.cn/t  #", 1),
    )
    assert any("client_id is needed" in sentence for sentence in sentences(directory))
    environ = {
        "REMINDER_SERVICE_IMAP__OAUTH__CLIENT_ID": "one",
        "REMINDER_SERVICE_IMAP__OAUTH__SCOPE": "mail",
        "REMINDER_SERVICE_IMAP__REFRESH_TOKEN": "first",
    }
    imap = load(directory, environ).service.imap
    assert (imap.oauth.client_id, imap.refresh_token.get_secret_value()) == ("one", "first")
    change(directory, lambda text: text.replace("https://x.example.cn", "http://x.example.cn"))
    with pytest.raises(ConfigurationError, match="https://"):
        load(directory, environ)
