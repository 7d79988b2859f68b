"""Amazon DataZone on this machine."""

from local.bedrock_agent.store import Store
from local.datazone.resource import add_datazone
from local.datazone.service import DataZone
from local.datazone.wire import operation_of
from local.machine import Machine
from local.seams import event_buses, identities, services


def register(machine: Machine) -> None:
    folder = machine.settings.home / "datazone"
    folder.mkdir(parents=True, exist_ok=True)
    store = Store(folder / "datazone.sqlite")
    machine.closing.callback(store.close)
    datazone = DataZone(store, machine.faults, _arn_prefix, identities.principal_of, event_buses.publish)
    services.add_rest_service("datazone", datazone.handle_request, operation_of)
    # Most of DataZone's actions have no resource, as its authorization reference has it.
    services.name_resource("datazone", lambda _path, _body: "*")
    add_datazone(datazone.handle_request)


def _arn_prefix() -> str:
    return f"arn:aws:datazone:{services.region()}:{services.account()}:"
