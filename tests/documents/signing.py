"""PDFs signed with keys and certificates that are made on the spot; the names are invented."""

import io
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from PIL import Image
from pyhanko.pdf_utils.images import PdfImage
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko.stamp import StaticStampStyle

SIGNER = "高青县妇女联合会"


@cache
def _signer() -> signers.SimpleSigner:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, SIGNER)])
    begin = datetime.now(UTC) - timedelta(days=1)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(begin)
        .not_valid_after(begin + timedelta(days=30))
        .sign(key, hashes.SHA256())
    )
    with TemporaryDirectory() as folder:
        place = Path(folder)
        (place / "key").write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        (place / "certificate").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        loaded = signers.SimpleSigner.load(str(place / "key"), str(place / "certificate"))
    assert loaded is not None
    return loaded


def certificate() -> bytes:
    """The certificate of the signer, in DER."""
    return bytes(_signer().signing_cert.dump())


def signed(data: bytes, *, name: str = "Signature1", seal: Image.Image | None = None) -> bytes:
    """The PDF with a signature, which shows ``seal`` on the first page where there is one."""
    writer = IncrementalPdfFileWriter(io.BytesIO(data))
    box = (350, 100, 463, 213) if seal else None
    field = fields.SigFieldSpec(name, on_page=0, box=box)
    style = (
        StaticStampStyle(border_width=0, background=PdfImage(seal, writer=writer), background_opacity=1)
        if seal
        else None
    )
    signer = signers.PdfSigner(
        signers.PdfSignatureMetadata(field_name=name),
        signer=_signer(),
        stamp_style=style,
        new_field_spec=field,
    )
    return signer.sign_pdf(writer).getvalue()
