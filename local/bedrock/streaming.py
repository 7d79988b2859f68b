"""A language model's reply as ConverseStream's events, each as soon as it is there."""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import Any

from local.bedrock.event_stream import START, Blocks, ending, exception_frame, frames
from local.bedrock.language_model import End, Reply
from local.bedrock.refusals import Refusal
from local.bedrock.spoken import Piece
from local.bedrock.time_limits import PING_SECONDS

# What a reply and its milliseconds are measured as.
type Measure = Callable[[Reply, int], dict[str, Any]]


async def streamed(
    pieces: AsyncGenerator[Piece | End], measure: Measure, ping: float = PING_SECONDS
) -> AsyncGenerator[bytes]:
    """The frames of a reply. Raises Refusal before the first of them; a later fault is a frame too."""
    started = time.monotonic()
    blocks = Blocks()
    text = thinking = ""
    begun = False
    async with aclosing(with_pings(pieces, ping)) as coming:
        try:
            async for each in coming:
                head, begun = ([] if begun else [START]), True
                if isinstance(each, End):
                    reply = Reply(text, each.stop, each.input_tokens, each.output_tokens, thinking)
                    milliseconds = max(1, round(1000 * (time.monotonic() - started)))
                    yield frames([*head, *blocks.end(), *ending(each.stop, measure(reply, milliseconds))])
                    return
                text, thinking = text + each.text, thinking + each.thinking
                yield frames([*head, *blocks.events(each)])
        except Refusal as refusal:
            if not begun:
                raise
            yield exception_frame(refusal)


async def with_pings(pieces: AsyncGenerator[Piece | End], seconds: float) -> AsyncGenerator[Piece | End]:
    """The pieces, and an empty one whenever none has come for so many seconds."""
    async with aclosing(pieces):
        while True:
            coming = asyncio.ensure_future(anext(pieces, None))
            try:
                while not (await asyncio.wait((coming,), timeout=seconds))[0]:
                    yield Piece()
            finally:
                if not coming.done():  # nobody waits for it any more
                    coming.cancel()
                    await asyncio.wait((coming,))
            piece = coming.result()
            if piece is None:
                return
            yield piece
