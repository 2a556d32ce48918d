"""A scriptable IMAP server: what a real one does only on a bad day."""

import re
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Self

Answer = Callable[[bytes, bytes], bytes | None]
"""From tag and the command's text to the answer; None for the ordinary one, b"" to break the connection."""


class Stuck(bytes):
    """An answer that is never finished: the link stays open, and nothing comes any more."""


@dataclass
class FakeImap:
    """Serves ``mails`` (UID to bytes) of one folder under UIDVALIDITY 7; ``script`` may answer first.

    ``log`` holds every command as it came, without its tag. With ``piece`` answers come in pieces of so many bytes,
    each after the seconds that ``pause`` says for the answer; with ``wants_id`` no folder opens before an ID, as with
    163 and 126. ``chatter`` is said unasked before and, glued to it, after every answer; ``says_size`` tells the
    RFC822.SIZE of a mail, None: it is not said.
    """

    mails: dict[int, bytes] = field(default_factory=dict)
    script: Answer = lambda tag, command: None
    capabilities: bytes = b"IMAP4rev1"
    capabilities_after_login: bytes | None = None
    greeting: bytes = b"* OK ready\r\n"
    log: list[bytes] = field(default_factory=list)
    piece: int | None = None
    pause: Callable[[bytes], float] = lambda answer: 0.0
    wants_id: bool = False
    chatter: bytes = b""
    says_size: Callable[[bytes], int | None] = len
    host: str = "127.0.0.1"
    port: int = 0

    def __enter__(self) -> Self:
        self._socket = socket.create_server((self.host, 0))
        self.port = self._socket.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Take no more connections."""
        with suppress(OSError):
            # close() alone leaves a thread in accept(), which takes one more.
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, connection.makefile("rb") as lines:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection.sendall(self.greeting)
            for line in lines:
                tag, _, command = line.strip().partition(b" ")
                self.log.append(command)
                answer = self.script(tag, command)
                if answer is None:
                    answer = self._ordinary(tag, command)
                if not answer:
                    return
                stuck = isinstance(answer, Stuck)
                if self.chatter and not stuck and not command.startswith((b"LOGOUT", b"AUTHENTICATE")):
                    answer = self.chatter + answer + self.chatter
                try:
                    for begin in range(0, len(answer), step := self.piece or len(answer)):
                        if seconds := self.pause(answer):
                            time.sleep(seconds)
                        connection.sendall(answer[begin : begin + step])
                except OSError:
                    return
                if stuck:
                    with suppress(OSError):
                        connection.recv(1)  # until the client gives up
                    return

    def _ordinary(self, tag: bytes, command: bytes) -> bytes:
        verb = command.split(b" ")[0].upper()
        done = tag + b" OK done\r\n"
        if verb == b"CAPABILITY":
            logged_in = any(past.upper().startswith(b"LOGIN") for past in self.log)
            return b"* CAPABILITY " + self._capabilities(logged_in) + b"\r\n" + done
        if verb == b"EXAMINE" and self.wants_id and not any(one.startswith(b"ID ") for one in self.log):
            return tag + b" NO Unsafe Login. Please contact kefu@188.com\r\n"
        if verb == b"EXAMINE":
            return b"* %d EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n" % len(self.mails) + done
        if verb == b"LOGOUT":
            return b"* BYE\r\n" + done
        if command.upper().startswith(b"UID FETCH"):
            return b"".join(self._fetched(command)) + done
        if verb in (b"LOGIN", b"NOOP", b"ID", b"LIST"):
            return done
        return tag + b" BAD unknown\r\n"

    def _capabilities(self, logged_in: bool) -> bytes:
        after = self.capabilities_after_login
        return after if logged_in and after is not None else self.capabilities

    def _fetched(self, command: bytes) -> list[bytes]:
        match = re.match(rb"UID FETCH ([\d,]+)(:\*)? (.*)", command, re.IGNORECASE)
        assert match, command
        named = [int(number) for number in match[1].split(b",")]
        wanted = [uid for uid in self.mails if (uid >= named[0] if match[2] else uid in named)]
        return [self._one(uid, match[3]) for uid in wanted]

    def _one(self, uid: int, parts: bytes) -> bytes:
        mail = self.mails[uid]
        text = b"* %d FETCH (UID %d" % (list(self.mails).index(uid) + 1, uid)
        size = self.says_size(mail)
        if b"RFC822.SIZE" in parts and size is not None:
            text += b" RFC822.SIZE %d" % size
        if b"INTERNALDATE" in parts:
            text += b' INTERNALDATE "03-Jun-2024 09:00:00 +0800"'
        if b"HEADER.FIELDS" in parts:
            head = mail.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
            text += b" BODY[HEADER.FIELDS (MESSAGE-ID DATE FROM SUBJECT)] {%d}\r\n%b" % (len(head), head)
        elif b"BODY.PEEK[]" in parts:
            text += b" BODY[] {%d}\r\n%b" % (len(mail), mail)
        return text + b")\r\n"
