"""The first five minutes: ingest the samples, and ask a question that only an image answers."""

import json
from pathlib import Path

from rich.console import Console

from cli import showing
from cli.asking import ask_question
from cli.flow_samples import put_flow_samples
from cli.found_files import Upload
from cli.library import Library
from cli.target import CommandError, Target
from cli.uploading import upload

SAMPLES = Path(__file__).resolve().parent.parent / "samples"
DEMO_SECONDS = 600


def run_demo(target: Target, console: Console) -> None:
    library = Library(target)
    there = {row["key"] for row in library.documents() if row["status"].startswith("INGESTED")}
    new = [Upload(path, path.name) for path in sorted(SAMPLES.glob("*.pdf")) if path.name not in there]
    if new:
        documents = upload(library, new, wait=True, timeout=DEMO_SECONDS, console=console)
        failed = [document for document in documents if document["error"]]
        if failed:
            showing.failures_and_gaps(console, documents)
            raise CommandError("Some samples were not ingested; `docent logs` shows why.")
    else:
        console.print("The samples are ingested already.")
    library.put_glossary(SAMPLES / "glossary.csv")
    put_flow_samples(target)
    question = next(
        each["question"] for each in json.loads((SAMPLES / "questions.json").read_text()) if each["only_in_picture"]
    )
    console.print(f'\n[dim]$[/] docent ask "{question}"')
    showing.answer(console, ask_question(target, question))
