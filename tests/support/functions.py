"""Calls a function as Lambda does: settings in the environment, an event in, a result or an error out."""

import contextlib
import dataclasses
import importlib
import io
import json
import logging
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any, TextIO

import pytest

from answering.answering_settings import answering_settings, conversation_settings
from answering.approved_answers import library_settings
from answering.retrieval import retriever
from docent import usage
from tests.support.aws import (
    AUDIENCES_TABLE,
    AUDIT_BUCKET,
    AUDIT_TABLE,
    CALLERS_TABLE,
    CATALOG_TABLE,
    CONNECTIONS_TABLE,
    DEBATES_TABLE,
    DERIVED_BUCKET,
    DOCUMENTS_TABLE,
    FLOW_RUNS_TABLE,
    GRANTS_TABLE,
    IMAGES_TABLE,
    LABELING_TABLE,
    LIBRARY_TABLE,
    ORDERS_TABLE,
    PRODUCTS_TABLE,
    QUESTIONNAIRES_TABLE,
    READERS_TABLE,
    SESSIONS_TABLE,
    SIGN_INS_TABLE,
    SOURCE_BUCKET,
    SUBSCRIPTIONS_TABLE,
    SUMMARIES_TABLE,
    USAGE_TABLE,
)
from tests.support.fake_issuer import AUDIENCE, ISSUER, JWKS_URL
from tests.support.project import module_of

INDEX_ID = "0b7c4f8e-5d0a-4c2f-9a57-3a1f60c2b1d4"
VECTOR_INDEX_ARN = "arn:aws:s3vectors:eu-central-1:111122223333:bucket/docent-passages/index/passages"
INDEX_ROLE = "arn:aws:iam::111122223333:role/docent-index"
MODEL_ID = "us.anthropic.claude-sonnet-4-5-20250929-v1:0"
APPLICATION_ID = "5d1f3f52-6f0e-4c3e-8f1b-0a7c5c0e9b21"
GUARDRAIL_ID = "gr7x2k9q4m1z"
APPLICATION_ID = "7d1c9a52-3f0e-4c8b-9a21-5e6f7a8b9c0d"
STATE_MACHINE = "arn:aws:states:eu-central-1:111122223333:stateMachine:docent"
CLIENTS_PARAMETER = "/docent/docent/clients"
CONSOLE_PARAMETER = "/docent/docent/console"
CHAT_ROLE = "arn:aws:iam::111122223333:role/docent-people"

# In texts, captions, questions and the guardrail's findings; it must not be in any log line.
CANARY = "Kanarienvogel-4711"

