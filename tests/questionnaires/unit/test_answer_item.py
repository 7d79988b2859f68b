"""Questions of a questionnaire, each answered from what its asker may read, typed, and no surer than its evidence."""

import json
import re
from dataclasses import dataclass
from typing import Any

import pytest

from answering import aws_calls
from benchmarks.confidence.yes_traps import TRAPS, Trap
from docent.citations import Citation
from docent.derived_keys import questionnaire_source
from docent.documents import Document, ObjectPointer
from docent.errors import ThrottledError, TransientError
from docent.questionnaire_rows import owner_json
from docent.questionnaires import AnswerType, Question, item_key
from tests.support.api_calls import MARY, OTTO
from tests.support.aws import DOCUMENTS_TABLE, QUESTIONNAIRES_TABLE, World
from tests.support.fake_index import FakeIndex, passage
from tests.support.fake_models import FakeGuardrail, FakeModel
from tests.support.functions import CANARY, Function
from tests.support.project import sample_event

OF_A_FILE = sample_event("answer_item.of_a_file.json")
QUESTIONNAIRE = OF_A_FILE["questionnaire_id"]
GENERATION = "00A1" + "0" * 28
BEEF, CAFE = "beef" * 8, "cafe" * 8
YES_NO = AnswerType("choice", ("Yes", "No", "N/A"))

# The nine questions of an RFP, and the long paragraph in which a company describes itself.
DESCRIPTION = (
    "Example Works builds web and data platforms on AWS for public agencies and has done so since 2011. Its engineers "
    "work in Python, TypeScript and Terraform, and 60 of its 85 people are developers. All data is encrypted with "
    "AES-256 at rest and with TLS 1.3 in transit, and access to production needs a second factor. Example Works built "
    "the permit portal of the city of Northbridge in 2022, which handles 40,000 applications a year. Projects are "
    "tracked in Jira and documented in Confluence. Support answers within four hours on working days, and maintenance "
    "releases appear every month. Prices are charged by the month for each user, with a discount from 500 users on. "
    "The city of Northbridge and the county of Eastmoor are references. The platform scales automatically from 10 to "
    "5,000 users at once. Backups are made every night, kept for 35 days, and restored as a test every quarter."
)
RFP = {
    "What are your technical capabilities?": "Its engineers work in Python, TypeScript and Terraform.",
    "How do you ensure security and privacy?": "All data is encrypted with AES-256 at rest.",
    "Can you show case studies?": "Example Works built the permit portal of the city of Northbridge in 2022.",
    "Which project management tools do you use?": "Projects are tracked in Jira and documented in Confluence.",
    "What support and maintenance do you offer?": "Support answers within four hours on working days.",
    "What is your pricing model?": "Prices are charged by the month for each user.",
    "Can you name references?": "The city of Northbridge and the county of Eastmoor are references.",
    "How does the platform scale?": "The platform scales automatically from 10 to 5,000 users at once.",
    "How are backup and recovery handled?": "Backups are made every night, kept for 35 days.",
}

PASSAGE = re.compile(r'<passage id="(\d+)"[^>]*>(.*?)</passage>', re.DOTALL)


@pytest.fixture(autouse=True)
def _world(function: Function, aws: World, index: FakeIndex, model: FakeModel, guardrail: FakeGuardrail) -> None:
    function.set(SERVICE_ATTEMPTS="1")  # as in the template
    aws_calls._glossary.cache_clear()
    for document_id, key in ((BEEF, "security.pdf"), (CAFE, "operations.pdf")):
        aws.put_item(
            DOCUMENTS_TABLE,
            document_id=document_id,
            key=key,
            status="INGESTED",
            readers=json.dumps({"groups": ["energy"]}),
        )
    index.passages = [found("Backups are kept for 30 days.")]
    model.writes = "Backups are kept for 30 days [1]."


def found(text: str, document_id: str = BEEF, key: str = "security.pdf", confidence: str = "HIGH") -> dict[str, Any]:
    return passage(text, confidence, docent_document=document_id, docent_key=key)


def document_at(key: str) -> str:
    return json.dumps(Document(QUESTIONNAIRE, GENERATION, ObjectPointer("docent-source", key)).to_json())


