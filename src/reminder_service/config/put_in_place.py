"""A changed configuration file takes the place of the old one, once it has been read back and says what it should."""

import contextlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from ..domain.errors import OutsideError, WrongUsage


def put_in_place(path: Path, text: str, *, fits: Callable[[Path], bool], what: str) -> None:
    """Write the new text of a file; whoever reads meanwhile finds the old file or the new one, whole.

    :param fits: reads the draft and says whether it holds what is wanted and nothing else.
    :param what: what was to be written, for the sentence when it does not fit: ``the answer``.
    :raises ConfigurationError: what ``fits`` raises about the draft; the file stays as it was.
    :raises WrongUsage: when the draft says something else.
    :raises OutsideError: when the file cannot be written; it is then as it was.
    """
    try:
        with tempfile.TemporaryDirectory(prefix=".draft-", dir=path.parent) as folder:
            draft = Path(folder, path.name)
            draft.write_bytes(text.encode())
            if not fits(draft):
                raise WrongUsage(f"{path}: {what} does not fit the file's layout; write it there by hand.")
            with contextlib.suppress(OSError):
                draft.chmod(path.stat().st_mode & 0o777)
            with draft.open("rb") as written:
                os.fsync(written.fileno())
            draft.replace(path)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise OutsideError(
            f"{path} cannot be written ({reason}); check permissions and free space."
        ) from error
