"""Prices of models, by their ids."""

import pytest

from docent.prices import TokenPrices, dollars_text, own_prices, price_of, prices_of

THOUSAND = 1000


@pytest.mark.parametrize(
    ("model_id", "dollars"),
    [
        ("global.anthropic.claude-sonnet-4-5-20250929-v1:0", 0.018),
        ("us.anthropic.claude-sonnet-4-5-20250929-v1:0", 0.0198),
        ("anthropic.claude-sonnet-4-5-20250929-v1:0", 0.0198),
        (
            "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-haiku-4-5-20251001-v1:0",
            0.0066,
        ),
        ("us.anthropic.claude-sonnet-4-20250514-v1:0", 0.018),
        ("anthropic.claude-3-haiku-20240307-v1:0", 0.0015),
        ("eu.amazon.nova-micro-v1:0", 0.000175),
    ],
)
def test_a_model_has_the_price_of_its_family(model_id: str, dollars: float) -> None:
    assert price_of(model_id, THOUSAND, THOUSAND) == pytest.approx(dollars)


def test_batch_inference_costs_half() -> None:
    model_id = "us.anthropic.claude-sonnet-4-5-20250929-v1:0"
    assert price_of(model_id, THOUSAND, THOUSAND, batch=True) == pytest.approx(0.0099)


def test_the_price_of_an_unknown_model_is_not_guessed() -> None:
    assert price_of("us.anthropic.claude-sonnet-99-20300101-v1:0", THOUSAND, THOUSAND) is None
    assert price_of("meta.llama-v1:0", THOUSAND, THOUSAND) is None


def test_own_prices_replace_the_list() -> None:
    assert price_of("meta.llama-v1:0", THOUSAND, THOUSAND, own=TokenPrices(1, 2)) == pytest.approx(0.003)


def test_prices_of_nothing_are_those_of_the_list() -> None:
    model_id = "global.anthropic.claude-sonnet-4-5-20250929-v1:0"
    assert own_prices(0, 0) is None
    assert prices_of(model_id, 0, 0) == TokenPrices(3, 15, True)
    assert prices_of(model_id, 1, 2) == TokenPrices(1, 2)
    assert prices_of("meta.llama-v1:0", 0, 0).of(THOUSAND, THOUSAND) == 0


@pytest.mark.parametrize(
    ("dollars", "text"),
    [
        (1234.5, "$1,234.50"),
        (0, "$0.00"),
        (0.25, "$0.25"),
        (0.0123, "$0.0123"),
        (0.00042, "$0.00042"),
        (0.0000031, "$0.0000031"),
    ],
)
def test_small_amounts_have_as_many_digits_as_tell_them_apart(dollars: float, text: str) -> None:
    assert dollars_text(dollars) == text
