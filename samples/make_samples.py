"""Write Docent's sample documents into this folder, the same bytes every time.

Everything in them is invented. The important facts are in images, outside any text layer:
`questions.json` says which questions only an image can answer.
"""

import io
import random
from pathlib import Path

import pymupdf
from PIL import Image, ImageDraw, ImageFilter, ImageFont

FOLDER = Path(__file__).parent
A4 = pymupdf.paper_rect("a4")
MARGIN = 64
INK = (33, 43, 54)
TEAL = (0, 112, 122)
PALE = (236, 244, 245)
LINE = (190, 204, 208)

STYLE = """
* { font-family: sans-serif; }
body { font-size: 10.5pt; line-height: 1.45; color: #212b36; }
h1 { font-size: 19pt; color: #00707a; margin: 0 0 4pt 0; }
h2 { font-size: 12.5pt; color: #00707a; margin: 14pt 0 3pt 0; }
p { margin: 0 0 7pt 0; }
.small { font-size: 8.5pt; color: #5c6b75; }
"""


def main(folder: Path = FOLDER) -> None:
    for name, make in DOCUMENTS.items():
        document = make()
        document.subset_fonts()
        (folder / name).write_bytes(document.tobytes(garbage=4, deflate=True, deflate_fonts=True, no_new_id=True))


def chemical_compliance() -> pymupdf.Document:
    """German, three pages; the limit values exist only in the image on page 2."""
    document = new_document("Chemikalien-Konformität Auenlack 7", "de")
    prose_page(
        document,
        """<h1>Chemikalien-Konformität</h1>
        <p class="small">Auenlack 7 · Bericht LW-2026-031 · Lindwurm Oberflächen GmbH (erfunden)</p>
        <h2>1 Geltungsbereich</h2>
        <p>Dieser Bericht gilt für die Lackserie Auenlack 7 in allen Farbtönen und Gebindegrößen. Er richtet
        sich an Einkauf, Qualitätssicherung und Arbeitsschutz unserer Kunden und beschreibt, welche
        Stoffe wir in Rohstoffen und im fertigen Lack begrenzen und wie wir die Einhaltung prüfen.</p>
        <h2>2 Grundlagen</h2>
        <p>Für jeden Rohstoff liegt eine Erklärung des Lieferanten vor. Zusätzlich untersucht ein unabhängiges
        Labor in Auenstadt jede fünfte Charge. Die Grenzwerte unserer Hausnorm sind gleich streng wie die
        gesetzlichen Vorgaben oder strenger; gemessen wird in Massenprozent des gebrauchsfertigen Lacks.</p>
        <h2>3 Verantwortung</h2>
        <p>Die Abteilung Produktsicherheit pflegt die Liste der begrenzten Stoffe und überprüft sie zweimal im
        Jahr, jeweils im April und im Oktober. Änderungen werden den Kunden spätestens vier Wochen vor
        ihrem Inkrafttreten schriftlich mitgeteilt.</p>
        <h2>4 Lagerung</h2>
        <p>Gebinde sind aufrecht, trocken und frostfrei bei 5 bis 25 °C zu lagern. Angebrochene Gebinde sind
        dicht zu verschließen und innerhalb von sechs Wochen zu verbrauchen.</p>""",
    )
    second = prose_page(
        document,
        """<h2>5 Begrenzte Stoffe</h2>
        <p>Die folgende Übersicht nennt die begrenzten Stoffe mit ihrer CAS-Nummer, dem höchsten zulässigen
        Gehalt und der Prüfhäufigkeit. Sie ist der geprüften Hausnorm als Bild entnommen.</p>""",
    )
    second.insert_image(pymupdf.Rect(MARGIN, 158, A4.width - MARGIN, 408), pixmap=pixmap_of(limit_value_table()))
    prose(
        second,
        """<p class="small">Tabelle 1: Grenzwerte der Hausnorm, Stand Oktober 2026</p>
        <p>Ein Stoff gilt als eingehalten, wenn der Mittelwert dreier Messungen unter dem Grenzwert liegt und
        keine Einzelmessung ihn um mehr als ein Zehntel überschreitet. Andernfalls wird die Charge gesperrt
        und der Kunde innerhalb von zwei Arbeitstagen benachrichtigt.</p>""",
        top=416,
    )
    prose_page(
        document,
        """<h2>6 Prüfverfahren</h2>
        <p>Flüchtige Stoffe werden gaschromatografisch bestimmt, Metalle nach Aufschluss mit Königswasser.
        Rückstellmuster jeder Charge bewahren wir fünf Jahre lang auf.</p>
        <h2>7 Ergebnis</h2>
        <p>Alle im Berichtszeitraum untersuchten 48 Chargen haben die Hausnorm eingehalten. Eine Charge wurde
        vorsorglich ein zweites Mal gemessen, weil ihr Gebinde beim Transport beschädigt worden war.</p>
        <h2>8 Freigabe</h2>
        <p>Der Bericht ist ohne Unterschrift gültig und ersetzt die Fassung LW-2025-027. Die nächste Ausgabe
        erscheint im Oktober 2027.</p>""",
    )
    for number, page in enumerate(document.pages(), start=1):
        footer(page, f"Lindwurm Oberflächen GmbH · LW-2026-031 · Seite {number} von 3")
    return document


