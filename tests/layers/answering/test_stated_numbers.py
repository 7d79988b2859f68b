"""Numbers of a sentence, looked for in its sources: the same number however it is written, and no other."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answering.stated_numbers import missing_numbers
from tests.support.project import CORPUS

_TABLE = "Net sales (dollars in millions)\n2025 2024\nHardware $ 40,665 $ 41,322\nServices 21,213 19,604\n"
_TABELLE = "Angaben in Tsd. EUR\n2025 2024\nUmsatz 1.250 1.180"

# Each pair is read both ways round: either is the sentence and the other its source.
_SAME = {
    "marks": [
        ("1,234.5 kg", "1.234,5 kg"),
        ("1.234.567 €", "EUR 1,234,567"),
        ("0,05", "0.05"),
        ("0,10 ppm", "0,1 ppm"),
        ("1.500 kg", "1,500 kg"),
        ("1'500 kg", "1 500 kg"),
        ("1\u202f500 kg", "1500 kg"),
        ("1\u00a0500", "1.500"),
        ("1 234,56 €", "1,234.56 EUR"),
        ("12 500 Einwohner", "12.500 Einwohner"),
        ("The total is 184 206.", "Total: 184,206"),
        ("５ kg", "5 kg"),
        ("10⁶", "10^6"),
        ("3 million cells", "3 × 10⁶ cells"),
        ("614 people¹", "614 people"),
    ],
    "units": [
        ("5 kg", "5kg"),
        ("5 KG", "5 kg"),
        ("1 l", "1 L"),
        ("5 °C", "5 ℃"),
        ("0,5 mg/m³", "0.5 mg/m3"),
        ("340 square metres", "340 m²"),
        ("340 qm", "340 m2"),
        ("5 mg per kg", "5 mg/kg"),
        ("100 km per hour", "100 km/h"),
        ("150 euros per day", "150 EUR pro Tag"),
        ("28 euros", "28 €/Tag"),
        ("CHF 28.50", "28,50 Franken"),
        ("7 working days", "7 Arbeitstage"),
        ("30-day period", "30-tägige Frist"),
        ("7,5 Prozent", "7.5 %"),
        ("5 per cent", "5 v. H."),
        ("5 EUR¹", "5 EUR"),
        ("184", "184 GWh"),
    ],
    "powers of ten": [
        ("3 Millionen", "3 Mio."),
        ("1.2 million EUR", "1,200,000 EUR"),
        ("TEUR 500", "500.000 EUR"),
        ("500 k€", "500 thousand euros"),
        ("$5M", "5 million dollars"),
        ("€5m", "5 Mio. €"),
        ("5 Mrd. €", "5 billion euros"),
    ],
    "words": [
        ("2 weeks", "two weeks"),
        ("zwei Wochen", "2 weeks"),
        ("a two-week notice", "zweiwöchige Frist"),
        ("twelve months", "zwölf Monate"),
        ("zweihundertfünfzig Euro", "two hundred and fifty euros"),
        ("zwölftausend", "12,000"),
        ("a hundred dollars", "$100"),
        ("two dozen", "24"),
        ("ein Dutzend", "12"),
        ("eine Woche", "one week"),
        ("fünf Prozent", "5 %"),
        ("twice a year", "zweimal jährlich"),
        ("the 5th floor", "fifth floor"),
        ("jede fünfte Charge", "every fifth batch"),
        ("Chapter IV", "Kapitel 4"),
    ],
    "fractions": [
        ("1½ hours", "1.5 h"),
        ("anderthalb Stunden", "1 1/2 h"),
        ("dreieinhalb Stunden", "three and a half hours"),
        ("¾", "three quarters"),
        ("zwei Drittel", "2/3"),
        ("half an hour", "eine halbe Stunde"),
    ],
    "ranges": [
        ("5 to 25 °C", "5–25°C"),
        ("5-25 °C", "5 bis 25 °C"),
        ("between 5 °C and 25 °C", "5 – 25 °C"),
        ("$5–10", "5 to 10 dollars"),
        ("5 or 6 weeks", "5–6 Wochen"),
        ("−5 to 25 °C", "-5 °C bis +25 °C"),
        ("5 × 10 cm", "5 x 10 cm"),
    ],
    "signs": [
        ("−5 °C", "-5 °C"),
        ("minus 5 °C", "–5 °C"),
        ("fünf Grad unter Null", "−5 °C"),
        ("minus five degrees", "5 degrees below zero"),
        ("Verlust von 8 %", "Veränderung: −8 %"),
        ("The price fell by 8 %", "change –8 %"),
        ("a loss of 1,234", "Result (1,234)"),
    ],
    "dates": [
        ("14. Dezember 2026", "2026-12-14"),
        ("December 14, 2026", "14.12.2026"),
        ("14th of December 2026", "14. Dez. 2026"),
        ("14.12.26", "2026/12/14"),
        ("3 April 2026", "4/3/2026"),
        ("25/12/2026", "12/25/2026"),
        ("April 1–3, 2026", "1. bis 3. April 2026"),
        ("1 April to 3 May 2026", "vom 1. April 2026 bis 3. Mai 2026"),
        ("20 November", "bis zum 20. November"),
        ("Februar 2027", "in February 2027"),
        ("2025/26", "2025/2026"),
        ("Q3 2026", "third quarter of 2026"),
        ("im 3. Quartal", "Q3"),
    ],
    "times": [
        ("11:15", "11.15 Uhr"),
        ("11:15 a.m.", "11 Uhr 15"),
        ("11h30", "11:30"),
        ("16:30 Uhr", "4:30 p.m."),
        ("from 4 to 5 PM", "16–17 Uhr"),
        ("8 Uhr", "8 AM"),
        ("8 a.m. to 5 p.m.", "8.00 – 17.00 Uhr"),
        ("open 24/7", "24/7"),
    ],
    "codes": [
        ("Nr. 50-00-0", "Formaldehyd 50‑00‑0"),
        ("Fehler E17", "error E17 again"),
        ("der E17-Fehler", "E17"),
        ("Bericht LW-2026-031", "LW-2026-031."),
        ("CO₂", "CO2"),
        ("version 1.10", "v. 1.10"),
    ],
}

# A sentence and a source that says it, but says more.
_STATED = [
    ("184 GWh", "Ellery Race | 184"),
    ("im Dezember 2026", "14.12.2026"),
    ("on 14 December", "14.12.2026"),
    ("2026", "am 14. Dezember 2026"),
    ("in 2026", "2025/26"),
    ("in mid-2026", "2026"),
    ("ISO 27001", "ISO/IEC 27001:2013"),
    ("1. Benzol hat 0,05 %", "Benzol 0,05 %"),
    ("2) Toluol", "Toluol"),
    ("**3.** Xylol", "Xylol"),
    ("Step 2: Press the button", "Press the button"),
    ("Schritt 3: Taste drücken", "Taste drücken"),
    ("one week", "within a week"),
    ("1,000,000", "nearly a million"),
    ("open 24/7", "rund um die Uhr geöffnet"),
    ("24 hours a day, 7 days a week", "support 24/7"),
    ("$40,665 million", _TABLE),
    ("$40.665 billion", _TABLE),
    ("Hardware: $ 40,665", _TABLE),
    ("Services: $21,213 million", _TABLE),
    ("1.250 Tsd. EUR", _TABELLE),
    ("1.25 million euros", _TABELLE),
    ("€1,250 thousand", "TEUR 2025 2024\nUmsatz 1.250 1.180"),
    ("€3.4 million", "(€ million) Profit 3.4"),
    ("3,4 Mio. €", "in Mio. €\nGewinn 3,4"),
    ("352,583 thousand dollars", "(In thousands, except number of shares)\nTotal assets $ 352,583"),
    ("Ein Satz ohne Zahlen.", ""),
    ("One of the first, and third parties", ""),
]

_DIFFERENT = {
    "values": [
        ("0,1 %", "0,01 %"),
        ("12", "112 1,2 120"),
        ("1.5", "15"),
        ("0.125", "125"),
        ("1,500 kg", "1,5 kg"),
        ("10²", "102"),
        ("1/4", "1 4"),
        ("3/4", "4/3"),
    ],
    "a piece of a number, or two glued": [
        ("345", "12 345 678"),
        ("678 €", "12 345 678 €"),
        ("184 206 GWh", "Ellery Race 184 206"),
        ("184,206", "Ellery Race | 184 | 206"),
        ("184206", "Ellery Race 184\t206"),
        ("184.206", "Ellery Race\n184\n206"),
    ],
    "signs": [("7 °C", "-7 °C"), ("7 °C", "–7 °C"), ("-7 °C", "7 °C"), ("fell to 7 %", "−7 %")],
    "units": [
        ("0,1 ppm", "0,1 %"),
        ("5 kg", "5 g"),
        ("5 m", "5 M"),
        ("5 MW", "5 mW"),
        ("5 Mbit", "5 MB"),
        ("5 kWh", "5 kW"),
        ("5 °F", "5 °C"),
        ("5 miles", "5 km"),
        ("100 km/h", "100 km"),
        ("5 mg/kg", "5 mg/l"),
        ("100 €", "100 $"),
        ("100 CHF", "EUR 100"),
        ("3 days", "three weeks"),
        ("30 Tage", "30-month"),
        ("5 working days", "5 days"),
        ("28 euros a day", "28 euros a week"),
        ("5 %", "5 Prozentpunkte"),
        ("5 %", "Section 5"),
        ("5 %", "5. Benzol"),
        ("5 months", "5 or 6 weeks"),
    ],
    "powers of ten": [
        ("3 Millionen", "3 Milliarden"),
        ("500 EUR", "TEUR 500"),
        ("500 EUR", "500 TEUR"),
        ("5 EUR", "5 Mio. EUR"),
        ("$40,665 billion", _TABLE),
        ("$40,665 thousand", _TABLE),
        ("€40,665 million", _TABLE),
    ],
    "words": [
        ("sechs Monate", "sieben Monate"),
        ("nine days", "8 days"),
        ("eine Woche", "zwei Wochen"),
        ("zwanzig", "zwölf"),
        ("der fünfte Tag", "der sechste Tag"),
        ("VII", "VIII"),
        ("24/7", "24 Tage, 7"),
    ],
    "dates and times": [
        ("15. Dezember 2026", "14. Dezember 2026 und 15"),
        ("14. Dezember 2026", "Dezember 2026"),
        ("14. November 2026", "14. Dezember 2026"),
        ("März 2026", "Februar 2026, 3"),
        ("7 June", "7 July 2026"),
        ("05/06/2026", "06/05/2026"),
        ("6 May 2026", "25/12/2026 and 05/06/2026"),
        ("2025/26", "2024/25"),
        ("Q3", "Q2 and 3"),
        ("10:30", "10:31"),
        ("11:15 p.m.", "11:15 a.m."),
        ("16:30", "4:30 a.m."),
        ("4 PM", "16 kg"),
    ],
    "codes": [
        ("17", "E17"),
        ("E17", "17"),
        ("E17", "E171"),
        ("50-00-0", "50 00 0"),
        ("LW-2026-031", "LW-2026-032"),
        ("1.2.3", "1.2.4"),
        ("version 2.30", "version 2.3"),
        ("Section 4.10", "Section 4.1"),
    ],
}


def _flat(cases: dict[str, list[tuple[str, str]]]) -> list[tuple[str, str]]:
    return [case for kind in cases.values() for case in kind]


@pytest.mark.parametrize(("one", "other"), _flat(_SAME))
def test_the_same_number_is_found_however_it_is_written(one: str, other: str) -> None:
    assert missing_numbers(one, [f"Davor {other} danach", "anderes"]) == []
    assert missing_numbers(other, [f"Davor {one} danach", "anderes"]) == []


@pytest.mark.parametrize(("sentence", "source"), _STATED)
def test_a_source_can_say_more_than_the_sentence(sentence: str, source: str) -> None:
    assert missing_numbers(sentence, [source]) == []


@pytest.mark.parametrize(("sentence", "source"), _flat(_DIFFERENT))
def test_another_number_is_missed(sentence: str, source: str) -> None:
    assert missing_numbers(sentence, [source])
    assert missing_numbers(f"Es sind {sentence}.", [source])


_LIMIT = "The limit for benzene is 0.1 % and applies from 2026."


@pytest.mark.parametrize(
    ("question", "sentence", "source"),
    [
        ("How many employees at the end of 1997?", "Amazon had 614 employees at the end of 1997.", "Employees: 614"),
        ("Wann kommen die 36 Gebinde?", "Die 36 Gebinde kommen am 14. Dezember 2026.", "Termin: 14.12.2026"),
        ("What were sales in Q3?", "Q3 sales were $81,797 million.", "(dollars in millions) Sales 81,797"),
        ("What does E17 mean?", "E17 means: wait 10 minutes.", "wait 10 minutes"),
        ("Was kosten 5 Tage?", "Fünf Tage kosten 20 EUR.", "Gebühr: 20 EUR"),
        ("Is the limit 5 %?", "No, the limit is not 5 % but 0.1 %.", _LIMIT),
        ("Ist der Grenzwert 5 %?", "Nein, er beträgt nicht 5 %, sondern 0,1 %.", _LIMIT),
    ],
)
def test_a_number_of_the_question_counts_beside_one_of_a_source(question: str, sentence: str, source: str) -> None:
    assert missing_numbers(sentence, [source])
    assert missing_numbers(sentence, [source], question) == []


@pytest.mark.parametrize(
    ("question", "sentence", "source"),
    [
        ("Is the limit 5 %?", "Yes, the limit is 5 %.", _LIMIT),
        ("Ist der Grenzwert 5 %?", "Ja, er beträgt fünf Prozent.", _LIMIT),
        ("Is the limit 5 %?", "Yes, the limit of 5 % applies from 2026.", _LIMIT),
        ("Is the limit 5 %?", "No, it is not 0.1 % but 5 %.", _LIMIT),
        ("Is it no more than 5 %?", "It is no more than 5 % from 2026.", _LIMIT),
        ("How many employees in 1997?", "In 1997 there were 614 employees.", "1996: 614 employees"),
        ("What does E17 mean?", "E17 means: wait 10 minutes.", "E18: wait 10 minutes"),
        ("Was kosten 5 Tage?", "5 Tage kosten 20 EUR.", "3 Tage: 20 EUR"),
        ("Is it due on 3 April?", "Yes, all 36 are due on 3 April.", "36 drums are due on 3 May 2026."),
    ],
)
def test_a_question_does_not_make_a_wrong_number_right(question: str, sentence: str, source: str) -> None:
    assert missing_numbers(sentence, [source], question)


@given(number=st.integers(1000, 10**12), decimals=st.integers(0, 99))
def test_english_and_german_thousands_are_the_same(number: int, decimals: int) -> None:
    english = f"{number:,}.{decimals:02}"
    german = english.translate(str.maketrans(",.", ".,"))
    for said, stated in ((english, german), (german, english), (f"{number}.{decimals:02}", german)):
        assert missing_numbers(f"It is {said} kg.", [f"Es sind {stated} kg."]) == []
    assert missing_numbers(f"It is {number + 1:,}.{decimals:02} kg.", [german])


_WRITTEN = (
    "1 5 12 345 2026 0,05 1.234 . , - – − ' / : ( ) % € $ EUR kg m °C to bis and Mio. million TEUR in two zwei zwölf "
    "hundred May 3. E17 Uhr PM first IV ½ ² \n | x not"
)
_PIECES = st.sampled_from(_WRITTEN.split(" "))
_NUMBERS = st.lists(st.tuples(_PIECES, st.sampled_from(["", " ", " "])), max_size=25).map(
    lambda pieces: "".join(piece + space for piece, space in pieces)
)


@given(text=st.one_of(st.text(max_size=80), _NUMBERS))
def test_every_text_states_its_own_numbers(text: str) -> None:
    assert missing_numbers(text, [text]) == []


@pytest.mark.parametrize("piece", ["a", "1", "\n", " ", "aa-", "1.", "tausend", "minus "])
def test_a_long_hostile_text_is_read_in_one_pass(piece: str) -> None:
    """In quadratic time each of them would take minutes."""
    text = "x1-" + piece * (100_000 // len(piece))
    assert missing_numbers("77 kg", [text])


def test_cases_from_public_reports_are_told_apart() -> None:
    path = CORPUS / "reports" / "figures.json"
    if not path.exists():
        pytest.skip("the corpus is not here")
    cases = json.loads(path.read_text())
    stated = [place for place, case in enumerate(cases) if not missing_numbers(case["sentence"], [case["passage"]])]
    assert stated == [2, 4, 5, 6, 7, 8, 9]
