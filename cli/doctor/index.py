"""Whether the index is there, has the fields that Docent needs, and has room.

https://docs.aws.amazon.com/kendra/latest/dg/quotas.html
"""

from collections.abc import Iterator
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError

from cli.doctor.findings import DENIED, Finding, code_of, message_of, unchecked
from cli.doctor.subject import Subject

INDEX = "index"
FIELDS = ("docent_document", "docent_key", "docent_page", "docent_picture", "docent_places")
# Documents and queries per second of an edition, and what one unit of capacity adds.
EDITIONS = {
    "DEVELOPER_EDITION": (10_000, 0.05, 0, 0.0),
    "ENTERPRISE_EDITION": (100_000, 0.1, 100_000, 0.1),
    "GEN_AI_ENTERPRISE_EDITION": (20_000, 0.1, 20_000, 0.1),
}
FULL = 0.9


def index(subject: Subject) -> Iterator[Finding]:
    if not subject.index_id:
        if subject.parameters.get("KendraEdition"):
            yield from _can_create(subject)
        return
    try:
        found = subject.target.client("kendra").describe_index(Id=subject.index_id)
    except ClientError as error:
        if code_of(error) in DENIED:
            yield unchecked(INDEX, error)
            return
        told = f"AWS answered {code_of(error)} for the index {subject.index_id}. {message_of(error)}".strip()
        yield Finding("fail", INDEX, told, "Deploy with the id of an index of this account and region: KendraIndexId.")
    except ParamValidationError:
        told = f"{subject.index_id} is not an index's id."
        yield Finding("fail", INDEX, told, "Deploy with the id that the Kendra console shows: KendraIndexId.")
    except BotoCoreError as error:
        told = f"Amazon Kendra cannot be reached. {error}"
        yield Finding("fail", INDEX, told, "Check the network, and that Kendra is available in this region.")
    else:
        yield from _as_described(found)


def _can_create(subject: Subject) -> Iterator[Finding]:
    try:
        indices = subject.target.client("kendra").list_indices(MaxResults=1)["IndexConfigurationSummaryItems"]
    except (ClientError, BotoCoreError) as error:
        yield unchecked(INDEX, error)
        return
    if indices:
        yield Finding("ok", INDEX, "The account uses Amazon Kendra, so the stack can create an index.")
        return
    told = (
        "The stack creates an index, but the account has none, and Kendra has taken no new customers since July 2026."
    )
    yield Finding("warn", INDEX, told, "If the account has never used Kendra, the deployment will fail.")


def _as_described(found: dict[str, Any]) -> Iterator[Finding]:
    name, status, edition = found["Name"], found["Status"], found["Edition"]
    if status != "ACTIVE":
        told = f"{name} is {status}. {found.get('ErrorMessage', '')}".strip()
        yield Finding("warn" if status in ("CREATING", "UPDATING") else "fail", INDEX, told, "Run doctor again later.")
        return
    fields = {each["Name"]: each for each in found.get("DocumentMetadataConfigurations", [])}
    lacks = [each for each in FIELDS if not fields.get(each, {}).get("Search", {}).get("Displayable")]
    if lacks:
        told = f"{name} lacks these fields, or they are not displayable: {', '.join(lacks)}."
        yield Finding("fail", INDEX, told, "Add them (docs/operations.md, Use your own index).")
    documents, queries, more_documents, more_queries = EDITIONS.get(edition, EDITIONS["ENTERPRISE_EDITION"])
    units = found.get("CapacityUnits", {})
    documents += more_documents * units.get("StorageCapacityUnits", 0)
    queries += more_queries * units.get("QueryCapacityUnits", 0)
    indexed = found.get("IndexStatistics", {}).get("TextDocumentStatistics", {}).get("IndexedTextDocumentsCount", 0)
    told = f"{name} ({edition}) has {indexed:,} of {documents:,} entries, and answers {queries:g} queries a second."
    if indexed > FULL * documents:
        yield Finding("warn", INDEX, told, "It is almost full: add storage capacity units, or remove documents.")
    elif edition == "DEVELOPER_EDITION":
        yield Finding("warn", INDEX, told, "This edition is for trying out. Use another one for production.")
    else:
        yield Finding("ok", INDEX, told)
