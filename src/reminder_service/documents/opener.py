"""The process that opens one 7z, rar or Outlook file: it comes on standard input, the files in it go out.

Run as ``python -m reminder_service.documents.opener KIND FILES BYTES``; ``openers.py`` is the other end. The answer
is a line of JSON and the bytes for each file, then a line that says how it ended.
"""

import json
import sys
from collections.abc import Callable, Iterator
from typing import BinaryIO

from reminder_service.domain.documents import Kind

from .allowance import Allowance, Exceeded, Locked, Missing
from .child import private_output
from .office import Damaged
from .openers import Ended
from .sandbox import Died, Hung, allow_writing, limit_process, limit_time

Found = tuple[str, bytes]


def main() -> None:
    """Open the file on standard input."""
    answers = private_output()
    limit_process()
    limit_time()
    allow_writing()
    kind, files, size = Kind(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    data = sys.stdin.buffer.read()
    allowance = Allowance(files=files, size=size, packed=len(data))
    _line(answers, {"ended": _answered(answers, _opener(kind)(data, allowance))})


def _answered(answers: BinaryIO, found: Iterator[Found]) -> Ended:
    try:
        for name, content in found:
            _line(answers, {"name": name, "size": len(content)})
            answers.write(content)
    except Exceeded:
        return Ended.EXCEEDED
    except Locked:
        return Ended.LOCKED
    except Missing:
        return Ended.MISSING
    except Damaged:
        return Ended.DAMAGED
    except Hung:
        return Ended.HUNG
    except Died:
        return Ended.FAILED
    except Exception:  # whatever a library raises on hostile bytes; what came before still holds
        return Ended.FAILED
    return Ended.DONE


def _line(answers: BinaryIO, value: object) -> None:
    answers.write(json.dumps(value).encode() + b"\n")
    answers.flush()


def _opener(kind: Kind) -> Callable[[bytes, Allowance], Iterator[Found]]:
    match kind:
        case Kind.SEVEN_ZIP:
            from .seven_zip import files_in
        case Kind.RAR:
            from .rar import files_in
        case _:
            from .outlook import files_in
    return files_in


if __name__ == "__main__":
    main()
