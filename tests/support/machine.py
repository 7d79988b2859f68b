"""AWS on this machine with nothing deployed, for tests of its engines behind signatures and IAM."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from cli import machine
from local.settings import REGION, ROOT, LocalSettings
from tests.support.deployments import running, settings_for
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
        assert http.put(f"{self.settings.url}/_docent/faults", content=rules).status_code == 200

    def restart(self) -> None:
        machine.stop(self.settings, print)
        machine.start(self.settings, print)


@contextmanager
def running_machine(home: Path) -> Iterator[Machine]:
    settings = settings_for(home)
    with running(settings):
        yield Machine(settings)
