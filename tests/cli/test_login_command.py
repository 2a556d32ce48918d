"""`login` as a person runs it, against a provider on this machine."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from offices import SHIPPED
from reminder_service.cli.main import app
from reminder_service.domain.errors import ConfigurationError
from servers.tokens import TokenServer


@pytest.fixture
def office(tmp_path: Path) -> Path:
    (tmp_path / "campaigns").mkdir()
    [campaign] = (SHIPPED / "campaigns").glob("*.yaml")
    for file in (SHIPPED / "service.yaml", campaign):
        (tmp_path / file.relative_to(SHIPPED)).write_bytes(file.read_bytes())
    return tmp_path


def test_a_person_sees_address_and_code_and_the_sign_in_lies_beside_the_store(office, monkeypatch):
    with TokenServer() as provider:
        for key, value in {
            "TOKEN_URL": f"{provider.url}/token",
            "DEVICE_URL": f"{provider.url}/device",
            "CLIENT_ID": "client-1",
        }.items():
            monkeypatch.setenv(f"REMINDER_SERVICE_IMAP__OAUTH__{key}", value)
        result = CliRunner().invoke(app, ["--config", str(office), "login"])
    assert result.exit_code == 0, result.output
    assert "https://example.cn/device" in result.output and "ABCD-EFGH" in result.output
    assert "access-" not in result.output and "refresh-" not in result.output
    [kept] = (office / "data" / "sign-in").glob("*.json")
    assert '"refresh-1"' in kept.read_text()


def test_an_account_with_a_password_has_nothing_to_sign_in_to(office):
    result = CliRunner().invoke(app, ["--config", str(office), "login", "smtp"])
    assert isinstance(result.exception, ConfigurationError)
    assert "smtp.oauth" in str(result.exception) and "token_url" in str(result.exception)
