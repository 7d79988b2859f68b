"""Q Business on this machine. It can retrieve from this machine's Kendra."""

from local.bedrock.runtime import BedrockRuntime
from local.kendra.service import KendraService
from local.machine import Machine
from local.qbusiness.iam import applications_of, arn_prefix, resource_of
from local.qbusiness.resource import add_qbusiness
from local.qbusiness.service import QBusinessService, Surroundings
from local.qbusiness.wire import operation_of
from local.seams import identities, services


def register(machine: Machine) -> None:
    surroundings = Surroundings(
        arn_prefix=arn_prefix,
        region=services.region,
        provider_exists=lambda arn: identities.identity_provider(arn) is not None,
        session_of=identities.session_of,
        kendra=machine.shared(KendraService).passages_of,
        model=machine.shared(BedrockRuntime).model,
    )
    qbusiness = QBusinessService(machine.settings.home / "qbusiness", machine.s3, surroundings, machine.faults)
    machine.closing.callback(qbusiness.close)
    services.add_rest_service("qbusiness", qbusiness.handle_request, operation_of)
    services.name_resource("qbusiness", resource_of)
    services.check_also("qbusiness", applications_of)
    add_qbusiness(qbusiness.handle_request)
