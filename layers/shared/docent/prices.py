"""What calls to AWS cost, in US dollars.

List prices of Amazon Bedrock on demand, 29 November 2026: https://aws.amazon.com/bedrock/pricing/
Batch inference costs half. Since Claude 4.5, an id that keeps a call in one region or geography (`us.`, `eu.`, `apac.`,
or none) costs a tenth more than the same model's `global.` id.
"""

import re
from dataclasses import dataclass
from decimal import Decimal

MILLION = 1_000_000
BATCH = 0.5
REGIONAL = 1.1
# The guardrails' sensitive information filters: $0.10 for 1,000 text units of up to 1,000 characters each. Regular
# expressions and word filters are free.
TEXT_UNIT = 0.10 / 1000
TEXT_UNIT_CHARACTERS = 1000


@dataclass(frozen=True, slots=True)
class TokenPrices:
    """Of a million tokens."""

    input: float
    output: float
    has_regional_premium: bool = False

    def of(self, input_tokens: int, output_tokens: int) -> float:
        return (input_tokens * self.input + output_tokens * self.output) / MILLION

    def times(self, factor: float) -> "TokenPrices":
        return TokenPrices(self.input * factor, self.output * factor)


_FAMILIES = {
    "claude-opus-4-8": TokenPrices(5, 25, True),
    "claude-opus-4-7": TokenPrices(5, 25, True),
    "claude-opus-4-6": TokenPrices(5, 25, True),
    "claude-opus-4-5": TokenPrices(5, 25, True),
    "claude-opus-4-1": TokenPrices(15, 75),
    "claude-opus-4": TokenPrices(15, 75),
    "claude-sonnet-4-6": TokenPrices(3, 15, True),
    "claude-sonnet-4-5": TokenPrices(3, 15, True),
    "claude-sonnet-4": TokenPrices(3, 15),
    "claude-3-7-sonnet": TokenPrices(3, 15),
    "claude-haiku-4-5": TokenPrices(1, 5, True),
    "claude-3-5-haiku": TokenPrices(0.8, 4),
    "claude-3-haiku": TokenPrices(0.25, 1.25),
    "nova-pro": TokenPrices(0.8, 3.2),
    "nova-lite": TokenPrices(0.06, 0.24),
    "nova-micro": TokenPrices(0.035, 0.14),
}
# `eu.anthropic.claude-sonnet-4-5-20250929-v1:0`, alone or at the end of an ARN.
_MODEL_ID = re.compile(
    r"(?:.*/)?(?:(?P<scope>[a-z]+)\.)?(?:anthropic|amazon)\.(?P<family>[a-z0-9-]+?)(?:-\d{8})?(?:-v\d+(?::\w+)*)?"
)


def token_prices_of(model_id: str) -> TokenPrices | None:
    """The list prices of a model or inference profile; None of one that is not in this list."""
    named = _MODEL_ID.fullmatch(model_id)
    listed = _FAMILIES.get(named["family"]) if named else None
    if named and listed and listed.has_regional_premium and named["scope"] != "global":
        return listed.times(REGIONAL)
    return listed


def own_prices(input_price: float, output_price: float) -> TokenPrices | None:
    """Of the parameters InputTokenPrice and OutputTokenPrice; None if both are 0, for the list prices."""
    return TokenPrices(input_price, output_price) if input_price or output_price else None


def prices_of(model_id: str, input_price: float, output_price: float) -> TokenPrices:
    """Of the parameters, or else of the list. A model without a price costs nothing."""
    return own_prices(input_price, output_price) or token_prices_of(model_id) or TokenPrices(0, 0)


def price_of(
    model_id: str, input_tokens: int, output_tokens: int, batch: bool = False, own: TokenPrices | None = None
) -> float | None:
    """Dollars; None if the price of the model is not known. `own` are prices on demand that replace the list's."""
    prices = own or token_prices_of(model_id)
    if prices is None:
        return None
    dollars = prices.of(input_tokens, output_tokens)
    return dollars * BATCH if batch else dollars


def dollars_text(dollars: float) -> str:
    """With as many digits as tell small amounts apart: `$1,234.50`, `$0.0123`, `$0.00042`."""
    if not dollars or dollars >= 1:
        return f"${dollars:,.2f}"
    digits = f"{dollars:.4f}" if dollars >= 0.01 else format(Decimal(f"{dollars:.2g}"), "f")
    whole, _, decimals = digits.rstrip("0").partition(".")
    return f"${whole}.{decimals:0<2}"
