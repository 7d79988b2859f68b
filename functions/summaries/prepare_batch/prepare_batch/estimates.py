"""What a job will take, in tokens, dollars and time, before anything is spent."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from docent.errors.summaries import OverBudgetError
from docent.prices import TEXT_UNIT, TEXT_UNIT_CHARACTERS, TokenPrices, dollars_text, price_of

from .prompts import MAX_TOKENS

# Characters of English text to a token, on average and at the least.
PER_TOKEN, LEAST_PER_TOKEN = 4.0, 2.5
# A character that is not ASCII is about one token, and two at the most.
MOST_TOKENS_OF_OTHERS = 2.0
# A text of some sentences, each with the turns that it rests on.
TOKENS_OF_INSIGHT = 70
SECONDS_PER_REQUEST = 8


@dataclass(slots=True)
class Estimate:
    """Grows with each request. `own` are the deployment's own prices of its model."""

    model_id: str
    insights: int
    own: TokenPrices | None = None
    requests: int = 0
    _tokens: float = field(default=0.0, init=False)
    _most_tokens: float = field(default=0.0, init=False)

    def add(self, request: Mapping[str, Any]) -> None:
        texts = [each["text"] for each in request["system"]]
        texts += [block["text"] for message in request["messages"] for block in message["content"]]
        ascii_only = sum(len(text.encode("ascii", "ignore")) for text in texts)
        others = sum(map(len, texts)) - ascii_only
        self.requests += 1
        self._tokens += ascii_only / PER_TOKEN + others
        self._most_tokens += ascii_only / LEAST_PER_TOKEN + others * MOST_TOKENS_OF_OTHERS

    def to_json(self, minimum_batch_records: int, at_once: int) -> dict[str, Any]:
        """`cost` is what is to be expected and `most` what cannot be exceeded unless records are repeated; both are
        None if the price of the model is not known. `way` is how the job will run.
        """
        reply = min(self.insights * TOKENS_OF_INSIGHT, MAX_TOKENS)
        masking = self._masking(reply)
        return {
            "requests": self.requests,
            "input_tokens": round(self._tokens),
            "output_tokens": self.requests * reply,
            "model_id": self.model_id,
            "way": "batch" if self.requests >= minimum_batch_records else "on_demand",
            "cost": self._cost(self._tokens, reply, masking),
            "most": self._cost(self._most_tokens, MAX_TOKENS, self._masking(MAX_TOKENS)),
            "seconds_on_demand": -(-self.requests // at_once) * SECONDS_PER_REQUEST,
        }

    def _masking(self, tokens_of_reply: int) -> float:
        units = -(-tokens_of_reply * PER_TOKEN // TEXT_UNIT_CHARACTERS)
        return self.requests * units * TEXT_UNIT

    def _cost(self, input_tokens: float, tokens_of_reply: int, masking: float) -> dict[str, float] | None:
        tokens = round(input_tokens), self.requests * tokens_of_reply
        on_demand = price_of(self.model_id, *tokens, own=self.own)
        batch = price_of(self.model_id, *tokens, batch=True, own=self.own)
        if on_demand is None or batch is None:
            return None
        return {"on_demand": round(on_demand, 6), "batch": round(batch, 6), "masking": round(masking, 6)}


def check_budget(estimate: Mapping[str, Any], budget: float | None) -> None:
    """Raises OverBudgetError if a job can cost more than its budget, or if that is not known."""
    if budget is None:
        return
    way, cost, most = estimate["way"], estimate["cost"], estimate["most"]
    if cost is None or most is None:
        raise OverBudgetError(
            f"The price of {estimate['model_id']} is not known, so the budget of {dollars_text(budget)} cannot be kept."
            " Set the parameters InputTokenPrice and OutputTokenPrice."
        )
    if most[way] + most["masking"] > budget:
        raise OverBudgetError(
            f"The job would cost about {dollars_text(cost[way] + cost['masking'])} and could cost up to"
            f" {dollars_text(most[way] + most['masking'])}, over its budget of {dollars_text(budget)}."
        )
