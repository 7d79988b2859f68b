"""Tokens and cost by day, capability, document and user: of everybody for operators, of oneself for others."""

import time

import pytest

from docent.callers import Caller
from docent.clock import day_of
from docent.usage import FAILURES, INTERVENTIONS, Use, count_event, count_tokens
from tests.support.api_calls import ERIKA, FOREVER, MARY, OTTO, asked, call
from tests.support.aws import DOCUMENTS_TABLE, USAGE_TABLE, World
from tests.support.functions import MODEL_ID, Function
from tests.support.project import sample_event

EVENT = sample_event("show_usage.month.json")
OPERATOR = Caller("0", "ops@example.com", ("operators",), FOREVER)
BEEF = "beef" * 8
MILLION = 1_000_000


@pytest.fixture(autouse=True)
def _used(function: Function, aws: World) -> None:
    function.set(INPUT_TOKEN_PRICE="3", OUTPUT_TOKEN_PRICE="15")
    now = time.time()
    aws.put_item(
        DOCUMENTS_TABLE,
        document_id=BEEF,
        key=f"uploads/{MARY.subject}/report.pdf",
        status="INGESTED",
        readers='{"groups": ["energy"]}',
    )
    count_tokens(Use("answers", MARY.subject, MARY.user), MODEL_ID, MILLION, 0, now)
    count_tokens(Use("answers", MARY.subject, MARY.user), MODEL_ID, 0, MILLION, now - 86_400)
    count_tokens(Use("ingest", MARY.subject, document_id=BEEF), MODEL_ID, MILLION, MILLION, now)
    count_tokens(Use("questionnaires", OTTO.subject, OTTO.user), MODEL_ID, MILLION, 0, now)
    count_tokens(Use("questionnaires", OTTO.subject, OTTO.user), MODEL_ID, 0, 0, now)
    count_event(USAGE_TABLE, INTERVENTIONS, "ingest", "EMAIL", now, 3)
    count_event(USAGE_TABLE, FAILURES, "document", "EncryptedPdfError", now)


def test_an_operator_sees_everybodys_usage_by_everything(function: Function) -> None:
    status, usage = call(function, asked(EVENT, OPERATOR, query={"days": 2}))
    assert status == 200
    today, yesterday = day_of(time.time()), day_of(time.time() - 86_400)
    assert (usage["from"], usage["to"]) == (yesterday, today)
    assert usage["total"] == {
        "calls": 4,
        "input_tokens": 3 * MILLION,
        "output_tokens": 2 * MILLION,
        "cost_usd": 39.0,
    }
    assert [(each["day"], each["cost_usd"]) for each in usage["days"]] == [(yesterday, 15.0), (today, 24.0)]
    capabilities = {each["capability"]: each["cost_usd"] for each in usage["capabilities"]}
    assert capabilities == {"answers": 18.0, "ingest": 18.0, "questionnaires": 3.0}
    assert [(each["user"], each["cost_usd"]) for each in usage["users"]] == [(MARY.user, 36.0), (OTTO.user, 3.0)]
    assert [(each["document_id"], "file_name" in each) for each in usage["documents"]] == [(BEEF, False)]
    assert usage["interventions"] == [{"type": "EMAIL", "count": 3}]
    assert usage["failures"] == [{"error": "EncryptedPdfError", "count": 1}]
    assert usage["budget"]["limit_usd"] == 0


def test_others_see_their_own_usage_only(function: Function) -> None:
    _, usage = call(function, asked(EVENT, MARY, query={"days": 2}))
    assert (usage["total"]["cost_usd"], [each["user"] for each in usage["users"]]) == (36.0, [MARY.user])
    assert usage["documents"][0]["file_name"] == "report.pdf"
    assert (usage["interventions"], usage["failures"], "budget" in usage) == ([], [], False)
    _, nothing = call(function, asked(EVENT, ERIKA))
    assert nothing["total"]["calls"] == 0
    assert len(nothing["days"]) == 30


def test_a_longer_period_than_a_year_is_refused(function: Function) -> None:
    assert call(function, asked(EVENT, query={"days": 367}))[0] == 400
