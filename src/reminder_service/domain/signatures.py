"""What digital signatures say of a document, in the clerk's words."""

from collections.abc import Sequence

from .documents import Reading, Signature

_VERDICTS = {
    "intact": "电子签名有效",
    "altered": "电子签名校验未通过",
    "unchecked": "有电子签名，本程序无法校验",
}


def altered(reading: Reading) -> tuple[Signature, ...]:
    """Return the signatures that do not verify: the file is not what was signed.

    An issuer that is not known, or an algorithm that is not, is no such thing.
    """
    return tuple(one for one in reading.signatures if one.verdict == "altered")


def altered_words(signatures: Sequence[Signature]) -> str:
    """Say which signatures do not verify and what to do."""
    signers = "、".join(dict.fromkeys(f"“{one.signer}”" for one in signatures if one.signer))
    of = f"{signers}的" if signers else ""
    return f"{of}电子签名校验未通过：签名后文件被改动或签名不完整，请向报送单位核实"


def signature_words(signatures: Sequence[Signature]) -> str:
    """Say in short what is known of the signatures on a document; nothing where there is none."""
    return "；".join(dict.fromkeys(map(_words, signatures)))


def _words(signature: Signature) -> str:
    about = [signature.signer] if signature.signer else []
    if signature.verdict == "intact" and not signature.trusted:
        about.append("发证机构未知")
    return _VERDICTS[signature.verdict] + (f"（{'，'.join(about)}）" if about else "")
