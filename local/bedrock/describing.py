"""Describes an image in one plain sentence from measurements alone. The sentence states this."""

import re
from collections import Counter
from typing import Literal

from local.bedrock.looks import Looks
from local.bedrock.recognition import Reading
from local.bedrock.words import Language, language_of, stems

type Kind = Literal["photo", "chart", "table", "text", "drawing"]

OPENING: dict[Language, str] = {
    "en": "Machine description without a language model:",
    "de": "Maschinelle Beschreibung ohne Sprachmodell:",
}
STANDING_OUT = 5  # words
_DESCRIPTION = re.compile(rf"(?:{'|'.join(map(re.escape, OPENING.values()))})[^.]*\.")
_WORD = re.compile(r"[^\W\d_]{4,}")

_KINDS: dict[Language, dict[Kind, str]] = {
    "en": {
        "photo": "a photo",
        "chart": "a chart or diagram",
        "table": "a table",
        "text": "a page of text",
        "drawing": "a drawing",
    },
    "de": {
        "photo": "ein Foto",
        "chart": "ein Diagramm",
        "table": "eine Tabelle",
        "text": "eine Textseite",
        "drawing": "eine Zeichnung",
    },
}
_COLOURS = {
    "white": "weiß",
    "black": "schwarz",
    "grey": "grau",
    "red": "rot",
    "orange": "orange",
    "yellow": "gelb",
    "green": "grün",
    "blue": "blau",
    "purple": "lila",
}


def description(reading: Reading) -> str:
    """In the language of the image's text, or in English if it has none. Its only full stop is the last character."""
    language, looks = language_of(reading.text), reading.looks
    kind = _KINDS[language][kind_of(reading)]
    colours = [name if language == "en" else _COLOURS[name] for name in looks.colours[:3]]
    words = ", ".join(_standing_out(reading.text, language))
    if language == "de":
        seen = f"wahrscheinlich {kind}, {looks.width} × {looks.height} Pixel, vor allem {' und '.join(colours)}"
        text = f"hervortretende Wörter: {words}" if words else ("wenig Text" if reading.text else "kein Text erkannt")
    else:
        seen = f"probably {kind}, {looks.width} × {looks.height} pixels, mostly {' and '.join(colours)}"
        text = f"words that stand out: {words}" if words else ("little text" if reading.text else "no text found")
    return f"{OPENING[language]} {seen}; {text}."


def warm() -> None:
    """Builds the stemmers."""
    _standing_out("warm", "en")
    _standing_out("warm", "de")


def is_described(text: str) -> bool:
    return bool(_DESCRIPTION.search(text))


def without_description(text: str) -> str:
    """The text without our own descriptions, which repeat its words and answer nothing."""
    return _DESCRIPTION.sub("", text)


def kind_of(reading: Reading) -> Kind:
    """A guess. Photos have soft tones everywhere, tables even rows of cells, charts short labels."""
    rows, looks = reading.rows, reading.looks
    letters = sum(len(cell) for row in rows for cell in row)
    if looks.smooth > 0.35 and looks.flat < 0.5 and letters < 400:
        return "photo"
    cells = Counter(len(row) for row in rows if len(row) > 1)
    if cells and (cells.most_common(1)[0][1] >= 3 or (_is_ruled(looks) and cells.total() >= 2)):
        numeric = sum(any(map(str.isdigit, cell)) for row in rows for cell in row)
        return "chart" if _is_vivid(looks) and not _is_ruled(looks) and 2 * numeric < letters / 8 else "table"
    if rows and letters / len(rows) >= 25:
        return "text"
    if any(cell.strip("%.,-+ ").isdigit() for row in rows for cell in row):
        return "chart"
    return "text" if letters > 60 and not _is_vivid(looks) else "drawing"


def _is_ruled(looks: Looks) -> bool:
    return looks.ruled_rows >= 3 and looks.ruled_columns >= 2


def _is_vivid(looks: Looks) -> bool:
    return bool(set(looks.colours) - {"white", "black", "grey"})


def _standing_out(text: str, language: Language) -> list[str]:
    """The most frequent meaningful words, each as first written."""
    first: dict[str, str] = {}
    count: Counter[str] = Counter()
    for word in _WORD.findall(text):
        for stem in stems(word, language):
            first.setdefault(stem, word)
            count[stem] += 1
    return [first[stem] for stem, _ in count.most_common(STANDING_OUT)]
