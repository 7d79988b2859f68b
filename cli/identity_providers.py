"""Identity providers on this machine, for OpenID Connect and for SAML, in place of an organisation's own.

Each has a folder with its keys in the home, and a port next to the stack's. So its entry in IAM and its tokens stay
valid after a restart.
"""

import fcntl
import json
import os
import re
import secrets
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from cli.background import PROJECT, Background, answer, refuse_taken
from cli.machine import Say
from cli.target import CommandError
from local.home import make_private
from local.idp.people import PEOPLE
from local.settings import LocalSettings

type Kind = Literal["oidc", "saml"]

CLIENT_ID = "docent"
ID_TOKEN_SECONDS = 3600
LEAST_NODE = 20
_NAMES: dict[Kind, str] = {"oidc": "The OpenID provider", "saml": "The SAML identity provider"}
_PORTS: dict[Kind, int] = {"oidc": 1, "saml": 2}
_PROGRAM = PROJECT / "local" / "idp"
_OPENID = "provider.mjs"
_FILES = ("package.json", "package-lock.json", _OPENID, "page.html")


@dataclass(frozen=True, slots=True)
class Provider:
    """`issuer` is the tokens' issuer or, with SAML, the entity id. `metadata` is for IAM's SAML provider."""

    kind: Kind
    issuer: str
    client_id: str = ""
    client_secret: str = ""
    metadata: str = ""


def start(settings: LocalSettings, kind: Kind, say: Say) -> Provider:
    """Start a provider in the background unless it is running, and stop the other kind."""
    for other in _NAMES:
        if other != kind:
            _background(settings, other).stop()
    given = _configured(settings, kind)
    background, known_at = _background(settings, kind), _known_at(settings, kind)
    if background.process:
        say(f"{_NAMES[kind]} is running at {_address(settings, kind)}.")
    else:
        refuse_taken(settings.port + _PORTS[kind])
        interpreter = _interpreter(settings, kind, say)
        say(f"Starting {_in_a_sentence(kind)} at {_address(settings, kind)} …")
        background.start(interpreter, lambda: answer(known_at) is not None, os.environ)
    reply = answer(known_at)
    if reply is None:
        raise CommandError(f"{_NAMES[kind]} does not answer at {known_at}. Run `docent down`, and try again.")
    _kind_file(settings).write_text(kind)
    if kind == "saml":
        return Provider(kind, given["entity_id"], metadata=reply)
    return Provider(kind, json.loads(reply)["issuer"], given["client_id"], given["client_secret"])


def configure(settings: LocalSettings, kind: Kind, **changes: Any) -> None:
    """Change a provider's configuration. A running provider reads it again.

    - oidc: `callbacks` and `after_logout`, the allowed redirect addresses; `id_token_seconds`.
    - saml: `callbacks`, the assertion consumer URLs; `role_arn` and `provider_arn`, which its responses name;
      `entity_id`.
    """
    given = _configured(settings, kind)
    if unknown := changes.keys() - given.keys():
        raise ValueError(f"{_NAMES[kind]} has no setting {', '.join(sorted(unknown))}.")
    _write(_file(settings, kind), given | changes)


def send_people_to(settings: LocalSettings, kind: Kind, api: str, console: str) -> None:
    """Allow redirects back to the API at this address, and to the API as a path of the console's."""
    apis = (api, f"{console}/api")
    if kind == "saml":
        configure(settings, kind, callbacks=[f"{each}/saml/acs" for each in apis])
    else:
        callbacks, after_logout = ([f"{each}/oidc/{path}" for each in apis] for path in ("callback", "logout"))
        configure(settings, kind, callbacks=callbacks, after_logout=after_logout)


def chosen(settings: LocalSettings) -> Kind | None:
    """The kind that was started last, unless it was forgotten."""
    file = _kind_file(settings)
    found = file.read_text() if file.exists() else ""
    return next((kind for kind in _NAMES if kind == found), None)


def stop(settings: LocalSettings, say: Say) -> None:
    """Stop the running provider; the next `docent up` starts it again."""
    for kind in _NAMES:
        if _background(settings, kind).stop():
            say(f"{_NAMES[kind]} is stopped.")


def forget(settings: LocalSettings, say: Say) -> None:
    """Stop the provider permanently. Its keys are kept: if it is chosen again, it is the same provider."""
    stop(settings, say)
    _kind_file(settings).unlink(missing_ok=True)


def _home(settings: LocalSettings) -> Path:
    return settings.home / "idp"


def program_folder(settings: LocalSettings) -> Path:
    """The folder in which the OpenID provider is installed."""
    return _home(settings) / "program"


def _kind_file(settings: LocalSettings) -> Path:
    return _home(settings) / "kind"


