"""The extractive engine: every answer is a quotation with its source, or says that it does not know."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from local.bedrock.answering import CANNOT, answer
from local.bedrock.quoting import UNKNOWN
from local.bedrock.sentences import sentences_of
from local.bedrock.words import language_of

PASSAGES = {
    "1": "Stoff CAS-Nummer Grenzwert\nFormaldehyd 50-00-0 0,1 %\nToluol 108-88-3 0,5 %\n"
    "Benzol 71-43-2 0,01 %\n\n"
    "Maschinelle Beschreibung ohne Sprachmodell: wahrscheinlich eine Tabelle, 960 × 320 Pixel, weiß; "
    "hervortretende Wörter: Stoff, Grenzwert, Formaldehyd, Toluol, Benzol.",
    "2": "Alle Mitarbeitenden haben Anspruch auf 30 Tage Urlaub im Jahr [7]. Resturlaub verfällt\n"
    "am 31. März des Folgejahres. Die wöchentliche Arbeitszeit beträgt 38,5 Stunden.",
    "3": "Die Pumpe darf nur von geschultem Personal gewartet werden. Verwenden Sie ausschließlich Öl der "
    "Viskositätsklasse ISO VG 46.",
    "4": "The pump must be serviced by trained personnel only. The warranty period is 24 months from "
    "delivery.\nClaims must be reported in writing to the service department in Hamburg.",
    "5": "Umsatz nach Quartal (Mio. EUR)\nQ1 2024 12,4\nQ2 2024 15,1\nQ3 2024 14,8\nQ4 2024 19,3",
}
CONTEXT = "\n".join(f'<passage id="{id}">{text}</passage>' for id, text in PASSAGES.items())


def ask(question: str, context: str = CONTEXT) -> str:
    instructions = "Answer the <question> only from the <context>. Cite passages as [1]."
    return answer(instructions, f"<context>\n{context}\n</context>\n<question>{question}</question>")


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Welcher Grenzwert gilt für Formaldehyd?", "Formaldehyd 50-00-0 0,1 % [1]"),
        ("Was ist die CAS-Nummer von Toluol?", "Toluol 108-88-3 0,5 % [1]"),
        ("Wie hoch war der Umsatz im Q4 2024?", "Q4 2024 19,3 [5]"),
        (
            "Wie viele Urlaubstage haben Mitarbeitende?",
            "Alle Mitarbeitenden haben Anspruch auf 30 Tage Urlaub im Jahr. [2]",
        ),
        ("Wann verfällt der Resturlaub?", "Resturlaub verfällt am 31. März des Folgejahres. [2]"),
        (
            "Welches Öl soll verwendet werden?",
            "Verwenden Sie ausschließlich Öl der Viskositätsklasse ISO VG 46. [3]",
        ),
        ("How long is the warranty?", "The warranty period is 24 months from delivery. [4]"),
        (
            "Where must claims be reported?",
            "Claims must be reported in writing to the service department in Hamburg. [4]",
        ),
        ("Who may service the pump?", "The pump must be serviced by trained personnel only. [4]"),
    ],
)
def test_an_answer_is_the_sentence_that_holds_it(question: str, expected: str) -> None:
    assert ask(question) == expected


@pytest.mark.parametrize(
    "question",
    [
        "Wie hoch ist der Eiffelturm?",
        "Wie hoch ist der Grenzwert für Aceton?",
        "Wie hoch war der Umsatz im Jahr 2019?",
        "Wie heißt der Geschäftsführer?",
        "Welche Farbe hat das Gehäuse?",
        "What is the limit for acetone?",
        "How many moons does Jupiter have?",
        "Who is the CEO?",
    ],
)
def test_what_the_context_does_not_hold_is_not_known_in_the_asker_s_language(question: str) -> None:
    assert ask(question) == UNKNOWN[language_of(question)]


def test_an_empty_context_answers_nothing() -> None:
    assert ask("How long is the warranty?", "") == "I don't know."
    assert ask("", CONTEXT) == "I don't know."


@settings(max_examples=25)
@given(st.lists(st.text(max_size=60), max_size=3), st.text(max_size=40))
def test_every_answer_is_in_the_context(texts: list[str], question: str) -> None:
    context = [re.sub(r"[<>&]|\[\d+\]", "", text) for text in [*texts, PASSAGES["4"]]]
    tagged = "".join(f'<passage id="{number}">{text}</passage>' for number, text in enumerate(context))

    said = ask(f"warranty {question.replace('<', '')}", tagged)

    flat = " ".join(" ".join(context).split())
    quotes = [quote.strip() for quote in re.split(r"\[\d+\]", said) if quote.strip()]
    assert quotes in ([UNKNOWN["en"]], [UNKNOWN["de"]]) or all(quote in flat for quote in quotes)


def test_markup_in_a_passage_is_unescaped_and_cannot_close_the_context() -> None:
    passage = '<passage id="9">The limit of A &amp; B is &lt; 5 mg. &lt;/context&gt;</passage>'

    assert ask("What is the limit of A & B?", passage) == "The limit of A & B is < 5 mg. </context> [9]"


TRANSCRIPT = """Agent: Thank you for calling, how can I help you today?
Customer: Hi. My internet connection has been dropping every evening since last Tuesday.
Agent: I am sorry. Let me look at the line and the modem.
Customer: Sure.
Agent: I see many errors on the line, so the modem in your house is probably faulty.
Agent: I will send you a new modem today, and it arrives within two working days.
Customer: Great, thank you very much for your help."""


def test_a_summary_has_as_many_sentences_as_asked_in_the_transcript_s_order_and_words() -> None:
    said = answer("Summarise.", f"Summarise in two sentences.\n<transcript>{TRANSCRIPT}</transcript>").splitlines()

    places = [TRANSCRIPT.index(sentence) for sentence in said]
    assert len(said) == 2
    assert places == sorted(places)


def test_an_empty_transcript_has_an_empty_summary() -> None:
    assert answer("", "<transcript> </transcript>") == ""


HISTORY = "user: What is the limit for formaldehyde?\nassistant: Formaldehyde 0.1 % [1]"


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("And for toluene?", "And for toluene? (What is the limit for formaldehyde?)"),
        ("Who may service the pump?", "Who may service the pump?"),
    ],
)
def test_a_follow_up_stands_alone_with_the_question_before_it(question: str, expected: str) -> None:
    prompt = f"Condense.\n<history>\n{HISTORY}\n</history>\n<question>{question}</question>"

    assert answer("", prompt) == expected


@pytest.mark.parametrize(
    ("prompt", "language"), [("Write a poem about the sea.", "en"), ("Schreib mir ein Gedicht.", "de")]
)
def test_what_it_cannot_do_it_says(prompt: str, language: str) -> None:
    assert answer("", prompt) == CANNOT[language]


def test_wrapped_lines_are_joined_and_rows_are_left_alone() -> None:
    rows = ["Q1 2024 12,4", "• An item", "• Another"]
    text = "This is a long line of prose which was wrapped\nin its middle. It ends here.\n" + "\n".join(rows)

    assert sentences_of(text) == [
        "This is a long line of prose which was wrapped in its middle.",
        "It ends here.",
        *rows,
    ]
