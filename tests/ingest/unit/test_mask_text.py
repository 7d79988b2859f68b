"""Masking, through the handler: clean, masked or blocked, and whatever fails, fails closed."""

import json
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError
from hypothesis import example, given, settings
from hypothesis import strategies as st

from docent.errors import DocentError, MisconfiguredError, ThrottledError, TransientError
from docent.errors.ingest import MaskingRefusedError, MissingDocumentError
from docent.guardrail_masking import mask
from docent.overlapping_pieces import masked_spans, pieces, without
from tests.support.aws import World
from tests.support.fake_models import FakeGuardrail
from tests.support.functions import CANARY, GUARDRAIL_ID, Function
from tests.support.project import sample_event

EVENT = sample_event("mask_text.caption.json")
SOURCE, TARGET = EVENT["source"]["key"], EVENT["target"]["key"]


@pytest.fixture(autouse=True)
def _not_masked_yet(aws: World) -> None:
    aws.delete(TARGET)


def caption(aws: World, text: str, description: str = "A letter.") -> None:
    """Puts a caption where the sample event says."""
    tokens = {"model_id": "a-model", "input_tokens": 12, "output_tokens": 3}
    aws.put(SOURCE, {"text": text, "description": description} | tokens)


def sent(guardrail: FakeGuardrail) -> list[str]:
    return [request["content"][0]["text"]["text"] for request in guardrail.asked("ApplyGuardrail")]


# Three outcomes.


def test_the_article_stored_clean_text_as_a_raw_list_and_ours_stays_the_text_it_was(
    function: Function, aws: World, guardrail: FakeGuardrail
) -> None:
    caption(aws, "Grenzwert 0,1 ppm", "Eine Tabelle.")
    assert function(EVENT) == {"outcome": "clean"}
    assert aws.read_json(TARGET) == {
        "text": "Grenzwert 0,1 ppm",
        "description": "Eine Tabelle.",
        "model_id": "a-model",
        "input_tokens": 12,
        "output_tokens": 3,
        "outcome": "clean",
    }


def test_private_data_is_replaced_in_every_field(function: Function, aws: World, guardrail: FakeGuardrail) -> None:
    guardrail.masks = {CANARY: "NAME", "erika@example.com": "EMAIL"}
    caption(aws, f"From {CANARY}, erika@example.com", f"A letter by {CANARY}.")
    assert function(EVENT) == {"outcome": "masked"}
    masked = aws.read_json(TARGET)
    assert (masked["text"], masked["description"]) == ("From {NAME}, {EMAIL}", "A letter by {NAME}.")
    assert CANARY.encode() not in aws.read(TARGET)


def test_a_blocked_text_is_withheld_with_all_its_fields(
    function: Function, aws: World, guardrail: FakeGuardrail
) -> None:
    guardrail.blocks = {CANARY: "PASSWORD"}
    caption(aws, f"The password is {CANARY}", "A note with a password.")
    assert function(EVENT) == {"outcome": "blocked"}
    assert aws.read_json(TARGET) == {
        "outcome": "blocked",
        "model_id": "a-model",
        "input_tokens": 12,
        "output_tokens": 3,
    }


def test_a_block_beside_a_mask_is_a_block(function: Function, aws: World, guardrail: FakeGuardrail) -> None:
    guardrail.masks, guardrail.blocks = {"Erika": "NAME"}, {"4111 1111": "CREDIT_DEBIT_CARD_NUMBER"}
    caption(aws, "Erika pays with 4111 1111")
    assert function(EVENT) == {"outcome": "blocked"}


def test_a_denied_word_blocks(function: Function, aws: World, guardrail: FakeGuardrail) -> None:
    guardrail.denies = ["verflixt"]
    caption(aws, "So ein verflixt langer Tag")
    assert function(EVENT) == {"outcome": "blocked"}


def test_the_guardrails_words_for_a_block_are_never_taken_for_masked_text(
    function: Function, aws: World, guardrail: FakeGuardrail
) -> None:
    guardrail.blocks = {"hunter2": "PASSWORD"}
    caption(aws, "hunter2")
    function(EVENT)
    assert guardrail.withheld.encode() not in aws.read(TARGET)


def test_a_caption_without_words_needs_no_guardrail(function: Function, aws: World, guardrail: FakeGuardrail) -> None:
    caption(aws, "", " \n")
    assert function(EVENT) == {"outcome": "clean"}
    assert guardrail.requests == []


