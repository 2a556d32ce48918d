"""The sender against a real SMTP server that refuses, hangs up and forgets."""

import socket
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reminder_service.domain.errors import DeliveryError, OutsideError, UncertainDelivery
from reminder_service.mail.smtp import connect, on_the_wire
from servers.dovecot import make_certificate
from servers.ports import free_port
from servers.settings import Smtp, a_mail
from servers.smtp import SmtpServer

OFFICE = "office@example.cn"
UNIT = "unit@example.cn"


def sender(server, password=None, **changes):
    return connect(replace(Smtp(port=server.port), **changes), password)


def send(way_out, raw=b"Subject: x\r\n\r\nx\r\n", *, to=UNIT, before_data=lambda: None, sender=OFFICE):
    way_out.send(raw, sender=sender, to=to, before_data=before_data)


def test_a_mail_arrives_byte_for_byte_with_its_envelope(smtp_server):
    raw = a_mail("点").replace(b"\r\n\r\n", b"\r\n\r\n.\r\n..\r\n.x\r\n\xff\r\n")
    with sender(smtp_server) as way_out:
        send(way_out, raw)
    [mail] = smtp_server.received
    assert (mail.raw, mail.sender, mail.recipients) == (raw, OFFICE, (UNIT,))


def test_the_mark_is_made_after_the_recipient_is_accepted_and_before_the_body(smtp_server):
    smtp_server.refuse["gone@example.cn"] = "550 no such user"
    seen: list[int] = []
    with sender(smtp_server) as way_out:
        send(way_out, before_data=lambda: seen.append(len(smtp_server.received)))
        with pytest.raises(DeliveryError):
            send(way_out, to="gone@example.cn", before_data=lambda: seen.append(99))
    assert seen == [0]


def test_a_mark_that_cannot_be_made_stops_the_mail_and_not_the_next(smtp_server):
    def taken():
        raise KeyError("somebody else has it")

    with sender(smtp_server) as way_out:
        with pytest.raises(KeyError):
            send(way_out, before_data=taken)
        send(way_out, b"Subject: next\r\n\r\nx\r\n")
    assert [mail.raw for mail in smtp_server.received] == [b"Subject: next\r\n\r\nx\r\n"]


@pytest.mark.parametrize(
    ("answer", "permanent"),
    [("450 greylisted", False), ("421 too many connections", False), ("550 5.1.1 no such user", True)],
)
def test_a_refused_recipient_says_whether_another_try_helps(smtp_server, answer, permanent):
    smtp_server.refuse[UNIT] = answer
    with sender(smtp_server) as way_out:
        with pytest.raises(DeliveryError, match=answer) as caught:
            send(way_out)
        assert caught.value.permanent is permanent
        send(way_out, to="other@example.cn")
    assert smtp_server.recipients == ["other@example.cn"]


@pytest.mark.parametrize(("answer", "permanent"), [("452 full", False), ("554 spam", True)])
def test_a_refused_body_is_a_definite_answer(smtp_server, answer, permanent):
    smtp_server.answer_data = answer
    with sender(smtp_server) as way_out, pytest.raises(DeliveryError, match=answer) as caught:
        send(way_out)
    assert caught.value.permanent is permanent


@pytest.mark.parametrize("drop", ["before", "after"])
def test_a_connection_that_dies_after_the_body_leaves_it_uncertain(smtp_server, drop):
    smtp_server.drop = drop
    with sender(smtp_server) as way_out:
        with pytest.raises(UncertainDelivery):
            send(way_out)
        smtp_server.drop = None
        send(way_out)
    assert len(smtp_server.received) == (2 if drop == "after" else 1)


def test_a_connection_that_dies_before_the_body_is_certain():
    def serve(listening: socket.socket) -> None:
        connection, _ = listening.accept()
        with connection, connection.makefile("rb") as lines:
            connection.sendall(b"220 hi\r\n")
            for line in lines:
                if line.upper().startswith(b"DATA"):
                    return
                connection.sendall(b"250 ok\r\n")

    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=serve, args=(listening,), daemon=True).start()
        with (
            connect(Smtp(port=listening.getsockname()[1]), None) as way_out,
            pytest.raises(DeliveryError) as caught,
        ):
            send(way_out)
    assert caught.value.permanent is False


def test_a_connection_the_server_closed_between_two_mails_is_made_anew(smtp_server):
    with sender(smtp_server) as way_out:
        send(way_out)
        smtp_server.restart()
        send(way_out)
    assert len(smtp_server.received) == 2
    assert len(smtp_server.sessions) == 2


def test_a_server_that_went_away_between_two_mails_is_an_outage(smtp_server):
    with sender(smtp_server) as way_out:
        send(way_out)
        smtp_server.stop()
        with pytest.raises(OutsideError, match="connection refused"):
            send(way_out)


