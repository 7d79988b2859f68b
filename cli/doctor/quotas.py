"""Whether the account's quotas are enough: Lambda's concurrency, and Bedrock's tokens, requests and text units.

New accounts often have a tenth of AWS's default values, or zero.
"""

import re
from collections.abc import Iterator
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from cli.doctor.findings import Finding, unchecked
from cli.doctor.subject import Subject

CONCURRENCY, TOKENS = "Lambda concurrency", "Bedrock quotas"
# Ten images of a document are read at the same time, while its other functions and the API run.
ENOUGH_CONCURRENCY = 50
# Lambda keeps this much for functions without a reservation.
UNRESERVED = 100
# Ten images at a time: 1,500 tokens each, and the 4,000 that Bedrock counts for the reply when a call begins.
ENOUGH = {"tokens per minute": 100_000, "requests per minute": 60, "tokens per day": 1_000_000}
_CONSOLE = "Request an increase in the Service Quotas console (Amazon Bedrock)"
_VERSION = re.compile(r"v\d+(:\d+)?|\d{8}")


def quotas(subject: Subject) -> Iterator[Finding]:
    try:
        yield _concurrency(subject)
    except (ClientError, BotoCoreError) as error:
        yield unchecked(CONCURRENCY, error)
    if subject.target.is_local:
        return
    try:
        pages = subject.target.client("service-quotas").get_paginator("list_service_quotas")
        listed = [quota for page in pages.paginate(ServiceCode="bedrock") for quota in page["Quotas"]]
    except (ClientError, BotoCoreError) as error:
        yield unchecked(TOKENS, error)
        return
    for model in subject.models:
        yield from _of_a_model(listed, model)
    yield from _text_units(listed, subject)


def _concurrency(subject: Subject) -> Finding:
    limits = subject.target.client("lambda").get_account_settings()["AccountLimit"]
    limit, free = limits["ConcurrentExecutions"], limits["UnreservedConcurrentExecutions"]
    told = f"{limit} functions can run at the same time in this account and region."
    increase = "Request an increase of Concurrent executions in the Service Quotas console (AWS Lambda)."
    reserved = int(subject.parameters.get("CaptionConcurrency") or 0)
    if reserved and not subject.is_deployed and free - reserved < UNRESERVED:
        told += f" CaptionConcurrency={reserved} would leave less than the {UNRESERVED} that Lambda keeps unreserved."
        return Finding("fail", CONCURRENCY, told, f"Set CaptionConcurrency to 0. {increase}")
    if limit < ENOUGH_CONCURRENCY:
        return Finding("warn", CONCURRENCY, f"{told} Questions wait while documents are ingested.", increase)
    return Finding("ok", CONCURRENCY, told)


def _of_a_model(listed: list[dict[str, Any]], model: str) -> Iterator[Finding]:
    found = [(unit, quota) for quota in listed for unit in ENOUGH if _is_about(quota["QuotaName"].lower(), unit, model)]
    if not found:
        told = f"Service Quotas lists none for {model}."
        yield Finding("warn", TOKENS, told, "Look for the model in the Service Quotas console (Amazon Bedrock).")
    for unit, quota in found:
        value = quota["Value"]
        told = f"{quota['QuotaName']}: {value:,.0f}."
        if value == 0:
            how = f"{_CONSOLE}, or open a case at AWS Support if it is not adjustable."
            yield Finding("fail", TOKENS, f"{told} No call can succeed.", how)
        elif value < ENOUGH[unit]:
            yield Finding("warn", TOKENS, f"{told} Documents with many images will take long.", f"{_CONSOLE}.")
        else:
            yield Finding("ok", TOKENS, told)


def _is_about(name: str, unit: str, model: str) -> bool:
    """For example `cross-region model inference tokens per minute for anthropic claude sonnet 4.5 v1`."""
    what, _, whom = re.sub(r"\(.*\)", "", name).partition(" for anthropic claude ")
    if not what.endswith(unit) or not whom:
        return False
    if unit != "tokens per day" and not what.startswith(_kind(model)):
        return False
    if what.startswith("global") != model.startswith("global."):
        return False
    return {word for word in whom.split() if not _VERSION.fullmatch(word)} == _words(model)


def _kind(model: str) -> str:
    if model.startswith("anthropic."):
        return "on-demand"
    return "global cross-region" if model.startswith("global.") else "cross-region"


def _words(model: str) -> set[str]:
    """`claude-sonnet-4-5-20250929-v1:0` is Claude Sonnet 4.5."""
    name = re.sub(r"(\d)-(?=\d(-|$))", r"\1.", model.partition("claude-")[2])
    return {word for word in name.split("-") if not _VERSION.fullmatch(word)}


def _text_units(listed: list[dict[str, Any]], subject: Subject) -> Iterator[Finding]:
    """Units of 1,000 characters in a second, which is also what one call can take."""
    of_policies = [
        quota
        for quota in listed
        if "applyguardrail" in (name := quota["QuotaName"].lower()) and "text units per second" in name
    ]
    asked = int(subject.parameters.get("GuardrailTextUnits") or 0)
    if not of_policies or not asked:
        return
    least = min(of_policies, key=lambda quota: quota["Value"])
    told = f"{least['QuotaName']}: {least['Value']:,.0f}."
    if least["Value"] < asked:
        remedy = f"Deploy with GuardrailTextUnits={least['Value']:.0f}, or request an increase."
        yield Finding("fail", TOKENS, f"{told} GuardrailTextUnits is {asked}, so long texts cannot be masked.", remedy)
    else:
        yield Finding("ok", TOKENS, told)
