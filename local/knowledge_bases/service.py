"""The operations on knowledge bases and their data sources. What is not S3 and S3 Vectors is refused by name."""

from collections.abc import Awaitable, Callable, Mapping

from local.bedrock_agent.dispatch import Asked
from local.bedrock_agent.store import Store
from local.bedrock_agent.wire import AgentError, Json, invalid, missing, now, page
from local.flows.arns import new_id
from local.seams.services import account, region

_BASE = ("name", "description", "roleArn", "knowledgeBaseConfiguration", "storageConfiguration")
_SOURCE = ("name", "description", "dataSourceConfiguration", "dataDeletionPolicy", "vectorIngestionConfiguration")
_BASE_SUMMARY = ("knowledgeBaseId", "name", "description", "status", "updatedAt")
_SOURCE_SUMMARY = ("knowledgeBaseId", "dataSourceId", "name", "status", "description", "updatedAt")


def base_arn(base_id: str) -> str:
    if base_id.startswith("arn:"):
        return base_id
    return f"arn:aws:bedrock:{region()}:{account()}:knowledge-base/{base_id}"


def base_resource(labels: Mapping[str, str]) -> str:
    return base_arn(labels.get("knowledgeBaseId", "*"))


class KnowledgeBases:
    def __init__(self, store: Store, forget: Callable[[Json, Json], Awaitable[None]]) -> None:
        """`forget(base, source)` deletes the vectors of a data source."""
        self._store, self._forget = store, forget

    def create(self, asked: Asked) -> Json:
        if made := self._store.made_with(asked.request.get("clientToken")):
            return {"knowledgeBase": made}
        _may_pass_role(asked)
        _check_base(asked.request)
        here = base_arn("")
        for each in self._store.listed("base"):
            if each["name"] == asked.request["name"] and each["knowledgeBaseArn"].startswith(here):
                raise AgentError("ConflictException", f"A knowledge base with the name {each['name']} already exists.")
        base_id, at = new_id(), now()
        base = _only(asked.request, _BASE) | {
            "knowledgeBaseId": base_id,
            "knowledgeBaseArn": base_arn(base_id),
            "status": "ACTIVE",
            "createdAt": at,
            "updatedAt": at,
        }
        self._store.put("base", base["knowledgeBaseArn"], base)
        self._store.remember(asked.request.get("clientToken"), base["knowledgeBaseArn"])
        return {"knowledgeBase": base}

    def get(self, asked: Asked) -> Json:
        return {"knowledgeBase": self.base(asked.request["knowledgeBaseId"])}

    def listed(self, asked: Asked) -> Json:
        here = base_arn("")
        found = [each for each in self._store.listed("base") if each["knowledgeBaseArn"].startswith(here)]
        shown, following = page(found, asked.request)
        return {"knowledgeBaseSummaries": [_only(each, _BASE_SUMMARY) for each in shown]} | following

    def update(self, asked: Asked) -> Json:
        base = self.base(asked.request["knowledgeBaseId"])
        _may_pass_role(asked)
        for name in ("knowledgeBaseConfiguration", "storageConfiguration"):
            if name in asked.request and asked.request[name] != base[name]:
                raise invalid(f"The {name} of a knowledge base cannot be changed.")
        base = base | _only(asked.request, _BASE) | {"updatedAt": now()}
        self._store.put("base", base["knowledgeBaseArn"], base)
        return {"knowledgeBase": base}

    async def delete(self, asked: Asked) -> Json:
        """Its data sources are deleted with it; those that RETAIN leave their vectors."""
        base = self.base(asked.request["knowledgeBaseId"])
        for source in self._store.listed("source", base["knowledgeBaseArn"]):
            await self._delete_source(base, source)
        self._store.remove(base["knowledgeBaseArn"])
        return {"knowledgeBaseId": base["knowledgeBaseId"], "status": "DELETING"}

    # Data sources

    def create_source(self, asked: Asked) -> Json:
        if made := self._store.made_with(asked.request.get("clientToken")):
            return {"dataSource": made}
        base = self.base(asked.request["knowledgeBaseId"])
        _check_source(asked.request)
        for each in self._store.listed("source", base["knowledgeBaseArn"]):
            if each["name"] == asked.request["name"]:
                raise AgentError("ConflictException", f"A data source with the name {each['name']} already exists.")
        source_id, at = new_id(), now()
        source = {"dataDeletionPolicy": "DELETE"} | _only(asked.request, _SOURCE)
        source |= {
            "knowledgeBaseId": base["knowledgeBaseId"],
            "dataSourceId": source_id,
            "status": "AVAILABLE",
            "createdAt": at,
            "updatedAt": at,
        }
        arn = source_name(base, source_id)
        self._store.put("source", arn, source, base["knowledgeBaseArn"])
        self._store.remember(asked.request.get("clientToken"), arn)
        return {"dataSource": source}

    def get_source(self, asked: Asked) -> Json:
        return {"dataSource": self.source(asked.request)[1]}

    def sources(self, asked: Asked) -> Json:
        base = self.base(asked.request["knowledgeBaseId"])
        shown, following = page(self._store.listed("source", base["knowledgeBaseArn"]), asked.request)
        return {"dataSourceSummaries": [_only(each, _SOURCE_SUMMARY) for each in shown]} | following

    def update_source(self, asked: Asked) -> Json:
        base, source = self.source(asked.request)
        _check_source(asked.request)
        source = source | _only(asked.request, _SOURCE) | {"updatedAt": now()}
        self._store.put("source", source_name(base, source["dataSourceId"]), source, base["knowledgeBaseArn"])
        return {"dataSource": source}

    async def delete_source(self, asked: Asked) -> Json:
        base, source = self.source(asked.request)
        await self._delete_source(base, source)
        kept = _only(source, ("knowledgeBaseId", "dataSourceId"))
        return kept | {"status": "DELETING"}

    async def _delete_source(self, base: Json, source: Json) -> None:
        if source["dataDeletionPolicy"] == "DELETE":
            await self._forget(base, source)
        self._store.remove(source_name(base, source["dataSourceId"]))

    # What a request names

    def base(self, base_id: str) -> Json:
        found = self._store.get(base_arn(base_id))
        if found is None:
            raise missing(f"The knowledge base {base_id.rpartition('/')[2]} does not exist.")
        return found

    def source(self, request: Json) -> tuple[Json, Json]:
        base = self.base(request["knowledgeBaseId"])
        found = self._store.get(source_name(base, request["dataSourceId"]))
        if found is None:
            raise missing(f"The data source {request['dataSourceId']} does not exist.")
        return base, found


