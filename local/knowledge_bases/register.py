"""Knowledge bases on this machine."""

from local.bedrock.runtime import BedrockRuntime
from local.bedrock_agent.converse import converser
from local.bedrock_agent.dispatch import Dispatch
from local.bedrock_agent.store import Store
from local.knowledge_bases.answers import Answers
from local.knowledge_bases.ingestion import Ingestion
from local.knowledge_bases.resource import add_knowledge_bases
from local.knowledge_bases.service import KnowledgeBases, base_resource
from local.knowledge_bases.vectors import Vectors
from local.machine import Machine
from local.s3vectors.service import S3VectorsService
from local.seams import identities, services


def register(machine: Machine) -> None:
    folder = machine.settings.home / "knowledge_bases"
    folder.mkdir(parents=True, exist_ok=True)
    store = Store(folder / "knowledge_bases.sqlite")
    machine.closing.callback(store.close)
    runtime = machine.shared(BedrockRuntime)
    vectors = Vectors(machine.shared(S3VectorsService).handle_request, runtime.handle_request, identities.role_may)
    bases = KnowledgeBases(store, lambda base, source: ingestion.forget(base, source))
    ingestion = Ingestion(bases, store, vectors, machine.s3, runtime.passages)
    ingestion.end_interrupted()
    answers = Answers(bases, vectors, converser(runtime), _guardrail_arn)
    machine.share(answers)
    dispatch = machine.shared(Dispatch)
    for operation, answer in (
        ("CreateKnowledgeBase", bases.create),
        ("GetKnowledgeBase", bases.get),
        ("ListKnowledgeBases", bases.listed),
        ("UpdateKnowledgeBase", bases.update),
        ("DeleteKnowledgeBase", bases.delete),
        ("CreateDataSource", bases.create_source),
        ("GetDataSource", bases.get_source),
        ("ListDataSources", bases.sources),
        ("UpdateDataSource", bases.update_source),
        ("DeleteDataSource", bases.delete_source),
        ("StartIngestionJob", ingestion.start),
        ("GetIngestionJob", ingestion.get),
        ("ListIngestionJobs", ingestion.listed),
        ("Retrieve", answers.retrieve_asked),
        ("RetrieveAndGenerate", answers.generate_asked),
    ):
        dispatch.add(operation, answer, base_resource)
    add_knowledge_bases(dispatch.answer)


def _guardrail_arn(name: str) -> str:
    if name.startswith("arn:"):
        return name
    return f"arn:aws:bedrock:{services.region()}:{services.account()}:guardrail/{name}"
