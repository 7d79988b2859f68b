"""S3 Vectors on this machine."""

from local.machine import Machine
from local.s3vectors.iam import resource_of
from local.s3vectors.resource import add_vector_buckets
from local.s3vectors.service import S3VectorsService
from local.s3vectors.wire import operation_of
from local.seams import services


def register(machine: Machine) -> None:
    vectors = S3VectorsService(
        machine.settings.home / "s3vectors",
        machine.faults,
        lambda headers, query, action, resource: services.denial(headers, query, action, resource, {}),
    )
    machine.share(vectors)
    machine.closing.callback(vectors.close)
    services.add_rest_service("s3vectors", vectors.handle_request, operation_of)
    services.name_resource("s3vectors", resource_of)
    add_vector_buckets(vectors.handle_request)
