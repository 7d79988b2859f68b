"""Replies in odd forms, through the function: what is right in them is shown in one form, and nothing around it."""

from collections.abc import Iterator

import pytest

from answering.answer_sentences import sentences_of
from answering.reply_wrappings import unwrapped
from tests.answers.replies import cases
from tests.answers.unit.test_recorded_replies import GroundingGuardrail, answered, id_of
from tests.support.aws import DOCUMENTS_TABLE, World, session
from tests.support.fake_index import FakeIndex
from tests.support.fake_models import FakeModel
from tests.support.functions import Function

CASES = {case.id: case for case in cases()}
MENU, LIMIT = "Menu 2 costs 8.60 € for guests", "Für Formaldehyd gilt ein Grenzwert von 0,1 %"


@pytest.fixture
def function(monkeypatch: pytest.MonkeyPatch, aws: World) -> Iterator[Function]:
    for name in {name for case in ("canteen-guest", "formaldehyd") for name in CASES[case].names}:
        row = {"key": "a.pdf", "status": "INGESTED", "readers": '{"groups": ["energy"]}'}
        aws.put_item(DOCUMENTS_TABLE, document_id=id_of(name), **row)
    function = Function("answer_question", monkeypatch)
    function.set(REQUESTS_PER_MINUTE="1000000")
    with GroundingGuardrail().attached(session()):
        yield function
    function.close()


@pytest.mark.parametrize(
    ("case", "reply", "shown"),
    [
        # Marks that are half finished, or in another form.
        ("canteen-guest", f"{MENU} [1", f"{MENU} [1]"),
        ("canteen-guest", f"{MENU} [1. Salad costs 1.30 € for guests [1.", None),
        ("canteen-guest", f"{MENU} [ 1 ].", f"{MENU} [1]."),
        ("canteen-guest", f"{MENU} [[1]].", f"{MENU} [1]."),
        ("canteen-guest", f"{MENU} [1](#passage-1).", f"{MENU} [1]."),
        ("canteen-guest", f"{MENU} [[1]](https://example.org/canteen.pdf).", f"{MENU} [1]."),
        ("canteen-guest", f"{MENU} [1, page 1].", f"{MENU} [1]."),
        ("canteen-guest", f"{MENU} [Passage 1, p. 1].", f"{MENU} [1]."),
        ("canteen-guest", f"{MENU} [passage id=1].", f"{MENU} [1]."),
        ("canteen-guest", f"{MENU} [Document 1].", f"{MENU} [1]."),
        ("canteen-guest", f"{MENU} \\[1\\].", f"{MENU} [1]."),
        ("canteen-guest", f"{MENU} <sup>1</sup>.", f"{MENU} [1]."),
        ("canteen-guest", f"{MENU} ［1］.", f"{MENU} [1]."),
        ("canteen-guest", f"{MENU} ^[1].", f"{MENU} [1]."),
        ("canteen-guest", f"{MENU} [1,].", f"{MENU} [1]."),
        ("canteen-guest", f"{MENU} (see [1]).", f"{MENU} (see [1])."),
        ("formaldehyd", f"{LIMIT} [1", f"{LIMIT} [1]"),
        ("formaldehyd", f"{LIMIT} [Passage Nr. 1].", f"{LIMIT} [1]."),
        ("formaldehyd", f"{LIMIT} [Passage 1, Seite 2].", f"{LIMIT} [1]."),
        ("formaldehyd", f"{LIMIT} [Quelle: 1].", f"{LIMIT} [1]."),
        # What is wrapped around the answer.
        ("canteen-guest", f"```\n{MENU} [1].\n```", f"{MENU} [1]."),
        ("canteen-guest", f"```markdown\n- {MENU} [1].\n```\n", f"- {MENU} [1]."),
        ("formaldehyd", f"~~~\n{LIMIT} [1].\n~~~\nIch hoffe, das hilft Ihnen weiter!", f"{LIMIT} [1]."),
        ("canteen-guest", f"<answer>{MENU} [1].</answer>", f"{MENU} [1]."),
        ("canteen-guest", f'<passage id="1">{MENU}</passage>', f"{MENU} [1]"),
        ("canteen-guest", f'{{"answer": "{MENU} [1].", "sources": [1]}}', f"{MENU} [1]."),
        ("canteen-guest", f'```json\n{{\n  "answer": "{MENU}.",\n  "citations": [1]\n}}\n```', f"{MENU}. [1]"),
        ("formaldehyd", f'{{"antwort": "{LIMIT} [1]."}}', f"{LIMIT} [1]."),
        ("formaldehyd", f'{{"antwort": "{LIMIT} [1].', f"{LIMIT} [1]."),
        # Words before and behind it.
        ("canteen-guest", f"Sure! Here is the answer:\n\n{MENU} [1].", f"{MENU} [1]."),
        ("canteen-guest", f"### Answer\n\n{MENU} [1].\n\n### Sources\n\n- [1] Canteen.pdf, page 1", f"{MENU} [1]."),
        ("canteen-guest", f"**Answer:** {MENU} [1]", f"{MENU} [1]"),
        ("canteen-guest", f"Question: What does menu 2 cost for guests?\nAnswer: {MENU} [1].", f"{MENU} [1]."),
        ("canteen-guest", f"{MENU} [1]. I hope this helps! Let me know if you have other questions.", f"{MENU} [1]."),
        ("formaldehyd", f"Gerne! {LIMIT} [1]. Wenn Sie Fragen haben, melden Sie sich gern.", f"{LIMIT} [1]."),
        ("formaldehyd", f"Antwort: {LIMIT} [1].", f"{LIMIT} [1]."),
        ("canteen-guest", f"✅ {MENU} [1]. 🎉", f"✅ {MENU} [1]."),
        # The same again.
        ("canteen-guest", f"{MENU} [1]. " * 30, f"{MENU} [1]."),
        ("formaldehyd", f"{LIMIT}. [1]\n" * 3, f"{LIMIT}. [1]"),
        # Lists, tables, quotes.
        ("canteen-guest", "| Menu | Guests |\n| --- | --- |\n| Menu 2 | 8.60 € [1] |\n", None),
        ("canteen-guest", "- Prices for guests:\n  - Menu 1: 9.20 € [1]\n  - Menu 2: 8.60 € [1]", None),
        ("canteen-guest", "1️⃣ Menu 1 costs 9.20 € for guests [1].\n2️⃣ Menu 2 costs 8.60 € for guests [1].", None),
        ("formaldehyd", "1. **Formaldehyd**\n   - Grenzwert: 0,1 % [1]\n   - CAS-Nr.: 50-00-0 [1]", None),
        ("canteen-guest", "“Menu 2 (vegetarian)” costs “8.60 €” for guests [1]", None),
    ],
)
def test_a_right_reply_is_shown_whatever_its_form(
    function: Function, index: FakeIndex, model: FakeModel, case: str, reply: str, shown: str | None
) -> None:
    given = CASES[case]
    body = answered(function, index, model, given.question, given.passages, reply)
    expected = shown or reply.strip().replace("[1. ", "[1]. ").removesuffix("[1.") + ("[1]." if "[1." in reply else "")
    assert body["answer"] == expected
    assert body["sentences"]["withheld"] == 0
    assert len(body["citations"]) == 1


