"""Numbers of a sentence, looked for in its sources: the same number however it is written, and no other."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answering.stated_numbers import missing_numbers


@pytest.mark.parametrize(
    ("sentence", "source"),
    [
        ("0,1 %", "0.1 percent"),
        ("7,5 Prozent", "7,5 %"),
        ("0,10 ppm", "0,1 ppm"),
        ("1,234.5 kg", "1.234,5 kg"),
        ("1.234.567 €", "EUR 1,234,567"),
        ("12.500 kg", "12 500 kg"),
        ("5 bis 25 °C", "5–25°C"),
        ("5-25 °C", "5 bis 25 °C"),
        ("5 kg", "5kg"),
        ("184 GWh", "Ellery Race | 184"),
        ("184", "184 GWh"),
        ("0,5 mg/m³", "0.5 mg/m3"),
        ("14. Dezember 2026", "2026-12-14"),
        ("December 14, 2026", "14.12.2026"),
        ("14th of December 2026", "14. Dez. 2026"),
        ("Februar 2027", "in February 2027"),
        ("im Dezember 2026", "14.12.2026"),
        ("2026", "am 14. Dezember 2026"),
        ("Nr. 50-00-0", "Formaldehyd 50‑00‑0"),
        ("Fehler E17", "error E17 again"),
        ("CO₂", "CO2"),
        ("um 10:30 Uhr", "10:30"),
        ("1. Benzol hat 0,05 %", "Benzol 0,05 %"),
        ("2) Toluol", "Toluol"),
        ("Es sind 3 Millionen", "3 Mio."),
        ("Ein Satz ohne Zahlen.", ""),
    ],
)
def test_the_same_number_is_found_however_it_is_written(sentence: str, source: str) -> None:
    assert missing_numbers(sentence, [f"Davor {source} danach", "anderes"]) == []


@pytest.mark.parametrize(
    ("sentence", "source"),
    [
        ("0,1 ppm", "0,1 %"),
        ("0,1 %", "0,01 %"),
        ("0,4 %", "0,3 %"),
        ("17", "E17"),
        ("E17", "17"),
        ("12", "112 1,2 120"),
        ("1.5", "15"),
        ("0.125", "125"),
        ("50-00-0", "50 00 0"),
        ("75-09-2", "75-09-3"),
        ("15. Dezember 2026", "14. Dezember 2026 und 15"),
        ("14. Dezember 2026", "Dezember 2026"),
        ("14. November 2026", "14. Dezember 2026"),
        ("März 2026", "Februar 2026, 3"),
        ("5 bis 30 °C", "5 bis 25 °C"),
        ("1.2.3", "1.2.4"),
        ("10:30", "10:31"),
        ("5 kg", "5 g"),
        ("3 Millionen", "3 Milliarden"),
        ("100 €", "100 $"),
    ],
)
def test_another_number_is_missed(sentence: str, source: str) -> None:
    assert missing_numbers(f"Es sind {sentence}.", [f"Davor {source} danach"])


@given(number=st.integers(1000, 10**12), decimals=st.integers(0, 99))
def test_english_and_german_thousands_are_the_same(number: int, decimals: int) -> None:
    english = f"{number:,}.{decimals:02}"
    german = english.translate(str.maketrans(",.", ".,"))
    for said, stated in ((english, german), (german, english), (f"{number}.{decimals:02}", german)):
        assert missing_numbers(f"It is {said} kg.", [f"Es sind {stated} kg."]) == []
    assert missing_numbers(f"It is {number + 1:,}.{decimals:02} kg.", [german])


@given(text=st.text(max_size=80))
def test_every_text_states_its_own_numbers(text: str) -> None:
    assert missing_numbers(text, [text]) == []
