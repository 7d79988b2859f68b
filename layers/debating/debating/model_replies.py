"""One call to a model. Step Functions retries it, so the SDK tries once."""

import time
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from botocore.exceptions import BotoCoreError, ClientError

from docent.clients import bedrock_runtime
from docent.errors import MALFORMED, from_aws
from docent.errors.debates import ModelRefusedError
from docent.prices import price_of
from docent.usage import Use, check_budget, count_dollars, count_tokens

# What a request can do without, in the order in which it is left out.
_OPTIONAL = ("toolConfig", "temperature")


@dataclass(frozen=True, slots=True)
class Tokens:
    """What was paid for, with the calls."""

    calls: int = 0
    input: int = 0
    output: int = 0

    @classmethod
    def of(cls, reply: Mapping[str, Any]) -> Self:
        return cls(1, reply["usage"]["inputTokens"], reply["usage"]["outputTokens"])

    def __add__(self, other: "Tokens") -> "Tokens":
        return Tokens(self.calls + other.calls, self.input + other.input, self.output + other.output)

    def to_json(self) -> dict[str, int]:
        return {"calls": self.calls, "input": self.input, "output": self.output}

    @classmethod
    def from_json(cls, value: Mapping[str, int]) -> Self:
        return cls(value["calls"], value["input"], value["output"])


# What each model was found not to take, for the life of the execution environment.
_refused: defaultdict[str, set[str]] = defaultdict(set)


def takes(model_id: str, parameter: str) -> bool:
    return parameter not in _refused[model_id]


def ask(model_id: str, request: Mapping[str, Any]) -> Mapping[str, Any]:
    """The reply of Converse. Raises BudgetUsedUpError once the month's budget is used up.

    A model that refuses a sampling parameter or tools is asked without, from then on. Bedrock answers
    ValidationException for what a model does not take, and its message alone names the parameter. So they are left out
    one after another. Raises ModelRefusedError if the rest is refused as well.
    """
    check_budget()
    while True:
        sent = _without(request, _refused[model_id])
        try:
            reply: Any = bedrock_runtime().converse(modelId=model_id, **sent)
            _ = reply["output"]["message"], Tokens.of(reply)
        except ClientError as error:
            left = next((name for name in _OPTIONAL if _has(sent, name)), None)
            if error.response.get("Error", {}).get("Code") == "ValidationException" and left:
                _refused[model_id].add(left)
                continue
            raise from_aws(error, f"the model {model_id} was asked", ModelRefusedError) from error
        except BotoCoreError as error:
            raise from_aws(error, f"the model {model_id} was asked", ModelRefusedError) from error
        except MALFORMED as error:
            raise ModelRefusedError(f"The reply of the model {model_id} cannot be understood.") from error
        return reply


def count(use: Use, model_id: str, tokens: Tokens) -> None:
    """When what was paid for is kept: should it fail, it is better not counted than paid for again.

    A run names models of its own, so the list of prices counts before the price of the deployment's model."""
    dollars = price_of(model_id, tokens.input, tokens.output)
    if dollars is None:
        count_tokens(use, model_id, tokens.input, tokens.output, time.time())
    else:
        count_dollars(use, tokens.input, tokens.output, dollars, time.time())


def _has(request: Mapping[str, Any], name: str) -> bool:
    return name in request or name in request.get("inferenceConfig", {})


def _without(request: Mapping[str, Any], names: set[str]) -> dict[str, Any]:
    kept = {name: value for name, value in request.items() if name not in names}
    if config := request.get("inferenceConfig"):
        kept["inferenceConfig"] = {name: value for name, value in config.items() if name not in names}
    return kept