def limit_value_table() -> Image.Image:
    header = ("Stoff", "CAS-Nr.", "Grenzwert", "Prüfung")
    rows = (
        ("Formaldehyd", "50-00-0", "0,1 %", "jede Charge"),
        ("Benzol", "71-43-2", "0,05 %", "jede Charge"),
        ("Toluol", "108-88-3", "0,3 %", "vierteljährlich"),
        ("Methanol", "67-56-1", "0,6 %", "vierteljährlich"),
        ("Dichlormethan", "75-09-2", "0,02 %", "halbjährlich"),
        ("Blei und Bleiverbindungen", "7439-92-1", "0,009 %", "jährlich"),
        ("Cadmium", "7440-43-9", "0,004 %", "jährlich"),
        ("Chromsäure, wasserlöslich", "7738-94-5", "0,0003 %", "jede Charge"),
        ("Weichmacher DEHP", "117-81-7", "0,08 %", "jährlich"),
    )
    columns, height = (30, 500, 740, 960), 66
    image = Image.new("RGB", (1240, height * (len(rows) + 1) + 2), "white")
    draw = ImageDraw.Draw(image)
    for index, row in enumerate((header, *rows)):
        top = index * height
        fill = TEAL if index == 0 else PALE if index % 2 == 0 else "white"
        draw.rectangle((0, top, 1239, top + height), fill=fill, outline=LINE)
        for left, text in zip(columns, row, strict=True):
            font = typeface("hebo" if index == 0 else "helv", 30)
            draw.text((left, top + height / 2), text, font=font, fill="white" if index == 0 else INK, anchor="lm")
    return image


