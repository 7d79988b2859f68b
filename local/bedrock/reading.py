"""Answers a prompt with images, by OCR and measurements."""

from collections.abc import Sequence

from local.bedrock import engines
from local.bedrock.image_parts import in_parts, one_text
from local.bedrock.images import Image
from local.bedrock.refusals import Refusal, invalid
from local.bedrock.time_limits import LOOK_SECONDS, SIGHT_PATIENCE
from local.bedrock.worker import Worker, WorkerDiedError


class Reader:
    """Reads images one after the other in its own worker process."""

    def __init__(self, seconds: float = LOOK_SECONDS, patience: float = SIGHT_PATIENCE) -> None:
        self._worker = Worker(seconds, patience)

    async def warm(self) -> None:
        """Starts the process and loads the models, so that the first image does not wait for them."""
        await self._worker.run(engines.warm_sight)

    async def reply(self, system: str, prompt: str, images: Sequence[Image]) -> str:
        """`<text>` and `<description>` if the prompt asks for them, otherwise only the text."""
        seen = [await self._see(each) for each in images]
        texts = [each.text for each in seen if each.text]
        asked = system + prompt
        text = one_text(texts) if in_parts(asked) else "\n\n".join(texts)
        if "<text>" not in asked or "<description>" not in asked:
            return text
        described = "\n".join(dict.fromkeys(each.description for each in seen))
        return f"<text>{text}</text>\n<description>{described}</description>"

    def close(self) -> None:
        self._worker.close()

    async def _see(self, image: Image) -> engines.Seen:
        try:
            return await self._worker.run(engines.see, image.data)
        except (OSError, ValueError, SyntaxError) as error:
            if isinstance(error, TimeoutError):
                raise Refusal("ModelTimeoutException", "The image took too long to read.") from error
            raise invalid("Could not process image") from error
        except WorkerDiedError as error:
            raise Refusal("ModelErrorException", "The OCR engine ended while it read the image.") from error