def source_name(base: Json, source_id: str) -> str:
    return f"{base['knowledgeBaseArn']}/{source_id}"


def index_arn(base: Json) -> str:
    """The S3 Vectors index, by its ARN or by its bucket and name."""
    given = base["storageConfiguration"]["s3VectorsConfiguration"]
    return given.get("indexArn") or f"{given['vectorBucketArn']}/index/{given['indexName']}"


def embedding_model(base: Json) -> str:
    return base["knowledgeBaseConfiguration"]["vectorKnowledgeBaseConfiguration"]["embeddingModelArn"]


def _only(thing: Json, members: tuple[str, ...]) -> Json:
    return {name: thing[name] for name in members if name in thing}


def _may_pass_role(asked: Asked) -> None:
    if denied := asked.denial("iam:PassRole", asked.request["roleArn"]):
        raise AgentError("AccessDeniedException", denied)


def _check_base(request: Json) -> None:
    configuration, storage = request["knowledgeBaseConfiguration"], request.get("storageConfiguration") or {}
    if configuration["type"] != "VECTOR" or "vectorKnowledgeBaseConfiguration" not in configuration:
        raise invalid(f"Knowledge bases of type {configuration['type']} are not offered here, only VECTOR.")
    given = storage.get("s3VectorsConfiguration") or {}
    if storage.get("type") != "S3_VECTORS":
        raise invalid(f"Storage of type {storage.get('type')} is not offered here, only S3_VECTORS.")
    if ("indexArn" in given) == ("vectorBucketArn" in given and "indexName" in given):
        raise invalid("Specify either indexArn, or vectorBucketArn and indexName.")


def _check_source(request: Json) -> None:
    configuration = request["dataSourceConfiguration"]
    if configuration["type"] != "S3" or "s3Configuration" not in configuration:
        raise invalid(f"Data sources of type {configuration['type']} are not offered here, only S3.")
    ingestion = request.get("vectorIngestionConfiguration") or {}
    for name in ("customTransformationConfiguration", "parsingConfiguration", "contextEnrichmentConfiguration"):
        if name in ingestion:
            raise invalid(f"{name} is not offered here.")
    chunking = (ingestion.get("chunkingConfiguration") or {}).get("chunkingStrategy", "FIXED_SIZE")
    if chunking not in ("FIXED_SIZE", "NONE"):
        raise invalid(f"The chunking strategy {chunking} is not offered here, only FIXED_SIZE and NONE.")
