"""Records what a language model replies to the requests that prepare_batch makes, into replies.jsonl.

    python -m tests.summaries.replies.record http://127.0.0.1:8080/v1

Any OpenAI-compatible server. A reply that is there already is kept, so a recording can go on where it stopped.
"""

import json
import sys
from pathlib import Path
from typing import Any

import openai

from tests.summaries.replies import OPTIONS, REPLIES, calls, recorded

sys.path.insert(0, str(Path(__file__).parents[3] / "functions/summaries/prepare_batch"))

from prepare_batch.jobs import Job
from prepare_batch.records import Records


def record(url: str) -> None:
    client = openai.OpenAI(base_url=url, api_key="none", timeout=1800, max_retries=0)
    model = client.models.list().data[0].id
    known = recorded()
    for call in calls():
        if call.name in known:
            continue
        (prepared,) = Records(Job.from_json(OPTIONS.get(call.name, {}))).of_file(call.name, call.read_bytes())
        (request,) = prepared.requests.values()
        prompt: Any = [
            {"role": "system", "content": request["system"][0]["text"]},
            {"role": "user", "content": request["messages"][0]["content"][0]["text"]},
        ]
        limit = request["inferenceConfig"]["maxTokens"]
        answer = client.chat.completions.create(model=model, messages=prompt, temperature=0, max_tokens=limit)
        choice, used = answer.choices[0], answer.usage
        assert used
        line = {
            "call": call.name,
            "model": model,
            "reply": choice.message.content,
            "finish": choice.finish_reason,
            "usage": {"inputTokens": used.prompt_tokens, "outputTokens": used.completion_tokens},
        }
        with REPLIES.open("a") as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
        print(call.name, line["finish"], line["reply"], flush=True)


if __name__ == "__main__":
    record(sys.argv[1])
