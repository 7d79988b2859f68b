"""What of a language model's output is its reply: thinking is set apart, and the tokens of its chat template removed.

A server that knows its model's template does this itself. Another one leaves all of it in the text: `<think>…</think>`
before the answer, `<|im_end|>` behind it, and after that what the model imagines the user to say next.
"""

from dataclasses import dataclass
from itertools import chain

import regex

# What begins thinking, and what ends it.
THINKING = {
    "<think>": "</think>",
    "<thinking>": "</thinking>",
    "<seed:think>": "</seed:think>",
    "[THINK]": "[/THINK]",
    "◁think▷": "◁/think▷",
    "<|START_THINKING|>": "<|END_THINKING|>",
    "<|channel|>analysis<|message|>": "<|end|>",
}
# After one of these the turn is over.
ENDS = (
    "<|im_end|>", "<|endoftext|>", "<|end_of_text|>", "<|eot_id|>", "<|eom_id|>", "<|end|>", "<|return|>", "<|eos|>",
    "<|END_OF_TURN_TOKEN|>", "<end_of_turn>", "<turn|>", "</s>", "<eos>", "<｜end▁of▁sentence｜>",
)  # fmt: skip
# What else a template puts around a turn. Tokens without a name of ours are removed too.
_AROUND = (
    r"<\|(?:im_start|start)\|>(?:assistant|user|system)",
    r"<\|start_header_id\|>assistant<\|end_header_id\|>",
    r"<\|channel\|>final<\|message\|>",
    r"<\|(?!im_start\||start\||start_header_id\||channel\|)\w{1,40}\|>",
)
_CLOSING = frozenset(THINKING.values()) - frozenset(ENDS)
_TOKENS = "|".join([*map(regex.escape, chain(THINKING, _CLOSING, ENDS)), *_AROUND])
_TOKEN = regex.compile(rf"\s*(?:{_TOKENS})", regex.IGNORECASE)
_ANY_CLOSING = regex.compile("|".join(map(regex.escape, _CLOSING)), regex.IGNORECASE)

_OPENING = {opening.casefold(): closing for opening, closing in THINKING.items()}
_ENDING = frozenset(each.casefold() for each in ENDS)
_LATE = frozenset(each.casefold() for each in _CLOSING)


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a reply. Both can be empty."""

    text: str = ""
    thinking: str = ""


class Spoken:
    """Takes a model's output in parts of any length, and gives its pieces as soon as it is known what they are.

    A template can open the thinking in the prompt, so that the output only closes it; all before is thinking then.
    `came_late` tells that some of it was given as text before that was known. With `opens_thinking` nothing is given
    before the thinking is closed.
    """

    def __init__(self, opens_thinking: bool = False) -> None:
        self.came_late = False
        self._held = ""
        self._undecided = opens_thinking
        self._closing: regex.Pattern[str] | None = None  # while the model thinks
        self._said = self._over = False

    def take(self, output: str) -> list[Piece]:
        pieces: list[Piece] = []
        earlier = self._said
        self._held += "" if self._over else output
        while self._held:
            found = (self._closing or (_ANY_CLOSING if self._undecided else _TOKEN)).search(self._held, partial=True)
            whole = found is not None and not found.partial
            if self._undecided and not whole:
                break
            place = found.start() if found else len(self._held)
            before, self._held = self._held[:place], self._held[place:]
            pieces += self._given(before)
            if not found or not whole:
                break
            self._held = self._held[len(found.group()) :]
            token = found.group().strip().casefold()
            if self._closing or self._undecided:
                self._closing, self._undecided = None, False
            elif token in _OPENING:
                self._closing = regex.compile(regex.escape(_OPENING[token]), regex.IGNORECASE)
            elif token in _LATE:
                self.came_late = self.came_late or earlier
                pieces, self._said = [Piece(thinking="".join(each.thinking + each.text for each in pieces))], False
            elif token in _ENDING and self._said:
                self._over, self._held = True, ""
        return [each for each in pieces if each.text or each.thinking]

    def end(self, cut_off: bool = False) -> list[Piece]:
        """What is still held. If nothing closed the thinking, there was none, unless the reply is cut off."""
        if self._undecided and not cut_off:
            self._undecided = False
            return [*self.take(""), *self.end()]
        rest, self._held = self._held, ""
        if self._closing or self._undecided:
            return [Piece(thinking=rest)] if rest else []
        text = rest.rstrip() if self._said else rest.strip()
        return [Piece(text)] if text else []

    def _given(self, output: str) -> list[Piece]:
        if self._closing or self._undecided:
            return [Piece(thinking=output)]
        text = output if self._said else output.lstrip()
        self._said = self._said or bool(text)
        return [Piece(text)]
