"""The private data that the local guardrail finds in German and English, and what it leaves alone."""

import json
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from local.bedrock.guardrail_policies import masked
from local.bedrock.private_data import find_private_data
from tests.support.project import CORPUS


def found(text: str) -> set[tuple[str, str]]:
    return {(finding.type, finding.match) for finding in find_private_data(text)}


@pytest.mark.parametrize(
    ("text", "type", "match"),
    [
        ("Name: Erika Beispiel", "NAME", "Erika Beispiel"),
        ("Name:\nErika Beispiel\nTel.", "NAME", "Erika Beispiel"),
        ("Ansprechpartnerin: Sabine Ötztürk", "NAME", "Sabine Ötztürk"),
        ("Bitte an Frau Dr. Grünwald wenden.", "NAME", "Grünwald"),
        ("my name is David Johnson and I live in Maine", "NAME", "David Johnson"),
        ("Gestern sprach Hans-Peter von Bülow im Rat.", "NAME", "Hans-Peter von Bülow"),
        ('{"first_name": "Janet", "x": 1}', "NAME", "Janet"),
        ("Ask Doctor Grünwald or Professor Öztürk.", "NAME", "Grünwald"),
        ("MS. GRÜNWALD and Ms Janssen", "NAME", "GRÜNWALD"),
        ("Frau\nGrünwald", "NAME", "Grünwald"),
        ("Sig.ra Rossetti, Sig. Öztürk", "NAME", "Öztürk"),
        ("North\nFrancis Miller", "NAME", "Francis Miller"),
        ("E-Mail erika.beispiel@example.com", "EMAIL", "erika.beispiel@example.com"),
        ("E-Mail\njürgen@müller.de", "EMAIL", "jürgen@müller.de"),
        ("Phone: +49 30 23125 104", "PHONE", "+49 30 23125 104"),
        ("Tel.\n(030) 23125-104", "PHONE", "(030) 23125-104"),
        ("Rufen Sie 030 23125104 an.", "PHONE", "030 23125104"),
        ("or (212) 555-1234 after six", "PHONE", "(212) 555-1234"),
        ("Gerbergasse 3, 00123 Auenstadt", "ADDRESS", "Gerbergasse 3, 00123 Auenstadt"),
        ("Am Alten Kanal 18\n00124 Niederauen", "ADDRESS", "Am Alten Kanal 18\n00124 Niederauen"),
        ("at 7557 Alder Lane, Fairview, GA 37257.", "ADDRESS", "7557 Alder Lane, Fairview, GA 37257"),
        ("She is 40 years old.", "AGE", "40 years"),
        ("Er ist 42 Jahre alt.", "AGE", "42 Jahre"),
        ("see https://example.com/a?b=c.", "URL", "https://example.com/a?b=c"),
        ("from 192.0.2.10", "IP_ADDRESS", "192.0.2.10"),
        ("from 2001:db8::1", "IP_ADDRESS", "2001:db8::1"),
        ("eth0 00:1B:44:11:3A:B7", "MAC_ADDRESS", "00:1B:44:11:3A:B7"),
        ("4111 1111 1111 1111", "CREDIT_DEBIT_CARD_NUMBER", "4111 1111 1111 1111"),
        ("Karte 378282246310005, CVV: 123", "CREDIT_DEBIT_CARD_CVV", "123"),
        ("gültig bis 01/27", "CREDIT_DEBIT_CARD_EXPIRY", "01/27"),
        ("PIN: 4711", "PIN", "4711"),
        (
            "DE89 3704 0044 0532 0130 00 BIC",
            "INTERNATIONAL_BANK_ACCOUNT_NUMBER",
            "DE89 3704 0044 0532 0130 00",
        ),
        ("BIC: COBADEFFXXX", "SWIFT_CODE", "COBADEFFXXX"),
        ("Kontonummer 532013000", "US_BANK_ACCOUNT_NUMBER", "532013000"),
        ("routing number: 021000021", "US_BANK_ROUTING_NUMBER", "021000021"),
        ("SSN 078051120", "US_SOCIAL_SECURITY_NUMBER", "078051120"),
        ("900-70-1234", "US_INDIVIDUAL_TAX_IDENTIFICATION_NUMBER", "900-70-1234"),
        ("Passport: 191280342", "US_PASSPORT_NUMBER", "191280342"),
        ("Führerschein-Nr. B072RRE2I55", "DRIVER_ID", "B072RRE2I55"),
        ("Kennzeichen B-MW 1234", "LICENSE_PLATE", "B-MW 1234"),
        ("1HGCM82633A004352", "VEHICLE_IDENTIFICATION_NUMBER", "1HGCM82633A004352"),
        ("FIN: WVWZZZ1JZXW000001", "VEHICLE_IDENTIFICATION_NUMBER", "WVWZZZ1JZXW000001"),
        ("social insurance number 046 454 286", "CA_SOCIAL_INSURANCE_NUMBER", "046 454 286"),
        ("health card: 1234-567-897", "CA_HEALTH_NUMBER", "1234-567-897"),
        ("943 476 5919", "UK_NATIONAL_HEALTH_SERVICE_NUMBER", "943 476 5919"),
        ("AB 12 34 56 C", "UK_NATIONAL_INSURANCE_NUMBER", "AB 12 34 56 C"),
        ("UTR: 1234567890", "UK_UNIQUE_TAXPAYER_REFERENCE_NUMBER", "1234567890"),
        ("AKIAIOSFODNN7EXAMPLE", "AWS_ACCESS_KEY", "AKIAIOSFODNN7EXAMPLE"),
        (
            "secret_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
            "AWS_SECRET_KEY",
            "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        ),
        ("Passwort: sonnenblume", "PASSWORD", "sonnenblume"),
        ("Benutzername: ebeispiel", "USERNAME", "ebeispiel"),
    ],
)
def test_private_data_is_found_as_forms_and_letters_write_it(text: str, type: str, match: str) -> None:
    assert (type, match) in found(text)


@pytest.mark.parametrize(
    "text",
    [
        "Formaldehyd 50-00-0 0,1 % jede Charge\nBlei 7439-92-1 0,009 %",
        "Stand 03.11.2026, gültig ab 2026-11-03 12:30, Seite 3 von 12",
        "Bericht LW-2026-031 ersetzt LW-2025-027 (DIN EN ISO 9001:2015, §§ 12, 14)",
        "EAN 4006381333931, Charge 20261103-0047, Bestellung 4711-88",
        "Energy delivered in GWh: 184, 131, 97 and 118. Total 1.234.567,89 EUR",
        "Passwort vergessen? Use the password reset.",
        "During 1972 the company grew. Der Arbeitsplatz 12 bleibt leer.",
        "Boiler model: Brightwater Kestrel 24. Product name: Kestrel",
        "Version 1.28.0.1234 was released in May.",
        "Der Mai war kalt, der August warm. Mark my words: hope and grace.",
        "Wayne Enterprises GmbH und Peter Müller AG",
    ],
)
def test_what_is_not_private_is_left_alone(text: str) -> None:
    assert found(text) == set()


# Numbers and addresses as other countries, and other keyboards, write them.


@pytest.mark.parametrize(
    ("text", "type", "match"),
    [
        ("Appelez le 04-78-37-12-34 demain", "PHONE", "04-78-37-12-34"),
        ("Mon mobile : 06.98.71.22.40", "PHONE", "06.98.71.22.40"),
        ("Zentrale 031/322 21 11", "PHONE", "031/322 21 11"),
        ("Tél. 022/738'12'34", "PHONE", "022/738'12'34"),
        ("Natel: 076 345 67 81", "PHONE", "076 345 67 81"),
        ("+41 (0)31 322 21 11", "PHONE", "+41 (0)31 322 21 11"),
        ("Mobil 0699 12345678", "PHONE", "0699 12345678"),
        ("Wien 01 58858-0", "PHONE", "01 58858-0"),
        ("Roma 06 6982 1234", "PHONE", "06 6982 1234"),
        ("Cell. 347 123 4567", "PHONE", "347 123 4567"),
        ("Rufen Sie 030\u202f901820 an", "PHONE", "030\u202f901820"),
        ("AT61-1904-3002-3457-3201", "INTERNATIONAL_BANK_ACCOUNT_NUMBER", "AT61-1904-3002-3457-3201"),
        ("CH93.0076.2011.6238.5295.7", "INTERNATIONAL_BANK_ACCOUNT_NUMBER", "CH93.0076.2011.6238.5295.7"),
        ("es91 2100 0418 4502 0005 1332", "INTERNATIONAL_BANK_ACCOUNT_NUMBER", "es91 2100 0418 4502 0005 1332"),
        (
            "IT60 X054 2811\n1010 0000 0123 456 bitte",
            "INTERNATIONAL_BANK_ACCOUNT_NUMBER",
            "IT60 X054 2811\n1010 0000 0123 456",
        ),
        ("4111.1111.1111.1111", "CREDIT_DEBIT_CARD_NUMBER", "4111.1111.1111.1111"),
        ("5500/0000/0000/0004", "CREDIT_DEBIT_CARD_NUMBER", "5500/0000/0000/0004"),
        ("4111 1111 1111 1111 12/27", "CREDIT_DEBIT_CARD_NUMBER", "4111 1111 1111 1111"),
        ("Visa 4111\n1111  1111\t1111", "CREDIT_DEBIT_CARD_NUMBER", "4111\n1111  1111\t1111"),
        ("５５００ ００００ ００００ ０００４", "CREDIT_DEBIT_CARD_NUMBER", "５５００ ００００ ００００ ０００４"),
        ("Mot de passe : Hiver1999!", "PASSWORD", "Hiver1999"),
        ("Contraseña: Verano1999", "PASSWORD", "Verano1999"),
        ("User\tPassword\nroot\tT0psecret", "PASSWORD", "T0psecret"),
        ("| Konto | Kennwort |\n|---|---|\n| root | geheim |", "PASSWORD", "geheim"),
        ("3 place de la Bourse, 69002 Lyon", "ADDRESS", "3 place de la Bourse, 69002 Lyon"),
        ("14 rue d'Alésia, 75014 Paris", "ADDRESS", "14 rue d'Alésia, 75014 Paris"),
        ("Route de Berne 12, 1010 Lausanne", "ADDRESS", "Route de Berne 12, 1010 Lausanne"),
        ("Via Giuseppe Verdi 5, 20121 Milano", "ADDRESS", "Via Giuseppe Verdi 5, 20121 Milano"),
        ("Calle de Alcalá 50, 28014 Madrid", "ADDRESS", "Calle de Alcalá 50, 28014 Madrid"),
        ("Lindenstr.7, 10969 Berlin", "ADDRESS", "Lindenstr.7, 10969 Berlin"),
        ("Frau Ju\u0308rgens", "NAME", "Ju\u0308rgens"),
        ("Ｎａｍｅ：　Ｅｒｉｋａ Ｂｅｉｓｐｉｅｌ", "NAME", "Ｅｒｉｋａ Ｂｅｉｓｐｉｅｌ"),
        ("Получатель: Анна Смирнова", "NAME", "Анна Смирнова"),
        ("Monsieur Étienne Moreau", "NAME", "Étienne Moreau"),
        ("anna\u200b@example.com", "EMAIL", "anna\u200b@example.com"),
        ("anna\uff20example.com", "EMAIL", "anna\uff20example.com"),
        ("SSN 078\u201105\u20111120", "US_SOCIAL_SECURITY_NUMBER", "078\u201105\u20111120"),
    ],
)
def test_private_data_is_found_as_others_write_it(text: str, type: str, match: str) -> None:
    assert (type, match) in found(text)


@pytest.mark.parametrize(
    "text",
    [
        "Debitoren 2021 2022 2023 2024",
        "Karte 2021 2022 2023 2024",
        "Kreditrahmen 500 000 600 000 700 000",
        "Masterdaten 120 130 140 150",
        "Speicherkarte 100200300400500",
        "Seriennummer 352099001761481",
        "Woche 01 02 03 04 05",
        "Messwerte 4530\n1200\n3400\n2300",
        "CHF 4'111'111'111'111'111",
        "Stecker X1, Pin 1001 GND",
        "PIN 1000 des Steckers",
        "Pin 4711 mA",
        "Part-No. 0800-123-4567",
        "P/N 212-555-1234",
        "Bestellnummer 06 12 34 56 78",
        "Passwort: siehe Handbuch Seite 3",
        "Mot de passe : au moins 12 caractères",
        "Passwort muss 12 Zeichen haben",
        "Kapitel 4.2.1.3, Firmware 10.7.31.9",
        "Handle: brass, polished",
        "Passport ISO9001",
        "Konto 4400 Erlöse",
        "Via E-Mail an 5 Kunden. The place of order 5. Cours 12 du semestre.",
        "Werk Victoria",
        "Discuss it with your doctor. Kestrel Health pays, and Kestrel Health decides.",
        "Prescribed by a doctor.\nExceptions\nWhile Kestrel Health Plus pays",
        "as ordered by the Doctor\nCoverage of X-rays",
        "Job Summary\nJOB DESCRIPTION: proficiency in MS Office and MS Excel",
        "Es ist zuläs-\nsig. Die Aufsicht ist zulässig.",
        "Earnings Per Share\nThe Server Edit Forum",
        "What do I do if I'm Outside Washington?",
        "San Francisco, North Carolina and Santa Clara County",
    ],
)
def test_what_only_looks_private_is_left_alone(text: str) -> None:
    assert found(text) == set()


@pytest.mark.skipif(not (CORPUS / "reports").exists(), reason="the corpus is not here")
def test_texts_from_reports_are_masked_and_keep_what_is_not_private() -> None:
    wrong: list[str] = []
    for case in json.loads((CORPUS / "reports" / "masking.json").read_text("utf-8")):
        findings = [(finding.type, finding.start, finding.end) for finding in find_private_data(case["text"])]
        left = masked(case["text"], findings)
        wrong += [case["id"] for word in case["must_not_be_left"] if word in left]
        wrong += [case["id"] for word in case["must_stay"] if word not in left]
    assert wrong == []


def test_a_card_number_with_a_wrong_check_digit_counts_only_where_a_card_is_named() -> None:
    assert found("Auftrag 4111 1111 1111 1112") == set()
    assert ("CREDIT_DEBIT_CARD_NUMBER", "4111 1111 1111 1112") in found("Kreditkarte 4111 1111 1111 1112")


def test_a_surname_is_found_again_after_the_full_name() -> None:
    matches = [finding.match for finding in find_private_data("Erika Mustermann kam. Später ging Mustermann.")]
    assert matches == ["Erika Mustermann", "Mustermann"]


def test_the_longer_finding_wins_and_nothing_overlaps() -> None:
    findings = find_private_data("https://example.com/?mail=erika@example.com")
    assert [finding.type for finding in findings] == ["URL"]
    assert [f.type for f in find_private_data("https://example.com/?mail=erika@example.com", {"EMAIL"})] == ["EMAIL"]


def test_a_masked_text_is_not_masked_again() -> None:
    assert found("Name: {NAME}\nTel. {PHONE}\nPasswort: {PASSWORD}\nE-Mail: {EMAIL}") == set()


@settings(max_examples=150)
@given(st.text(max_size=400))
def test_any_text_is_searched_without_an_error(text: str) -> None:
    position = 0
    for finding in find_private_data(text):
        assert position <= finding.start < finding.end <= len(text)
        assert finding.match == text[finding.start : finding.end]
        position = finding.end


@pytest.mark.parametrize(
    "piece",
    [
        "A",
        "a.",
        "Aa ",
        "1 ",
        "1-",
        "@a",
        "Name:\n",
        "A.A.",
        "Herr ",
        "0:",
        "+1 (",
        "Aa\n",
        "von Aa ",
        "\n",
        "Straße ",
    ],
)
def test_no_text_makes_it_slow(piece: str) -> None:
    text = piece * (25_000 // len(piece))
    begun = time.process_time()
    find_private_data(text)
    assert time.process_time() - begun < 3


def test_it_finds_what_the_corpus_annotates() -> None:
    if not (CORPUS / "pii").is_dir():
        pytest.skip("the corpus is not here")
    from benchmarks.private_data import run

    results = run(CORPUS, Path("samples"), quick=True)
    for corpus in ("pii-anon (en)", "pii-anon (de)"):
        for type, figures in results[corpus].items():
            assert figures["covered"] > 0.95, (corpus, type)
    assert results["presidio-research (en)"]["NAME"]["precision"] > 0.8
