"""SageMaker Ground Truth on this machine."""

from local.bedrock_agent.store import Store
from local.faults import with_faults
from local.machine import Machine
from local.sagemaker.iam import resource_of
from local.sagemaker.runs import Runs
from local.sagemaker.service import LabelingJobs
from local.sagemaker.wire import TARGET
from local.seams import services


def register(machine: Machine) -> None:
    folder = machine.settings.home / "sagemaker"
    folder.mkdir(parents=True, exist_ok=True)
    store = Store(folder / "sagemaker.sqlite")
    machine.closing.callback(store.close)
    runs = Runs(store, machine.s3, machine.functions)
    machine.share(runs)
    machine.warming.append(runs.resume)
    handler = LabelingJobs(runs).handle_request
    services.add_json_service("sagemaker", TARGET, with_faults("sagemaker", handler, machine.faults))
    services.name_resource("sagemaker", resource_of)