def put_questionnaire(aws: World, question: Question, **more: Any) -> None:
    row: dict[str, Any] = {
        "owner": owner_json(MARY),
        "generation": GENERATION,
        "status": "ANSWERING",
        "document": document_at("questionnaires/mary/vendor.csv"),
    }
    aws.put_item(QUESTIONNAIRES_TABLE, questionnaire_id=QUESTIONNAIRE, item="questionnaire", **row | more)
    put_row(aws, question)


def put_row(aws: World, question: Question, **more: Any) -> None:
    row = {"question": json.dumps(question.to_json()), "digest": question.digest, "status": "pending"}
    aws.put_item(QUESTIONNAIRES_TABLE, questionnaire_id=QUESTIONNAIRE, item=item_key(question.number), **row | more)


def row_of(aws: World, number: int = 1) -> dict[str, Any]:
    return next(row for row in aws.items(QUESTIONNAIRES_TABLE) if row["item"] == item_key(number))


def answer(function: Function, aws: World, question: Question, **more: Any) -> dict[str, Any]:
    """The answer that ends up in the item's row."""
    put_questionnaire(aws, question, **more)
    out = function({"questionnaire_id": QUESTIONNAIRE, "question": question.to_json()})
    row = row_of(aws, question.number)
    assert out == {"number": question.number, "status": row["status"]}
    kept = json.loads(row["answer"])
    assert (kept["status"], kept.get("confidence", "none")) == (row["status"], row["confidence"])
    assert row["needs_review"] == bool(kept.get("reasons"))
    return kept


def ask(function: Function, question: str, **more: Any) -> dict[str, Any]:
    event = {"question": question, "caller": MARY.to_authorizer(), **more}
    reply = function(event)
    assert reply["question"] == question
    return reply["response"]


def says(model: FakeModel, sentence: str, value: str) -> None:
    model.writes, model.says = sentence, f"Answer: {value}"


def test_the_sample_events_are_answered(function: Function, aws: World, model: FakeModel) -> None:
    put_questionnaire(aws, Question.from_json(OF_A_FILE["question"]))
    assert function(OF_A_FILE) == {"number": 1, "status": "answered"}
    model.writes = "We keep backups for 30 days [1]."
    response = function(sample_event("answer_item.of_a_request.json"))["response"]
    assert response["completion"] == "We keep backups for 30 days [1]."


# One call with a description.


@pytest.mark.parametrize(("question", "said"), RFP.items())
def test_the_questions_of_an_rfp_are_answered_from_the_description_alone(
    function: Function, model: FakeModel, index: FakeIndex, question: str, said: str
) -> None:
    model.writes = lambda prompt: f"{said.rstrip('.')} [{_number_of(said, prompt)}]."
    response = ask(function, question, description=DESCRIPTION)
    assert response["completion"] == f"{said.rstrip('.')} [1]."
    assert [each["file_name"] for each in response["citations"]] == ["description"]
    assert response["citations"][0]["excerpt"]
    assert not index.asked("Retrieve")
    assert question not in response["completion"]
    (request,) = model.asked("ConverseStream")
    assert request["inferenceConfig"]["maxTokens"] == 800


def _number_of(said: str, prompt: str) -> str:
    """Of the passage that says it."""
    return next(number for number, text in PASSAGE.findall(prompt) if said.rstrip(".") in text)


def test_a_description_and_the_documents_are_used_together_when_asked_for(
    function: Function, model: FakeModel, index: FakeIndex
) -> None:
    ask(function, "How long are backups kept?", description="We are a company of ten.", use_documents=True)
    (prompt,) = model.prompts("ConverseStream")
    assert "We are a company of ten." in prompt
    assert "Backups are kept for 30 days." in prompt


def test_a_long_description_is_searched_for_its_best_passages(function: Function, model: FakeModel) -> None:
    filler = "\n\n".join(f"Chapter {n} tells of the weather and the sea at length. " * 12 for n in range(200))
    ask(function, "How long are backups kept?", description=f"{filler}\n\nBackups are kept for 30 days.")
    (prompt,) = model.prompts("ConverseStream")
    assert "Backups are kept for 30 days." in prompt
    assert prompt.count("<passage") == 10
    assert len(prompt) < 15_000


