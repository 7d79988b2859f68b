"""Who asks, the name of the stack, and whether AWS has the services in this region."""

import re
from collections.abc import Iterator

from botocore.exceptions import BotoCoreError, ClientError

from cli.doctor.findings import Finding, code_of, message_of
from cli.doctor.rules import failed_assertions
from cli.doctor.subject import Subject

# The names of guardrails end at 50 characters, and the longest that the template makes is the stack's with `-masking`.
LONGEST_STACK_NAME = 42
STACK_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]*")
# What a guardrail profile is called in the regions whose names begin so.
PROFILES = {"us-gov": "us-gov", "us": "us", "eu": "eu", "ap": "apac"}


def credentials(subject: Subject) -> Iterator[Finding]:
    try:
        account = subject.target.client("sts").get_caller_identity()["Account"]
    except ClientError as error:
        told = f"AWS answered {code_of(error)}: {message_of(error)}"
        yield Finding("fail", "credentials", told, "Sign in to AWS again, for example with `aws sso login`.")
    except BotoCoreError as error:
        yield Finding("fail", "credentials", str(error), "Run `aws configure` or `aws sso login`, or set AWS_PROFILE.")
    else:
        yield Finding("ok", "credentials", f"The account is {account}, and the region is {subject.region}.")


def stack_name(subject: Subject) -> Iterator[Finding]:
    name = subject.stack
    if not STACK_NAME.fullmatch(name):
        told = f"{name} is not a name that CloudFormation takes."
        yield Finding("fail", "stack name", told, "Use letters, digits and hyphens, beginning with a letter.")
    elif len(name) > LONGEST_STACK_NAME:
        told = (
            f"{name} has {len(name)} characters. The names of the guardrails that are made from it would be too long."
        )
        yield Finding("fail", "stack name", told, f"Use a name of at most {LONGEST_STACK_NAME} characters.")
    else:
        yield Finding("ok", "stack name", f"{name} has {len(name)} of at most {LONGEST_STACK_NAME} characters.")


def region(subject: Subject) -> Iterator[Finding]:
    import boto3

    name = subject.region
    session = boto3.DEFAULT_SESSION or boto3.Session()
    partition = subject.target.cloudformation.meta.partition
    if name not in session.get_available_regions("bedrock", partition_name=partition):
        told = f"Amazon Bedrock is not available in {name}."
        yield Finding("fail", "region", told, "Deploy to another region: --region R.")
        return
    failed = list(failed_assertions(subject.rules, dict(subject.parameters) | {"AWS::Region": name}))
    for told in failed:
        yield Finding("fail", "region and parameters", told, "`--parameter NAME=VALUE` checks another value.")
    profile = subject.parameters.get("GuardrailProfile", "")
    expected = next((to for beginning, to in PROFILES.items() if name.startswith(f"{beginning}-")), None)
    if profile and not expected:
        told = f"AWS documents no guardrail profile for {name}; {profile} may not exist there."
        yield Finding("warn", "guardrail profile", told, "If the deployment fails, set GuardrailProfile to nothing.")
    elif profile and not profile.startswith(f"{expected}."):
        right = f"{expected}.{profile.partition('.')[2]}"
        told = f"The guardrail profile {profile} does not exist in {name}."
        yield Finding("fail", "guardrail profile", told, f"Deploy with GuardrailProfile={right}.")
    if not failed:
        yield Finding("ok", "region", f"{name} has the services that these parameters need.")
