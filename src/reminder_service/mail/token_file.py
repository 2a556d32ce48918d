"""Where a sign-in is kept: one small file for each account, for the owner alone, whole after any power cut."""

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from ..domain.errors import OutsideError

_OWNER_ONLY = 0o600
_FOLDER_MODE = 0o700


@dataclass(frozen=True, kw_only=True, slots=True)
class Tokens:
    """What a provider gave: ``access`` opens mailbox and server until ``expires_at`` (seconds since 1970)."""

    refresh: str
    access: str = ""
    expires_at: float = 0.0


class TokenFile:
    """The tokens of one account.

    :param folder: made for the owner alone where it is missing.
    :param names: what tells this sign-in from others: token address, client, account.
    """

    def __init__(self, folder: Path, *names: str) -> None:
        self.path = folder / f"{hashlib.sha256(chr(10).join(names).encode()).hexdigest()[:24]}.json"

    def read(self) -> Tokens | None:
        """Return the tokens, None where nobody has signed in.

        :raises OutsideError: when the file cannot be read.
        """
        try:
            return Tokens(**json.loads(self.path.read_text(encoding="utf-8")))
        except FileNotFoundError:
            return None
        except (OSError, ValueError, TypeError) as error:
            raise self._fault(error) from error

    def write(self, tokens: Tokens) -> None:
        """Put tokens in place of the old ones; when this returns they are on disk, and before it the old ones.

        :raises OutsideError: when the file cannot be written.
        """
        beside = self.path.with_suffix(".new")
        try:
            descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _OWNER_ONLY)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                os.fchmod(file.fileno(), _OWNER_ONLY)
                json.dump(asdict(tokens), file)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(self.path)
            self._sync_folder()
        except OSError as error:
            raise self._fault(error) from error

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other processes from renewing the same sign-in meanwhile.

        It is tried at once whether the file can be written: a new refresh token that cannot be kept is lost.

        :raises OutsideError: when it cannot.
        """
        try:
            self.path.parent.mkdir(mode=_FOLDER_MODE, parents=True, exist_ok=True)
            descriptor = os.open(self.path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT, _OWNER_ONLY)
        except OSError as error:
            raise self._fault(error) from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def _sync_folder(self) -> None:
        descriptor = os.open(self.path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def _fault(self, error: Exception) -> OutsideError:
        reason = (error.strerror if isinstance(error, OSError) else None) or "it is damaged"
        return OutsideError(
            f"The sign-in kept in {self.path} cannot be used ({reason}). Mend that, or remove the file and sign "
            "in again with `reminder-service login`."
        )
