"""What the process of an InlineCode node runs: `python -I -S inline_code_runner.py MEGABYTES SECONDS`.

Reads `{"code", "variables"}` and writes `{"response"}` or `{"error"}`. It imports nothing of ours. Before the code
runs, the process loses its network (a network namespace of its own, where the machine allows one), and an audit hook,
which cannot be removed, refuses sockets, other processes, files outside of Python's library, and ctypes.
"""

import ast
import json
import os
import resource
import sys
from collections.abc import Callable
from contextlib import suppress
from types import CodeType
from typing import Any

RESULT = "__response__"

_REFUSED = (
    "socket.",
    "subprocess.",
    "os.system",
    "os.exec",
    "os.fork",
    "os.posix_spawn",
    "os.spawn",
    "os.kill",
    "os.remove",
    "os.rename",
    "os.mkdir",
    "os.rmdir",
    "os.link",
    "os.symlink",
    "os.chmod",
    "os.chown",
    "os.truncate",
    "os.putenv",
    "pty.",
    "shutil.",
    "tempfile.",
    "ctypes.",
    "ftplib.",
    "http.",
    "imaplib.",
    "poplib.",
    "smtplib.",
    "sqlite3.",
    "telnetlib.",
    "urllib.",
    "webbrowser.",
    "signal.pthread_kill",
    "mmap.",
    "fcntl.",
    "resource.",
    "gc.",
)
_NO_MODULES = frozenset(
    {"_ctypes", "ctypes", "_posixsubprocess", "subprocess", "multiprocessing", "_socket", "socket", "_multiprocessing"}
)


class _LastLine(ast.NodeTransformer):
    """Keeps the value of each line outside of functions and classes: the last one that ran is the response."""

    def visit_Expr(self, node: ast.Expr) -> ast.AST:
        kept = ast.Assign([ast.Name(RESULT, ast.Store())], node.value)
        return ast.copy_location(kept, node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        return node

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        return node

    def visit_Lambda(self, node: ast.Lambda) -> ast.AST:
        return node


def compiled(code: str) -> CodeType:
    tree = _LastLine().visit(ast.parse(code, "inline code"))
    return compile(ast.fix_missing_locations(tree), "inline code", "exec", dont_inherit=True)


def lock(megabytes: int, seconds: int) -> None:
    with suppress(OSError):  # not allowed on every machine; the hook below refuses sockets as well
        os.unshare(os.CLONE_NEWUSER | os.CLONE_NEWNET)
    size = megabytes << 20
    for limit, most in (
        (resource.RLIMIT_AS, size),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, 16),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limit, (most, most))
    sys.addaudithook(_hook(tuple(f"{folder}/" for folder in sys.path if folder)))


def _hook(library: tuple[str, ...]) -> Callable[[str, tuple[Any, ...]], None]:
    """All that it uses is its own, because the code could change a name of a module."""
    refused, modules = _REFUSED, _NO_MODULES
    text, begins, head = str, str.startswith, str.partition
    writing = os.O_WRONLY | os.O_RDWR | os.O_CREAT
    import_error, permission_error, kind = ImportError, PermissionError, type

    def refuse(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "import" and head(arguments[0], ".")[0] in modules:
            raise import_error(f"{arguments[0]} cannot be used in inline code")
        if event in ("open", "os.listdir", "os.scandir"):
            path = arguments[0]
            if kind(path) is not text or not begins(f"{path}/", library) or ".." in path:
                raise permission_error("files cannot be used in inline code")
            if event == "open" and (arguments[2] or 0) & writing:
                raise permission_error("files cannot be used in inline code")
        elif begins(event, refused):
            raise permission_error(f"{event} cannot be used in inline code")

    return refuse


def main() -> None:
    asked = json.load(sys.stdin)
    answers = os.dup(1)
    silence = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(silence, stream)
    told: dict[str, Any]
    try:
        code = compiled(asked["code"])
        lock(int(sys.argv[1]), int(sys.argv[2]))
        names = {**asked["variables"], "__name__": "__main__"}
        exec(code, names)  # noqa: S102 (what this process is for)
        told = {"response": json.loads(json.dumps(names.get(RESULT), allow_nan=False))}
    except MemoryError:
        told = {"error": "MemoryError"}
    except BaseException as error:
        told = {"error": f"{type(error).__name__}: {error}"[:2000]}
    written = json.dumps(told).encode()
    while written:
        written = written[os.write(answers, written) :]
    os._exit(0)


if __name__ == "__main__":
    main()
