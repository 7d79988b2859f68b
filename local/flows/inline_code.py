"""InlineCode nodes: Python in a process of its own, without a network, with bounded time and memory.

AWS: the inputs are variables, the response is the value of the last executed line, and what is printed is lost.
"""

import asyncio
import json
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from local.flows.failures import NodeFailure, invalid

SECONDS = 15.0
MEGABYTES = 512
MOST_BYTES = 6_000_000  # of what comes out

_RUNNER = str(Path(__file__).with_name("inline_code_runner.py"))


async def run(code: str, variables: Mapping[str, Any], seconds: float = SECONDS) -> Any:
    """The response. Raises NodeFailure."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-I",
        "-S",
        _RUNNER,
        str(MEGABYTES),
        str(round(seconds)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env={},
        cwd="/",
        limit=MOST_BYTES,
    )
    asked = json.dumps({"code": code, "variables": dict(variables)}).encode()
    try:
        async with asyncio.timeout(seconds):
            told, _ = await process.communicate(asked)
    except TimeoutError as error:
        raise invalid(f"The code ran longer than {seconds:g} s and was ended.") from error
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()
    if len(told) > MOST_BYTES:
        raise invalid(f"The code's response is larger than {MOST_BYTES} bytes.")
    try:
        answer = json.loads(told)
    except ValueError as error:
        raise invalid(f"The code ended without a response. It can use {MEGABYTES} MB and {seconds:g} s.") from error
    if "error" in answer:
        raise NodeFailure("dependencyFailedException", f"The code failed: {answer['error']}", "inline-code")
    return answer["response"]
