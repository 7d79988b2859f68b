"""Every route says how it decides what its caller may read, and those that decide by readers know the grants."""

import re
from pathlib import Path

import pytest

from compiler.operations import functions_of
from tests.support.api_calls import CONTRACT
from tests.support.project import FUNCTIONS, ROOT, folder_of, functions, logical_id

# Shows or names documents, or what was made from them: decided by docent.document_rows for each document, for a caller
# whose grants were read with this request.
BY_READERS = {
    "answer_question",
    "chat_sync",  # with ChatService=ask, by answer_question. Q Business has access lists of its own.
    "show_conversation",
    "show_turn",
    "list_documents",
    "show_document",
    "show_file",
    "show_trace",
    "redrive_document",
    "delete_document",
    "change_readers",
    "show_item",
    "list_items",
    "change_item",
    "show_filled_file",
    "show_usage",
    "show_document_lineage",
    "show_product_lineage",
}
# Of its caller alone, or shared by name with the readers of a questionnaire or the people of a labeling task, or for
# operators, editors and stewards. A flow answers from the policies that are meant for everybody. What these
# routes show is of no document; whoever asks a model for answers does so as its owner, with the owner's grants.
WITHOUT_DOCUMENTS = {
    *("list_conversations", "rename_conversation", "forget_conversation", "stop_turn", "give_feedback", "show_media"),
    *("begin_oidc_sign_in", "end_oidc_sign_in", "end_oidc_session"),
    *("begin_saml_sign_in", "end_saml_sign_in", "end_saml_session"),
    *("create_run", "list_runs", "show_run", "delete_run", "list_cases", "show_case", "start_run", "resume_run"),
    *("stop_run", "create_upload", "begin_upload", "complete_upload"),
    *("show_operations", "list_executions", "redrive_execution", "reingest_document", "replay_events"),
    *("answer_questions", "create_questionnaire", "list_questionnaires", "show_questionnaire", "delete_questionnaire"),
    *(
        "change_map",
        "start_questionnaire",
        "stop_questionnaire",
    ),
    *("create_job", "list_jobs", "show_job", "delete_job", "start_job", "stop_job", "show_transcript"),
    # Flows answer from a knowledge base of their own, labeling is of clips.
    *("invoke_flow", "list_flow_runs", "list_flows", "measure_flow", "roll_back_flow", "save_flow_file", "show_flow"),
    *("show_flow_file", "show_flow_run", "show_flow_version", "try_flow_node", "validate_flow"),
    *("list_flow_tests", "save_flow_test", "show_flow_differences"),
    *("claim_label_item", "create_label_task", "delete_label_task", "export_labels", "list_label_items"),
    *("list_label_tasks", "release_label_item", "review_label", "save_label", "show_label_item", "show_label_task"),
    *("start_label_task", "submit_label"),
    *("list_products", "create_product", "show_product", "change_product"),
    *("list_access", "request_access", "verify_access", "show_access", "decide_access", "revoke_access", "show_audit"),
    "restart_access",
}
# Functions without a route that decide by readers.
# verify_access searches as those whose access it checks.
WORKERS = {"answer_item", "push_changes", "fill_in_file", "verify_access"}
DECIDES = re.compile(r"may_be_read_by|from docent\.ownership import .*find_(readable|owned|operable)|answer_to\(")

OPERATIONS = {
    operation["operationId"]: operation
    for methods in CONTRACT["paths"].values()
    for operation in methods.values()
    if isinstance(operation, dict) and "operationId" in operation
}


def functions_that_decide() -> set[str]:
    named = {name for each in BY_READERS for name in functions_of(OPERATIONS[each])}
    return {name for name in named if name in {folder.name for folder in FUNCTIONS}} - {"chat_sync"} | WORKERS


def test_every_route_is_in_the_table() -> None:
    assert set(OPERATIONS) == BY_READERS | WITHOUT_DOCUMENTS
    assert not BY_READERS & WITHOUT_DOCUMENTS


@pytest.mark.parametrize("name", sorted(functions_that_decide()))
def test_who_decides_by_readers_reads_the_grants_with_each_request(name: str) -> None:
    variables = functions()[logical_id(name)]["Environment"]["Variables"]
    assert variables["GRANTS_TABLE"] == {"Ref": "GrantsTable"}
    source = source_of(folder_of(name))
    assert "reader_of(" in source or "with_products(" in source or "OwnersReading.of(" in source


@pytest.mark.parametrize("folder", FUNCTIONS, ids=lambda folder: folder.name)
def test_who_asks_whether_a_caller_may_read_is_in_the_table(folder: Path) -> None:
    if folder.parent.name == "questionnaires" and folder.name not in ("show_item", "answer_item"):
        return  # questionnaires have readers of their own, and no products among them
    if DECIDES.search(source_of(folder)):
        assert folder.name in functions_that_decide()


def test_nobody_else_keeps_what_is_granted() -> None:
    """A cache of grants would keep them in force after their end."""
    source = (ROOT / "layers/shared/docent/grants.py").read_text()
    assert "cache" not in source


def source_of(folder: Path) -> str:
    return "\n".join(path.read_text() for path in sorted(folder.rglob("*.py")))
