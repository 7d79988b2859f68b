"""Whether the language model of this machine is there, is the one that is meant, and sees images if it is to."""

import io
import os
from collections.abc import Iterator

from botocore.exceptions import BotoCoreError, ClientError

from cli.doctor.findings import Finding, message_of
from cli.doctor.subject import Subject
from cli.own_model import PAGE, OwnModel

MODEL, SIGHT = "language model", "images"
NUMBER = "4719"
_QUESTION = "Which number does the image show? Write only the number."
_BLIND = f"Use a model that reads images, with its projector ({PAGE}), or unset DOCENT_LLM_VISION and run `docent up`."


def language_model(subject: Subject) -> Iterator[Finding]:
    """The check of the models asks it for one token."""
    model = OwnModel.of(subject.target.local)
    if model is None:
        yield Finding("fail", MODEL, "The stack does not say which model answers.", "Run `docent up`.")
        return
    wanted = os.environ.get("DOCENT_LLM_URL") or None
    if wanted != model.url:
        told = f"DOCENT_LLM_URL is {wanted or 'not set'}, but the stack was started with {model.url or 'none'}."
        yield Finding("warn", MODEL, told, "Run `docent up`.")
    yield Finding("fail" if model.problem else "ok", MODEL, model.problem or model.told())
    if model.url and model.vision and not model.problem:
        yield _sees(subject)


def _sees(subject: Subject) -> Finding:
    content = [{"image": {"format": "png", "source": {"bytes": _image()}}}, {"text": _QUESTION}]
    try:
        reply = subject.target.client("bedrock-runtime", attempts=1).converse(
            modelId=subject.models[0],
            messages=[{"role": "user", "content": content}],
            inferenceConfig={"maxTokens": 1000, "temperature": 0},
        )
    except ClientError as error:
        return Finding("fail", SIGHT, message_of(error))
    except BotoCoreError as error:
        return Finding("fail", SIGHT, f"The model did not answer: {error}", "Run `docent doctor` again.")
    said = "".join(block.get("text", "") for block in reply["output"]["message"]["content"])
    if NUMBER in "".join(filter(str.isdigit, said)):
        return Finding("ok", SIGHT, "The model reads the number in an image.")
    return Finding("fail", SIGHT, "The model does not read a number in an image.", _BLIND)


def _image() -> bytes:
    from PIL import Image, ImageDraw, ImageFont

    image = Image.new("RGB", (420, 160), "white")
    ImageDraw.Draw(image).text((60, 30), NUMBER, fill="black", font=ImageFont.load_default(90))
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()
