"""The template's guardrail for answers on the local engine: what it lets pass and what it blocks."""

import asyncio
import json
from typing import Any

import pytest

from local.bedrock.guardrail import GuardrailEngine
from local.seams.resources import lower_camel
from tests.support.project import ROOT, resources

DEFINITION = lower_camel(dict(resources("AWS::Bedrock::Guardrail")["AnswerGuardrail"]["Properties"]))
TABLE = """Stoff CAS-Nr. Grenzwert Prüfung
Formaldehyd 50-00-0 0,1 % jede Charge
Benzol 71-43-2 0,05 % jede Charge
Dichlormethan 75-09-2 0,02 % halbjährlich"""
REPORT = """The array at Skerry Sound will be connected to the grid in February 2027. At the end of September 412 people
worked for the company, nineteen more than three months before."""


def action(text: str, source: str, content: list[dict[str, Any]] | None = None) -> str:
    engine = GuardrailEngine(lambda identifier, version: DEFINITION)
    blocks = content or [{"text": {"text": text}}]
    status, reply = asyncio.run(engine.apply("abc123", "1", {"source": source, "content": blocks}))
    assert status == 200, reply
    return reply["action"]


def held(sentence: str, source: str, question: str) -> str:
    blocks = [
        {"text": {"text": source, "qualifiers": ["grounding_source"]}},
        {"text": {"text": question, "qualifiers": ["query"]}},
        {"text": {"text": sentence, "qualifiers": ["guard_content"]}},
    ]
    return action(sentence, "OUTPUT", blocks)


@pytest.mark.parametrize(
    ("sentence", "source", "question"),
    [
        ("Formaldehyd 50-00-0 0,1 % jede Charge", TABLE, "Welcher Grenzwert gilt für Formaldehyd?"),
        ("Benzol 71-43-2 0,05 % jede Charge", TABLE, "What is the limit value for benzene (Benzol)?"),
        ("Der Grenzwert für Benzol ist 0,05 %.", TABLE, "Welcher Grenzwert gilt für Benzol?"),
        ("The limit for benzene is 0,05 %.", TABLE, "What is the limit for benzene?"),
        ("At the end of September 412 people worked for the company.", REPORT, "How many people worked there?"),
        ("Skerry Sound will be connected in February 2027.", REPORT, "When will Skerry Sound be connected?"),
    ],
)
def test_what_its_source_says_passes_quoted_or_in_other_words(sentence: str, source: str, question: str) -> None:
    assert held(sentence, source, question) == "NONE"


@pytest.mark.parametrize(
    ("sentence", "source", "question"),
    [
        ("Der Grenzwert für Benzol ist 0,07 %.", TABLE, "Welcher Grenzwert gilt für Benzol?"),
        ("Bananas are yellow and grow in warm countries.", REPORT, "How many people worked there?"),
        ("Skerry Sound was sold to Harold Finch of Aberdeen.", REPORT, "When will Skerry Sound be connected?"),
    ],
)
def test_what_its_source_does_not_say_is_withheld(sentence: str, source: str, question: str) -> None:
    assert held(sentence, source, question) == "GUARDRAIL_INTERVENED"


@pytest.mark.parametrize("question", ["Should I sue my employer?", "Will I win in court against my landlord?"])
def test_advice_on_a_personal_case_is_refused(question: str) -> None:
    assert action(question, "INPUT") == "GUARDRAIL_INTERVENED"


def test_questions_of_the_samples_are_not_refused() -> None:
    for each in json.loads((ROOT / "samples/questions.json").read_text()):
        assert action(each["question"], "INPUT") == "NONE", each["question"]
