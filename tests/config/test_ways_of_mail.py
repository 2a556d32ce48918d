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