def test_what_the_asker_may_not_read_is_no_evidence(function: Function, model: FakeModel) -> None:
    response = ask(function, "How long are backups kept?", caller=OTTO.to_authorizer())
    assert (response["completion"], response["confidence"]) == ("", "none")
    assert "No evidence was found" in response["reason"]
    assert not model.asked("ConverseStream")


def test_a_question_of_ten_thousand_characters_is_answered(function: Function, index: FakeIndex) -> None:
    text = "This is background that nobody needs. " * 260 + "How long are backups kept?"
    response = ask(function, text)
    assert response["completion"]
    assert any("How long are backups kept?" in asked["QueryText"] for asked in index.asked("Retrieve"))


def test_the_canary_is_in_no_log_line(function: Function, index: FakeIndex, model: FakeModel) -> None:
    index.passages = [found(f"Backups are kept for 30 days. {CANARY}")]
    model.writes = f"Backups of {CANARY} are kept for 30 days [1]."
    ask(function, f"How long are backups of {CANARY} kept?")


# Confidence and reasons.


def test_an_answer_that_its_passages_say_in_its_words_is_sure(function: Function, aws: World) -> None:
    kept = answer(function, aws, Question(1, "How long are backups kept?", {}))
    assert kept["completion"] == "Backups are kept for 30 days [1]."
    assert (kept["status"], kept["confidence"], kept.get("reasons")) == ("answered", "high", None)


@pytest.mark.parametrize("writes", ["I don't know.", "Das weiß ich nicht."])
def test_no_evidence_is_no_answer_and_has_a_reason(
    function: Function, aws: World, model: FakeModel, writes: str
) -> None:
    says(model, writes, "No")
    kept = answer(function, aws, Question(1, "Do you have a works council?", {}, answer=YES_NO))
    assert (kept["status"], kept.get("values"), kept.get("completion")) == ("unanswered", None, None)
    assert "No evidence was found" in kept["reasons"][0]
    assert not model.asked("Converse")


@pytest.mark.parametrize(
    ("question", "about"),
    [
        ("What is the hourly rate?", "prices"),
        ("What are the limits of liability?", "contracts or the law"),
        ("What is the notice period for subprocessors?", "notice periods"),
        ("Are you ISO 27001 certified?", "certifications"),
        ("Who is your data protection officer?", "named people"),
        ("Do you use artificial intelligence?", "own use of AI"),
        ("Was kostet eine Lizenz?", "Preise"),
        ("Wie lang ist die Kündigungsfrist?", "Fristen"),
        ("Wer ist Ihr Datenschutzbeauftragter?", "Personen"),
        ("Setzen Sie KI ein?", "KI"),
        ("Welche Haftung übernehmen Sie?", "Recht"),
        ("Sind Sie nach ISO 27001 zertifiziert?", "Zertifizierungen"),
    ],
)
def test_what_binds_the_company_goes_to_a_person(function: Function, aws: World, question: str, about: str) -> None:
    kept = answer(function, aws, Question(1, question, {}))
    assert any(about in reason for reason in kept["reasons"])


def test_further_words_are_sensitive_by_a_setting(function: Function, aws: World) -> None:
    function.set(SENSITIVE_WORDS="backup,ransom")
    assert "“backup”" in answer(function, aws, Question(1, "How long are backups kept?", {}))["reasons"][0]


def test_sources_that_contradict_each_other_are_both_shown(function: Function, aws: World, index: FakeIndex) -> None:
    index.passages = [
        found("Backups are kept for 30 days."),
        found("Backups are kept for 90 days.", CAFE, "operations.pdf"),
    ]
    kept = answer(function, aws, Question(1, "How long are backups kept?", {}))
    assert "30 days [1]" in kept["completion"]
    assert "90 days [2]" in kept["completion"]
    assert [each["key"] for each in kept["citations"]] == ["security.pdf", "operations.pdf"]
    assert kept["confidence"] == "low"
    assert any("security.pdf" in reason and "operations.pdf" in reason for reason in kept["reasons"])


def test_a_sentence_that_was_withheld_is_told(
    function: Function, aws: World, model: FakeModel, guardrail: FakeGuardrail
) -> None:
    model.writes = "Backups are kept for 30 days [1]. They glitter [1]."
    guardrail.doubts = ["glitter"]
    kept = answer(function, aws, Question(1, "How long are backups kept?", {}))
    assert kept["completion"] == "Backups are kept for 30 days [1]."
    assert "withheld" in kept["reasons"][0]
    assert kept["confidence"] != "high"


