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


PLAN = """Harrow_Health_Plan.pdf
2.3 Telemedicine
Kestrel Health Standard covers virtual consultations, such as telemedicine and video visits, for employees and their
families. The copayment is $20 for a doctor and $50 for a specialist. Kestrel Health Standard is a group plan, and all
prices apply from 1 February 2027."""
LEASE = """Mietvertrag.pdf
Lager in Emden
Das Lager hat eine Fläche von 340 m² und eine Temperatur von 5 bis 25 °C. Reparaturen bis 150 EUR trägt der Mieter.
Die Kontrolle der Elektroinstallation übernimmt ein unabhängiges Labor in Auenstadt."""


@pytest.mark.parametrize(
    ("sentence", "source", "question"),
    [
        ("Kestrel Health Standard deckt Telemedizin und Videovisiten ab.", PLAN, "Was deckt Kestrel Health ab?"),
        ("Die Zuzahlung beträgt 20 $ beim Arzt und 50 $ beim Spezialisten.", PLAN, "Wie hoch ist die Zuzahlung?"),
        ("Die Preise gelten ab dem 1. Februar 2027.", PLAN, "Ab wann gelten die Preise?"),
        ("In Harrow kostet ein Besuch beim Spezialisten 50 $.", PLAN, "Was kostet ein Spezialist in Harrow?"),
        ("Ende September arbeiteten 412 Menschen für Harrow Tidal.", REPORT, "Wie viele Menschen hat Harrow Tidal?"),
        ("Skerry Sound wird im Februar 2027 angeschlossen.", REPORT, "Wann wird Skerry Sound angeschlossen?"),
        ("The warehouse in Emden has an area of 340 m².", LEASE, "How big is the warehouse?"),
        ("An independent laboratory in Auenstadt does the control.", LEASE, "Who checks the electrics?"),
        ("The Tenant pays for repairs of up to 150 EUR.", LEASE, "Who pays for repairs?"),
        ("The limit for Benzol is 0.05 %.", TABLE, "What is the limit for benzene?"),
    ],
)
def test_what_a_source_in_the_other_language_says_passes(sentence: str, source: str, question: str) -> None:
    assert held(sentence, source, question) == "NONE"


@pytest.mark.parametrize(
    ("sentence", "source", "question"),
    [
        ("Die Zuzahlung beträgt 30 $ beim Arzt und 50 $ beim Spezialisten.", PLAN, "Wie hoch ist die Zuzahlung?"),
        ("Die Preise gelten ab dem 1. Februar 2028.", PLAN, "Ab wann gelten die Preise?"),
        ("Falcon Health Standard deckt Telemedizin und Videovisiten ab.", PLAN, "Was deckt die Versicherung ab?"),
        ("Kestrel Health Premium deckt Telemedizin und Videovisiten ab.", PLAN, "Was deckt die Versicherung ab?"),
        ("JoyPlus deckt Telemedizin und virtuelle Konsultationen ab.", PLAN, "Was deckt die Versicherung ab?"),
        ("Harold Finch bietet im Februar 2027 Telemedizin an.", PLAN, "Wer bietet Telemedizin an?"),
        ("Bananen sind gelb und wachsen in warmen Ländern.", PLAN, "Wie hoch ist die Zuzahlung?"),
        ("Der Vertrag endet nach zwei Jahren.", REPORT, "Wann endet der Vertrag?"),
        ("The warehouse in Emden has an area of 350 m².", LEASE, "How big is the warehouse?"),
        ("The warehouse in Bremen has an area of 340 m².", LEASE, "How big is the warehouse?"),
        ("The moon is made of green cheese.", LEASE, "How big is the warehouse?"),
        ("The limit for Benzol is 0.07 %.", TABLE, "What is the limit for benzene?"),
    ],
)
def test_what_a_source_in_the_other_language_does_not_say_is_withheld(
    sentence: str, source: str, question: str
) -> None:
    assert held(sentence, source, question) == "GUARDRAIL_INTERVENED"


@pytest.mark.parametrize(
    ("sentence", "question"),
    [
        ("Kestrel Health covers telemedicine for the families of employees.", "What does Kestrel Health cover?"),
        ("A visit to a specialist in Harrow has a copayment of $50.", "What does a specialist cost?"),
        ("For Rosalind, the copayment for a doctor is $20.", "What does a doctor cost for Rosalind?"),
    ],
)
def test_a_name_can_stand_in_the_question_or_in_the_documents_name(sentence: str, question: str) -> None:
    assert held(sentence, PLAN, question) == "NONE"


@pytest.mark.parametrize("question", ["Should I sue my employer?", "Will I win in court against my landlord?"])
def test_advice_on_a_personal_case_is_refused(question: str) -> None:
    assert action(question, "INPUT") == "GUARDRAIL_INTERVENED"


def test_questions_of_the_samples_are_not_refused() -> None:
    for each in json.loads((ROOT / "samples/questions.json").read_text()):
        assert action(each["question"], "INPUT") == "NONE", each["question"]
