"""The user who is signed in to one deployment, and the API called as that user."""

import contextlib
import json
import os
import secrets
import time
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.parse import quote, urlencode

import httpx

from cli import signing_in
from cli.signing_in import Tokens
from cli.target import CommandError, Target

# A token that expires sooner is renewed first, because a request can take this long.
MARGIN_SECONDS = 60
REQUEST_SECONDS = 60


def write_secret(path: Path, value: Any) -> None:
    """Write JSON atomically, to a file that only its owner can read."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    partial = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(value, file)
    partial.replace(path)


def read_secret(path: Path) -> Any:
    """The file's JSON; None if it is missing or cannot be read."""
    try:
        return json.loads(path.read_text())
    except (OSError, ValueError):
        return None


class ApiError(CommandError):
    """The API refused a request, or failed. `status` is 0 if it did not reply; `retry_after` is in seconds."""

    def __init__(self, message: str, status: int = 0, retry_after: int | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.retry_after = retry_after


@dataclass
class Session:
    target: Target
    _renewing: Lock = field(default_factory=Lock, repr=False, compare=False)

    @property
    def path(self) -> Path:
        if self.target.is_local:
            return self.target.local.home / "session.json"
        region = self.target.cloudformation.meta.region_name
        home = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
        return home / "docent" / f"{self.target.stack}.{region}.json"

    @property
    def local_password(self) -> Path:
        """`{email, password}` of the user that `docent up` creates on this machine."""
        return self.target.local.home / "you.json"

    @property
    def tokens(self) -> Tokens | None:
        """The stored tokens, if they are for this deployment's current user pool."""
        clients = (self.target.outputs["UserPoolClientId"], self.target.outputs["BrowserClientId"])
        try:
            kept = Tokens.from_json(read_secret(self.path))
        except (LookupError, TypeError):
            return None
        return kept if kept.client_id in clients else None

    @property
    def user(self) -> str:
        """Who is signed in. Raises CommandError when nobody is."""
        self.token()
        claims = self.tokens.claims if self.tokens else {}
        return claims.get("email") or claims["sub"]

    def keep(self, tokens: Tokens) -> None:
        write_secret(self.path, tokens.to_json())

    def end(self) -> bool:
        """Sign out; true if someone was signed in."""
        tokens = self.tokens
        if tokens:
            signing_in.revoke(self.target, tokens)
        with contextlib.suppress(FileNotFoundError):
            self.path.unlink()
        return tokens is not None

    def token(self, renew: bool = False) -> str:
        """A valid id token, renewed if it is about to expire. Raises CommandError when nobody is signed in."""
        with self._renewing:  # once, whatever number of threads need it
            tokens = self.tokens
            if tokens is None:
                raise CommandError("Nobody is signed in. Use `docent login EMAIL` or `docent login --browser`.")
            if renew or tokens.claims["exp"] < time.time() + MARGIN_SECONDS:
                tokens = signing_in.refreshed(self.target, tokens) or self._again(tokens)
                self.keep(tokens)
            return tokens.id_token

    def _again(self, tokens: Tokens) -> Tokens:
        """Sign the local user in again; for any other user raise CommandError."""
        you = read_secret(self.local_password) if self.target.is_local else None
        if you and you["email"] == tokens.claims.get("email"):
            return signing_in.by_password(self.target, you["email"], you["password"], _no_new_password)
        raise CommandError("You are not signed in any more. Use `docent login EMAIL` or `docent login --browser`.")

    def api(self, method: str, path: str, body: Any = None, query: dict[str, Any] | None = None) -> dict[str, Any]:
        """The API's reply as JSON; `{}` when it is empty. `path` is one of openapi.yaml's, filled in.

        Raises ApiError with a problem's detail and the id of the request.
        """
        address = self.target.outputs["ApiUrl"] + quote(path) + (f"?{urlencode(query)}" if query else "")
        try:
            reply = _send(method, address, body, self.token())
            if reply.status_code == 401:
                reply = _send(method, address, body, self.token(renew=True))
            if reply.is_success:
                return reply.json() if reply.content else {}
        except (httpx.HTTPError, ValueError) as error:
            raise ApiError(f"The API cannot be reached, or its reply is not JSON ({type(error).__name__}).") from error
        from cli.own_model import hint

        raise _told(reply, hint(self.target, reply.status_code))


def _send(method: str, address: str, body: Any, token: str) -> httpx.Response:
    headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
    return httpx.request(method, address, json=body, headers=headers, timeout=REQUEST_SECONDS)


def _no_new_password() -> str:
    raise CommandError("The stored password is no longer valid. Run `docent up`, which sets a new one.")


def _told(reply: httpx.Response, hint: str) -> ApiError:
    """A problem (RFC 9457) as a sentence."""
    seconds = reply.headers.get("Retry-After", "")
    retry_after = int(seconds) if seconds.isdecimal() else None
    try:
        problem = reply.json()
        message = f"{problem['detail']} (request {problem['request_id']})"
    except (ValueError, LookupError, TypeError):
        message = f"The API answered {reply.status_code}. `docent logs` may show why."
    return ApiError(message + hint, reply.status_code, retry_after)
