"""AWS on this machine with nothing deployed, for tests of its engines behind signatures and IAM."""

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config

from cli import machine
from local.settings import REGION, ROOT, LocalSettings
from tests.support.http import http

ONCE = Config(retries={"total_max_attempts": 1})


@dataclass
class Machine:
    settings: LocalSettings

    def client(self, service: str, credentials: dict[str, str] | None = None) -> Any:
        """A client with root's credentials or with those of an STS session."""
        given = credentials or {
            "AccessKeyId": ROOT["AWS_ACCESS_KEY_ID"],
            "SecretAccessKey": ROOT["AWS_SECRET_ACCESS_KEY"],
            "SessionToken": None,
        }
        return boto3.client(
            service,
            endpoint_url=self.settings.url,
            region_name=REGION,
            aws_access_key_id=given["AccessKeyId"],
            aws_secret_access_key=given["SecretAccessKey"],
            aws_session_token=given["SessionToken"],
            config=ONCE,
        )

    def anonymous_sts(self) -> Any:
        """A client for users without credentials: calls are not signed, even if the client has credentials."""
        return self.client("sts", {"AccessKeyId": "AKIANOBODY", "SecretAccessKey": "none", "SessionToken": "none"})

    def role(self, name: str, trust: dict[str, Any] | list[dict[str, Any]], *allowed: dict[str, Any]) -> str:
        """A role with a trust policy and one inline policy; its ARN."""
        iam = self.client("iam")
        document = {"Version": "2012-10-17", "Statement": trust}
        role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(document))["Role"]
        if allowed:
            policy = json.dumps({"Version": "2012-10-17", "Statement": list(allowed)})
            iam.put_role_policy(RoleName=name, PolicyName="allowed", PolicyDocument=policy)
        return role["Arn"]

    def faults(self, rules: str) -> None:
        """Set the faults of the engines (local/faults.py)."""
        assert http.put(f"{self.settings.url}/_docent/faults", content=rules, timeout=10).status_code == 200

    def restart(self) -> None:
        machine.stop(self.settings, print)
        with _environment(self.settings):
            machine.start(self.settings, print)


@contextmanager
def running_machine(home: Path) -> Iterator[Machine]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = LocalSettings(home=home, port=port, faults="", llm_url=None, wait_scale="1")
    with _environment(settings):
        machine.start(settings, print)
    try:
        yield Machine(settings)
    finally:
        machine.stop(settings, print)


@contextmanager
def _environment(settings: LocalSettings) -> Iterator[None]:
    """Sets the port in the environment while a server starts, then restores another fixture's value."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DOCENT_PORT", str(settings.port))
        yield
