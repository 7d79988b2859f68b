"""Records masked per minute at the guardrail's quota, in a simulated clock, and the memory of prepare_batch.

The server enforces its quota of calls and of text units by token buckets that hold what a second brings, or a minute
where the quota is by the minute, and throttles what is beyond it. The masking is the product's own, with several
workers that share one quota. Beside it is the loop of the article that Docent began with: one record a call, and three
seconds of sleep after each.

Lengths of the records are those of summaries of the corpus's calls, or, without it, spread evenly over 300 to 1,400
characters.
"""

import asyncio
import json
import random
import selectors
import subprocess
import sys
from collections.abc import Coroutine, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "functions/summaries/mask_summaries"), str(ROOT / "functions/summaries/prepare_batch")]

from docent.errors import ThrottledError  # noqa: E402
from mask_summaries.paced_masking import MaskedText, PacedMasking, text_units  # noqa: E402
from mask_summaries.pacing import Line, Pace, Quota  # noqa: E402

ARTICLE_SLEEP = 3.0
WORKERS = 5  # MaskingConcurrency's default
CHUNK = 200
LATENCY = (0.15, 0.6)  # seconds of one call
ROW_LATENCY = 0.01  # of one update of the shared row
# Calls and text units a second. The first is what accounts begin with in small regions, the second what they have
# after an increase, the third what the article lived with.
QUOTAS = {
    "20 calls/s, 25 units/s": (20.0, 25.0),
    "50 calls/s, 200 units/s": (50.0, 200.0),
    "20 calls/min": (1 / 3, 25.0),
}
MEMORY_RECORDS = (100, 50_000)


class _Clock(selectors.BaseSelector):
    """Time goes on only while everybody waits."""

    def __init__(self) -> None:
        self.now = 0.0

    def select(self, timeout: float | None = None) -> list[Any]:
        self.now += timeout or 0.0
        return []

    def register(self, fileobj: Any, events: Any, data: Any = None) -> Any: ...
    def unregister(self, fileobj: Any) -> Any: ...
    def get_map(self) -> Any:
        return {}


class _Loop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self.clock = _Clock()
        super().__init__(self.clock)

    def time(self) -> float:
        return self.clock.now


class Server:
    def __init__(self, quota: Quota, clock: _Clock, dice: random.Random) -> None:
        self._quota, self._clock, self._dice = quota, clock, dice
        self._most_calls = quota.calls if quota.calls >= 1 else 60 * quota.calls
        self._calls, self._units, self._at = self._most_calls, quota.units, 0.0
        self.calls = self.throttled = self.units = 0

    async def apply(self, texts: Sequence[str]) -> dict[str, Any]:
        latency = self._dice.uniform(*LATENCY)
        await asyncio.sleep(latency / 2)
        passed, self._at = self._clock.now - self._at, self._clock.now
        self._calls = min(self._most_calls, self._calls + passed * self._quota.calls)
        self._units = min(self._quota.units, self._units + passed * self._quota.units)
        units = text_units(*texts)
        self.calls += 1
        if self._calls < 1 - 1e-9 or self._units < units - 1e-9:
            self.throttled += 1
            raise ThrottledError("throttled")
        self._calls -= 1
        self._units -= units
        self.units += units
        await asyncio.sleep(latency / 2)
        return {"action": "NONE", "assessments": [], "outputs": []}


class Row:
    def __init__(self) -> None:
        self.line = Line()

    def replace(self, old: Line, new: Line) -> Line | None:
        if old != self.line:
            return self.line
        self.line = new
        return None


class SlowPace:
    def __init__(self, row: Row, quota: Quota, clock: _Clock) -> None:
        self._pace, self._clock, self.quota = Pace(row, quota), clock, quota

    async def reserve(self, units: Sequence[int]) -> tuple[list[float], float]:
        await asyncio.sleep(ROW_LATENCY)
        return self._pace.reserve(units, self._clock.now)

    async def slow(self) -> None:
        await asyncio.sleep(ROW_LATENCY)
        self._pace.slow(self._clock.now)


