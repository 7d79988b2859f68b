"""Write `samples/debates/cases.jsonl`: cases for `docent debate run`, the same bytes every time.

Everything in them is invented. Each transcript has two summaries in three cases, one with an error of each type:

- meaning shift: the summary changes what was said
- extrinsic information: it adds what nobody said
- reasoning: it draws a connection that is not there

Both summaries are written for the purpose, so none is an original that was edited. Which of them is right has nothing
to do with its place, its length or its wording: over the cases each of these is right in half.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FILE = Path(__file__).parent / "debates" / "cases.jsonl"
TYPES = ("meaning shift", "extrinsic information", "reasoning")


@dataclass(frozen=True)
class Story:
    """`same` is one true sentence in two wordings, `more` another one, which makes a summary the longer one.

    `told` has a right and a wrong sentence for each of TYPES.
    """

    name: str
    transcript: str
    same: tuple[str, str]
    more: str
    told: tuple[tuple[str, str], tuple[str, str], tuple[str, str]]


STORIES = (
    Story(
        "ferry",
        """Anchor: The old ferry to Harrow Island stops in autumn. What comes after it, Joan?
Reporter: An electric one. The harbour board ordered it last week for 12 million pounds.
Anchor: Does it carry as many people?
Reporter: It carries 140, and the old one took 95. But it is slower, so there will be eight crossings a day.
Anchor: Why electric?
Reporter: The board says that diesel became too expensive. The noise played no part in it.""",
        ("An electric ferry will replace the old one to Harrow Island.", "Harrow Island gets an electric ferry."),
        "It needs more time than the old one, and there will be eight crossings a day.",
        (
            ("The new ship takes 140 passengers.", "The new ship takes 95 passengers."),
            ("The harbour board ordered it last week.", "The harbour board ordered it from Fincantieri last week."),
            (
                "The board chose it because diesel became too expensive.",
                "The board chose it because of the noise of the old one.",
            ),
        ),
    ),
    Story(
        "bakery",
        """Agent: Larkin Bakery Supplies, how can I help?
Customer: The oven you sold us in March switches itself off after twenty minutes.
Agent: Does the display show a code?
Customer: Yes, E17.
Agent: That is the fan. A technician can come on Thursday between 8 and 10.
Customer: Is that free? We have the three-year warranty.
Agent: The part is free. The visit costs 60 euros, because the warranty does not include travel.
Customer: All right.""",
        ("A customer's oven turns itself off after twenty minutes.", "An oven stops working after twenty minutes."),
        "Its display shows the code E17, which points to the fan.",
        (
            ("A technician comes on Thursday.", "A technician comes on Tuesday."),
            (
                "The customer has the three-year warranty.",
                "The customer has the three-year warranty and a contract with Gastrofix.",
            ),
            (
                "The visit costs 60 euros because the warranty does not include travel.",
                "The visit costs 60 euros because the warranty has ended.",
            ),
        ),
    ),
    Story(
        "library",
        """Chair: The town library. Mr Osei, what did the survey say?
Osei: We asked 2,300 people. Most want longer hours in the evening, and few asked for more books.
Chair: Can we pay for that?
Osei: Staying open until nine costs 41,000 a year. I propose to do it on two evenings at first.
Chair: Which ones?
Osei: Monday and Wednesday, because the students have their courses then.
Chair: We decide in June.""",
        ("The town library may stay open later.", "Longer opening hours are planned for the town library."),
        "A survey among 2,300 people showed that most of them want this.",
        (
            ("The later hours cost 41,000 a year.", "The later hours cost 14,000 a year."),
            ("The decision is due in June.", "The decision is due in June, and the mayor supports it."),
            (
                "Monday and Wednesday are proposed because students have courses then.",
                "Monday and Wednesday are proposed because few people borrow books then.",
            ),
        ),
    ),
    Story(
        "vineyard",
        """Host: With me is Clara Dessay, who makes wine near Arbois. How was the harvest?
Dessay: Small. We picked 38 tons, and 55 in the year before.
Host: Was it the frost?
Dessay: No, the frost did little. The hail in July broke the young grapes.
Host: Will the wine cost more?
Dessay: I keep the price at 14 euros. I would rather sell fewer bottles abroad.""",
        ("Clara Dessay had a small harvest.", "The harvest of Clara Dessay near Arbois was a small one."),
        "She would rather sell fewer bottles in other countries.",
        (
            ("She picked 38 tons.", "She picked 55 tons."),
            ("A bottle stays at 14 euros.", "A bottle stays at 14 euros, as the cooperative Vinera asks."),
            (
                "The harvest was small because hail broke the grapes in July.",
                "The harvest was small because frost killed the shoots in April.",
            ),
        ),
    ),
    Story(
        "parcel",
        """Agent: Parcel service, Devlin speaking.
