from reminder_service.domain.state import Contact
from reminder_service.domain.trust import authentication, borrowed_name

OWN = "mx.example.cn"
LISTED = [Contact(unit="县民政局", name="李小红", address="li@mz.example.cn")]


def test_the_own_servers_findings_are_shown() -> None:
    header = (
        "mx.example.cn 1; spf=pass smtp.mailfrom=a.cn; dkim=fail (bad; dkim=pass) header.d=a.cn; dmarc=none"
    )
    assert authentication(header, OWN) == "spf=pass dkim=fail dmarc=none"


def test_one_good_signature_of_several_is_enough() -> None:
    assert authentication("MX.example.cn; dkim=pass header.d=a; dkim=fail header.d=b", OWN) == "dkim=pass"


def test_another_servers_word_counts_for_nothing() -> None:
    assert authentication("evil.example.com; spf=pass", OWN) == ""
    assert authentication("mx.example.cn.evil.example.com; spf=pass", OWN) == ""
    assert authentication("mx.example.cn; spf=pass", None) == ""
    assert authentication("", OWN) == ""


def test_what_the_sender_wrote_into_a_quoted_text_is_no_finding() -> None:
    assert authentication('mx.example.cn; spf=fail smtp.mailfrom="x;dmarc=pass"', OWN) == "spf=fail"


def test_a_known_name_with_another_address_is_told() -> None:
    assert borrowed_name("李 小红", "li@evil.example.com", LISTED) == "县民政局"
    assert borrowed_name("县民政局", "li@evil.example.com", LISTED) == "县民政局"


def test_a_known_address_and_a_stranger_are_not() -> None:
    assert borrowed_name("李小红", "li@mz.example.cn", LISTED) is None
    assert borrowed_name("王五", "w@example.com", LISTED) is None
    assert borrowed_name("", "w@example.com", LISTED) is None
