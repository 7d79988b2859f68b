"""Bedrock Runtime, batch inference and Rerank on this machine. MiniStack answers Bedrock's other operations."""

from local.bedrock.batch.service import BatchInference
from local.bedrock.guardrail import GuardrailEngine
from local.bedrock.iam import ACTIONS, job_of, profiles_of, resource_of
from local.bedrock.reranking import Reranking
from local.bedrock.runtime import BedrockRuntime
from local.machine import Machine
from local.seams import services
from local.seams.resources import guardrail_definition


def register(machine: Machine) -> None:
    guardrail = GuardrailEngine(guardrail_definition)
    runtime = BedrockRuntime(
        guardrail.apply, services.bedrock_runtime_of_ministack, machine.faults, machine.settings.llm_url
    )
    machine.share(runtime)
    machine.warming += [runtime.warm, guardrail.warm]
    machine.closing.callback(runtime.close)
    services.add_service("bedrock-runtime", services.with_streams(runtime.handle_request))
    services.name_resource("bedrock-runtime", resource_of)
    services.authorize_as(ACTIONS)
    services.check_also("bedrock-runtime", profiles_of)
    reranking = Reranking(
        runtime.relevances,
        machine.faults,
        lambda headers, query, action, resource: services.denial(headers, query, action, resource, {}),
    )
    services.add_service("bedrock-agent-runtime", reranking.handle_request)
    batch = BatchInference(runtime.infer, machine.s3, machine.faults)
    machine.warming.append(batch.resume)
    services.add_service("bedrock", batch.handle_request)
    services.name_resource("bedrock", job_of)
