"""Made-up companies that describe themselves in a paragraph, and what they are asked.

To each question belong the words of a right answer, any of them; none where the description does not answer it.
"""

from typing import NamedTuple


class Described(NamedTuple):
    name: str
    description: str
    asked: tuple[tuple[str, tuple[str, ...]], ...]


SOFTWARE = Described(
    "software",
    "Lantern Row Software, founded in 2009 and based in Utrecht, builds cloud applications for public transport "
    "operators and employs 140 people, of whom 95 are engineers. Our engineers are experienced in Python, Go and "
    "TypeScript, in containers, and in event-driven designs on AWS, and we have moved eleven ticketing systems to "
    "the cloud since 2018. All data is encrypted in transit with TLS 1.3 and at rest with AES-256, access follows "
    "the principle of least privilege, and we carry out privacy impact assessments in line with the GDPR. Among "
    "our recent projects are the real-time passenger information of a tram operator with two million riders a "
    "month, which cut complaints by 31 %, and a fare engine for a ferry company that was delivered in seven "
    "months. We plan and track work in Jira and Confluence, work in sprints of two weeks, and show progress in a "
    "shared dashboard. A service desk answers around the clock, critical incidents get a response within 30 "
    "minutes, and maintenance releases appear every month. Our fees are based on time and materials with a "
    "monthly cap, and fixed prices are possible for well-defined stages. Former clients in the Netherlands and "
    "Denmark are happy to speak about their experience with us on request. Services scale out automatically with "
    "the load and were tested with 50,000 requests a second. Databases are backed up every hour to a second "
    "region, backups are kept for 60 days, and a full restore is rehearsed each quarter.",
    (
        ("What are your company's core technical capabilities?", ("Python", "event-driven")),
        ("How do you ensure the security and privacy of data?", ("TLS", "least privilege")),
        ("Can you provide case studies of similar projects?", ("tram", "ferry")),
        ("What project management tools and methods do you use?", ("Jira",)),
        ("Describe your support and maintenance services.", ("service desk", "30 minutes")),
        ("What is your pricing model?", ("time and materials",)),
        ("Can you provide references from previous clients?", ("Former clients",)),
        ("How does your solution scale with growing demand?", ("scale out",)),
        ("What is your approach to data backup and recovery?", ("backed up every hour",)),
        ("How many people does your company employ?", ("140",)),
        ("Where is your company located?", ("Utrecht",)),
        ("When was your company founded?", ("2009",)),
        ("How long are backups kept?", ("60 days",)),
        ("Which programming languages do your engineers know?", ("Python",)),
        ("How fast do you respond to critical incidents?", ("30 minutes",)),
        ("Which sustainability targets has your company set?", ()),
        ("Do you hold a cyber insurance policy?", ()),
        ("What is your annual revenue?", ()),
        ("Who owns the source code after the project?", ()),
        ("How do you train new employees?", ()),
    ),
)
LABORATORY = Described(
    "laboratory",
    "Quillfeather Laboratories is a family-owned company that tests drinking water, soil and building materials. "
    "It has 62 employees at three sites in Graz, Linz and Maribor. The management team has more than twenty years "
    "of experience in environmental analysis. Samples are collected by our own drivers, registered with a bar "
    "code, and analysed within five working days. Results are reviewed by two chemists before they are released "
    "through a web portal. The portal requires a second factor and shows customers only their own results. "
    "Reports are archived for ten years. We serve 340 municipalities and 25 construction companies. Urgent "
    "samples are analysed overnight for a surcharge of 40 percent. An accredited body audits us every year.",
    (
        ("How large is your company?", ("62",)),
        ("Where are your sites?", ("Graz",)),
        ("What experience does your management team have?", ("twenty years",)),
        ("Which services do you offer?", ("drinking water",)),
        ("Describe your process from sample to result.", ("drivers", "bar code")),
        ("How do you assure the quality of results?", ("two chemists", "accredited body")),
        ("How quickly are samples analysed?", ("five working days",)),
        ("Who are your customers?", ("340", "municipalities")),
        ("How long do you archive reports?", ("ten years",)),
        ("How do you protect access to the portal?", ("second factor",)),
        ("What do urgent samples cost?", ("40 percent",)),
        ("Is the company family-owned?", ("family-owned",)),
        ("Which encryption protects stored results?", ()),
        ("What is your disaster recovery plan?", ()),
        ("Which project management tools do you use?", ()),
        ("How does your portal scale?", ()),
        ("Do you use subcontractors?", ()),
    ),
)
AGENCY = Described(
    "agency",
    "Die Werkstatt Nordlicht GmbH mit Sitz in Kiel entwickelt seit 2014 Lernplattformen für Berufsschulen. Unser "
    "Team besteht aus 38 Fachleuten für Didaktik, Gestaltung und Softwareentwicklung. Die Plattform läuft in zwei "
    "deutschen Rechenzentren, und alle Daten werden verschlüsselt gespeichert. Datensicherungen werden jede Nacht "
    "erstellt und 30 Tage lang aufbewahrt. Der Kundendienst ist werktags von 8 bis 18 Uhr telefonisch erreichbar. "
    "Projekte steuern wir mit Kanban und wöchentlichen Abstimmungen. Mehr als 120 Schulen in Schleswig-Holstein "
    "und Hamburg arbeiten mit unserer Plattform. Abgerechnet wird je Schule und Schuljahr.",
    (
        ("Wo hat Ihr Unternehmen seinen Sitz?", ("Kiel",)),
        ("Wie groß ist Ihr Team?", ("38",)),
        ("Wie lange werden Datensicherungen aufbewahrt?", ("30 Tage",)),
        ("Wann ist Ihr Kundendienst erreichbar?", ("8 bis 18",)),
        ("Wie steuern Sie Projekte?", ("Kanban",)),
        ("Welche Referenzen haben Sie?", ("120 Schulen",)),
        ("Wie rechnen Sie ab?", ("je Schule",)),
        ("Wie werden Daten gespeichert?", ("verschlüsselt",)),
        ("Welche Zertifizierungen besitzt Ihr Unternehmen?", ()),
        ("Welche Umweltziele verfolgen Sie?", ()),
        ("Wie schulen Sie neue Beschäftigte?", ()),
    ),
)
PLATFORM = Described(
    "platform",
    "Orrery Systems offers a planning platform for observatories. It runs in two data centres in Austria, "
    "encrypts data at rest and in transit, is backed up every night, and is supported by telephone on working "
    "days.",
    (
        ("What technical capabilities does your product have?", ("planning platform",)),
        ("How do you protect the security and privacy of our data?", ("encrypts",)),
        ("Which case studies can you share?", ()),
        ("Which tools do you use to manage projects?", ()),
        ("What support and maintenance do you offer?", ("telephone",)),
        ("What is your pricing model?", ()),
        ("Which references can you name?", ()),
        ("How does your product scale?", ()),
        ("How do you back up and recover data?", ("backed up every night",)),
    ),
)
CONSULTANCY = Described(
    "consultancy",
    "At Marrow & Finch Consulting we deliver end-to-end digital transformation for mid-sized insurers. Our "
    "capabilities span data engineering, machine learning, mobile development and quality assurance. We take security "
    "seriously: every engagement begins with a threat model, staff are vetted, and client data never leaves the "
    "client's own accounts. For a Scottish mutual we rebuilt the claims portal in nine months, which halved handling "
    "time. Our consultants manage projects with Azure DevOps and Microsoft Teams, and every project has a named "
    "delivery lead. After go-live we provide twelve months of support, with patches every fortnight. Pricing follows "
    "a subscription with three tiers. References from five insurers are available. Our architectures are serverless, "
    "so capacity grows and shrinks with demand. For recovery, we replicate data to a second region and restore within "
    "four hours.",
    (
        ("Please describe your technical capabilities.", ("data engineering",)),
        ("What measures do you take for data security and privacy?", ("threat model",)),
        ("Please share relevant case studies.", ("Scottish mutual",)),
        ("Which project management tools does your team use?", ("Azure DevOps",)),
        ("What ongoing support and maintenance will you provide?", ("twelve months",)),
        ("Explain your pricing structure.", ("three tiers",)),
        ("Please list client references.", ("five insurers",)),
        ("How will the solution scale as our business grows?", ("serverless",)),
        ("Describe your backup and disaster recovery procedures.", ("second region",)),
        ("Where are your offices?", ()),
        ("How many employees do you have?", ()),
        ("Which ISO certificates do you hold?", ()),
        ("In which year was the company founded?", ()),
    ),
)
# Written after the engine's table of subjects, which was then left as it was.
INTEGRATOR = Described(
    "integrator",
    "Copperleaf Digital is a leading provider of custom enterprise software with a strong presence across the "
    "Nordics. Over the last fifteen years our 300-strong workforce has shipped more than 450 projects for retail, "
    "logistics and the public sector. Deep knowledge of microservices, data warehousing and applied machine "
    "learning lets us solve hard problems. Protecting what customers entrust to us comes first: data is ciphered "
    "in motion and in storage, our controls are audited against ISO 27001 each spring, and only named staff can "
    "see production. A national grocery chain cut its stock losses by a fifth with our forecasting tool, and a "
    "port authority now plans berths in minutes instead of hours. Delivery teams live in ClickUp and report "
    "weekly to a steering group. Once live, every client has a named success manager and a helpline that is open "
    "from 7 to 22 on all days; fixes and upgrades are part of the yearly fee. We quote a fixed sum per milestone, "
    "and larger programmes get volume discounts. Several of our clients, among them two ministries, will gladly "
    "talk to you. Kubernetes clusters add nodes as traffic rises, which carried one shop through a tenfold peak. "
    "Nightly copies go to another country, are kept for a quarter, and can be brought back within two hours.",
    (
        ("What technical capabilities can your company offer?", ("microservices",)),
        ("How do you handle data security and privacy?", ("ciphered", "ISO 27001")),
        ("Can you share case studies of comparable projects?", ("grocery", "port authority")),
        ("What tools do you use for project management?", ("ClickUp",)),
        ("What support and maintenance services do you provide after launch?", ("helpline",)),
        ("What is your pricing model?", ("milestone", "yearly fee")),
        ("Can you provide client references?", ("two ministries",)),
        ("How do you ensure the scalability of your solutions?", ("Kubernetes",)),
        ("What are your backup and recovery procedures?", ("Nightly copies",)),
        ("How many employees do you have?", ("300",)),
        ("How long has your company been in business?", ("fifteen years",)),
        ("Which industries do you serve?", ("retail",)),
        ("Where are your headquarters?", ()),
        ("Are you certified to ISO 9001?", ()),
        ("Do you offer training for administrators?", ()),
        ("Which payment terms do you accept?", ()),
        ("Does your company have a diversity policy?", ()),
        ("What is your staff turnover?", ()),
    ),
)
STUDIO = Described(
    "studio",
    "Tidewater Studio designs and runs websites for museums. We are nine people in Cork. Our work is accessible "
    "to WCAG 2.2 and is checked with users who are blind. We host in Ireland and renew certificates "
    "automatically. For the maritime museum in Galway we put 40,000 photographs online in four months. Support is "
    "included for a year; after that it costs 90 euros an hour. Tasks are kept on a shared board in Trello. We "
    "plan to offer mobile apps in 2028.",
    (
        ("What technical capabilities do you have?", ("websites", "WCAG")),
        ("How large is your team?", ("nine",)),
        ("Where is your company based?", ("Cork",)),
        ("Which similar projects have you completed?", ("maritime",)),
        ("What tools do you use to manage projects?", ("Trello",)),
        ("What does support cost?", ("90 euros",)),
        ("Where do you host?", ("Ireland",)),
        ("How do you make sure that your work is accessible?", ("WCAG", "blind")),
        ("Do you offer mobile apps?", ("plan to",)),
        ("What is your pricing model?", ("90 euros",)),
        ("How do you back up data?", ()),
        ("How does your solution scale?", ()),
        ("Which references can you provide?", ()),
        ("What is your disaster recovery plan?", ()),
    ),
)
COMPANIES = (SOFTWARE, LABORATORY, AGENCY, PLATFORM, CONSULTANCY)
HELD_OUT = (INTEGRATOR, STUDIO)