def test_the_guardrail_is_asked_by_id_and_version(function: Function, aws: World, guardrail: FakeGuardrail) -> None:
    function(EVENT)
    (request,) = guardrail.asked("ApplyGuardrail")
    assert request["guardrailIdentifier"] == GUARDRAIL_ID
    assert request["guardrailVersion"] == "1"
    assert request["source"] == "OUTPUT"


def test_masking_twice_changes_nothing(function: Function, aws: World, guardrail: FakeGuardrail) -> None:
    guardrail.masks = {"Erika Beispiel": "NAME", "erika.beispiel@example.com": "EMAIL"}
    function(EVENT)
    first = aws.read(TARGET)
    function(EVENT)
    assert aws.read(TARGET) == first


# Mask and block look alike: only the findings' actions tell.


def intervened(assessment: Any, *outputs: Any) -> bytes:
    reply = {
        "action": "GUARDRAIL_INTERVENED",
        "assessments": assessment,
        "outputs": list(outputs),
        "usage": {},
    }
    return json.dumps(reply).encode()


def pii(*actions: str) -> dict[str, Any]:
    entities = [{"type": "NAME", "match": CANARY, "action": action} for action in actions]
    return {"sensitiveInformationPolicy": {"piiEntities": entities, "regexes": []}}


@pytest.mark.parametrize(
    ("assessments", "outcome"),
    [
        ([pii("ANONYMIZED")], "masked"),
        ([pii("ANONYMIZED", "NONE")], "masked"),
        ([pii("ANONYMIZED", "BLOCKED")], "blocked"),
        ([pii("ANONYMIZED"), pii("BLOCKED")], "blocked"),
        ([pii("ANONYMIZED"), {"contentPolicy": {"filters": [{"action": "BLOCKED"}]}}], "blocked"),
        ([pii("ANONYMIZED"), {"topicPolicy": {"topics": [{"name": "x", "action": "BLOCKED"}]}}], "blocked"),
        ([pii("ANONYMIZED") | {"wordPolicy": {"managedWordLists": [{"action": "BLOCKED"}]}}], "blocked"),
        ([{"sensitiveInformationPolicy": {"regexes": [{"name": "id", "action": "ANONYMIZED"}]}}], "masked"),
        ([{"sensitiveInformationPolicy": {"regexes": [{"name": "id", "action": "BLOCKED"}]}}], "blocked"),
        ([pii("SOMETHING_NEW")], "blocked"),
        ([pii("ANONYMIZED", "SOMETHING_NEW")], "blocked"),
        ([pii("NONE")], "blocked"),
        ([{}], "blocked"),
        ([], "blocked"),
    ],
)
def test_an_intervention_is_a_mask_only_if_every_finding_is(
    function: Function, aws: World, guardrail: FakeGuardrail, assessments: list[Any], outcome: str
) -> None:
    caption(aws, CANARY, "")
    guardrail.fail(intervened(assessments, {"text": "{NAME}\n\n⁂\n\n"}))
    assert function(EVENT) == {"outcome": outcome}
    assert aws.read_json(TARGET).get("text") == ("{NAME}" if outcome == "masked" else None)


def test_a_finding_in_a_reply_without_intervention_is_not_clean(
    function: Function, aws: World, guardrail: FakeGuardrail
) -> None:
    caption(aws, CANARY)
    reply = {"action": "NONE", "outputs": [], "assessments": [pii("BLOCKED")], "usage": {}}
    guardrail.fail(json.dumps(reply).encode())
    assert function(EVENT) == {"outcome": "blocked"}


def test_what_is_only_detected_stays(function: Function, aws: World, guardrail: FakeGuardrail) -> None:
    caption(aws, "Erika")
    reply = {"action": "NONE", "outputs": [], "assessments": [pii("NONE")], "usage": {}}
    guardrail.fail(json.dumps(reply).encode())
    assert function(EVENT) == {"outcome": "clean"}


# Fails closed: there is a masked record, or there is none.


def refused(function: Function, aws: World, error: type[DocentError]) -> str:
    """Calls the function, which raises the error and leaves no masked record; returns the message."""
    with pytest.raises(error) as raised:
        function(EVENT)
    assert type(raised.value) is error
    assert TARGET not in aws.list_keys()
    return str(raised.value)


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("ThrottlingException", ThrottledError),
        ("ServiceUnavailableException", TransientError),
        ("ServiceQuotaExceededException", TransientError),
    ],
)
def test_the_article_stored_a_throttled_text_as_masked_and_ours_writes_nothing(
    function: Function, aws: World, guardrail: FakeGuardrail, code: str, error: type[DocentError]
) -> None:
    guardrail.fail(code)
    assert code in refused(function, aws, error)
    assert len(guardrail.requests) == 1, "the state machine retries, with jitter; nothing sleeps here"


