"""Whether the account can use its models: one tiny call to each, the provider's form, and the subscription.

https://docs.aws.amazon.com/bedrock/latest/userguide/model-access.html
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from cli.doctor.findings import DENIED, Finding, Status, code_of, message_of, unchecked
from cli.doctor.subject import Subject

ACCESS, FORM, SUBSCRIPTION = "model access", "Anthropic's form", "model subscription"
# The beginnings of inference profiles' ids: `us.anthropic.claude…` routes calls to several regions of the US.
_PROFILE = re.compile(r"^(?:us-gov|us|eu|apac|au|jp|ca|global)\.")
_FORM = (
    "Open a Claude model in the model catalog of the Bedrock console and submit the use case details, once for the "
    "account or for the organization's management account. Then wait 15 minutes."
)
_CURRENT = "Deploy with another ModelId. `aws bedrock list-inference-profiles` lists the inference profiles."


@dataclass(frozen=True, slots=True)
class _Cause:
    """AWS has one code for causes that need different remedies. The words only choose the remedy."""

    code: str
    words: str
    next_step: str


_CAUSES = (
    _Cause(
        "AccessDeniedException",
        "aws-marketplace",
        "Run doctor once as an administrator who is allowed aws-marketplace:Subscribe and "
        "aws-marketplace:ViewSubscriptions: the first call subscribes the account. Docent's functions do not need "
        "these permissions. Then wait 15 minutes.",
    ),
    _Cause("AccessDeniedException", "payment", "Add a valid payment method to the account, then wait 15 minutes."),
    _Cause(
        "AccessDeniedException",
        "channel program",
        "The account was bought through a reseller. Ask your AWS Solution Provider or distributor for the model.",
    ),
    _Cause(
        "AccessDeniedException",
        "not available for this account",
        "AWS does not offer this model to the account. Choose another ModelId, or ask AWS Sales for this one.",
    ),
    _Cause(
        "AccessDeniedException",
        "service control policy",
        "A policy of your organization denies the model. It must be allowed in every region of the inference profile.",
    ),
    _Cause(
        "AccessDeniedException",
        "not authorized to perform",
        "Allow yourself bedrock:InvokeModel on the inference profile, and on the model in every region of the profile.",
    ),
    _Cause("", "use case details", _FORM),
    _Cause("", "use-case form", _FORM),
    _Cause(
        "AccessDeniedException",
        "",
        f"{_FORM} If it is submitted, open the model in the playground once, as an administrator.",
    ),
    _Cause("ResourceNotFoundException", "legacy", f"The model's provider is retiring it. {_CURRENT}"),
    _Cause("ResourceNotFoundException", "end of its life", f"The model no longer exists. {_CURRENT}"),
    _Cause("ResourceNotFoundException", "", _CURRENT),
    _Cause(
        "ValidationException",
        "on-demand throughput",
        "ModelId must be an inference profile: put us., eu., apac. or global. in front of the model's id.",
    ),
    _Cause(
        "ValidationException",
        "unsupported countries",
        "Anthropic does not offer its models where you or your account are. See anthropic.com/supported-countries.",
    ),
    _Cause(
        "ValidationException",
        "operation not allowed",
        "AWS has not enabled Bedrock for this account yet, as happens with new accounts. Open a case at AWS Support.",
    ),
    _Cause(
        "ValidationException",
        "",
        f"Check the spelling of ModelId, and that its prefix (us., eu., apac., global.) is the region's. {_CURRENT}",
    ),
    _Cause(
        "ThrottlingException",
        "per day",
        "The account's tokens for today are used up, or a new account has none. See the quotas below.",
    ),
    _Cause("ThrottlingException", "", "Run doctor again in a minute. If it stays so, see the quotas below."),
)
# Nothing is wrong with the account.
_PASSING = frozenset({"InternalServerException", "ServiceUnavailableException", "ModelNotReadyException"}) | {
    "ModelTimeoutException"
}


def models(subject: Subject) -> Iterator[Finding]:
    for model in subject.models:
        failed = _call(subject, model)
        if failed:
            yield failed
        else:
            yield Finding("ok", ACCESS, f"{model} answers.")
        if subject.target.is_local:
            continue
        bedrock = subject.target.client("bedrock")
        if "anthropic." in model:
            yield from _form(bedrock, answers=failed is None)
        yield from _subscription(bedrock, _PROFILE.sub("", model), answers=failed is None)
        yield from _lifecycle(bedrock, _PROFILE.sub("", model))


def _call(subject: Subject, model: str) -> Finding | None:
    """What is wrong; None if the model answered."""
    message = {"role": "user", "content": [{"text": "Say OK."}]}
    try:
        client = subject.target.client("bedrock-runtime", attempts=3)
        asked = {"modelId": model, "messages": [message], "inferenceConfig": {"maxTokens": 1}}
        if subject.target.is_local:  # as a stream, which a slow language model has more time for
            list(client.converse_stream(**asked)["stream"])
        else:
            client.converse(**asked)
    except ClientError as error:
        if subject.target.is_local:  # the message is our own and says what to do
            return Finding("fail", ACCESS, message_of(error))
        told = f"{model}: AWS answered {code_of(error)}. {message_of(error)}".strip()
        return Finding(_status(code_of(error)), ACCESS, told, _remedy(error))
    except BotoCoreError as error:
        told = f"{model}: Amazon Bedrock cannot be reached. {error}"
        return Finding("fail", ACCESS, told, "Check the network, and that Bedrock is available in this region.")
    return None


def _status(code: str) -> Status:
    return "warn" if code in _PASSING else "fail"


def _remedy(error: ClientError) -> str:
    code, message = code_of(error), message_of(error).lower()
    found = (each for each in _CAUSES if each.code in ("", code) and each.words in message)
    return next(found, _Cause("", "", "Run doctor again.")).next_step


def _form(bedrock: Any, answers: bool) -> Iterator[Finding]:
    """Never what the form says: it names people and plans."""
    try:
        bedrock.get_use_case_for_model_access()
    except ClientError as error:
        if code_of(error) != "ResourceNotFoundException":
            yield unchecked(FORM, error)
        elif answers:
            told = "This account has submitted none. That is fine if the organization's management account has."
            yield Finding("warn", FORM, told, f"If calls to the model begin to fail after some minutes: {_FORM}")
        else:
            yield Finding("fail", FORM, "This account has submitted none.", _FORM)
    except BotoCoreError as error:
        yield unchecked(FORM, error)
    else:
        yield Finding("ok", FORM, "It is submitted.")


def _subscription(bedrock: Any, model: str, answers: bool) -> Iterator[Finding]:
    try:
        found = bedrock.get_foundation_model_availability(modelId=model)
    except (ClientError, BotoCoreError) as error:
        if isinstance(error, BotoCoreError) or code_of(error) in DENIED:
            yield unchecked(SUBSCRIPTION, error)
        return  # the model itself is not in this region, only the inference profile is
    agreement = found["agreementAvailability"]
    wait = "Run doctor again in 15 minutes. Until then, calls may succeed and then fail."
    match agreement["status"]:
        case "AVAILABLE":
            yield Finding("ok", SUBSCRIPTION, f"The account is subscribed to {model}.")
        case "PENDING":
            yield Finding("warn", SUBSCRIPTION, f"The subscription to {model} is being set up.", wait)
        case "NOT_AVAILABLE" if answers:
            yield Finding("warn", SUBSCRIPTION, f"The first call has begun the subscription to {model}.", wait)
        case status:
            reason = agreement.get("errorMessage") or "AWS gives no reason."
            told = f"There is no subscription to {model} ({status}). {reason}"
            yield Finding("fail", SUBSCRIPTION, told, _CAUSES[0].next_step)


def _lifecycle(bedrock: Any, model: str) -> Iterator[Finding]:
    try:
        found = bedrock.get_foundation_model(modelIdentifier=model)["modelDetails"].get("modelLifecycle", {})
    except (ClientError, BotoCoreError):
        return  # the same: what the call to the model said counts
    if found.get("status") == "LEGACY":
        ends = found.get("endOfLifeTime")
        told = f"The provider is retiring {model}" + (f"; it ends on {ends:%Y-%m-%d}." if ends else ".")
        yield Finding("warn", "model lifecycle", told, _CURRENT)
