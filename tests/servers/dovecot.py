"""A throw-away Dovecot 2.3 on loopback, as root or as any user.

>>> with Dovecot() as server:
...     server.append(b"Subject: x\\r\\n\\r\\ntext\\r\\n")
"""

import contextlib
import grp
import imaplib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from .ports import free_port
from .tokens import TokenServer

PROGRAM = shutil.which("dovecot") or ("/usr/sbin/dovecot" if Path("/usr/sbin/dovecot").exists() else None)
START_SECONDS = 20

CONFIGURATION = """
base_dir = {base}/run
state_dir = {base}/state
instance_name = t{port}
log_path = {base}/dovecot.log
protocols = imap
listen = 127.0.0.1
{tls}
disable_plaintext_auth = no
auth_mechanisms = plain login{xoauth2}
{oauth2}auth_failure_delay = 0
default_internal_user = {daemon}
default_internal_group = {daemon_group}
default_login_user = {login}
first_valid_uid = 1
first_valid_gid = 0
mail_location = maildir:{base}/mail/%u:LAYOUT=fs
mail_fsync = never
mail_max_userip_connections = 50
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {base}/users
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={base}/mail/%u
}}
namespace inbox {{
  inbox = yes
  separator = /
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    address = 127.0.0.1
    port = {port}
  }}
  inet_listener imaps {{
    address = 127.0.0.1
    port = {tls_port}
  }}
  service_count = 0
  process_min_avail = 1
}}
"""


class Dovecot:
    """One user's mailbox; ``port`` speaks plain IMAP (STARTTLS with ``tls``), ``tls_port`` IMAPS.

    :param tokens: also takes this provider's access tokens (XOAUTH2).
    :param tls: make a certificate for localhost; ``ca_file`` is then what a client must trust.
    """

    host = "127.0.0.1"

    def __init__(
        self,
        *,
        username: str = "office",
        password: str = "secret-pw",
        tls: bool = False,
        tokens: TokenServer | None = None,
    ) -> None:
        self.tokens = tokens
        self.username = username
        self.password = password
        self.tls = tls
        self.port = 0
        self.tls_port = 0
        self._base = Path()
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        # Not tmp_path: the path of a unix socket may have 108 characters.
        self._base = Path(tempfile.mkdtemp(prefix="dc-"))
        try:
            self._base.chmod(0o755)
            for name in ("run", "state", "mail"):
                (self._base / name).mkdir()
            (self._base / "users").write_text(f"{self.username}:{{PLAIN}}{self.password}\n")
            if self.tls:
                make_certificate(self._base)
            self._configure()
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            # Nothing is kept, so nobody waits a second for an orderly end.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(10)
            self._process = None
        shutil.rmtree(self._base, ignore_errors=True)

    @property
    def ca_file(self) -> Path | None:
        return self._base / "cert.pem" if self.tls else None

    def start(self) -> None:
        """Start and wait for the greeting."""
        with (self._base / "output").open("wb") as output:
            self._process = subprocess.Popen(
                [str(PROGRAM), "-F", "-c", str(self._base / "dovecot.conf")],
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        give_up_at = time.monotonic() + START_SECONDS
        while not _greets(self.port):
            if self._process.poll() is not None or time.monotonic() > give_up_at:
                raise RuntimeError(f"Dovecot does not start:\n{self._said()}")
            time.sleep(0.02)

    def stop(self) -> None:
        """Stop; the mails stay."""
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait(10)
            self._process = None

    @contextlib.contextmanager
    def client(self, folder: str = "INBOX") -> Iterator[imaplib.IMAP4]:
        """Another program at the same mailbox: the clerk's."""
        with imaplib.IMAP4(self.host, self.port, timeout=10) as client:
            client.login(self.username, self.password)
            client.select(folder)
            yield client

    def append(self, raw: bytes, folder: str = "INBOX", *, at: datetime | None = None) -> None:
        """Put a mail into a folder as if it had arrived at this time."""
        with self.client() as client:
            moment = at or datetime.now(UTC)
            status, data = client.append(folder, "", imaplib.Time2Internaldate(moment), raw)
            assert status == "OK", data

    def create(self, folder: str) -> None:
        with self.client() as client:
            assert client.create(folder)[0] == "OK"

    def flags(self, folder: str = "INBOX") -> list[bytes]:
        """The FLAGS answer of every mail."""
        with self.client(folder) as client:
            return [line for line in client.fetch("1:*", "(FLAGS)")[1] if isinstance(line, bytes)]

    def change_uidvalidity(self, folder: str = "INBOX") -> None:
        """Number every mail anew under another UIDVALIDITY, as after a restored server."""
        self.stop()
        maildir = self._base / "mail" / self.username
        if folder != "INBOX":
            maildir = maildir / folder
        for name in ("dovecot-uidlist", "dovecot.index", "dovecot.index.log", "dovecot.index.cache"):
            (maildir / name).unlink(missing_ok=True)
        for extra in self._base.glob(f"mail/{self.username}/dovecot*"):
            extra.unlink()
        time.sleep(1.1)  # a new UIDVALIDITY is the time in seconds
        self.start()

    def _configure(self) -> None:
        self.port, self.tls_port = free_port(), free_port() if self.tls else 0
        user, group = pwd.getpwuid(os.getuid()).pw_name, grp.getgrgid(os.getgid()).gr_name
        mail = pwd.getpwuid(os.getuid())
        login = user
        if os.getuid() == 0:
            # Dovecot refuses mail processes of root, and wants its own users for the daemons.
            user, group, login, mail = "dovecot", "dovecot", "dovenull", pwd.getpwnam("mail")
            os.chown(self._base / "mail", mail.pw_uid, mail.pw_gid)
        cert = f"ssl = yes\nssl_cert = <{self._base}/cert.pem\nssl_key = <{self._base}/key.pem"
        oauth2 = self._base / "oauth2.conf"
        if self.tokens:
            oauth2.write_text(
                f"tokeninfo_url = {self.tokens.url}/?access_token=\nusername_attribute = email\n"
            )
        passdb = f"passdb {{\n  driver = oauth2\n  mechanisms = xoauth2\n  args = {oauth2}\n}}\n"
        text = CONFIGURATION.format(
            xoauth2=" xoauth2" if self.tokens else "",
            oauth2=passdb if self.tokens else "",
            base=self._base,
            port=self.port,
            tls_port=self.tls_port,
            tls=cert if self.tls else "ssl = no",
            daemon=user,
            daemon_group=group,
            login=login,
            uid=mail.pw_uid,
            gid=mail.pw_gid,
        )
        (self._base / "dovecot.conf").write_text(text)

    def _said(self) -> str:
        files = (self._base / "output", self._base / "dovecot.log")
        return "".join(file.read_text() for file in files if file.exists())


def make_certificate(folder: Path) -> None:
    """Write ``key.pem`` and ``cert.pem`` for localhost."""
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
        + ["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
        + ["-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem")],
        check=True,
        capture_output=True,
    )


def _greets(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), 1) as probe:
            probe.settimeout(2)
            return probe.recv(100).startswith(b"* OK")
    except OSError:
        return False