def test_a_text_goes_through_once_the_throttle_is_over(
    function: Function, aws: World, guardrail: FakeGuardrail
) -> None:
    guardrail.fail("ThrottlingException")
    refused(function, aws, ThrottledError)
    assert function(EVENT) == {"outcome": "clean"}


def test_a_read_timeout_is_transient(function: Function, aws: World, guardrail: FakeGuardrail) -> None:
    guardrail.fail(ReadTimeoutError(endpoint_url="https://bedrock"))
    refused(function, aws, TransientError)


@pytest.mark.parametrize("code", ["ResourceNotFoundException", "ValidationException", "SomethingNewException"])
def test_a_guardrail_that_refuses_its_work_is_named(
    function: Function, aws: World, guardrail: FakeGuardrail, code: str
) -> None:
    guardrail.fail(code)
    message = refused(function, aws, MaskingRefusedError)
    assert code in message
    assert "Nothing unmasked was indexed." in message


def test_a_refused_permission_is_the_deployments_fault(
    function: Function, aws: World, guardrail: FakeGuardrail
) -> None:
    guardrail.fail("AccessDeniedException")
    refused(function, aws, MisconfiguredError)


@pytest.mark.parametrize("outputs", [[], [{}], [{"text": "a"}, {}]])
def test_a_mask_without_its_text_is_refused(
    function: Function, aws: World, guardrail: FakeGuardrail, outputs: list[Any]
) -> None:
    guardrail.fail(intervened([pii("ANONYMIZED")], *outputs))
    assert "returned no text" in refused(function, aws, MaskingRefusedError)


def test_a_masked_text_that_lost_its_fields_is_refused(
    function: Function, aws: World, guardrail: FakeGuardrail
) -> None:
    guardrail.fail(intervened([pii("ANONYMIZED")], {"text": "all in one {NAME}"}))
    assert "fields" in refused(function, aws, MaskingRefusedError)


@pytest.mark.parametrize(
    "reply",
    [
        b"",
        b"<html>Bad gateway</html>",
        b"\xff\xfe",
        b"null",
        b"[]",
        b"{}",
        b'{"action": null, "outputs": []}',
        b'{"action": {"action": "NONE"}, "assessments": "none", "outputs": 3}',
        b'{"action": "GUARDRAIL_INTERVENED", "assessments": [[1]], "outputs": [{"text": "a"}]}',
    ],
)
def test_a_reply_that_is_none_is_refused(
    function: Function, aws: World, guardrail: FakeGuardrail, reply: bytes
) -> None:
    guardrail.fail(reply)
    refused(function, aws, MaskingRefusedError)


def test_a_caption_that_is_gone_is_named(function: Function, aws: World, guardrail: FakeGuardrail) -> None:
    aws.delete(SOURCE)
    refused(function, aws, MissingDocumentError)


def test_a_storage_fault_leaves_nothing(function: Function, aws: World, guardrail: FakeGuardrail) -> None:
    with aws.refusing("s3.PutObject", 403, "AccessDenied"):
        refused(function, aws, MisconfiguredError)


FINDING = st.fixed_dictionaries(
    {"action": st.sampled_from(["NONE", "ANONYMIZED", "BLOCKED", "DENIED", ""]) | st.none() | st.integers()}
)
POLICIES = {
    "sensitiveInformationPolicy": ("piiEntities", "regexes"),
    "wordPolicy": ("customWords", "managedWordLists"),
    "topicPolicy": ("topics",),
    "contentPolicy": ("filters",),
}
ASSESSMENT = st.fixed_dictionaries(
    {},
    optional={
        policy: st.fixed_dictionaries({}, optional={kind: st.lists(FINDING, max_size=2) for kind in kinds})
        for policy, kinds in POLICIES.items()
    },
)
REPLY = st.fixed_dictionaries(
    {},
    optional={
        "action": st.sampled_from(["NONE", "GUARDRAIL_INTERVENED", "ELSE"]) | st.none() | st.integers(),
        "assessments": st.lists(ASSESSMENT, max_size=2) | st.none() | st.text(max_size=3),
        "outputs": st.lists(
            st.dictionaries(st.just("text"), st.just("masked\n\n⁂\n\n") | st.text(max_size=9) | st.none(), max_size=1),
            max_size=2,
        )
        | st.none(),
    },
)