def test_a_sender_that_may_not_send_blames_the_setting_not_the_mail(smtp_server):
    smtp_server.refuse_senders[OFFICE] = "553 Mail from must equal authorized user"
    with sender(smtp_server) as way_out, pytest.raises(OutsideError, match=r"office\.address") as caught:
        send(way_out)
    assert "553 Mail from must equal" in str(caught.value)


@pytest.mark.parametrize(
    "address", ["a b@example.cn", "x@y\r\nRCPT TO:<z@example.cn>", "张@example.cn", "none", ""]
)
def test_no_address_can_smuggle_a_command(smtp_server, address):
    with sender(smtp_server) as way_out, pytest.raises(DeliveryError) as caught:
        send(way_out, to=address)
    assert caught.value.permanent
    assert smtp_server.received == []


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")  # loopback
def test_a_login_is_made_with_a_username_and_only_then():
    with SmtpServer(login=("office", "secret-pw")) as server:
        with sender(server, "secret-pw", username="office") as way_out:
            send(way_out)
        with (
            sender(server) as way_out,
            pytest.raises(OutsideError, match=r"only after a login.*smtp\.username"),
        ):
            send(way_out)
    assert len(server.received) == 1


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")  # loopback
def test_a_wrong_password_is_a_sentence_with_the_cure_and_without_the_password():
    with SmtpServer(login=("office", "secret-pw")) as server, pytest.raises(OutsideError) as caught:
        sender(server, "wrong-pw", username="office").__enter__()
    text = str(caught.value)
    assert f"127.0.0.1:{server.port} refused the login of 'office' (535" in text
    assert "REMINDER_SERVICE_SMTP__PASSWORD" in text and "授权码" in text and "wrong-pw" not in text


def test_a_missing_password_is_named(smtp_server):
    with pytest.raises(OutsideError, match="REMINDER_SERVICE_SMTP__PASSWORD"):
        sender(smtp_server, None, username="office").__enter__()


def test_a_server_without_login_is_named(smtp_server):
    with pytest.raises(OutsideError, match=r"offers no login.*smtp\.security"):
        sender(smtp_server, "pw", username="office").__enter__()


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_tls_works_with_the_office_authority_and_not_without(tmp_path: Path, security):
    make_certificate(tmp_path)
    with SmtpServer(certificate=tmp_path, starttls=security == "starttls") as server:
        with sender(server, security=security, ca_file=tmp_path / "cert.pem") as way_out:
            send(way_out)
        with pytest.raises(OutsideError, match=r"certificate is not trusted.*smtp\.ca_file"):
            sender(server, security=security).__enter__()
    assert len(server.received) == 1


def test_a_server_that_is_not_there_is_a_sentence_with_host_port_and_cure():
    port = free_port()
    with pytest.raises(OutsideError) as caught:
        connect(Smtp(port=port), None).__enter__()
    assert str(caught.value) == (
        f"The SMTP server 127.0.0.1:{port} cannot be used: connection refused. "
        "Check smtp.host and smtp.port in service.yaml and that the server is up."
    )


def test_a_greeting_that_refuses_us_is_quoted_in_chinese():
    def serve(listening: socket.socket) -> None:
        connection, _ = listening.accept()
        with connection:
            connection.sendall(b"554 " + "连接频率受限".encode("gb18030") + b"\r\n")

    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=serve, args=(listening,), daemon=True).start()
        with pytest.raises(OutsideError, match="554 连接频率受限"):
            connect(Smtp(port=listening.getsockname()[1]), None).__enter__()


LINES = st.lists(
    st.sampled_from([b".", b"..", b"a", b"", b".\r\nMAIL FROM:<x@y>", "报".encode("gbk")]), max_size=8
)


@given(LINES)
def test_a_mail_with_crlf_is_whole_after_the_dots_are_taken_away(lines):
    raw = b"".join(line + b"\r\n" for line in lines) or b"\r\n"
    wire = on_the_wire(raw)
    assert wire.endswith(b"\r\n.\r\n")
    received = b"".join(
        (line[1:] if line.startswith(b".") else line) + b"\r\n" for line in wire[:-3].split(b"\r\n")[:-1]
    )
    assert received == raw


@given(st.binary(max_size=60).map(lambda noise: noise.replace(b"a", b"\n.\n").replace(b"b", b"\r.\r")))
def test_no_body_ends_before_its_end(raw):
    wire = on_the_wire(raw)[:-3]
    assert b"\n" not in wire.replace(b"\r\n", b"") and b"\r" not in wire.replace(b"\r\n", b"")
    assert not any(line == b"." for line in wire.split(b"\r\n"))
