"""The deployed guardrails mask by their own patterns too."""

import pytest

from cli.target import LOCAL_STACK
from tests.support.stack import Stack


@pytest.mark.parametrize("kind", ["masking", "answers"])
@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("AHV 756.1234.5678.97", "AHV {SWISS_INSURANCE_NUMBER}"),
        ("Codice fiscale RSSMRA85T10A562S", "Codice fiscale {ITALIAN_TAX_CODE}"),
        ("Kreditoren 2022 2023 2024", None),
    ],
)
def test_a_number_without_a_type_of_bedrocks_is_masked(stack: Stack, kind: str, text: str, masked: str | None) -> None:
    guardrails = stack.target.client("bedrock").list_guardrails()["guardrails"]
    (guardrail,) = (each["id"] for each in guardrails if each["name"] == f"{LOCAL_STACK}-{kind}")
    reply = stack.target.client("bedrock-runtime").apply_guardrail(
        guardrailIdentifier=guardrail,
        guardrailVersion="1",
        source="OUTPUT",
        content=[{"text": {"text": text}}],
    )
    assert [each["text"] for each in reply["outputs"]] == ([masked] if masked else [])
