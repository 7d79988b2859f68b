"""The AWS services that MiniStack lacks or has only in part. Each is a folder here with a `register.py`.

An engine can call the ones above it. To add one, add its folder and its line.
"""

from collections.abc import Callable
from importlib import import_module

from local.machine import Machine

ENGINES = (
    "kendra",
    "s3vectors",
    "bedrock",
    "bedrock_agent",
    "knowledge_bases",
    "flows",
    "qbusiness",
    "federation",
    "datazone",
    "sagemaker",
)


def register_of(engine: str) -> Callable[[Machine], None]:
    return import_module(f"local.{engine}.register").register