def quarterly_report() -> pymupdf.Document:
    """English, three pages with one logo; a bar chart as an image (page 2) and one as a drawing (page 3)."""
    document = new_document("Harrow Tidal quarterly report", "en")
    prose_page(
        document,
        """<h1>Quarterly report</h1>
        <p class="small">Harrow Tidal plc (invented) · third quarter of 2026</p>
        <h2>Summary</h2>
        <p>The third quarter was the calmest of the year at sea and the busiest in our yards. Two tidal arrays
        went into service ahead of plan, and the maintenance fleet was enlarged by one vessel.</p>
        <p>Demand for electricity from tides grew in every region we serve. Availability of the turbines was
        96.4 percent, a little above the target of 96 percent, because the new bearings last longer than
        the ones they replace.</p>
        <h2>People</h2>
        <p>At the end of September 412 people worked for the company, nineteen more than three months before.
        The apprentice workshop in Port Ellery took on its first eight apprentices.</p>
        <h2>Outlook</h2>
        <p>The board expects the fourth quarter to be shaped by the winter storms. The array at Skerry Sound
        will be connected to the grid in February 2027, subject to the harbour authority's consent.</p>""",
    )
    second = prose_page(
        document,
        """<h2>Energy delivered</h2>
        <p>The chart shows how much energy each of our four arrays fed into the grid during the quarter. The
        differences follow from the number of turbines and from the strength of the local currents.</p>""",
    )
    second.insert_image(pymupdf.Rect(MARGIN, 158, A4.width - MARGIN, 430), pixmap=pixmap_of(energy_chart()))
    prose(
        second,
        """<p class="small">Figure 1: energy by array, third quarter of 2026</p>
        <p>The youngest array was switched off for nine days while its cable was moved. Without this pause it
        would have come second.</p>""",
        top=440,
    )
    third = prose_page(
        document,
        """<h2>Operating cost</h2>
        <p>Cost rose with the size of the fleet until the spring and has been falling since. Figure 2 is a
        drawing: its labels can be searched like any other text of this report.</p>""",
    )
    draw_cost_chart(third, pymupdf.Rect(MARGIN, 158, A4.width - MARGIN, 398))
    prose(third, '<p class="small">Figure 2: operating cost by quarter, million pounds</p>', top=412)
    logo = pixmap_of(tidal_logo())
    for number, page in enumerate(document.pages(), start=1):
        page.insert_image(pymupdf.Rect(A4.width - MARGIN - 112, 34, A4.width - MARGIN, 66), pixmap=logo)
        footer(page, f"Harrow Tidal plc · Q3 2026 · page {number} of 3")
    return document


def energy_chart() -> Image.Image:
    values = {"Ellery Race": 184, "Morwen Deep": 131, "Gannet Bay": 97, "Thole Strait": 118}
    image = Image.new("RGB", (1240, 720), "white")
    draw = ImageDraw.Draw(image)
    draw.text((620, 46), "Energy delivered in GWh", font=typeface("hebo", 38), fill=INK, anchor="mm")
    base, scale = 260, 4.3
    for step in range(0, 201, 50):
        x = base + step * scale
        draw.line((x, 100, x, 640), fill=INK if step == 0 else LINE, width=3 if step == 0 else 2)
        draw.text((x, 670), str(step), font=typeface("helv", 26), fill=INK, anchor="mm")
    for index, (name, value) in enumerate(values.items()):
        top = 120 + index * 130
        right = base + value * scale
        draw.rectangle((base + 2, top, right, top + 90), fill=TEAL if index % 2 == 0 else (226, 140, 60))
        draw.text((right - 20, top + 45), str(value), font=typeface("hebo", 36), fill="white", anchor="rm")
        draw.text((base - 24, top + 45), name, font=typeface("helv", 34), fill=INK, anchor="rm")
    return image


def draw_cost_chart(page: pymupdf.Page, area: pymupdf.Rect) -> None:
    values = {"Q4 2025": 21.7, "Q1 2026": 24.9, "Q2 2026": 23.2, "Q3 2026": 20.8}
    base, scale = area.y1 - 30, (area.height - 60) / 25
    shape = page.new_shape()
    for step in range(0, 26, 5):
        y = base - step * scale
        shape.draw_line((area.x0 + 24, y), (area.x1, y))
        shape.insert_text((area.x0, y + 3), str(step), fontsize=8, color=tint(INK))
    shape.finish(color=tint(LINE), width=0.7)
    width = (area.width - 24) / len(values)
    for index, (name, value) in enumerate(values.items()):
        bar = pymupdf.Rect(area.x0 + 24 + width * (index + 0.2), base - value * scale, 0, base)
        bar.x1 = bar.x0 + width * 0.6
        shape.draw_rect(bar)
        shape.finish(fill=tint(TEAL), color=None)
        shape.insert_text((bar.x0 + bar.width / 2 - 9, bar.y0 - 5), f"{value}", fontsize=9, color=tint(INK))
        shape.insert_text((bar.x0 + bar.width / 2 - 18, base + 16), name, fontsize=9, color=tint(INK))
    shape.commit()


