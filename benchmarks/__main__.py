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
    "seen": "Images, beside what two renderers show",
    "pipeline": "The pipeline, beside a plain script",
    "asking": "Asking over the API",
    "chatting": "Chat through Amazon Q Business",
    "questionnaires": "Many questions at once",
    "summaries": "Summaries, masked at the pace of the guardrail's quota",
    "debates": "Debates",
    "flows": "Runs of a flow, beside InvokeFlow alone",
    "governance": "Grants and revocations, beside the index's own time",
    "residual": "What the residual check finds",
    "confidence": "How sure answers to questionnaires are",
    "imports": "Cold starts",
    "soak": "A thousand documents in one go",
    "reading": "The local reading engine",
    "search": "The local search engine",
    "indexes": "Both indexes, asked the same",
    "private_data": "The local masking engine",
    "console": "The console with 10,000 documents",
    "labeling_page": "The annotation page with a recording of an hour",
    "label_exports": "Exports of labels",
}
# These take an hour or more: `python -m benchmarks soak`.
BY_NAME_ONLY = frozenset({"soak"})


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[[], *BENCHMARKS], help="which; all without")
    parser.add_argument("--quick", action="store_true", help="fewer files and rounds, for trying it out")
    wanted = parser.parse_args()
    corpus = Path(os.environ.get("DOCENT_CORPUS", ROOT / "../shared/corpus")).resolve()
    results_file, report = ROOT / "benchmarks/results.json", ROOT / "benchmarks/results.md"
    results = json.loads(results_file.read_text()) if results_file.exists() else {}
    for name in wanted.names or [name for name in BENCHMARKS if name not in BY_NAME_ONLY]:
        print(f"{name} …", flush=True)
        module = importlib.import_module(f"benchmarks.{name}")
        results[name] = module.run(corpus, ROOT / "samples", quick=wanted.quick)
        table = module.table(results[name])
        print(table, flush=True)
        results_file.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n")
        before = report.read_text() if report.exists() else ""
        report.write_text(with_section(before, BENCHMARKS[name], table))


def with_section(report: str, heading: str, table: str) -> str:
    """The report with this table in it. The sections of other benchmarks stay as they are, until these run again."""
    sections = dict(section.split("\n\n", 1) for section in f"\n{report}".split("\n## ")[1:])
    sections[heading] = table
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}"
    about = f"Made by `make bench` on {machine}. Compare ratios, not seconds."
    ordered = [f"## {each}\n\n{sections[each].strip()}" for each in BENCHMARKS.values() if each in sections]
    return "# Figures\n\n" + about + "\n\n" + "\n\n".join(ordered) + "\n"


if __name__ == "__main__":
    main()
