"""An archive or a saved mail as a document of its own: why it was not taken apart."""

from reminder_service.domain.documents import Reading

from .refusals import without_reader
from .sniff import sniff
from .unpack import unpack


def read_archive(data: bytes, filename: str) -> Reading:
    """Return a reading without pages whose problem says why the archive stays closed, or to open it first."""
    kind = sniff(data, filename)
    closed = (one.problem for one in unpack(data, filename) if not one.archive_path and one.problem)
    return Reading(
        document="", filename=filename, kind=kind, problem=next(closed, None) or without_reader(kind)
    )
