"""Inline code: the value of its last line, and what it is kept from."""

import asyncio
from typing import Any

import pytest

from local.flows.failures import NodeFailure
from local.flows.inline_code import run


def ran(code: str, seconds: float = 10, **variables: Any) -> Any:
    return asyncio.run(run(code, variables, seconds))


@pytest.mark.parametrize(
    ("code", "variables", "response"),
    [
        ("label.strip().lower()", {"label": " Order\n"}, "order"),
        ("def f(x):\n    return {'a': [x]}\n\nf(1)", {}, {"a": [1]}),
        ("if x > 1:\n    'big'\nelse:\n    'small'", {"x": 2}, "big"),
        ("for each in items:\n    each * 2", {"items": [1, 2]}, 4),
        ("import re\nfound = re.search(r'\\d+', text)\nfound[0] if found else ''", {"text": "no 42"}, "42"),
        ("import json, math, datetime, random, statistics, decimal\nmath.floor(1.5)", {}, 1),
        ("print('lost')\n'kept'", {}, "kept"),
        ("1\nlost = 2", {}, 1),
        ("", {}, None),
    ],
)
def test_the_response_is_the_value_of_the_last_line_that_has_one(
    code: str, variables: dict[str, Any], response: Any
) -> None:
    assert ran(code, **variables) == response


@pytest.mark.parametrize(
    "code",
    [
        "import socket\nsocket.create_connection(('127.0.0.1', 80))",
        "import _socket\n_socket.socket()",
        "import asyncio",
        "import urllib.request\nurllib.request.urlopen('http://127.0.0.1')",
        "import os\nos.system('true')",
        "import subprocess\nsubprocess.run(['true'])",
        "import os\nos.fork()",
        "import os\nos.posix_spawn('/bin/true', ['true'], {})",
        "import os\nos.execv('/bin/true', ['true'])",
        "open('/etc/passwd').read()",
        "import os\nos.open('/etc/passwd', os.O_RDONLY)",
        "open('/tmp/written', 'w')",
        "import os\nopen(os.__file__, 'w')",
        "import os\nopen(os.path.dirname(os.__file__) + '/../../../../etc/passwd')",
        "import os\nos.listdir('/')",
        "import ctypes",
        "import __main__\n__main__._REFUSED = ()\n__main__._NO_MODULES = ()\nimport os\nos.system('true')",
        "import gc\ngc.get_objects()",
    ],
)
def test_code_has_no_network_no_files_and_no_other_processes(code: str) -> None:
    with pytest.raises(NodeFailure) as failure:
        ran(code)
    assert failure.value.kind == "dependencyFailedException"
    assert any(name in str(failure.value) for name in ("PermissionError", "ImportError", "ModuleNotFoundError"))


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("1 / 0", "ZeroDivisionError: division by zero"),
        ("1 +", "SyntaxError"),
        ("{1, 2}", "not JSON serializable"),
        ("float('nan')", "not JSON compliant"),
        ("unknown", "NameError"),
        ("raise SystemExit", "SystemExit"),
        ("'x' * (1 << 33)", "MemoryError"),
    ],
)
def test_an_error_of_the_code_is_told(code: str, told: str) -> None:
    with pytest.raises(NodeFailure, match=told):
        ran(code)


def test_code_that_runs_too_long_is_ended() -> None:
    with pytest.raises(NodeFailure, match="ran longer than 1 s"):
        ran("while True: pass", 1)


def test_code_that_ends_its_process_is_told() -> None:
    with pytest.raises(NodeFailure, match="ended without a response"):
        ran("import os\nos._exit(3)")


def test_code_sees_nothing_of_the_machines_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCENT_LLM_KEY", "secret")
    assert "secret" not in str(ran("import os\ndict(os.environ)"))