ENVIRONMENT = {
    "DERIVED_BUCKET": DERIVED_BUCKET,
    "IMAGES_TABLE": IMAGES_TABLE,
    "DOCUMENTS_TABLE": DOCUMENTS_TABLE,
    "GRANTS_TABLE": GRANTS_TABLE,
    "PRODUCTS_TABLE": PRODUCTS_TABLE,
    "SUBSCRIPTIONS_TABLE": SUBSCRIPTIONS_TABLE,
    "AUDIT_TABLE": AUDIT_TABLE,
    "AUDIT_BUCKET": AUDIT_BUCKET,
    "CATALOG_TABLE": CATALOG_TABLE,
    "DATAZONE_DOMAIN_ID": "",
    "DATAZONE_PROJECT_ID": "",
    "GOVERNANCE_ROLE_ARN": "",
    "GOVERNANCE_BUCKET": "",
    "STEWARDS_GROUP": "stewards",
    "USER_POOL_ID": "eu-central-1_docent",
    "DEPARTMENT_OWNERS": "deposits=Dora@example.com,loans=lena@example.com",
    "EVENT_BUS_NAME": "docent-events",
    "APPROVE_SUBSCRIPTION_ARN": f"{STATE_MACHINE}-approve-subscription",
    "READERS_TABLE": READERS_TABLE,
    "CALLERS_TABLE": CALLERS_TABLE,
    "CONNECTIONS_TABLE": CONNECTIONS_TABLE,
    "QUESTIONNAIRES_TABLE": QUESTIONNAIRES_TABLE,
    "SUMMARIES_TABLE": SUMMARIES_TABLE,
    "DEBATES_TABLE": DEBATES_TABLE,
    "LABELING_TABLE": LABELING_TABLE,
    "LABELING_GROUP": "energy",
    "LIBRARY_TABLE": LIBRARY_TABLE,
    "ANSWER_DAYS": "180",
    "SOURCE_BUCKET": SOURCE_BUCKET,
    "CONSOLE_BUCKET": DERIVED_BUCKET,
    "REQUESTS_PER_MINUTE": "60",
    "ALLOWED_ORIGINS": "http://localhost:5173",
    "DEFAULT_READER_GROUP": "everyone",
    "OPERATORS_GROUP": "operators",
    "MODEL_ID": MODEL_ID,
    "TEMPERATURE": "0",
    "GUARDRAIL_ID": GUARDRAIL_ID,
    "GUARDRAIL_VERSION": "1",
    "MAX_TEXT_UNITS": "25",
    "GUARDRAIL_LANGUAGES": "*",
    "CALLS_PER_SECOND": "1000",
    "TEXT_UNITS_PER_SECOND": "1000",
    "TEXTS_PER_CALL": "1",
    "INDEX_ID": INDEX_ID,
    "SEARCH_INDEX": "kendra",
    "FORMER_SEARCH_INDEX": "",
    "VECTOR_INDEX_ARN": VECTOR_INDEX_ARN,
    "AUDIENCES_TABLE": AUDIENCES_TABLE,
    "EMBEDDING_MODEL_ID": "cohere.embed-multilingual-v3",
    "EMBEDDING_DIMENSIONS": "1024",
    "RERANK_MODEL_ARN": "",
    "INDEX_ROLE_ARN": INDEX_ROLE,
    "USAGE_TABLE": USAGE_TABLE,
    "MONTHLY_BUDGET": "0",
    "INPUT_TOKEN_PRICE": "3",
    "OUTPUT_TOKEN_PRICE": "15",
    "MAX_PASSAGES": "10",
    "SEARCHES_PER_QUESTION": "5",
    "SERVICE_ATTEMPTS": "3",
    "CONVERSATION_DAYS": "30",
    "HISTORY_TOKENS": "2000",
    "SEARCH_LANGUAGES": "-",
    "CONNECTIONS_URL": "https://f6g7h8i9j0.execute-api.eu-central-1.amazonaws.com/v1",
    "MAX_PAGES": "1000",
    "MAX_IMAGES": "1000",
    "EXTRACTION_SECONDS": "60",
    "EXTRACTION_MEGABYTES": "1400",
    "ISSUER": ISSUER,
    "JWKS_URL": JWKS_URL,
    "CLIENTS_PARAMETER": CLIENTS_PARAMETER,
    "PROVIDER_ADDRESSES": "verified",
    "USER_CLAIM": "email",
    "GROUPS_CLAIM": "cognito:groups",
    "CONSOLE_PARAMETER": CONSOLE_PARAMETER,
    "APPLICATION_ID": APPLICATION_ID,
    "ROLE_ARN": CHAT_ROLE,
    "CHAT_ISSUER": ISSUER,
    "CHAT_CLIENT_ID": AUDIENCE,
    "CHAT_SECRET_ARN": "-",
    "SAML_PROVIDER_ARN": "-",
    "SESSION_SECRET_ARN": "docent-session",
    "SIGN_INS_TABLE": SIGN_INS_TABLE,
    "SESSIONS_TABLE": SESSIONS_TABLE,
    "Q_BUSINESS_APPLICATION_ID": APPLICATION_ID,
    "Q_BUSINESS_INDEX_ID": INDEX_ID,
    "GROUPS_SOURCE": f"s3://{SOURCE_BUCKET}/directory/groups.csv",
    "BATCH_ROLE_ARN": "arn:aws:iam::111122223333:role/docent-batch",
    "BATCH_TIMEOUT_HOURS": "24",
    "MINIMUM_BATCH_RECORDS": "100",
    "SUMMARY_CONCURRENCY": "10",
    "DEBATER_A_MODEL_ID": MODEL_ID,
    "DEBATER_B_MODEL_ID": "us.amazon.nova-pro-v1:0",
    "JUDGE_MODEL_ID": "us.anthropic.claude-haiku-4-5-20251001-v1:0",
    "SECONDS_PER_ANSWER": "8",
    "SENSITIVE_WORDS": "-",
    "STACK": "docent",
    "WORKFLOWS": "ingest_document,remove_document",
    "WORKFLOW_ARN_PREFIX": f"{STATE_MACHINE}-",
    "REPLAYED_QUEUE": "https://sqs.eu-central-1.amazonaws.com/123456789012/docent-UndeliveredEvents-A1B2C3",
    "PREPARE_TASK_ARN": f"{STATE_MACHINE}-prepare-task",
    "EXPORT_LABELS_ARN": f"{STATE_MACHINE}-export-labels",
    "RUN_DEBATES_ARN": f"{STATE_MACHINE}-run-debates",
    "ANSWER_QUESTIONS_ARN": f"{STATE_MACHINE}-answer-questions",
    "READ_QUESTIONNAIRE_ARN": f"{STATE_MACHINE}-read-questionnaire",
    "ANSWER_QUESTIONNAIRE_ARN": f"{STATE_MACHINE}-answer-questionnaire",
    "GROUPS_SECRET_ARN": "",
    "FLOWS": json.dumps({"customer-service": {"id": "FLOW123456", "alias": "ALIAS12345"}}),
    "FLOW_RUNS_TABLE": FLOW_RUNS_TABLE,
    "FLOW_RUN_DAYS": "30",
    "FLOW_EDITORS_GROUP": "flow-editors",
    "FLOW_ROLE_ARN": "arn:aws:iam::111122223333:role/docent-flows",
    "TRIAL_PREFIX": "docent-trial-",
    "ORDERS_TABLE": ORDERS_TABLE,
    "KNOWLEDGE_BASE_ID": "KB12345678",
    "DATA_SOURCE_ID": "DS12345678",
    "MEMBERS_ROLE_ARN": "arn:aws:iam::111122223333:role/docent-members",
}


