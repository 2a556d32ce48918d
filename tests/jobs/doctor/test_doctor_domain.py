"""SPF, DKIM and DMARC over a real name server on loopback, and silence where there is none."""

import socket
from functools import partial
from pathlib import Path

from offices import SHIPPED
from reminder_service.config import load
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
