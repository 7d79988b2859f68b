"""Workers killed and the machine restarted in the middle of work: afterwards each document is there exactly once."""

import contextlib
import shutil

import psutil

from cli import machine
from tests.support.pdfs import image_with, pdf
from tests.support.stack import Stack
from tests.support.waiting import wait_until


def kill_workers(stack: Stack, function: str) -> None:
    """Kill the running workers of one function of this stack; there is one at least."""
    killed = 0
    server = psutil.Process(int(stack.target.local.pid_file.read_text()))
    for child in server.children(recursive=True):
        with contextlib.suppress(psutil.Error):  # gone meanwhile
            if child.name() == f"docent-{function}"[:15]:  # as long as a name can be
                child.kill()
                killed += 1
    assert killed


def indexed(stack: Stack) -> int:
    """How many entries the index has."""
    index = stack.target.client("kendra").describe_index(Id=stack.target.outputs["IndexId"])
    return index["IndexStatistics"]["TextDocumentStatistics"]["IndexedTextDocumentsCount"]


def test_a_function_killed_in_the_middle_is_called_again(stack: Stack) -> None:
    stack.faults("bedrock-runtime.Converse=delay:20*1")
    stack.put("killed/worker.pdf", pdf(["A worker dies."], [[image_with("Boiler room\nkeep out")]]))
    wait_until(lambda: stack.calls().get("bedrock-runtime.Converse"))
    kill_workers(stack, "CaptionImageFunction")
    document = stack.settled("killed/worker.pdf")
    assert document["status"] == "INGESTED"
    assert set(stack.entries("killed/worker.pdf").values()) == {"INDEXED"}


def test_a_picture_whose_reader_dies_every_time_is_a_gap(stack: Stack) -> None:
    stack.faults("bedrock-runtime.Converse=delay:20*2")
    stack.put("killed/always.pdf", pdf(["A worker dies twice."], [[image_with("Turbine hall\nnumber two")]]))
    for call in (1, 2):
        wait_until(lambda call=call: stack.calls().get("bedrock-runtime.Converse") == call)
        kill_workers(stack, "CaptionImageFunction")
    document = stack.settled("killed/always.pdf")
    assert document["status"] == "INGESTED_WITH_GAPS"
    assert [gap["error"]["name"] for gap in document["gaps"]] == ["UnreadablePictureError"]
    assert "Runtime.ExitError" in document["gaps"][0]["error"]["message"]


def test_what_a_restart_interrupts_goes_on_afterwards(stack: Stack) -> None:
    stack.ingest("restart/before.pdf", pdf(["Here before the restart."]))
    stack.faults("bedrock-runtime.Converse=delay:30*1")
    stack.put("restart/during.pdf", pdf(["Here during the restart."], [[image_with("Lock gate\nopens at noon")]]))
    wait_until(lambda: stack.calls().get("bedrock-runtime.Converse"))
    machine.stop(stack.target.local, print)
    machine.start(stack.target.local, print)
    document = stack.settled("restart/during.pdf")
    assert document["status"] == "INGESTED"
    assert set(stack.entries("restart/during.pdf").values()) == {"INDEXED"}
    assert (stack.document("restart/before.pdf") or {})["status"] == "INGESTED"
    assert set(stack.entries("restart/before.pdf").values()) == {"INDEXED"}
    assert "noon" in stack.ask("When does the lock gate open?")["answer"]


def test_a_machine_that_dies_keeps_what_was_done(stack: Stack) -> None:
    document = stack.ingest("dies/kept.pdf", pdf(["The spare keys of pavilion Ostara hang in room 14."]))
    state = stack.target.local.home / "state" / "current" / "dynamodb.json"
    wait_until(lambda: document["updated_at"] in state.read_text())
    psutil.Process(int(stack.target.local.pid_file.read_text())).kill()
    machine.start(stack.target.local, print)
    assert stack.document("dies/kept.pdf") == document
    assert set(stack.entries("dies/kept.pdf").values()) == {"INDEXED"}
    assert "room 14" in stack.ask("Where do the spare keys of pavilion Ostara hang?")["answer"]
    assert stack.ingest("dies/after.pdf", pdf(["Work goes on."]))["status"] == "INGESTED"


def test_a_machine_that_dies_at_work_ingests_each_document_once(stack: Stack) -> None:
    keys = [f"dies/at-work-{number}.pdf" for number in range(5)]
    before = indexed(stack)
    stack.faults("bedrock-runtime.Converse=delay:300")
    for key in keys:
        stack.put(key, pdf([f"This is {key}."], [[image_with(f"Sluice\n{key}")]]))
    state = stack.target.local.home / "state" / "current" / "dynamodb.json"
    wait_until(lambda: all(key in state.read_text() for key in keys))
    psutil.Process(int(stack.target.local.pid_file.read_text())).kill()
    machine.start(stack.target.local, print)
    for key in keys:
        assert stack.settled(key)["status"] == "INGESTED"
        assert [*stack.entries(key).values()] == ["INDEXED"] * 2
    assert indexed(stack) == before + 2 * len(keys)


def test_what_came_and_went_just_before_the_machine_died_is_not_lost(stack: Stack) -> None:
    """Between two snapshots: no row, no execution and no event of it survives, only the bucket and the index."""
    stack.ingest("dies/removed.pdf", pdf(["Soon to go."]))
    local = stack.target.local
    current = local.home / "state" / "current"
    wait_until(lambda: "dies/removed.pdf" in (current / "dynamodb.json").read_text())
    server = psutil.Process(int(local.pid_file.read_text()))
    snapshot = current.resolve()
    kept = shutil.copytree(snapshot, local.home / "kept")
    done = stack.ingest("dies/ingested.pdf", pdf(["Wholly ingested."], [[image_with("Gauge\nnine")]]))
    stack.target.s3.delete_object(Bucket=stack.library.bucket, Key="dies/removed.pdf")
    stack.put("dies/begun.pdf", pdf(["Hardly begun."]))
    server.kill()
    server.wait()
    for later in snapshot.parent.glob("snapshot-*"):  # as if none had come about
        shutil.rmtree(later)
    kept.rename(snapshot)
    current.unlink()
    current.symlink_to(snapshot.name)
    machine.start(local, print)
    again = stack.settled("dies/ingested.pdf")
    assert (again["status"], again["generation"]) == ("INGESTED", done["generation"])
    assert len(stack.indexed("dies/ingested.pdf")) == 2
    assert stack.settled("dies/begun.pdf")["status"] == "INGESTED"
    assert len(stack.indexed("dies/begun.pdf")) == 1
    wait_until(lambda: (stack.document("dies/removed.pdf") or {})["status"] == "REMOVED")
    assert stack.indexed("dies/removed.pdf") == {}
