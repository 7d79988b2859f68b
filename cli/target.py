"""The deployment that a command works on: the one on this machine, or a stack in an account."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from local.settings import REGION, ROOT, LocalSettings

LOCAL_STACK = "docent"


class CommandError(Exception):
    """What went wrong and what to do about it, as the user sees it."""


@dataclass
class Target:
    """The clients and outputs of one deployment; `stack` is None for this machine."""

    stack: str | None = None
    region: str | None = None
    local: LocalSettings = field(default_factory=LocalSettings.from_environment)

    @property
    def is_local(self) -> bool:
        return self.stack is None

    def client(self, service: str, attempts: int = 5, read_timeout: int = 130) -> Any:
        import boto3  # takes half a second, which `docent --help` and the shell's completion save
        from botocore.config import Config

        retries: Any = {"mode": "standard", "total_max_attempts": attempts}
        config = Config(retries=retries, read_timeout=read_timeout)
        if self.is_local:
            config = config.merge(Config(proxies={}))  # none reaches this machine
            return boto3.client(  # pyright: ignore[reportCallIssue]
                service,  # pyright: ignore[reportArgumentType]
                endpoint_url=self.local.url,
                region_name=REGION,
                aws_access_key_id=ROOT["AWS_ACCESS_KEY_ID"],
                aws_secret_access_key=ROOT["AWS_SECRET_ACCESS_KEY"],
                config=config,
            )
        return boto3.client(service, region_name=self.region, config=config)  # pyright: ignore

    @cached_property
    def s3(self) -> Any:
        return self.client("s3")

    @cached_property
    def dynamodb(self) -> Any:
        return self.client("dynamodb")

    @cached_property
    def step_functions(self) -> Any:
        return self.client("stepfunctions")

    @cached_property
    def cloudformation(self) -> Any:
        return self.client(
            "cloudformation", attempts=1 if self.is_local else 5
        )  # if it is not up here, waiting does not help

    @cached_property
    def outputs(self) -> dict[str, str]:
        """The stack's outputs. Raises CommandError when there is no such stack."""
        name = self.stack or LOCAL_STACK
        try:
            stack = self.cloudformation.describe_stacks(StackName=name)["Stacks"][0]
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") != "ValidationError":
                raise
            advice = "Run `docent up`." if self.is_local else "Check --stack and --region, or run `sam deploy`."
            raise CommandError(f"There is no stack {name}. {advice}") from error
        except BotoCoreError as error:
            if not self.is_local:
                raise
            raise CommandError(f"Nothing answers at {self.local.url}. Run `docent up`.") from error
        return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}