def tidal_logo() -> Image.Image:
    image = Image.new("RGB", (420, 120), "white")
    draw = ImageDraw.Draw(image)
    draw.ellipse((6, 6, 114, 114), fill=TEAL)
    for offset in (0, 26, 52):
        draw.arc((20, 30 + offset, 60, 58 + offset), 180, 360, fill="white", width=7)
        draw.arc((56, 30 + offset, 96, 58 + offset), 0, 180, fill="white", width=7)
    draw.text((134, 42), "HARROW", font=typeface("hebo", 46), fill=INK, anchor="lm")
    draw.text((134, 88), "T I D A L", font=typeface("helv", 40), fill=TEAL, anchor="lm")
    return image


def scanned_letter() -> pymupdf.Document:
    """German, one page: a grey JPEG like one of an office scanner, 150 dpi, slightly skewed and noisy."""
    lines = (
        "Lindwurm Oberflächen GmbH (erfunden)",
        "Gerbergasse 3, 00123 Auenstadt",
        "",
        "Möbelwerkstatt Silberpappel",
        "Am Alten Kanal 18",
        "00124 Niederauen",
        "",
        "Auenstadt, den 3. November 2026",
        "",
        "Neuer Liefertermin für Ihre Bestellung 4711-88",
        "",
        "Sehr geehrte Damen und Herren,",
        "",
        "leider verzögert sich die Lieferung des Lacks Auenlack 7 im Farbton",
        "Moosgrün, weil eine Mischanlage überholt werden muss. Wir liefern die",
        "bestellten 36 Gebinde nun am 14. Dezember 2026 frei Haus.",
        "",
        "Als Ausgleich gewähren wir Ihnen einen Nachlass von 7,5 Prozent auf den",
        "Rechnungsbetrag. Die Zahlungsfrist beginnt erst mit der Lieferung.",
        "",
        "Bitte teilen Sie uns bis zum 20. November mit, ob Ihnen der neue Termin",
        "recht ist. Für die Verzögerung bitten wir um Entschuldigung.",
        "",
        "Mit freundlichen Grüßen",
        "",
        "Ihre Auftragsabwicklung",
    )
    scan = Image.new("L", (1240, 1754), 247)
    draw = ImageDraw.Draw(scan)
    for index, line in enumerate(lines):
        face = "tibo" if line.startswith("Neuer Liefertermin") else "tiro"
        draw.text((150, 170 + index * 48), line, font=typeface(face, 30), fill=48)
    scan = scan.rotate(0.6, Image.Resampling.BICUBIC, fillcolor=247).filter(ImageFilter.GaussianBlur(0.6))
    grain = Image.frombytes("L", scan.size, random.Random(7).randbytes(scan.width * scan.height))
    scan = Image.blend(scan, grain.filter(ImageFilter.GaussianBlur(1.2)), 0.10)
    encoded = io.BytesIO()
    scan.save(encoded, "JPEG", quality=55, dpi=(150, 150))
    document = new_document("Scan 2026-11-03", "de")
    document.new_page(width=A4.width, height=A4.height).insert_image(A4, stream=encoded.getvalue())
    return document


