"""What a company is asked is answered from its description, or not at all."""

import pytest

from local.bedrock.answering import answer
from local.bedrock.quoting import UNKNOWN

DESCRIPTION = (
    "Example Works builds web and data platforms on AWS for public agencies and has done so since 2011. Its "
    "engineers work in Python, TypeScript and Terraform, and 60 of its 85 people are developers. The head office "
    "is in Bremen. All data is encrypted with AES-256 at rest and with TLS 1.3 in transit, and access to "
    "production needs a second factor. We built the permit portal of the city of Northbridge in 2022; it handles "
    "40,000 applications a year. Projects are tracked in Jira and documented in Confluence. A service desk "
    "answers within four hours, and maintenance releases appear every month. Each user is charged by the month. "
    "The city of Northbridge and the county of Eastmoor are references. The platform adds servers by itself when "
    "many people use it. Nightly copies are kept for 35 days and brought back as a test every quarter. We plan to "
    "publish case studies about health care."
)


def said(question: str, description: str = DESCRIPTION, document: str = "description") -> str:
    passage = f'<passage id="1" document="{document}">{description}</passage>'
    return answer("", f"<context>{passage}</context>\n<question>{question}</question>")


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("What are your company's core technical capabilities?", "builds web and data platforms"),
        ("How do you ensure the security and privacy of our data?", "AES-256"),
        ("Can you provide case studies of similar projects?", "permit portal"),
        ("What tools do you use for project management?", "Jira"),
        ("What support and maintenance services do you offer after launch?", "service desk"),
        ("What is your pricing model?", "by the month"),
        ("Could you share client references?", "county of Eastmoor"),
        ("How will your solution scale?", "adds servers"),
        ("What is your approach to backup and recovery?", "Nightly copies"),
        ("How many people do you employ?", "85 people"),
        ("Where is your company based?", "Bremen"),
        ("How long has your company been in business?", "since 2011"),
        ("Wie groß ist Ihr Unternehmen?", "38 Fachleuten"),
        ("Wo hat Ihr Unternehmen seinen Sitz?", "Kiel"),
    ],
)
def test_what_it_says_of_the_subject_is_quoted(question: str, words: str) -> None:
    german = "Die Werkstatt Nordlicht mit Sitz in Kiel plant Lernräume. Unser Team besteht aus 38 Fachleuten."
    reply = said(question, german if question.startswith("W") and "Ihr" in question else DESCRIPTION)
    assert words in reply
    assert reply.endswith("[1]")


@pytest.mark.parametrize(
    "question",
    [
        "Which ISO certificates do you hold?",
        "What is your annual revenue?",
        "How do you train new employees?",
        "Which sustainability targets has your company set?",
        "How do you ensure the security of your offices in Lisbon?",
        "Do you offer support in Portuguese?",
        "Are you ISO 27001 certified?",
        "What is your pricing model for hospitals?",
    ],
)
def test_what_it_does_not_say_is_not_known(question: str) -> None:
    assert said(question) == UNKNOWN["en"]


def test_a_plan_is_no_answer() -> None:
    planned = "We run libraries. We plan to move our backups to a second region."
    assert said("What are your backup and recovery procedures?", planned) == UNKNOWN["en"]


def test_other_documents_are_not_taken_for_what_a_company_says_of_itself() -> None:
    assert said("What is your pricing model?", "Each user is charged by the month.", "rules.md") == UNKNOWN["en"]