def run(corpus: Path, samples: Path, quick: bool = False) -> dict[str, Any]:
    lengths = _lengths(corpus)
    figures = {}
    for name, (calls, units) in QUOTAS.items():
        count = 600 if quick or calls < 1 else 4000
        texts = ["x" * lengths[number % len(lengths)] for number in range(count)]
        for texts_a_call in (1, 10):
            figures[f"{name}, {texts_a_call} a call"] = measured(Quota(calls, units), texts, texts_a_call)
    figures["20 calls/s, 25 units/s, half of it used by others, 1 a call"] = measured(
        Quota(20, 25),
        ["x" * lengths[number % len(lengths)] for number in range(600 if quick else 4000)],
        1,
        real=Quota(10, 12.5),
    )
    return {"masking": figures, "memory_mb": _memory(quick)}


def measured(quota: Quota, texts: list[str], texts_a_call: int, real: Quota | None = None) -> dict[str, float]:
    real = real or quota
    seconds, server = _simulated(quota, real, texts, texts_a_call)
    article, _ = _article(real, texts[:200])
    records = 60 * len(texts) / seconds
    # What fits: the server's calls and units, for the calls that these texts need at least.
    least = max(server.calls - server.throttled, 1) / real.calls, server.units / real.units
    return {
        "records_per_minute": round(records, 1),
        "article_per_minute": round(60 * 200 / article, 1),
        "times_article": round(records * article / (60 * 200), 1),
        "of_quota": round(max(least) / seconds, 3),
        "throttled": round(server.throttled / server.calls, 4),
    }


def _simulated(quota: Quota, real: Quota, texts: list[str], texts_a_call: int) -> tuple[float, Server]:
    loop = _Loop()
    server, row = Server(real, loop.clock, random.Random(1)), Row()
    chunks = [texts[start : start + CHUNK] for start in range(0, len(texts), CHUNK)]

    async def worker() -> None:
        while chunks:
            chunk = chunks.pop()
            masking = PacedMasking(
                server.apply,
                SlowPace(row, quota, loop.clock),
                texts_a_call=texts_a_call,
                units_a_call=25,
                clock=lambda: loop.clock.now,
            )
            done: list[MaskedText] = []
            assert await masking.mask(chunk, lambda _, text, done=done: done.append(text))
            assert [text.outcome for text in done] == ["clean"] * len(chunk)

    async def all_workers() -> None:
        await asyncio.gather(*(worker() for _ in range(WORKERS)))

    _run(loop, all_workers())
    return loop.clock.now, server


def _article(quota: Quota, texts: list[str]) -> tuple[float, Server]:
    loop = _Loop()
    server = Server(quota, loop.clock, random.Random(1))

    async def one_by_one() -> None:
        for text in texts:
            await server.apply([text])
            await asyncio.sleep(ARTICLE_SLEEP)

    _run(loop, one_by_one())
    return loop.clock.now, server


def _run(loop: _Loop, all_of_it: Coroutine[Any, Any, None]) -> None:
    try:
        loop.run_until_complete(all_of_it)
    finally:
        loop.close()


def _lengths(corpus: Path) -> list[int]:
    """In characters, of summaries that fit the corpus's calls: a fifth of the call, 300 to 1,400."""
    dice = random.Random(7)
    sizes = []
    archive = corpus / "calls/dev/bedrock_batch_dev.zip"
    if archive.exists():
        import zipfile

        with zipfile.ZipFile(archive) as calls:
            sizes = [min(1400, max(300, info.file_size // 5)) for info in calls.infolist() if not info.is_dir()]
        dice.shuffle(sizes)
    return sizes or [dice.randint(300, 1400) for _ in range(770)]


def _memory(quick: bool) -> dict[str, float]:
    """The most that making the records of a job takes, each in a process of its own."""
    counts = (100, 2000) if quick else MEMORY_RECORDS
    found = {}
    for count in counts:
        ran = subprocess.run(
            [sys.executable, "-m", "benchmarks.summaries_memory", str(count)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        found[str(count)] = json.loads(ran.stdout.splitlines()[-1])["megabytes"]
    return found


def table(figures: dict[str, Any]) -> str:
    lines = [
        "| quota of the guardrail | records a minute | article's loop | times | of what the quota allows | throttled |",
        "|---|---|---|---|---|---|",
    ]
    for name, row in figures["masking"].items():
        lines.append(
            f"| {name} | {row['records_per_minute']:.0f} | {row['article_per_minute']:.0f} "
            f"| {row['times_article']:.1f} | {row['of_quota']:.1%} | {row['throttled']:.2%} |"
        )
    memory = ", ".join(f"{count} records: {size:.0f} MB" for count, size in figures["memory_mb"].items())
    return "\n".join([*lines, "", f"Memory of `prepare_batch` at its most: {memory}."])
