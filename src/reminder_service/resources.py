"""Where the data that ships with the program lies: the mail templates and the configuration ready to use.

In a checkout they stand at the top, for people; a wheel carries them inside the package.
"""

from collections.abc import Sequence
from pathlib import Path

from reminder_service.domain.errors import OutsideError

_PACKAGE = Path(__file__).resolve().parent


def packaged_templates() -> Path:
    """Find the folder of templates, with ``mail/`` inside.

    :raises OutsideError: if the installation is incomplete.
    """
    return _packaged("templates")


def template(folders: Sequence[Path], name: str) -> Path:
    """Find a template such as ``forms/official.typ``, in the office's own folder before the program's.

    :param folders: the office's folders of templates, the first first.
    :raises OutsideError: if the installation is incomplete.
    """
    for folder in (*folders, packaged_templates()):
        if (folder / name).is_file():
            return folder / name
    raise OutsideError(f"{packaged_templates() / name} is missing; install reminder-service again.")


def packaged_config() -> Path:
    """Find the folder with the example ``service.yaml`` and ``campaigns/``.

    :raises OutsideError: if the installation is incomplete.
    """
    return _packaged("config")


def _packaged(name: str) -> Path:
    candidates = (_PACKAGE / "data" / name, _PACKAGE.parents[1] / name)
    for folder in candidates:
        if folder.is_dir():
            return folder
    looked = " or ".join(str(folder) for folder in candidates)
    raise OutsideError(f"{looked}: the program's own {name} are missing; install reminder-service again.")