def test_an_answer_does_not_repeat_its_question(function: Function, aws: World, model: FakeModel) -> None:
    model.writes = "How long are backups kept? [1] Backups are kept for 30 days [1]."
    assert answer(function, aws, Question(1, "How long are backups kept?", {}))["completion"].startswith("Backups")


def test_a_limit_of_characters_is_kept_by_whole_sentences(function: Function, aws: World, model: FakeModel) -> None:
    model.writes = "Backups are kept for 30 days [1]. Backups are kept [1]."
    text = "How long are backups kept?"
    kept = answer(function, aws, Question(1, text, {}, answer=AnswerType(max_chars=40)))
    assert kept["completion"] == "Backups are kept for 30 days [1]."
    kept = answer(function, aws, Question(1, text, {}, answer=AnswerType(max_chars=10)))
    assert (kept["status"], "10 characters" in kept["reasons"][-1]) == ("failed", True)


# Values.


def typed(function: Function, aws: World, text: str, wanted: AnswerType, **more: Any) -> dict[str, Any]:
    return answer(function, aws, Question(1, text, {}, answer=wanted, **more))


def test_yes_is_said_by_a_passage(function: Function, aws: World, index: FakeIndex, model: FakeModel) -> None:
    index.passages = [found("Customer data is encrypted at rest.")]
    says(model, "Customer data is encrypted at rest [1].", "yes.")
    kept = typed(function, aws, "Is customer data encrypted at rest?", YES_NO)
    assert (kept["values"], kept["confidence"]) == (["Yes"], "high")
    assert kept["completion"] == "Customer data is encrypted at rest [1]."


def test_no_is_said_by_a_passage(function: Function, aws: World, index: FakeIndex, model: FakeModel) -> None:
    index.passages = [found("We do not store credit card numbers.")]
    says(model, "We do not store credit card numbers [1].", "No")
    kept = typed(function, aws, "Do you store credit card numbers?", YES_NO)
    assert (kept["values"], kept["confidence"]) == (["No"], "high")


@pytest.mark.parametrize("value", ["No", "N/A"])
def test_no_never_stands_for_no_evidence(
    function: Function, aws: World, index: FakeIndex, model: FakeModel, value: str
) -> None:
    index.passages = [found("Customer data is stored in Frankfurt.")]
    says(model, "Customer data is stored in Frankfurt [1].", value)
    kept = typed(function, aws, "Is customer data stored in Zurich?", YES_NO)
    assert (kept["status"], kept.get("values")) == ("unanswered", None)


@pytest.mark.parametrize("value", ["Maybe", "Yes and no", "", "Yes, No"])
def test_a_value_outside_the_list_is_a_failed_answer(
    function: Function, aws: World, model: FakeModel, value: str
) -> None:
    says(model, "Backups are kept for 30 days [1].", value)
    kept = typed(function, aws, "Are backups kept?", YES_NO)
    assert (kept["status"], kept.get("values")) == ("failed", None)
    assert kept["reasons"]


@pytest.mark.parametrize(
    ("kind", "value", "status"),
    [
        ("number", "30", "answered"),
        ("number", "31", "unanswered"),
        ("number", "30 days", "failed"),
        ("number", "about thirty", "failed"),
        ("number", "unknown", "unanswered"),
        ("date", "2026-03-01", "unanswered"),
        ("date", "01.03.2026", "failed"),
    ],
)
def test_numbers_and_dates_are_read_strictly(
    function: Function, aws: World, model: FakeModel, kind: Any, value: str, status: str
) -> None:
    says(model, "Backups are kept for 30 days [1].", value)
    kept = typed(function, aws, "For how many days are backups kept?", AnswerType(kind))
    assert (kept["status"], kept.get("values", [])) == (status, [value] if status == "answered" else [])


def test_several_options_are_each_said(function: Function, aws: World, index: FakeIndex, model: FakeModel) -> None:
    index.passages = [found("Users log in with SAML or OAuth.")]
    says(model, "Users log in with SAML or OAuth [1].", "SAML; OAuth")
    wanted = AnswerType("choices", ("SAML", "OAuth", "LDAP"))
    assert typed(function, aws, "How do users log in?", wanted)["values"] == ["SAML", "OAuth"]