def _file(settings: LocalSettings, kind: Kind) -> Path:
    return _home(settings) / kind / "configuration.json"


def _background(settings: LocalSettings, kind: Kind) -> Background:
    folder = _home(settings) / kind
    program = ("-m", "local.idp.saml_provider") if kind == "saml" else (str(program_folder(settings) / _OPENID),)
    words = (*program, str(_file(settings, kind)))
    return Background(_NAMES[kind], words, folder / "provider.pid", folder / "provider.log")


def _address(settings: LocalSettings, kind: Kind) -> str:
    return f"http://localhost:{settings.port + _PORTS[kind]}"


def _known_at(settings: LocalSettings, kind: Kind) -> str:
    """The address of a provider's configuration or metadata."""
    return _address(settings, kind) + ("/.well-known/openid-configuration" if kind == "oidc" else "/metadata")


def _in_a_sentence(kind: Kind) -> str:
    return "t" + _NAMES[kind][1:]


def _configured(settings: LocalSettings, kind: Kind) -> dict[str, Any]:
    """The provider's configuration; created if there is none."""
    file = _file(settings, kind)
    here = {"port": settings.port + _PORTS[kind], "folder": str(file.parent)}
    told: dict[str, Any] = json.loads(file.read_text()) if file.exists() else {}
    given = _first(settings, kind) | told | here
    if given != told:
        _write(file, given)
    return given


def _first(settings: LocalSettings, kind: Kind) -> dict[str, Any]:
    if kind == "saml":
        return {
            "entity_id": _known_at(settings, kind),
            "callbacks": [f"{settings.url}/saml/acs"],
            "role_arn": "",
            "provider_arn": "",
        }
    people = [
        {"id": key, "name": person.name, "email": person.email, "groups": [person.organisation]}
        for key, person in PEOPLE.items()
    ]
    return {
        "client_id": CLIENT_ID,
        "client_secret": secrets.token_urlsafe(32),
        "callbacks": [f"{settings.url}/oidc/callback"],
        "after_logout": [f"{settings.url}/"],
        "id_token_seconds": ID_TOKEN_SECONDS,
        "people": people,
    }


def _write(file: Path, given: dict[str, Any]) -> None:
    """Write atomically, because the provider can read the file at any time. It contains a secret."""
    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.with_suffix(".new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        json.dump(given, out, indent=2)
    new.replace(file)


def _interpreter(settings: LocalSettings, kind: Kind, say: Say) -> str:
    """What runs a provider's program, which is installed if it is not yet."""
    if kind == "saml":
        return sys.executable
    node, npm = node_and_npm()
    _install(program_folder(settings), npm, say)
    return node


def node_and_npm() -> tuple[str, str]:
    """The paths of both. Raises CommandError when one is missing or too old."""
    node, npm = shutil.which("node"), shutil.which("npm")
    advice = (
        f"Install Node {LEAST_NODE} or later, which brings npm (https://nodejs.org, or your system's packages); "
        "or use `docent up --idp saml`, which does not need it."
    )
    if not node or not npm:
        missing = " and ".join(name for name, found in (("node", node), ("npm", npm)) if not found)
        raise CommandError(f"The OpenID provider needs Node, but there is no {missing} on the path. {advice}")
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout.strip()
    version = re.match(r"v(\d+)\.", said)
    if not version or int(version[1]) < LEAST_NODE:
        raise CommandError(f"The OpenID provider needs Node {LEAST_NODE}, and {node} is {said or 'broken'}. {advice}")
    return node, npm


def _install(folder: Path, npm: str, say: Say) -> None:
    """Put the program next to its packages, where Node looks for them. Installed once for each lock file.

    One process at a time: `npm ci` first removes what another one may have just started.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "install.lock").open("w") as one:
        fcntl.flock(one, fcntl.LOCK_EX)
        _install_alone(folder, npm, say)


def _install_alone(folder: Path, npm: str, say: Say) -> None:
    for name in _FILES:
        shutil.copyfile(_PROGRAM / name, folder / name)
    lock, stamp = (_PROGRAM / "package-lock.json").read_text(), folder / "installed.json"
    if not stamp.exists() or stamp.read_text() != lock:
        say("Installing the OpenID provider (npm) …")
        words = [npm, "ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund"]
        done = subprocess.run(
            words, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
        )
        (folder / "npm.log").write_text(done.stdout)
        if done.returncode:
            tail = "\n".join(done.stdout.splitlines()[-10:])
            raise CommandError(f"`npm ci` failed. The full log is in {folder / 'npm.log'}:\n{tail}")
        stamp.write_text(lock)
        make_private(folder)  # npm sets permissions of its own