Customer: My parcel says delivered, and I have nothing.
Agent: What is the number?
Customer: 7734-19.
Agent: The driver left it with a neighbour, Mrs Kaya, at number 16.
Customer: I was at home all day! Why did he not ring?
Agent: He wrote that your bell does not work.
Customer: That may be, it was repaired only last month.
Agent: Please ask Mrs Kaya. If it is not there by Friday, we pay up to 500 euros.""",
        ("A customer misses a parcel that counts as delivered.", "A parcel counts as delivered but has not arrived."),
        "If it does not turn up by Friday, the service pays for it.",
        (
            ("The service pays up to 500 euros.", "The service pays up to 50 euros."),
            (
                "A neighbour, Mrs Kaya, took it.",
                "A neighbour, Mrs Kaya, took it and signed for it at noon.",
            ),
            (
                "The driver did not ring because the bell did not work.",
                "The driver did not ring because the customer was away.",
            ),
        ),
    ),
    Story(
        "bridge",
        """Anchor: The Tarn bridge has been closed for a month. When does it open?
Reporter: Not before 3 May. The engineers found cracks in two of its nine pillars.
Anchor: Is it the heavy traffic?
Reporter: They say no. The cracks come from water that freezes in the concrete.
Anchor: And until then?
Reporter: Buses take the northern road, which needs 25 minutes more. Lorries may not use it.""",
        ("The Tarn bridge stays closed for now.", "For the time being nobody can use the Tarn bridge."),
        "Buses take the northern road, which takes 25 minutes longer.",
        (
            ("Two pillars have cracks.", "Nine pillars have cracks."),
            ("It opens on 3 May at the earliest.", "It opens on 3 May at the earliest and will cost 6 million."),
            (
                "The cracks come from water that freezes in the concrete.",
                "The cracks come from heavy lorries that drive over the bridge.",
            ),
        ),
    ),
    Story(
        "school",
        """Host: Ms Abara, your school gave up homework. What happened?
Abara: In the first year marks stayed as they were. In the second they rose by 6 percent.
Host: So homework does harm?
Abara: I do not say that. We also added an hour of reading every day, and I think that this did it.
Host: What do parents say?
Abara: Of 310 families, 40 complained at first. Now it is four.""",
        ("A school gave up homework.", "There is no homework any more at a school."),
        "Of 310 families, four still complain.",
        (
            ("Marks rose by 6 percent in the second year.", "Marks fell by 6 percent in the second year."),
            (
                "Pupils now read for an hour every day.",
                "Pupils now read for an hour every day, mostly novels by Dickens.",
            ),
            (
                "Ms Abara thinks that marks rose because of the hour of reading.",
                "Ms Abara thinks that marks rose because homework does harm.",
            ),
        ),
    ),
    Story(
        "router",
        """Agent: Brightline support, my name is Theo.
Customer: My internet drops every evening at about seven.
Agent: I see 14 drops this week. Is the router near a television?
Customer: It stands right behind it.
Agent: Your line is fine. The router gets too hot there, and then it restarts.
Customer: So I move it?
Agent: Yes, please. If that does not help by Sunday, I send you a new one for nothing.""",
        ("A customer loses the internet every evening.", "Every evening a customer's internet drops."),
        "If it does not get better by Sunday, the agent sends a new router.",
        (
            ("There were 14 drops this week.", "There were 40 drops this week."),
            ("The router stands behind a television.", "The router, a Kestrel 500, stands behind a television."),
            (
                "The router restarts because it gets too hot.",
                "The router restarts because the line is bad.",
            ),
        ),
    ),
    Story(
        "museum",
        """Anchor: The museum in Veldhaven shows a painting that nobody knew. Whose is it?
Reporter: For a long time people thought it was by Bram Hoek. It is by his daughter, Liesbeth.
Anchor: How do they know?
Reporter: An X-ray showed her signature below the frame. It is dated 1672.
Anchor: What is it worth?
Reporter: The museum does not say. It paid 9,000 guilders in 1931, and it does not want to sell.""",
        ("A museum in Veldhaven shows an unknown painting.", "An unknown painting hangs in a museum in Veldhaven."),
        "The museum bought it in 1931 and wants to keep it.",
        (
            ("The painting is by Liesbeth Hoek.", "The painting is by Bram Hoek."),
            ("It was painted in 1672.", "It was painted in 1672 and shows the harbour of Delft."),
            (
                "An X-ray that showed a signature led to the painter.",
                "A letter that the museum bought led to the painter.",
            ),
        ),
    ),
    Story(
        "farm",
        """Host: Today we are with Pete Marlow, who farms 600 acres. Pete, you sold your cows?
