"""The command lines and variables of docs/your-own-model.md: ours exist, theirs are the documented ones."""

import re
import shlex

from local.settings import MODEL_VARIABLES
from tests.support.project import ROOT

PAGE = (ROOT / "docs/your-own-model.md").read_text()
# From the README of llama.cpp's server, and from Ollama's FAQ.
LLAMA_SERVER = {"--model", "--ctx-size", "--parallel", "--port", "--mmproj"}
OLLAMA = {"OLLAMA_CONTEXT_LENGTH"}


def commands() -> list[tuple[dict[str, str], list[str]]]:
    """`(variables, words)` of each command line in a block."""
    found: list[tuple[dict[str, str], list[str]]] = []
    for block in re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL):
        for line in block.splitlines():
            words = shlex.split(line)
            variables = [word for word in words if re.match(r"[A-Z_]+=", word)]
            found.append((dict(word.split("=", 1) for word in variables), words[len(variables) :]))
    return found


def test_each_server_is_started_and_then_named_to_docent_at_its_port() -> None:
    (_, llama), (to_llama, up), (ollama_variables, ollama), (to_ollama, up_again) = commands()
    assert (llama[0], ollama, up, up_again) == ("llama-server", ["ollama", "serve"], ["docent", "up"], ["docent", "up"])
    assert {word for word in llama if word.startswith("--")} <= LLAMA_SERVER
    assert ollama_variables.keys() <= OLLAMA
    assert to_llama == {"DOCENT_LLM_URL": f"http://localhost:{llama[llama.index('--port') + 1]}/v1"}
    assert to_ollama["DOCENT_LLM_URL"] == "http://localhost:11434/v1"  # Ollama's own port
    assert to_ollama["DOCENT_LLM_MODEL"] in PAGE.split("ollama pull ")[1]


def test_the_page_explains_the_variables_that_the_stack_reads() -> None:
    assert set(re.findall(r"^\| `(DOCENT_LLM_\w+)`", PAGE, re.MULTILINE)) == set(MODEL_VARIABLES)
    assert set(re.findall(r"DOCENT_LLM_\w+", PAGE)) == set(MODEL_VARIABLES)
    for flag in re.findall(r"`llama-server (--[\w-]+)", PAGE):
        assert flag in LLAMA_SERVER
