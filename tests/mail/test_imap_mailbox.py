"""The mailbox over a real Dovecot, and over a fake where Dovecot is too well-behaved."""

import socket
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from reminder_service.domain.errors import OutsideError
from reminder_service.mail.imap import ConnectionLost, ShortBody, connect
from servers.fakeimap import FakeImap
from servers.ports import free_port
from servers.settings import Imap, a_mail


def mailbox(server, **changes):
    return connect(replace(Imap(port=server.port), **changes), "secret-pw")


class TestOverDovecot:
    def test_mails_are_listed_with_size_arrival_and_header(self, dovecot):
        arrived = datetime(2024, 6, 3, 1, 0, tzinfo=UTC)
        dovecot.append(a_mail("first"), at=arrived)
        dovecot.append(a_mail("second"))
        with mailbox(dovecot) as box:
            assert box.account == "office@127.0.0.1"
            assert box.examine("INBOX") > 0
            first, second = box.list_after(0)
            assert (first.size, first.internal_date) == (len(a_mail("first")), arrived)
            assert b"<first@unit.example.cn>" in first.header
            assert [mail.uid for mail in box.list_after(first.uid)] == [second.uid]
            assert box.list_after(second.uid) == []

    def test_a_mail_comes_byte_for_byte_and_stays_unread(self, dovecot):
        raw = a_mail("gbk").replace("已报送".encode(), "已报送".encode("gb18030") + b"\x80.\r\n.")
        dovecot.append(raw)
        with mailbox(dovecot) as box:
            box.examine("INBOX")
            [mail] = box.list_after(0)
            assert box.fetch(mail.uid) == raw
        assert b"Seen" not in dovecot.flags()[0]

    def test_a_mail_expunged_after_the_listing_is_gone_not_broken(self, dovecot):
        dovecot.append(a_mail("one"))
        dovecot.append(a_mail("two"))
        with mailbox(dovecot) as box:
            box.examine("INBOX")
            one, two = box.list_after(0)
            with dovecot.client() as clerk:
                clerk.store("1", "+FLAGS", "\\Deleted")
                clerk.expunge()
            assert box.fetch(one.uid) is None
            assert box.fetch(two.uid) == a_mail("two")

    def test_an_empty_folder_lists_nothing(self, dovecot):
        with mailbox(dovecot) as box:
            box.examine("INBOX")
            assert box.list_after(0) == []

    def test_a_chinese_folder_is_opened(self, dovecot):
        dovecot.create('"&XfJZBHQG-"')  # 已处理
        with mailbox(dovecot) as box:
            assert box.examine("已处理") > 0

    def test_a_missing_folder_is_named_with_the_folders_there_are(self, dovecot):
        with mailbox(dovecot) as box, pytest.raises(OutsideError) as caught:
            box.examine("归档")
        text = str(caught.value)
        assert "'归档'" in text and "imap.folders" in text and "the mailbox has INBOX" in text

    def test_a_wrong_password_is_a_sentence_with_the_cure_and_without_the_password(self, dovecot):
        with pytest.raises(OutsideError) as caught, connect(Imap(port=dovecot.port), "wrong-pw"):
            pass
        text = str(caught.value)
        assert f"127.0.0.1:{dovecot.port} refused the login of 'office'" in text
        assert "REMINDER_SERVICE_IMAP__PASSWORD" in text and "授权码" in text
        assert "wrong-pw" not in text

    @pytest.mark.parametrize("security", ["tls", "starttls"])
    def test_tls_works_with_the_office_authority(self, dovecot_tls, security):
        dovecot_tls.append(a_mail("one"))
        port = dovecot_tls.tls_port if security == "tls" else dovecot_tls.port
        settings = Imap(port=port, security=security, ca_file=dovecot_tls.ca_file)
        with connect(settings, "secret-pw") as box:
            box.examine("INBOX")
            assert box.fetch(box.list_after(0)[0].uid) == a_mail("one")

    def test_an_unknown_certificate_is_refused_with_the_cure(self, dovecot_tls):
        settings = Imap(port=dovecot_tls.tls_port, security="tls")
        with pytest.raises(OutsideError, match=r"certificate is not trusted.*imap\.ca_file"):
            connect(settings, "secret-pw").__enter__()

    def test_tls_to_a_plain_port_is_a_sentence(self, dovecot):
        settings = Imap(port=dovecot.port, security="tls")
        with pytest.raises(OutsideError, match=r"imap\.security \(tls\) fits imap\.port"):
            connect(settings, "secret-pw").__enter__()


