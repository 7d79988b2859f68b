"""The whole pipeline on this machine: model calls per image, and its time compared with a plain script.

The plain script does the same work with the same engines in one process without AWS: extract, read every image,
mask, index, wait until it is indexed. Both run warm and in turn.
"""

import asyncio
import base64
import io
import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
CONCURRENCY = 10  # the state machine's MaxConcurrency


def run(corpus: Path, samples: Path, quick: bool = False) -> dict[str, Any]:
    from cli import machine
    from cli.library import Library
    from cli.target import Target
    from local.settings import LocalSettings

    rounds = 1 if quick else 3
    with tempfile.TemporaryDirectory() as home:
        settings = LocalSettings(Path(home), port=4577, faults="", llm_url=None, wait_scale="1")
        os.environ["DOCENT_PORT"] = str(settings.port)
        try:
            machine.start(settings, lambda _: None)
            machine.deploy(settings, lambda _: None)
            library = Library(Target(local=settings))
            _ingest(library, "warm.pdf", document(3, 10, seed=99))
            calls = _model_calls(library)
            ours = [_ingest(library, f"timed-{n}.pdf", document(20, 30, seed=n)) for n in range(rounds)]
        finally:
            machine.stop(settings, lambda _: None)
            del os.environ["DOCENT_PORT"]
    theirs = asyncio.run(_plain(rounds))
    return {
        "model_calls_for_one_logo_on_200_pages": calls,
        "stack_seconds": statistics.median(ours),
        "script_seconds": statistics.median(theirs),
        "ratio": statistics.median(ours) / statistics.median(theirs),
    }