@settings(max_examples=60)
@given(reply=REPLY)
def test_whatever_the_guardrail_replies_a_secret_is_stored_only_if_it_was_called_clean(
    function: Function, aws: World, guardrail: FakeGuardrail, reply: dict[str, Any]
) -> None:
    aws.delete(TARGET)
    caption(aws, CANARY)
    guardrail.fail(json.dumps(reply).encode())
    try:
        outcome = function(EVENT)["outcome"]
    except DocentError:
        assert TARGET not in aws.list_keys()
        return
    actions = {
        finding["action"]
        for assessment in reply.get("assessments") or []
        for policy in assessment.values()
        for findings in policy.values()
        for finding in findings
    }
    if CANARY.encode() in aws.read(TARGET):
        assert outcome == "clean"
        assert reply["action"] == "NONE"
        assert not actions & {"ANONYMIZED", "BLOCKED"}
    if outcome == "masked":
        assert "ANONYMIZED" in actions
        assert "BLOCKED" not in actions


# Long texts, in pieces the guardrail takes.


def test_a_long_text_is_masked_in_pieces_and_joined_again(
    function: Function, aws: World, guardrail: FakeGuardrail
) -> None:
    guardrail.masks = {CANARY: "NAME"}
    text = f"Im Werk {CANARY} gilt ein Grenzwert von 0,1 ppm. " * 1200
    caption(aws, text, "Eine Tabelle.")
    assert function(EVENT) == {"outcome": "masked"}
    masked = aws.read_json(TARGET)
    assert masked["text"] == text.replace(CANARY, "{NAME}")
    assert masked["description"] == "Eine Tabelle."
    told = sent(guardrail)
    assert len(told) == 3
    assert all(len(piece) <= 25_000 for piece in told), "the fake refuses more, as Bedrock does"
    assert all(piece.endswith(". ") for piece in told[:-1])


def test_one_blocked_piece_blocks_the_whole_text(function: Function, aws: World, guardrail: FakeGuardrail) -> None:
    guardrail.blocks = {CANARY: "PASSWORD"}
    caption(aws, "Ein Satz. " * 6000 + CANARY)
    assert function(EVENT) == {"outcome": "blocked"}
    assert b"Ein Satz." not in aws.read(TARGET)


def test_a_throttle_in_the_middle_leaves_nothing(function: Function, aws: World, guardrail: FakeGuardrail) -> None:
    caption(aws, "Ein Satz. " * 6000)
    first = json.dumps(guardrail.reply([], {})).encode()
    guardrail.fail(first, "ThrottlingException")
    refused(function, aws, ThrottledError)


def test_the_accounts_quota_decides_how_long_a_piece_may_be(
    function: Function, aws: World, guardrail: FakeGuardrail
) -> None:
    function.set(MAX_TEXT_UNITS="1")
    caption(aws, "Ein Satz, nicht lang. " * 100)
    function(EVENT)
    assert max(len(piece) for piece in sent(guardrail)) <= 1000


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Ein erster Absatz.\n\nZweiter Absatz, lang.", "Ein erster Absatz.\n\n"),
        ("Zeile eins ist hier\nZeile zwei folgt dann", "Zeile eins ist hier\n"),
        ("Das ist so ein Satz. Und noch einer hier.", "Das ist so ein Satz. "),
        ("kein Satz und keine Zeile nur Wörter", "kein Satz und keine "),
        ("einsehrlangeswortohnejedespause", "einsehrlangesworto"),
    ],
)
def test_a_text_is_cut_where_a_reader_would_pause(text: str, first: str) -> None:
    limit = 18 if " " not in text else 24
    assert next(pieces(text, limit)) == (0, first)


texts = st.lists(
    st.sampled_from(["Satz. ", "Wort ", "\n", "\n\n", "lang" * 9, "„Ja!“ ", "z. B. ", "🙂", "\x00", "…"])
    | st.text(max_size=5),
    max_size=60,
).map("".join)