@pytest.mark.parametrize("trap", TRAPS, ids=lambda trap: trap.question)
@pytest.mark.parametrize("form", ["choice", "text"])
@pytest.mark.parametrize("claims", ["quotes", "claims"])
def test_a_model_that_always_says_yes_gets_no_confident_yes(
    function: Function, aws: World, index: FakeIndex, model: FakeModel, trap: Trap, form: str, claims: str
) -> None:
    index.passages = [found(trap.passage)]
    yes = "Ja" if re.search("[äöüß]|Sie|Gibt", trap.question) else "Yes"
    said = trap.passage if claims == "quotes" else _claim(trap.question)
    says(model, f"{yes}. {said.rstrip('.')} [1].", "Yes")
    wanted = YES_NO if form == "choice" else AnswerType()
    kept = typed(function, aws, trap.question, wanted)
    is_yes = kept.get("values") == ["Yes"] or re.match("Yes|Ja", kept.get("completion", ""))
    assert not is_yes or (kept["confidence"] == "low" and kept["reasons"])


def _claim(question: str) -> str:
    """The question as a statement."""
    return re.sub(
        r"^(?:Do you|Does|Is|Are|Werden|Setzen Sie|Gibt es|Speichern Sie|Unterstützt)\s", "We confirm: ", question
    ).rstrip("?")


# Sub-questions, what was there before, and people.


def test_a_sub_question_is_asked_with_its_parent_and_its_section(
    function: Function, aws: World, index: FakeIndex, model: FakeModel
) -> None:
    parent = "Do you make backups?"
    answer(function, aws, Question(1, "If yes, how long?", {}, parent=parent, section="Continuity"))
    (prompt,) = model.prompts("ConverseStream")
    assert parent in prompt
    assert "<section>Continuity</section>" in prompt
    queries = [request["QueryText"] for request in index.asked("Retrieve")]
    assert any(parent in query for query in queries)
    assert any("Continuity" in query for query in queries)


@pytest.mark.parametrize(("existing", "is_contradicted"), [("30 days", False), ("Backups are kept for 90 days.", True)])
def test_what_was_there_before_stays_and_is_held_against_the_documents(
    function: Function, aws: World, existing: str, is_contradicted: bool
) -> None:
    kept = answer(function, aws, Question(1, "How long are backups kept?", {}, existing=existing))
    assert (kept["status"], kept["completion"]) == ("already_answered", existing)
    assert bool(kept.get("reasons")) == is_contradicted
    if is_contradicted:
        assert "30 days" in kept["reasons"][0]


def test_a_yes_that_was_there_before_is_contradicted_by_a_no(
    function: Function, aws: World, index: FakeIndex, model: FakeModel
) -> None:
    index.passages = [found("We do not store credit card numbers.")]
    says(model, "We do not store credit card numbers [1].", "No")
    kept = typed(function, aws, "Do you store credit card numbers?", YES_NO, existing="Yes")
    assert (kept["status"], kept["completion"]) == ("already_answered", "Yes")
    assert "contradict" in kept["reasons"][0]


def test_a_second_delivery_asks_no_model(function: Function, aws: World, model: FakeModel) -> None:
    question = Question(1, "How long are backups kept?", {})
    answer(function, aws, question)
    before, calls = row_of(aws), len(model.asked("ConverseStream"))
    assert function({"questionnaire_id": QUESTIONNAIRE, "question": question.to_json()})["status"] == "answered"
    assert (row_of(aws), len(model.asked("ConverseStream"))) == (before, calls)


def test_what_a_call_answered_is_not_asked_again_by_the_job_that_it_becomes(
    function: Function, aws: World, model: FakeModel
) -> None:
    question = Question(1, "How long are backups kept?", {})
    put_questionnaire(aws, question, document=document_at(questionnaire_source(QUESTIONNAIRE)))
    function({"question": question.to_json(), "caller": MARY.to_authorizer(), "job_id": QUESTIONNAIRE})
    asked = len(model.requests)
    function({"questionnaire_id": QUESTIONNAIRE, "question": question.to_json()})
    assert len(model.requests) == asked > 0
    assert "30 days" in json.loads(row_of(aws)["answer"])["completion"]


