"""A mail provider's sign-in on loopback: device codes, tokens that change at every use, and what they open."""

import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit


@dataclass
class TokenServer:
    """Use with ``with``. A refresh token is good once: with each use comes another one.

    :ivar refresh: the refresh token that is good now.
    :ivar access: the access tokens that open the mailbox.
    :param pending: how often a device code is answered with "not yet".
    :param refuse: answer every request for a token with this error.
    """

    username: str = "office"
    refresh: str = "refresh-0"
    lifetime: int = 3600
    pending: int = 1
    refuse: str | None = None
    access: set[str] = field(default_factory=set)
    asked: list[dict[str, str]] = field(default_factory=list)
    given: int = 0
    port: int = 0

    def __enter__(self) -> Self:
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                form = {key: values[0] for key, values in parse_qs(body).items()}
                provider.asked.append(form)
                self._say(*(provider.device() if self.path == "/device" else provider.token(form)))

            def do_GET(self) -> None:
                # What Dovecot asks about a token that a client offers it.
                token = parse_qs(urlsplit(self.path).query).get("access_token", [""])[0]
                good = token in provider.access
                self._say(
                    *((200, {"email": provider.username}) if good else (401, {"error": "invalid_token"}))
                )

            def _say(self, status: int, answer: dict[str, Any]) -> None:
                body = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def device(self) -> tuple[int, dict[str, Any]]:
        return 200, {
            "device_code": "device-1",
            "user_code": "ABCD-EFGH",
            "verification_uri": "https://example.cn/device",
            "interval": 0,
            "expires_in": 60,
        }

    def token(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        if self.refuse:
            return 400, {"error": self.refuse, "error_description": "AADSTS70008: it has expired"}
        if "device_code" in form:
            if self.pending:
                self.pending -= 1
                return 400, {"error": "authorization_pending"}
        elif form.get("refresh_token") != self.refresh:
            return 400, {"error": "invalid_grant", "error_description": "the token was used before"}
        self.given += 1
        self.refresh, token = f"refresh-{self.given}", f"access-{self.given}"
        self.access.add(token)
        return 200, {"access_token": token, "refresh_token": self.refresh, "expires_in": self.lifetime}