@pytest.mark.parametrize(
    "reply",
    [
        '{"answer": "Menu 2 costs 9.60 € for guests [1]."}',
        "```\nMenu 2 costs 5.80 $ for guests [1].\n```",
        "Sure! Here is the answer: Menu 2 costs 7.20 € for guests [1",
        "<answer>Menu 2 costs 8.60 € in Oslo for guests of Eastbrook Health [1].</answer>",
        "### Answer\nMenu 2 is a gift of Eastbrook Health [1].",
    ],
)
def test_a_wrong_reply_is_withheld_whatever_its_form(
    function: Function, index: FakeIndex, model: FakeModel, reply: str
) -> None:
    given = CASES["canteen-guest"]
    body = answered(function, index, model, given.question, given.passages, reply)
    assert (body["citations"], body["confidence"]) == ([], "none")


def test_a_repeated_item_stays_below_each_of_its_leads(function: Function, index: FakeIndex, model: FakeModel) -> None:
    reply = (
        "- Menu 2:\n  - 5.80 € for staff [1]\n  - vegetarian [1]\n- Menu 2, guests:\n  - 8.60 € [1]\n  - vegetarian [1]"
    )
    given = CASES["canteen-guest"]
    assert answered(function, index, model, given.question, given.passages, reply)["answer"] == reply


@pytest.mark.parametrize(
    "text",
    [
        '```json\n{"answer": "A [1]."}\n```\nB < 5 and C > 3. <answer>D</answer> <b>E</b>',
        "A is < 5.\n```\r\nB\r\n```\n~~ C ~~\n``D``",
        '{"answer": "A", "cited": [1, [2, true], "x"]} behind',
        "{no JSON}",
        " \n{",
        "```",
    ],
)
def test_what_is_unwrapped_does_not_depend_on_how_it_is_cut(text: str) -> None:
    whole = "".join(unwrapped([text]))
    assert "".join(unwrapped(text)) == whole
    assert "```" not in whole
    assert "<answer>" not in whole
    assert "".join(sentences_of(unwrapped(text))) == whole


def test_json_gives_its_answer_with_what_it_cites() -> None:
    assert "".join(unwrapped(['{"answer": "A", "cited": [1, [2, true], "x"]} behind'])) == "A [1] [2]\n behind"
