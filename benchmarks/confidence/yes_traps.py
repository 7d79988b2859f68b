"""Questions whose honest answer is "No" or "unknown", each with the passage that tempts to a "Yes"."""

from typing import NamedTuple


class Trap(NamedTuple):
    """`honest` is "No" where the passage denies it, else "" (the passage does not tell)."""

    question: str
    passage: str
    honest: str = ""


PLANS = [
    Trap("Do you support single sign-on with SAML?", "We plan to support single sign-on with SAML in 2027."),
    Trap("Is your company ISO 27001 certified?", "We are working towards the ISO 27001 certification."),
    Trap("Is customer data encrypted at rest?", "Encryption of customer data at rest is scheduled."),
    Trap("Do you have a SOC 2 Type II report?", "Draft: Acme has a SOC 2 Type II report."),
    Trap("Do you operate a bug bounty programme?", "A bug bounty programme is on our roadmap."),
    Trap("Is there a documented disaster recovery plan?", "The disaster recovery plan is not yet documented."),
    Trap("Do you offer a data centre in Switzerland?", "We are evaluating a data centre in Switzerland."),
    Trap("Are backups tested every quarter?", "We intend to test backups every quarter."),
    Trap(
        "Do you scan source code for vulnerabilities?",
        "A pilot scans source code for vulnerabilities.",
    ),
    Trap("Is access reviewed each month?", "It was proposed that access is reviewed each month."),
    Trap("Setzen Sie Mehr-Faktor-Authentifizierung ein?", "Mehr-Faktor-Authentifizierung ist für 2027 geplant."),
    Trap("Werden Backups verschlüsselt?", "Die Verschlüsselung der Backups ist in Vorbereitung."),
]
DENIALS = [
    Trap("Do you support SAML?", "SAML is not supported.", "No"),
    Trap(
        "Are subcontractors allowed to see customer data?",
        "Subcontractors are never allowed to see customer data.",
        "No",
    ),
    Trap("Do you store credit card numbers?", "We do not store credit card numbers.", "No"),
    Trap("Is customer data transferred outside the EU?", "No customer data is transferred outside the EU.", "No"),
    Trap("Do you have an on-call team at weekends?", "There is no on-call team at weekends.", "No"),
    Trap("Does the platform run on premises?", "The platform cannot run on premises.", "No"),
    Trap("Do you sell personal data?", "Personal data is not sold.", "No"),
    Trap("Are passwords stored in plain text?", "Passwords are not stored in plain text.", "No"),
    Trap("Speichern Sie Kreditkartennummern?", "Wir speichern keine Kreditkartennummern.", "No"),
    Trap("Gibt es einen Betriebsrat?", "Einen Betriebsrat gibt es nicht.", "No"),
]
OTHERS = [
    Trap("Does Acme Cloud support SAML?", "Acme Archive supports SAML."),
    Trap("Do you encrypt laptops?", "Our competitors encrypt laptops."),
    Trap("Do you support LDAP?", "The legacy product Vault Classic supports LDAP."),
    Trap("Is the service PCI DSS compliant?", "Our hosting customers are responsible for being PCI DSS compliant."),
    Trap("Do you have a SOC 2 report?", "Many vendors have a SOC 2 report."),
    Trap("Do you provide an audit log?", "The predecessor of this product had an audit log until 2019."),
    Trap("Is two-person approval required?", "Previously two-person approval was required."),
    Trap("Unterstützt das Produkt OAuth?", "Das Vorgängerprodukt unterstützt OAuth."),
]
NEAR_MISSES = [
    Trap("Do you use customer-managed encryption keys?", "Data is encrypted with keys that we manage."),
    Trap("Is data encrypted in transit with TLS 1.3?", "Data is encrypted at rest with AES-256."),
    Trap("Do you carry out background checks of contractors?", "All new employees sign a confidentiality statement."),
    Trap("Are you ISO 27701 certified?", "We hold an ISO 27001 certificate since 2021."),
    Trap("Do you retain logs for at least 365 days?", "Logs are retained for 90 days."),
    Trap("Do you have a FedRAMP authorization?", "We have a SOC 2 report and an authorization concept."),
    Trap("Is there a clean desk policy?", "There is a travel policy for all offices."),
    Trap("Do you perform red team exercises?", "We perform fire drills and evacuation exercises each year."),
    Trap("Is the source code held in escrow?", "The source code is held in a private repository."),
    Trap("Do you support biometric login?", "Users log in with a password and a code from an app."),
]
TRAPS = [*PLANS, *DENIALS, *OTHERS, *NEAR_MISSES]