@given(text=texts, limit=st.integers(1, 60))
@example(text=" " * 50, limit=1)
@example(text="a" * 50, limit=7)
def test_pieces_cover_the_text_and_whatever_is_no_longer_than_their_overlap_is_whole_in_one(
    text: str, limit: int
) -> None:
    found = list(pieces(text, limit))
    assert all(text[start : start + len(piece)] == piece and len(piece) <= limit for start, piece in found)
    covered = [range(start, start + len(piece) + 1) for start, piece in found]
    short = limit // 4
    assert all(any(at in each and at + short in each for each in covered) for at in range(len(text) - short + 1))
    assert len(found) <= 3 * (len(text) // limit) + 2, "a bad cut does not multiply calls"


SECRETS = {"DE89 3704 0044 0532 0130 00": "IBAN", "DE89370400440532013000": "IBAN", "erika@example.com": "EMAIL"}


def fake_masking(piece: str) -> dict[str, Any]:
    """A guardrail that finds a secret only where it is whole."""
    masked = piece
    for secret, kind in SECRETS.items():
        masked = masked.replace(secret, f"{{{kind}}}")
    if masked == piece:
        return {"action": "NONE", "outputs": [], "assessments": []}
    return {"action": "GUARDRAIL_INTERVENED", "outputs": [{"text": masked}], "assessments": [pii("ANONYMIZED")]}


words = st.sampled_from(
    ["Grenzwert ", "0,1 ppm ", "Satz. ", "\n", "\n\n", "langeswort" * 30, "„Ja!“ ", "🙂", "| ", "DE89 "]
)
near_an_end = st.builds(lambda unit, before: unit * 1000 - before, st.integers(1, 4), st.integers(0, 30))
fillings = st.just("x" * 5000) | st.lists(words, min_size=1, max_size=12).map(
    lambda some: "".join(some) * (4000 // len("".join(some)) + 1)
)


@settings(max_examples=200, deadline=None)
@given(
    filling=fillings,
    places=st.lists(st.integers(0, 4000) | near_an_end, min_size=1, max_size=4),
    secrets=st.permutations(sorted(SECRETS)),
    units=st.integers(1, 5),
)
def test_no_secret_survives_wherever_it_stands_and_the_rest_stays_as_it_is(
    filling: str, places: list[int], secrets: list[str], units: int
) -> None:
    text, expected, at = "", "", 0
    for place, secret in zip(sorted(places), [*secrets, secrets[0]], strict=False):
        text += filling[at:place] + f" {secret} "
        expected += filling[at:place] + f" {{{SECRETS[secret]}}} "
        at = place
    masked = mask(text + filling[at:], fake_masking, units)
    assert masked.outcome == "masked"
    assert not any(secret in masked.text for secret in SECRETS)
    if "DE89" not in filling:  # with what looks like a secret's beginning, more may be masked
        assert masked.text == expected + filling[at:]


@pytest.mark.parametrize("at", range(960, 1010, 5))
def test_an_iban_across_the_end_of_a_piece_is_masked_in_the_next(
    function: Function, aws: World, guardrail: FakeGuardrail, at: int
) -> None:
    function.set(MAX_TEXT_UNITS="1")
    guardrail.masks = {CANARY: "INTERNATIONAL_BANK_ACCOUNT_NUMBER"}
    before, after = "x" * at, "x" * 1500
    caption(aws, before + CANARY + after, "")
    assert function(EVENT) == {"outcome": "masked"}
    assert aws.read_json(TARGET)["text"] == f"{before}{{INTERNATIONAL_BANK_ACCOUNT_NUMBER}}{after}"


braces = st.lists(st.sampled_from([" ", "{a}", "{IBAN}", "{", "}", "DE89 3704", "a ", *SECRETS]), max_size=300)


@settings(deadline=None)
@given(text=braces.map("".join))
def test_a_text_full_of_what_looks_like_placeholders_is_masked_or_refused(text: str) -> None:
    try:
        masked = mask(text, fake_masking, 1)
    except MaskingRefusedError:
        return
    assert not any(secret in masked.text for secret in SECRETS)


@pytest.mark.parametrize(
    ("text", "masked", "spans"),
    [
        ("an Erika, bald", "an {NAME}, bald", [(3, 8, "{NAME}")]),
        ("Erika", "{NAME}", [(0, 5, "{NAME}")]),
        ("a b a b a", "a {X} a", [(2, 7, "{X}")]),
        # It could be either blank: what stands on both sides of it is masked.
        ("Erika Beispiel 030 1234", "{NAME} {PHONE}", [(0, 18, "{NAME}"), (6, 23, "{PHONE}")]),
        ("ErikaE1234", "{NAME}{ID}", [(0, 9, "{NAME}"), (1, 10, "{ID}")]),
    ],
)
def test_what_was_masked_is_found_again_by_what_was_not(
    text: str, masked: str, spans: list[tuple[int, int, str]]
) -> None:
    assert [(each.start, each.end, each.placeholder) for each in masked_spans(text, masked)] == spans


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Erika wohnt hier", "Erika wohnt hier"),
        ("Erika wohnt hier", "{NAME} lebt hier"),
        ("Erika wohnt hier", "Frau {NAME}"),
        ("Erika wohnt hier", "Erika wohnt {NAME}r wohnt hier"),
        ("Erika", "Erika{NAME}"),
        ("a", "{A}{B}"),
        ("ab", "{A}a{B}"),
        ("aab", "{A}ab{B}"),
        ("", "{A}"),
        ("Erika wohnt hier", ""),
    ],
)
def test_a_masked_piece_that_is_not_the_piece_with_gaps_is_refused(text: str, masked: str) -> None:
    with pytest.raises(MaskingRefusedError, match="cannot be put back"):
        list(masked_spans(text, masked))