def support_case() -> pymupdf.Document:
    """English, one page: an invented customer's personal data, only in a screenshot."""
    document = new_document("Support case 20931", "en")
    page = prose_page(
        document,
        """<h1>Support case 20931</h1>
        <p class="small">Brightwater Boilers (invented) · handed over to second-line support</p>
        <h2>What happened</h2>
        <p>The customer reports that the boiler restarts every night shortly after two o'clock and shows the
        error E17 on its display. Resetting it helps for a day. The screenshot shows the contact form as it
        was filled in on our web site.</p>""",
    )
    page.insert_image(pymupdf.Rect(MARGIN, 215, A4.width - MARGIN, 480), pixmap=pixmap_of(contact_form()))
    prose(
        page,
        """<h2>What was done</h2>
        <p>Error E17 means that the flow sensor sees no water. The filter was cleaned and the pressure raised
        to 1.6 bar. If the error comes back, the circulation pump has to be replaced under warranty.</p>""",
        top=492,
    )
    footer(page, "Brightwater Boilers · internal")
    return document


def contact_form() -> Image.Image:
    fields = (
        ("Name:", "Erika Beispiel"),
        ("E-mail:", "erika.beispiel@example.com"),
        ("Phone:", "+49 30 23125 104"),
        ("Boiler model:", "Brightwater Kestrel 24"),
        ("Best time to call:", "weekdays after 4 pm"),
    )
    image = Image.new("RGB", (1240, 700), (246, 248, 249))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, 1239, 699), outline=LINE, width=3)
    draw.rectangle((0, 0, 1239, 84), fill=INK)
    for index, colour in enumerate(((237, 106, 94), (245, 191, 79), (98, 197, 84))):
        draw.ellipse((30 + index * 44, 30, 54 + index * 44, 54), fill=colour)
    draw.text((620, 42), "Contact form", font=typeface("hebo", 32), fill="white", anchor="mm")
    for index, (label, value) in enumerate(fields):
        top = 122 + index * 112
        draw.text((60, top + 41), label, font=typeface("hebo", 32), fill=INK, anchor="lm")
        draw.rounded_rectangle((400, top, 1180, top + 82), radius=10, fill="white", outline=LINE, width=3)
        draw.text((424, top + 41), value, font=typeface("helv", 34), fill=INK, anchor="lm")
    return image


def new_document(title: str, language: str) -> pymupdf.Document:
    document = pymupdf.open()
    document.set_metadata({"title": title, "author": "Docent samples", "creationDate": "D:20261101120000Z"})
    document.set_language(language)
    return document


def prose_page(document: pymupdf.Document, html: str) -> pymupdf.Page:
    page = document.new_page(width=A4.width, height=A4.height)
    prose(page, html, top=78)
    return page


def prose(page: pymupdf.Page, html: str, top: float) -> None:
    room = pymupdf.Rect(MARGIN, top, A4.width - MARGIN, A4.height - 60)
    page.insert_htmlbox(room, html, css=STYLE, scale_low=1)


def footer(page: pymupdf.Page, text: str) -> None:
    page.draw_line((MARGIN, A4.height - 52), (A4.width - MARGIN, A4.height - 52), color=tint(LINE), width=0.7)
    page.insert_text((MARGIN, A4.height - 38), text, fontsize=8, color=tint(INK))


def typeface(name: str, size: int) -> ImageFont.FreeTypeFont:
    """One of PyMuPDF's own fonts, with basic layout so that no system library changes the pixels."""
    return ImageFont.truetype(io.BytesIO(pymupdf.Font(name).buffer), size, layout_engine=ImageFont.Layout.BASIC)


def pixmap_of(image: Image.Image) -> pymupdf.Pixmap:
    return pymupdf.Pixmap(pymupdf.csRGB, image.width, image.height, image.tobytes(), False)


def tint(colour: tuple[int, int, int]) -> tuple[float, ...]:
    """The colour as PyMuPDF's values from 0 to 1."""
    return tuple(part / 255 for part in colour)


DOCUMENTS = {
    "chemikalien-konformitaet.pdf": chemical_compliance,
    "quarterly-report.pdf": quarterly_report,
    "scanned-letter.pdf": scanned_letter,
    "support-case.pdf": support_case,
}

if __name__ == "__main__":
    main()
