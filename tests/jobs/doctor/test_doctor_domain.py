"""SPF, DKIM and DMARC over a real name server on loopback, and silence where there is none."""

import re
import shutil
import socket
from functools import partial
from pathlib import Path

import pytest

from offices import SHIPPED
from reminder_service.config import load
from reminder_service.domain.errors import ConfigurationError
from reminder_service.jobs.doctor.doctor_checks import Check
from reminder_service.jobs.doctor.doctor_domain import check_domains
from reminder_service.mail.domain_records import txt_records
from servers.nameserver import NameServer

GOOD = {
    "example.cn": ["some-verification=1", "v=spf1 include:spf.mail.example.cn -all"],
    "selector1._domainkey.example.cn": ["v=DKIM1; k=rsa; p=" + "A" * 400],
    "_dmarc.example.cn": ["v=DMARC1; p=quarantine"],
}


def found(records: dict[str, list[str]], directory: Path = SHIPPED) -> dict[str, Check]:
    service = load(directory, {}).service
    with NameServer(records) as server:
        checks = list(check_domains(service, partial(txt_records, server=server.address)))
    return {check.name.split(" ")[0]: check for check in checks}


def test_a_domain_in_order_is_said_to_be():
    checks = found(GOOD)
    assert [checks[name].ok for name in ("SPF", "DKIM", "DMARC")] == [True, True, True]
    assert "selector1" in checks["DKIM"].detail and "quarantine" in checks["DMARC"].detail


def test_what_is_missing_has_a_cure_and_stops_nothing():
    checks = found({})
    assert [checks[name].ok for name in ("SPF", "DKIM", "DMARC")] == [None, None, None]
    assert all(check.cure for check in checks.values())


def service_with(selectors: str, directory: Path) -> Path:
    shutil.copytree(SHIPPED, directory, dirs_exist_ok=True)
    file = directory / "service.yaml"
    text = re.sub(r"(?m)^  dkim_selectors: .*$", f"  dkim_selectors: {selectors}", file.read_text("utf-8"))
    file.write_text(text, "utf-8")
    return directory


def test_a_key_is_found_under_the_selector_that_the_office_names(tmp_path: Path):
    records = GOOD | {"county-2024._domainkey.example.cn": ["v=DKIM1; p=AAAA"]}
    records.pop("selector1._domainkey.example.cn")
    assert found(records)["DKIM"].ok is None
    directory = service_with("[s9, County-2024]", tmp_path)
    checks = found(records, directory)
    assert checks["DKIM"].ok is True and "county-2024" in checks["DKIM"].detail
    missing = found({}, directory)["DKIM"]
    assert "s9, county-2024" in missing.detail and "smtp.dkim_selectors" in missing.cure


def test_a_mailbox_of_another_domain_is_looked_for_under_its_own_selectors(tmp_path: Path):
    file = service_with("[s9]", tmp_path) / "service.yaml"
    text = re.sub(r"(?m)^mailboxes:.*$", "", file.read_text("utf-8"))
    more = "{imap: {host: b, username: b}, smtp: {host: b, dkim_selectors: [own]}, address: a@other.cn}"
    file.write_text(f"{text}\nmailboxes:\n  minzheng: {more}\n", "utf-8")
    asked: list[str] = []

    def lookup(name: str) -> tuple[str, ...]:
        asked.append(name)
        return ()

    list(check_domains(load(tmp_path, {}).service, lookup))
    assert [name for name in asked if "_domainkey" in name] == [
        "s9._domainkey.example.cn",
        "own._domainkey.other.cn",
    ]


def test_what_is_no_selector_is_told_with_its_place(tmp_path: Path):
    directory = service_with("['s1._domainkey.example.cn/x']", tmp_path)
    with pytest.raises(ConfigurationError, match=r"smtp\.dkim_selectors.*DKIM selector alone"):
        load(directory, {})


def test_two_records_a_revoked_key_and_an_open_door_are_told():
    double = found(GOOD | {"example.cn": ["v=spf1 -all", "v=spf1 mx -all"]})
    assert double["SPF"].ok is False
    odd = found({"example.cn": ["v=spf1 +all"], "default._domainkey.example.cn": ["v=DKIM1; p="]})
    assert odd["SPF"].ok is None and "everybody" in odd["SPF"].detail
    assert odd["DKIM"].ok is None


def test_where_no_resolver_answers_nothing_is_held_against_the_domain():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        lookup = partial(txt_records, server=silent.getsockname())
        [check] = check_domains(load(SHIPPED, {}).service, lookup)
    assert check.ok is None and "not looked at" in check.detail