@pytest.mark.parametrize("more", [{"review": "edited"}, {"review": "approved"}, {"digest": "0" * 32}])
def test_what_a_person_wrote_or_another_question_is_not_written_over(
    function: Function, aws: World, more: dict[str, str]
) -> None:
    question = Question(1, "How long are backups kept?", {})
    put_questionnaire(aws, question)
    put_row(aws, question, answer='{"status": "answered", "completion": "By a person."}', **more)
    before = row_of(aws)
    function({"questionnaire_id": QUESTIONNAIRE, "question": question.to_json()})
    assert row_of(aws) == before


# Answers that were approved before.


@dataclass
class Approved:
    completion: str = "Backups are kept for 35 days."
    values: tuple[str, ...] = ()
    is_stale: bool = False
    stale_reason: str = "It has expired on 2026-11-01."
    answer_id: str = "ab" * 16
    citations: tuple[Citation, ...] = ()
    approved_by: str = "otto@example.com"
    approved_at: str = "2026-10-01T08:00:00Z"


def approve(function: Function, monkeypatch: pytest.MonkeyPatch, approved: Approved) -> None:
    monkeypatch.setattr(function.app, "find_approved", lambda question, caller: approved)


def test_an_approved_answer_is_preferred(
    function: Function, aws: World, model: FakeModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    approve(function, monkeypatch, Approved())
    kept = answer(function, aws, Question(1, "How long are backups kept?", {}))
    assert (kept["completion"], kept["confidence"], kept["answer_id"]) == (Approved().completion, "high", "ab" * 16)
    assert kept["note"] == "Approved by otto@example.com on 2026-10-01."
    assert "reasons" not in kept
    assert not model.asked("ConverseStream")


def test_a_stale_approved_answer_needs_a_review(
    function: Function, aws: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    approve(function, monkeypatch, Approved(is_stale=True))
    kept = answer(function, aws, Question(1, "How long are backups kept?", {}))
    assert kept["confidence"] == "medium"
    assert "It has expired" in kept["reasons"][0]


def test_an_approved_answer_that_does_not_fit_its_place_is_not_used(
    function: Function, aws: World, model: FakeModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    approve(function, monkeypatch, Approved(values=("Perhaps",)))
    says(model, "Backups are kept for 30 days [1].", "Yes")
    assert typed(function, aws, "Are backups kept?", YES_NO)["values"] == ["Yes"]


def test_a_description_alone_is_answered_from_alone(function: Function, monkeypatch: pytest.MonkeyPatch) -> None:
    approve(function, monkeypatch, Approved())
    response = ask(function, "How long are backups kept?", description="Backups are kept for 30 days.")
    assert response["completion"] == "Backups are kept for 30 days [1]."


# Failures.


def test_throttling_is_for_step_functions_to_retry(function: Function, model: FakeModel) -> None:
    model.break_off(0, "throttlingException")
    with pytest.raises(TransientError):
        ask(function, "How long are backups kept?")
    assert len(model.asked("ConverseStream")) == 1


def test_an_index_without_capacity_is_for_step_functions_to_retry(function: Function, index: FakeIndex) -> None:
    index.throttled = {"How long are backups kept?"}
    with pytest.raises(ThrottledError):
        ask(function, "How long are backups kept?")
    assert len([each for each in index.asked("Retrieve") if "NotFilter" in each["AttributeFilter"]]) == 1


def test_a_permanent_error_fails_this_question_alone(function: Function, aws: World) -> None:
    function.set(INDEX_ID="00000000-0000-0000-0000-000000000000")
    kept = answer(function, aws, Question(1, "How long are backups kept?", {}))
    assert kept["status"] == "failed"
    assert "is not there" in kept["reasons"][0]


@pytest.mark.parametrize("text", ["", "  ", "—"])
def test_an_empty_question_is_unanswered(function: Function, text: str) -> None:
    assert ask(function, text)["reason"] == "The question has no text."


def test_a_question_that_the_guardrail_refuses_is_left_to_a_person(
    function: Function, guardrail: FakeGuardrail
) -> None:
    guardrail.denies = ["poison"]
    assert "guardrail" in ask(function, "How do you make poison?")["reason"]