@dataclass(frozen=True)
class Context:
    """Lambda's context object."""

    function_name: str
    get_remaining_time_in_millis: Callable[[], int]
    memory_limit_in_mb: int = 512
    invoked_function_arn: str = "arn:aws:lambda:eu-central-1:111122223333:function:docent"
    aws_request_id: str = "6f0c3f5e-0d5b-4b8e-9f5e-2f1f3c1f0a01"


@dataclass
class Function:
    name: str
    environment: pytest.MonkeyPatch
    remaining_milliseconds: int = 840_000
    _log: io.StringIO = field(default_factory=io.StringIO)

    def __post_init__(self) -> None:
        names = [setting.name.upper() for setting in dataclasses.fields(self.app.Settings)]
        self.set(**{name: ENVIRONMENT[name] for name in names})
        self._log_to(self._log)
        # Lambda's root logger has a handler, through which Powertools' tracer logs every error with its causes.
        self._tracer_log = logging.StreamHandler(self._log)
        logging.getLogger("aws_lambda_powertools").addHandler(self._tracer_log)

    def close(self) -> None:
        logging.getLogger("aws_lambda_powertools").removeHandler(self._tracer_log)
        self._log_to(sys.__stdout__)
        self._forget_settings()

    @property
    def app(self) -> ModuleType:
        return importlib.import_module(module_of(self.name))

    def set(self, **variables: str) -> None:
        for name, value in variables.items():
            self.environment.setenv(name, value)
        self._forget_settings()

    def _forget_settings(self) -> None:
        self.app.settings.cache_clear()
        answering_settings.cache_clear()
        conversation_settings.cache_clear()
        library_settings.cache_clear()
        retriever.cache_clear()
        usage.usage_settings.cache_clear()
        usage._used.cache_clear()

    def __call__(self, event: Any) -> Any:
        with contextlib.redirect_stdout(self._log), contextlib.redirect_stderr(self._log):
            try:
                return self.app.handler(event, Context(self.name, lambda: self.remaining_milliseconds))
            except Exception as error:
                # The runtime reports an error to the log and the caller, without its causes.
                print(json.dumps({"errorType": type(error).__name__, "errorMessage": str(error)}))
                raise

    @property
    def logged(self) -> str:
        """Everything in the function's log: records, metrics and the errors that Lambda reports."""
        return self._log.getvalue()

    def records(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.logged.splitlines()]

    def measured(self) -> list[tuple[str, str, dict[str, str]]]:
        """`(namespace, metric, dimensions)` of each metric that CloudWatch makes from the log (EMF)."""
        return [
            (told["Namespace"], metric["Name"], {dimension: record[dimension] for dimension in dimensions})
            for record in self.records()
            for told in record.get("_aws", {}).get("CloudWatchMetrics", [])
            for metric in told["Metrics"]
            for dimensions in told["Dimensions"]
        ]

    def _log_to(self, stream: TextIO | None) -> None:
        # The logger got its stream when the module was imported, perhaps in another test.
        handler = self.app.logger.registered_handler
        assert isinstance(handler, logging.StreamHandler)
        handler.setStream(stream)