def test_what_two_pieces_mask_of_one_place_is_masked_once() -> None:
    text = "IBAN DE89 3704 0044, Erika"
    first, second = masked_spans(text[:14], "IBAN {PHONE}"), masked_spans(text, "IBAN {IBAN}, {NAME}")
    assert without(text, [*first, *second, *masked_spans(text, "IBAN {IBAN}, Erika")]) == "IBAN {PHONE} {IBAN}, {NAME}"


def test_a_piece_of_blanks_is_not_sent_to_the_guardrail(
    function: Function, aws: World, guardrail: FakeGuardrail
) -> None:
    function.set(MAX_TEXT_UNITS="1")
    caption(aws, "Anfang" + " " * 5000 + "Ende", "")
    assert function(EVENT) == {"outcome": "clean"}
    assert aws.read_json(TARGET)["text"] == "Anfang" + " " * 5000 + "Ende"


@settings(max_examples=50)
@given(text=texts)
def test_a_guardrail_that_finds_nothing_changes_nothing(text: str) -> None:
    masked = mask(text, lambda piece: {"action": "NONE", "outputs": [], "assessments": []}, 1)
    assert (masked.text, masked.outcome) == (text, "clean")


# Batches: the article lost every record after the first bad one.


def test_a_text_that_cannot_be_masked_costs_no_other_text_anything(
    function: Function, aws: World, guardrail: FakeGuardrail
) -> None:
    guardrail.masks = {"Erika": "NAME"}
    texts = ["Erika 1", "Erika 2", "Erika 3", "Erika 4", "Erika 5"]
    outcomes = []
    for number, text in enumerate(texts):
        source, target = f"documents/a/1/captions/{number}.json", f"documents/a/1/pictures/{number}.json"
        aws.put(source, {"text": text})
        if number == 1:
            guardrail.fail("ValidationException")
        pointers = {
            "source": {"bucket": "docent-derived", "key": source},
            "target": {"bucket": "docent-derived", "key": target},
        }
        try:
            outcomes.append(function(pointers | {"fields": ["text"]})["outcome"])
        except MaskingRefusedError:
            outcomes.append("refused")
    assert outcomes == ["masked", "refused", "masked", "masked", "masked"]
    assert aws.list_keys("documents/a/1/pictures/") == {
        f"documents/a/1/pictures/{number}.json" for number in (0, 2, 3, 4)
    }


# What is told.


def test_the_outcome_is_logged_and_counted(function: Function, aws: World, guardrail: FakeGuardrail) -> None:
    function(EVENT)
    record, metrics = function.records()
    assert (record["message"], record["key"], record["outcome"]) == ("text masked", TARGET, "clean")
    assert metrics["TextsClean"] == [1]


def test_no_log_line_holds_a_text_or_what_the_guardrail_found_in_it(
    function: Function, aws: World, guardrail: FakeGuardrail
) -> None:
    caption(aws, f"{CANARY} in a text")
    guardrail.masks = {CANARY: "NAME"}
    function(EVENT)
    guardrail.blocks = {CANARY: "PASSWORD"}
    function(EVENT)
    aws.delete(TARGET)
    for reply in (intervened([pii("ANONYMIZED")]), intervened(CANARY), f'"{CANARY}"'.encode()):
        guardrail.fail(reply)
        refused(function, aws, MaskingRefusedError)
    assert function.logged.count("text masked") == 2
    assert function.logged.count("Exception received from handler") == 3, "the tracer tells causes, too"
    assert CANARY not in function.logged
