"""`make bench`: measure everything we claim and write benchmarks/results.json and benchmarks/results.md."""

import argparse
import importlib
import json
import os
import platform
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# The module of each benchmark and the heading of its table.
BENCHMARKS = {
    "extraction": "Extraction, beside two other ways",
    "pipeline": "The pipeline, beside a plain script",
    "asking": "Asking over the API",
    "chatting": "Chat through Amazon Q Business",
    "questionnaires": "Many questions at once",
    "summaries": "Summaries, masked at the pace of the guardrail's quota",
    "residual": "What the residual check finds",
    "confidence": "How sure answers to questionnaires are",
    "imports": "Cold starts",
    "soak": "A thousand documents in one go",
    "reading": "The local reading engine",
    "search": "The local search engine",
    "private_data": "The local masking engine",
}
# These take an hour or more: `python -m benchmarks soak`.
BY_NAME_ONLY = frozenset({"soak"})


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[[], *BENCHMARKS], help="which; all without")
    parser.add_argument("--quick", action="store_true", help="fewer files and rounds, for trying it out")
    wanted = parser.parse_args()
    corpus = Path(os.environ.get("DOCENT_CORPUS", ROOT / "../shared/corpus")).resolve()
    results_file = ROOT / "benchmarks/results.json"
    results = json.loads(results_file.read_text()) if results_file.exists() else {}
    for name in wanted.names or [name for name in BENCHMARKS if name not in BY_NAME_ONLY]:
        print(f"{name} …", flush=True)
        module = importlib.import_module(f"benchmarks.{name}")
        results[name] = module.run(corpus, ROOT / "samples", quick=wanted.quick)
        print(module.table(results[name]), flush=True)
        results_file.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n")
    sections = [
        f"## {heading}\n\n{importlib.import_module(f'benchmarks.{name}').table(results[name])}"
        for name, heading in BENCHMARKS.items()
        if name in results
    ]
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}"
    about = f"Made by `make bench` on {machine}. Compare ratios, not seconds."
    (ROOT / "benchmarks/results.md").write_text("# Figures\n\n" + about + "\n\n" + "\n\n".join(sections) + "\n")


if __name__ == "__main__":
    main()
