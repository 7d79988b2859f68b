"""Records what a language model replies to the answering prompts, into replies.jsonl.

    python -m tests.answers.replies.record http://127.0.0.1:8080/v1

Any OpenAI-compatible server. A reply that is there already is kept, so a recording can go on where it stopped.
`prompt` is `reminded` (as Docent asks), `plain` (without what stands behind the question) or `brief` (another
reminder); `follow_up` makes a question stand alone.
"""

import hashlib
import json
import sys
from collections.abc import Callable, Iterator
from typing import Any

import openai

from answering.answer_prompts import converse_request
from tests.answers.replies import REPLIES, Case, cases, key_of, recorded

PROMPTS: dict[str, Callable[[str], str]] = {
    "reminded": lambda prompt: prompt,
    "plain": lambda prompt: prompt[: prompt.rindex("</question>") + len("</question>")],
    "brief": lambda prompt: (
        f"{PROMPTS['plain'](prompt)}\n\nAnswer in one or two sentences. Put the passage's number behind each."
    ),
}


def requests(case: Case) -> Iterator[tuple[str, list[dict[str, str]]]]:
    request = converse_request("model", {}, case.question_in_context, case.passages)
    system, prompt = request["system"][0]["text"], request["messages"][0]["content"][0]["text"]
    for name, shape in PROMPTS.items():
        yield name, [{"role": "system", "content": system}, {"role": "user", "content": shape(prompt)}]


def record(url: str) -> None:
    client = openai.OpenAI(base_url=url, api_key="none", timeout=600)
    model = client.models.list().data[0].id
    known = {key_of(reply) for reply in recorded()}
    # In no order, so that a recording that was stopped has both languages.
    for case in sorted(cases(), key=lambda case: hashlib.sha256(case.id.encode()).digest()):
        for prompt, messages in requests(case):
            if (case.id, prompt) in known:
                continue
            sent: Any = messages
            answer = client.chat.completions.create(model=model, messages=sent, temperature=0, max_tokens=300)
            choice = answer.choices[0]
            line = {
                "id": case.id,
                "prompt": prompt,
                "model": model,
                "reply": choice.message.content,
                "finish": choice.finish_reason,
            }
            with REPLIES.open("a") as file:
                file.write(json.dumps(line, ensure_ascii=False) + "\n")
            print(case.id, prompt, line["reply"], flush=True)


if __name__ == "__main__":
    record(sys.argv[1])
