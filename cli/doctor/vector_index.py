"""Whether an S3 Vectors index is as Docent needs it, the search can use its models, and a former index is empty."""

from collections.abc import Iterator
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from cli.doctor.findings import DENIED, Finding, code_of, message_of, unchecked
from cli.doctor.subject import Subject
from indexing.vector_index import UNFILTERABLE

INDEX, FORMER = "vector index", "former index"
EMBEDDING, RERANKING = "embedding model", "reranking model"
NO_MODEL = "-"
SOME = 1000


def vector_index(subject: Subject) -> Iterator[Finding]:
    if subject.vector_index or subject.parameters.get("SearchIndex") == "s3_vectors":
        yield _model(subject, "EmbeddingModelId", EMBEDDING)
        if subject.parameters["RerankModelId"] != NO_MODEL:
            yield _model(subject, "RerankModelId", RERANKING)
    if subject.vector_index:
        yield _index(subject, int(subject.parameters["EmbeddingDimensions"]))
    if former := subject.parameters.get("FormerSearchIndex"):
        yield _former(subject, former)


def _model(subject: Subject, parameter: str, subject_name: str) -> Finding:
    model = subject.parameters[parameter]
    try:
        told = subject.target.client("bedrock").get_foundation_model_availability(modelId=model)
    except ClientError as error:
        if code_of(error) in DENIED:
            return unchecked(subject_name, error)
        happened = f"AWS answered {code_of(error)} for {model}. {message_of(error)}".strip()
        return Finding("fail", subject_name, happened, f"Deploy with {_that_works(parameter)} that this region has.")
    except BotoCoreError as error:
        return unchecked(subject_name, error)
    lacks = [name for name in ("regionAvailability", "entitlementAvailability") if told[name] != "AVAILABLE"]
    if lacks or told["authorizationStatus"] != "AUTHORIZED":
        happened = f"The account cannot use {model} here ({', '.join(lacks) or told['authorizationStatus']})."
        to_do = f"Deploy with {_that_works(parameter)} that the account can use, or ask for this model in Bedrock."
        return Finding("fail", subject_name, happened, to_do)
    return Finding("ok", subject_name, f"{model} is available.")


def _that_works(parameter: str) -> str:
    return "an EmbeddingModelId" if parameter == "EmbeddingModelId" else f"{parameter}={NO_MODEL}, or one"


def _index(subject: Subject, dimensions: int) -> Finding:
    try:
        found = subject.target.client("s3vectors").get_index(indexArn=subject.vector_index)["index"]
    except ClientError as error:
        if code_of(error) in DENIED:
            return unchecked(INDEX, error)
        happened = f"AWS answered {code_of(error)} for {subject.vector_index}. {message_of(error)}".strip()
        return Finding("fail", INDEX, happened, "Deploy again, then run `docent reingest`.")
    except BotoCoreError as error:
        return unchecked(INDEX, error)
    return _as_described(found, dimensions)


def _as_described(found: dict[str, Any], dimensions: int) -> Finding:
    name = found["indexName"]
    if found["dimension"] != dimensions:
        happened = f"{name} takes vectors of {found['dimension']} numbers, and EmbeddingDimensions is {dimensions}."
        return Finding("fail", INDEX, happened, "Deploy with the EmbeddingDimensions that the index has.")
    if lacks := UNFILTERABLE - set(found.get("metadataConfiguration", {}).get("nonFilterableMetadataKeys", [])):
        happened = f"Queries of {name} filter by {', '.join(sorted(lacks))}, so a long text does not fit."
        return Finding("fail", INDEX, happened, "Let the template create the index.")
    if found.get("indexMode") == "CLASSIC":
        happened = f"{name} is in CLASSIC mode: it filters while it searches and can miss passages."
        return Finding("fail", INDEX, happened, "Set it to ENHANCED with UpdateIndexMode.")
    return Finding("ok", INDEX, f"{name} takes vectors of {dimensions} numbers.")


def _former(subject: Subject, former: str) -> Finding:
    try:
        left = _entries_of_kendra(subject) if former == "kendra" else _vectors(subject)
    except (ClientError, BotoCoreError) as error:
        return unchecked(FORMER, error)
    if left:
        more = "or more " if left == SOME and former != "kendra" else ""
        happened = f"The former index ({former}) still has {left:,} {more}entries."
        return Finding("warn", FORMER, happened, "Run `docent reingest`, and look at the documents that failed.")
    told = f"The former index ({former}) is empty. Deploy with FormerSearchIndex empty to let go of it."
    return Finding("ok", FORMER, told)


def _entries_of_kendra(subject: Subject) -> int:
    found = subject.target.client("kendra").describe_index(Id=subject.index_id)
    return found.get("IndexStatistics", {}).get("TextDocumentStatistics", {}).get("IndexedTextDocumentsCount", 0)


def _vectors(subject: Subject) -> int:
    found = subject.target.client("s3vectors").list_vectors(indexArn=subject.vector_index, maxResults=SOME)
    return len(found["vectors"])
