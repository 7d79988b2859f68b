"""Redrive a failed execution: POST /operations/redrive of openapi.yaml.

in   a request of API Gateway, its body `{"workflow", "name"}` of the execution
out  202 with an `ExecutionStatus`; a problem: NotAnOperatorError, NothingToRedriveError
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from docent.api import Reply, Request, serve
from docent.document_rows import file_name_of, read_rows
from docent.errors.documents import NothingToRedriveError
from docent.executions import describe
from docent.ownership import check_operator
from docent.redriving import DocumentWork, mark_redriven, redrive
from docent.settings import read_settings

logger = Logger()
tracer = Tracer()


@dataclass(frozen=True, slots=True)
class Settings:
    documents_table: str
    workflow_arn_prefix: str
    operators_group: str
    allowed_origins: str


@cache
def settings() -> Settings:
    return read_settings(Settings)


def redrive_execution(request: Request) -> Reply:
    check_operator(request.caller, settings().operators_group)
    workflow, name = request.body["workflow"], request.body["name"]
    machine = settings().workflow_arn_prefix + workflow.replace("_", "-")
    arn = f"{machine.replace(':stateMachine:', ':execution:')}:{name}"
    execution = describe(arn)
    if execution is None:
        raise NothingToRedriveError(f"Step Functions does not know the execution {name}.")
    work = DocumentWork.of_input(execution["input"])
    row = read_rows(settings().documents_table, [work.document_id]).get(work.document_id)
    if row and work.is_overtaken_by(row.generation):
        raise NothingToRedriveError(f"A newer upload or deletion of {row.file_name} has replaced this one.")
    redrive(arn, file_name_of(work.key))
    if row and row.values.get("execution_arn") == arn:
        mark_redriven(settings().documents_table, row)
    logger.info("execution redriven", workflow=workflow, execution=name, document_id=work.document_id)
    return Reply({"workflow": workflow, "name": name, "status": "RUNNING"}, 202)


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return serve(event, redrive_execution, settings().allowed_origins, logger)