class TestOverAFake:
    def test_id_is_sent_only_where_it_is_announced_after_the_login(self):
        for announced in (b"IMAP4rev1 ID", b"IMAP4rev1"):
            with FakeImap(capabilities_after_login=announced) as server, mailbox(server):
                pass
            sent = [command for command in server.log if command.startswith(b"ID ")]
            assert len(sent) == (1 if b"ID" in announced.split() else 0)
            assert all(b'"name" "reminder-service" "version"' in command for command in sent)

    def test_a_server_that_dislikes_our_id_is_used_all_the_same(self):
        def script(tag, command):
            return tag + b" BAD what\r\n" if command.startswith(b"ID ") else None

        with FakeImap(capabilities=b"IMAP4rev1 ID", script=script) as server, mailbox(server) as box:
            assert box.examine("INBOX") == 7

    def test_fewer_bytes_than_announced_are_not_taken_for_the_mail(self):
        def script(tag, command):
            if b"BODY.PEEK[])" in command:
                return b"* 1 FETCH (UID 5 RFC822.SIZE 99 BODY[] {3}\r\nabc)\r\n" + tag + b" OK done\r\n"
            return None

        with FakeImap({5: a_mail("x")}, script) as server, mailbox(server) as box:
            box.examine("INBOX")
            with pytest.raises(ShortBody, match="3 of 99 bytes") as caught:
                box.fetch(5)
            assert caught.value.body == b"abc"

    def test_a_refused_mail_is_an_error_and_the_next_one_comes(self):
        def script(tag, command):
            return tag + b" NO broken index\r\n" if command.startswith(b"UID FETCH 5 (UID RFC") else None

        with FakeImap({5: a_mail("bad"), 6: a_mail("good")}, script) as server, mailbox(server) as box:
            box.examine("INBOX")
            with pytest.raises(OutsideError, match="broken index") as caught:
                box.fetch(5)
            assert not isinstance(caught.value, ConnectionLost)
            assert box.fetch(6) == a_mail("good")

    def test_a_body_withheld_from_a_mail_that_is_there_is_an_error_not_gone(self):
        def script(tag, command):
            if b"BODY.PEEK[])" in command:
                return b"* 1 FETCH (UID 5 BODY[] NIL)\r\n" + tag + b" OK done\r\n"
            return None

        with FakeImap({5: a_mail("x")}, script) as server, mailbox(server) as box:
            box.examine("INBOX")
            with pytest.raises(OutsideError, match="refused reading mail 5"):
                box.fetch(5)

    def test_a_list_that_is_refused_for_one_mail_still_names_the_others(self):
        def script(tag, command):
            if b"(UID RFC822.SIZE INTERNALDATE)" in command:
                return b"* 2 FETCH (UID 6 RFC822.SIZE 10)\r\n" + tag + b" NO [SERVERBUG] 5 is broken\r\n"
            if command.startswith(b"UID SEARCH"):
                return b"* SEARCH 5 6\r\n" + tag + b" OK done\r\n"
            return tag + b" NO broken\r\n" if b"HEADER.FIELDS" in command else None

        with FakeImap({5: a_mail("bad"), 6: a_mail("good")}, script) as server, mailbox(server) as box:
            box.examine("INBOX")
            assert [(mail.uid, mail.size, mail.header) for mail in box.list_after(0)] == [
                (5, 0, b""),
                (6, 10, b""),
            ]

    def test_flags_changed_by_another_program_make_no_mail(self):
        def script(tag, command):
            if b"HEADER.FIELDS" in command:
                return b"* 1 FETCH (UID 9 FLAGS (\\Seen))\r\n" + tag + b" OK done\r\n"
            return None

        with FakeImap({5: a_mail("x")}, script) as server, mailbox(server) as box:
            box.examine("INBOX")
            assert [mail.uid for mail in box.list_after(0)] == [5]

    def test_a_broken_connection_says_so(self):
        def script(tag, command):
            return b"" if b"BODY.PEEK[])" in command else None

        with FakeImap({5: a_mail("x")}, script) as server, mailbox(server) as box:
            box.examine("INBOX")
            with pytest.raises(ConnectionLost, match="broke when reading mail 5"):
                box.fetch(5)

    def test_a_server_that_hangs_costs_the_timeout_only(self):
        with socket.create_server(("127.0.0.1", 0)) as silent:
            port = silent.getsockname()[1]
            settings = Imap(port=port, timeout=timedelta(milliseconds=200))
            with pytest.raises(OutsideError, match=r"no answer within 0\.2 s.*imap\.security"):
                connect(settings, "pw").__enter__()

    @pytest.mark.parametrize("way", ["fetch", "fetch_several", "pieces"])
    def test_a_mail_that_comes_drop_by_drop_is_broken_off_though_no_silence_is_long(self, way):
        def pause(answer: bytes) -> float:
            return 0.01 if b" BODY[]" in answer else 0.0

        read = {
            "fetch": lambda box: box.fetch(5),
            "fetch_several": lambda box: box.fetch_several([5, 6]),
            "pieces": lambda box: list(box.pieces(5, 9_000)),
        }
        mails = {5: a_mail("x") + b"." * 9_000, 6: a_mail("y")}
        with FakeImap(mails, piece=1, pause=pause) as server:
            box = connect(Imap(port=server.port, timeout=timedelta(seconds=20)), "secret-pw", patience=0.01)
            with box, pytest.raises(ConnectionLost, match="took too long in all"):
                box.examine("INBOX")
                read[way](box)

    def test_a_gbk_refusal_is_readable_and_never_repeats_the_password(self):
        def script(tag, command):
            if command.startswith(b"LOGIN"):
                return tag + b" NO " + "登录失败".encode("gb18030") + b" secret-pw\r\n"
            return None

        with FakeImap(script=script) as server, pytest.raises(OutsideError) as caught:
            mailbox(server).__enter__()
        assert "登录失败 …" in str(caught.value)
        assert caught.value.__cause__ is None and "secret-pw" not in str(caught.value)

    def test_163_asking_for_an_id_is_quoted(self):
        def script(tag, command):
            return (
                tag + b" NO Unsafe Login. Please contact kefu@188.com\r\n" if b"EXAMINE" in command else None
            )

        with (
            FakeImap(script=script) as server,
            mailbox(server) as box,
            pytest.raises(OutsideError, match="Unsafe Login"),
        ):
            box.examine("INBOX")


def test_a_server_that_is_not_there_is_a_sentence_with_host_port_and_cure():
    port = free_port()
    with pytest.raises(OutsideError) as caught:
        connect(Imap(port=port), "pw").__enter__()
    assert str(caught.value) == (
        f"The mailbox server 127.0.0.1:{port} cannot be used: connection refused. "
        "Check imap.host and imap.port in service.yaml and that the server is up."
    )


def test_an_unknown_host_is_a_sentence():
    with pytest.raises(OutsideError, match=r"mail\.invalid:143 cannot be used: the host name is not known"):
        connect(Imap(port=143, host="mail.invalid"), "pw").__enter__()


def test_a_ca_file_that_is_none_is_named(tmp_path: Path):
    file = tmp_path / "ca.pem"
    file.write_text("nothing")
    settings = Imap(port=1, security="tls", ca_file=file)
    with pytest.raises(OutsideError, match=r"ca\.pem cannot be used.*imap\.ca_file"):
        connect(settings, "pw").__enter__()
