"""One module spells the keys of the derived bucket, and the state machines have one expression for theirs."""

import ast
import re
from pathlib import Path

import pytest

from docent import derived_keys
from tests.support.project import MACHINES, ROOT

OWNER = Path(derived_keys.__file__)
SOURCES = [
    path for folder in ("functions", "layers", "cli") for path in sorted((ROOT / folder).rglob("*.py")) if path != OWNER
]
# What a key begins with or continues with after a prefix: `documents/`, `manifest.json`.
PART = re.compile(r"[a-z-]+(/|\.\w+)")
# Not a key: a file of that name in samples/, or in a folder of the user.
OTHER_FILES = {
    ("cli/demo.py", "glossary.csv"),
    ("cli/debates.py", "verdicts.jsonl"),
    ("cli/debates.py", "report.json"),
    ("cli/debates.py", "report.html"),
    ("cli/evaluation/folder.py", "report.html"),
    ("cli/evaluation/folder.py", "report.json"),
    ("cli/evaluation/report_page.py", "report.html"),
    ("cli/summaries.py", "summaries.jsonl"),
    ("cli/summaries.py", "report.json"),
    ("cli/summaries.py", "report.html"),
    # Ground Truth's own layout.
    ("functions/labeling/join_labels/join_labels/joined_parts.py", "manifests/output/output.manifest"),
}


def texts(path: Path) -> set[str]:
    """The literal texts of a module, those of f-strings too, without its docstrings."""
    tree = ast.parse(path.read_text("utf-8"))
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docstrings = {
        node.body[0].value
        for node in ast.walk(tree)
        if isinstance(node, documented) and node.body and isinstance(node.body[0], ast.Expr)
    }
    constants = (node for node in ast.walk(tree) if isinstance(node, ast.Constant) and node not in docstrings)
    return {node.value for node in constants if isinstance(node.value, str)}


PARTS = {text for text in texts(OWNER) if PART.fullmatch(text)}


def test_the_parts_of_all_keys_are_known() -> None:
    generation = {"manifest.json", "images/", "captions/", "pictures/", "thumbnails/"}
    index = {"passages.jsonl", "entries.json", "vectors.json"}
    questionnaire = {"questions.jsonl", "missing.jsonl", "filled/", "source.json"}
    prefixes = {
        "summaries/",
        "input/",
        "output/",
        "on-demand/",
        "again/",
        "documents/",
        "questionnaires/",
        "groups/",
        "group-members/",
    }
    job = {"chunks.jsonl", "summaries.jsonl", "report.json", "report.html"}
    run = {"debates/", "cases/", "units/", "refused.jsonl", "units.jsonl", "verdicts.jsonl"}
    task = {"labeling/", "items/", "answers/", "clips.jsonl", "suggestions.json", "known.json", "sound.wav"}
    task |= {"text.txt", "export-parts/", "ground-truth/"}
    assert generation | index | questionnaire | job | run | task | prefixes | {"glossary.csv"} == PARTS


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_other_module_spells_a_key(path: Path) -> None:
    # What begins with a slash is a path of the API.
    own = {text for text in texts(path) if not text.startswith("/")}
    spelled = {text for text in own for part in PARTS if f"/{part}" in f"/{text}"}
    name = str(path.relative_to(ROOT))
    assert not {text for text in spelled if (name, text) not in OTHER_FILES}


@pytest.mark.parametrize("path", MACHINES, ids=lambda path: path.stem)
def test_no_state_machine_spells_a_key(path: Path) -> None:
    source = path.with_suffix(".yaml").read_text("utf-8")
    assert not [part for part in PARTS if re.search(rf"(?<![\w.-]){re.escape(part)}", source)]
