"""What the worker processes run. The engines load on first use, there and not in the gateway."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Seen:
    """What an image holds: its words, a line for each row, and one sentence about it."""

    text: str
    description: str


def see(image: bytes) -> Seen:
    """Raises OSError, ValueError or SyntaxError for bytes that are no whole image."""
    from local.bedrock.describing import description
    from local.bedrock.recognition import read

    reading = read(image)
    return Seen(reading.text, description(reading))


def answer(system: str, prompt: str) -> str:
    from local.bedrock import answering

    return answering.answer(system, prompt)


def warm_sight() -> None:
    from local.bedrock import describing, recognition

    recognition.warm()
    describing.warm()


def warm_answers() -> None:
    from local.bedrock import answering

    answering.warm()