def document(pages: int, images: int, seed: int) -> bytes:
    """A PDF of `pages` pages and `images` distinct images, each with a line of words to read."""
    import pymupdf
    from PIL import Image, ImageDraw, ImageFont

    font = ImageFont.load_default(size=36)
    pdf = pymupdf.open()
    for number in range(pages):
        page = pdf.new_page()
        page.insert_textbox(
            (50, 40, 545, 160),
            f"Page {number + 1} of report {seed}. It tells of depot {seed * 100 + number}.",
        )
        for place in range(images * number // pages, images * (number + 1) // pages):
            image = Image.new("RGB", (720, 160), "white")
            ImageDraw.Draw(image).text(
                (30, 50), f"Meter {seed}-{place}: {place * 7 + seed} kWh", fill="black", font=font
            )
            out = io.BytesIO()
            image.save(out, "PNG")
            top = 180 + 180 * (place - images * number // pages)
            page.insert_image((50, top, 500, top + 100), stream=out.getvalue())
    return pdf.tobytes()


def _ingest(library: Any, key: str, body: bytes) -> float:
    from docent.documents import document_id_of

    start = time.perf_counter()
    library.target.s3.put_object(Bucket=library.bucket, Key=key, Body=body)
    while True:
        row = library.row(document_id_of(library.bucket, key))
        if row and row["status"] in ("INGESTED", "INGESTED_WITH_GAPS", "FAILED"):
            if row["status"] != "INGESTED":
                raise RuntimeError(f"{key} ended as {row['status']}: {row.get('error')} {row.get('gaps')}")
            return time.perf_counter() - start
        time.sleep(0.05)


def _model_calls(library: Any) -> int:
    import httpx
    import pymupdf

    url = f"{library.target.local.url}/_docent/faults"
    httpx.put(url, timeout=10).raise_for_status()
    one = pymupdf.open(stream=document(1, 1, seed=77))
    logo = one.extract_image(one[0].get_images()[0][0])["image"]
    pdf = pymupdf.open()
    for _ in range(200):
        pdf.new_page().insert_image((50, 50, 200, 90), stream=logo)
    _ingest(library, "logo.pdf", pdf.tobytes())
    return httpx.get(url, timeout=10).json()["calls"]["bedrock-runtime.Converse"]


async def _plain(rounds: int) -> list[float]:
    """The same work without AWS, in this process and the engines' own workers."""
    sys.path[:0] = [str(ROOT / "functions" / "ingest" / name) for name in ("extract_images", "caption_image")]
    from samcli.yamlhelper import yaml_parse

    from local.bedrock.guardrail import GuardrailEngine
    from local.bedrock.runtime import BedrockRuntime
    from local.faults import Faults
    from local.kendra.service import KendraService

    def lower(value: Any) -> Any:
        if isinstance(value, dict):
            return {key[0].lower() + key[1:]: lower(inner) for key, inner in value.items()}
        return [lower(inner) for inner in value] if isinstance(value, list) else value

    template = yaml_parse((ROOT / "template.yaml").read_text())["Resources"]
    definition = lower(template["Guardrail"]["Properties"])
    with tempfile.TemporaryDirectory() as home:
        kendra = KendraService(Path(home), lambda _: None)
        runtime = BedrockRuntime(None, None, Faults(""), None)
        guardrail = GuardrailEngine(lambda *_: definition)

        async def ask_kendra(operation: str, request: dict[str, Any]) -> dict[str, Any]:
            target = {"x-amz-target": f"AWSKendraFrontendService.{operation}"}
            status, _, body = await kendra.handle_request("POST", "/", target, json.dumps(request).encode(), {})
            if status != 200:
                raise RuntimeError(body.decode())
            return json.loads(body or b"{}")

        index = (await ask_kendra("CreateIndex", {"Name": "plain", "RoleArn": "arn:aws:iam::000000000000:role/none"}))[
            "Id"
        ]
        while (await ask_kendra("DescribeIndex", {"Id": index}))["Status"] != "ACTIVE":
            await asyncio.sleep(0.05)
        seconds = []
        for seed in range(-1, rounds):  # the first one warms up
            body = document(20, 30, seed=seed + 500)
            start = time.perf_counter()
            await _plain_document(f"doc{seed}", body, index, ask_kendra, runtime, guardrail)
            seconds.append(time.perf_counter() - start)
        kendra.close()
        runtime.close()
    return seconds[1:]


async def _plain_document(name: str, body: bytes, index: str, ask_kendra: Any, runtime: Any, guardrail: Any) -> None:
    from caption_image.image_captions import PROMPT
    from extract_images.extraction_limits import Limits
    from extract_images.pdf_images import read_images

    files: list[Any] = []
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(body)
        file.flush()
        read_images(file.name, name, Limits(), files.append)
    gate = asyncio.Semaphore(CONCURRENCY)

    async def caption(file: Any) -> str:
        image = {"image": {"format": file.format, "source": {"bytes": base64.b64encode(file.data).decode()}}}
        request = {
            "messages": [{"role": "user", "content": [image, {"text": PROMPT}]}],
            "inferenceConfig": {"maxTokens": 4096},
        }
        async with gate:
            path = "/model/us.anthropic.claude-sonnet-4-5-20250929-v1:0/converse"
            status, _, reply = await runtime.handle_request("POST", path, {}, json.dumps(request).encode(), {})
        if status != 200:
            raise RuntimeError(reply.decode())
        text = json.loads(reply)["output"]["message"]["content"][0]["text"]
        request = {"source": "OUTPUT", "content": [{"text": {"text": text}}]}
        _, masked = await guardrail.apply("any", "1", request)
        return masked["outputs"][0]["text"] if masked["outputs"] else text

    texts = await asyncio.gather(*(caption(file) for file in files))
    entries = [{"Id": f"{name}/text", "ContentType": "PDF", "Blob": base64.b64encode(body).decode()}]
    entries += [
        {
            "Id": f"{name}/{place}",
            "ContentType": "PLAIN_TEXT",
            "Blob": base64.b64encode(text.encode()).decode(),
        }
        for place, text in enumerate(texts)
    ]
    for first in range(0, len(entries), 10):
        await ask_kendra("BatchPutDocument", {"IndexId": index, "Documents": entries[first : first + 10]})
    pending = [entry["Id"] for entry in entries]
    while pending:
        await asyncio.sleep(0.05)
        request = {"IndexId": index, "DocumentInfoList": [{"DocumentId": each} for each in pending[:10]]}
        states = (await ask_kendra("BatchGetDocumentStatus", request))["DocumentStatusList"]
        done = {state["DocumentId"] for state in states if state["DocumentStatus"] == "INDEXED"}
        pending = [each for each in pending if each not in done]


def table(results: dict[str, Any]) -> str:
    return "\n".join(
        [
            "| what | |",
            "|---|--:|",
            f"| model calls for one logo on 200 pages | {results['model_calls_for_one_logo_on_200_pages']} |",
            f"| 20 pages, 30 images: the stack | {results['stack_seconds']:.1f} s |",
            f"| the same work, a plain script with the same engines | {results['script_seconds']:.1f} s |",
            f"| ratio | {results['ratio']:.2f}× |",
        ]
    )
