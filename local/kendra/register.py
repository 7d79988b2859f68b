"""Kendra on this machine."""

from local.faults import with_faults
from local.kendra import sentence_vectors
from local.kendra.iam import resource_of
from local.kendra.resource import TARGET, add_kendra_index
from local.kendra.service import KendraService
from local.machine import Machine
from local.seams import services


def register(machine: Machine) -> None:
    def deleting_seconds(document_id: str) -> float:
        fault = machine.faults.take("kendra", "Deletion", {}, document_id)
        return fault.delay if fault else 0

    sentence_vectors.share(machine.settings.home / "sentences.sqlite")
    kendra = KendraService(machine.settings.home / "kendra", machine.s3, deleting_seconds=deleting_seconds)
    machine.closing.callback(kendra.close)
    machine.share(kendra)
    services.add_json_service("kendra", TARGET, with_faults("kendra", kendra.handle_request, machine.faults))
    services.name_resource("kendra", resource_of)
    add_kendra_index(kendra.handle_request)