Marlow: All 82 of them, in January.
Host: Was milk no longer worth it?
Marlow: Milk was fine. But I am 63, and my son lives in Leeds and does not want to milk at five.
Host: And the land?
Marlow: Half of it becomes wood. A water company pays for the trees, since they keep the river clean.""",
        ("Pete Marlow sold his cows.", "The cows of Pete Marlow are sold."),
        "Half of his land becomes wood, and a water company pays for the trees.",
        (
            ("He had 82 cows.", "He had 63 cows."),
            ("He farms 600 acres.", "He farms 600 acres in Cumbria."),
            (
                "He gave up because his son does not want to go on.",
                "He gave up because milk was no longer worth it.",
            ),
        ),
    ),
    Story(
        "heizung",
        """Mitarbeiter: Stadtwerke Lindau, guten Tag.
Kundin: Meine Rechnung ist doppelt so hoch wie im letzten Jahr: 1.480 Euro.
Mitarbeiter: Ich sehe, dass Ihr Zähler im Mai getauscht wurde. Der alte Stand wurde falsch übertragen.
Kundin: Dann habe ich gar nicht mehr verbraucht?
Mitarbeiter: Nein. Sie bekommen bis zum 12. März eine neue Rechnung, etwa 720 Euro.
Kundin: Und die Mahnung?
Mitarbeiter: Die lösche ich.""",
        ("Eine Kundin hat eine viel zu hohe Rechnung bekommen.", "Die Rechnung einer Kundin ist viel zu hoch."),
        "Bis zum 12. März bekommt sie eine neue, und die Mahnung wird gelöscht.",
        (
            ("Die neue Rechnung liegt bei etwa 720 Euro.", "Die neue Rechnung liegt bei etwa 1.480 Euro."),
            ("Ihr Zähler wurde im Mai getauscht.", "Ihr Zähler wurde im Mai von Herrn Brandl getauscht."),
            (
                "Die Rechnung war so hoch, weil der alte Stand falsch übertragen wurde.",
                "Die Rechnung war so hoch, weil die Kundin mehr verbraucht hat.",
            ),
        ),
    ),
    Story(
        "bahn",
        """Moderator: Die Strecke nach Kirchau wird gesperrt. Wie lange, Frau Thoma?
Thoma: Elf Wochen, vom 7. Juli an. Wir erneuern 18 Kilometer Gleis und vier Brücken.
Moderator: Warum in den Ferien?
Thoma: Weil dann nur halb so viele Menschen fahren. Mit dem Wetter hat das nichts zu tun.
Moderator: Und wer fahren muss?
Thoma: Für den gibt es Busse, alle 20 Minuten. Sie brauchen etwas länger.""",
        ("Die Strecke nach Kirchau wird gesperrt.", "Nach Kirchau fährt bald kein Zug."),
        "Stattdessen gibt es Busse, die etwas länger brauchen.",
        (
            ("Die Sperrung dauert elf Wochen.", "Die Sperrung dauert sieben Wochen."),
            ("Vier Brücken werden erneuert.", "Vier Brücken werden von der Firma Stelzer erneuert."),
            (
                "Die Ferien wurden gewählt, weil dann weniger Menschen fahren.",
                "Die Ferien wurden gewählt, weil dann das Wetter besser ist.",
            ),
        ),
    ),
)  # fmt: skip


def cases() -> Iterator[Mapping[str, Any]]:
    for number, story in enumerate(STORIES):
        for kind, (right, wrong) in zip(TYPES, story.told, strict=True):
            label_is_b, wrong_is_longer = number % 2 == 1, number // 2 % 2 == 1
            # In the first four stories one wording is right, in the next four the other one, then by the place.
            wording = (label_is_b != wrong_is_longer, label_is_b == wrong_is_longer, label_is_b)[number // 4]
            texts = {
                "right": _summary(story, right, wording, not wrong_is_longer),
                "wrong": _summary(story, wrong, not wording, wrong_is_longer),
            }
            sides = ("wrong", "right") if label_is_b else ("right", "wrong")
            yield {
                "id": f"{story.name}-{kind.split()[0]}",
                "document": story.transcript,
                "answer_a": texts[sides[0]],
                "answer_b": texts[sides[1]],
                "label": "B" if label_is_b else "A",
                "error_types": [kind],
            }


def _summary(story: Story, told: str, wording: bool, is_longer: bool) -> str:
    sentences = [told, story.same[0]] if wording else [story.same[1], told]
    return " ".join([*sentences, story.more] if is_longer else sentences)


def main(file: Path = FILE) -> None:
    file.parent.mkdir(exist_ok=True)
    file.write_text("".join(json.dumps(case, ensure_ascii=False) + "\n" for case in cases()), "utf-8")


if __name__ == "__main__":
    main()
