"""`run` serves the console: where it listens, what it refuses, how the first administrator gets in."""

import re
import shutil
import signal
import socket
import subprocess
import urllib.request
from pathlib import Path

import pytest
from test_run_service import ENDS_WITHIN, call, command, environment, free_port, office

from reminder_service.config import ConsoleSettings, require_safe_console
from reminder_service.domain.errors import ConfigurationError

__all__ = ["office"]


def test_the_first_administrator_gets_a_link_that_opens_and_the_service_ends_with_pages_open(
    office: Path,
) -> None:
    port = free_port()
    given = environment(REMINDER_SERVICE_CONSOLE__PORT=str(port))
    with subprocess.Popen(
        command(office, "run"), env=given, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as service:
        try:
            assert service.stdout is not None
            said = service.stdout.readline()
            link = re.search(rf"http://127\.0\.0\.1:{port}/welcome/\S+", said)
            assert link, said
            with urllib.request.urlopen(link[0], timeout=20) as page:
                assert "设立管理员" in page.read().decode()
            with socket.create_connection(("127.0.0.1", port)) as idle:  # a browser that keeps its line
                idle.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
                assert idle.recv(100).startswith(b"HTTP/1.1 ")
                service.send_signal(signal.SIGTERM)
                _, log = service.communicate(timeout=ENDS_WITHIN)
        finally:
            service.kill()
    assert service.returncode == 0 and "Traceback" not in log
    assert "/welcome/" not in log, "the link is for the terminal, not for the log"


def test_the_pages_alone_are_served_at_a_time_that_is_said(office: Path) -> None:
    given = environment(REMINDER_SERVICE_CONSOLE__PORT=str(free_port()))
    with subprocess.Popen(
        command(office, "console", "--at", "2024-07-09T16:30"), env=given, stdout=subprocess.PIPE, text=True
    ) as pages:
        try:
            assert pages.stdout is not None
            link = re.search(r"http://\S+/welcome/\S+", pages.stdout.readline())
            assert link
            with urllib.request.urlopen(link[0], timeout=20) as page:
                assert "设立管理员" in page.read().decode()
            pages.send_signal(signal.SIGTERM)
            pages.communicate(timeout=ENDS_WITHIN)
        finally:
            pages.kill()
    assert pages.returncode == 0


def test_a_port_in_use_is_told_and_ends_the_service(office: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        refused = subprocess.run(
            command(office, "run"),
            env=environment(REMINDER_SERVICE_CONSOLE__PORT=port),
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
    assert refused.returncode == 1
    assert f"port {port}" in refused.stderr and "console.port" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_lost_password_needs_a_user_who_is_there(office: Path) -> None:
    assert "/welcome/" in call(office, "console-link").stdout
    wrong = call(office, "console-link", "--user", "nobody")
    assert wrong.returncode == 2 and "no such user" in wrong.stderr


def settings(**keys: object) -> ConsoleSettings:
    return ConsoleSettings.model_validate(keys)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", None])
def test_this_machine_needs_no_encryption(host: str | None) -> None:
    require_safe_console(settings(host=host))


@pytest.mark.parametrize(
    ("keys", "named"),
    [
        pytest.param({"host": "0.0.0.0"}, ["console.host", "console.names"], id="everywhere"),
        pytest.param({"host": "192.0.2.7"}, ["console.host"], id="one address"),
        pytest.param({"host": "reports.example.cn"}, ["console.host"], id="a name"),
        pytest.param({"tls_key": "no.key"}, ["console.tls_certificate", "console.tls_key"], id="half a pair"),
    ],
)
def test_beyond_this_machine_it_refuses_to_serve_passwords_in_the_open(
    keys: dict[str, object], named: list[str]
) -> None:
    with pytest.raises(ConfigurationError) as refused:
        require_safe_console(settings(**keys))
    assert all(any(name in problem for problem in refused.value.problems) for name in named)


def test_with_a_certificate_or_a_proxy_it_serves_beyond_this_machine(tmp_path: Path) -> None:
    certificate, key = tmp_path / "console.pem", tmp_path / "console.key"
    certificate.touch()
    key.touch()
    names = ("reports.example.cn",)
    require_safe_console(settings(host="0.0.0.0", names=names, tls_certificate=certificate, tls_key=key))
    require_safe_console(settings(host="0.0.0.0", names=names, proxies=("127.0.0.1",)))


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
def test_pages_are_served_by_tls_with_cookies_for_this_host_only(office: Path) -> None:
    import ssl

    config = office
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
         "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1",
         "-keyout", config / "c.key", "-out", config / "c.pem"],
        check=True, capture_output=True,
    )  # fmt: skip
    port = free_port()
    given = environment(
        REMINDER_SERVICE_CONSOLE__PORT=str(port),
        REMINDER_SERVICE_CONSOLE__TLS_CERTIFICATE="c.pem",
        REMINDER_SERVICE_CONSOLE__TLS_KEY="c.key",
    )
    with subprocess.Popen(
        command(config, "run"), env=given, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as service:
        try:
            assert service.stdout is not None
            link = re.search(r"https://\S+", service.stdout.readline())
            assert link
            trusted = ssl.create_default_context(cafile=config / "c.pem")
            with urllib.request.urlopen(link[0], context=trusted, timeout=20) as page:
                cookie = page.headers["set-cookie"]
                assert cookie.startswith("__Host-visit=") and "Secure" in cookie
                assert "strict-transport-security" in page.headers
        finally:
            service.terminate()
            service.communicate(timeout=ENDS_WITHIN)
