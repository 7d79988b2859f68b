"""What a made-up company says of itself, and questions with what a right answer to them has."""

KNOWLEDGE = {
    "access.md": [
        "Access control\nEvery user logs in with a password and a second factor. Access rights are reviewed by the "
        "team leads every quarter. Accounts of people who leave are closed on their last working day.",
        "Passwords\nPasswords have at least 14 characters and are stored as bcrypt hashes. After ten failed attempts "
        "an account is locked for 30 minutes.",
    ],
    "backup.md": [
        "Backups\nDatabases are backed up every six hours. Backups are kept for 35 days in a second region. A restore "
        "is tested twice a year.",
        "Recovery\nThe recovery time objective is four hours and the recovery point objective is six hours.",
    ],
    "encryption.md": [
        "Encryption\nCustomer data is encrypted at rest with AES-256. Connections use TLS 1.3. Encryption keys are "
        "rotated once a year.",
    ],
    "operations.md": [
        "Monitoring\nServers are monitored around the clock. Log files are kept for 180 days and cannot be changed.",
        "Patches\nCritical patches are installed within 48 hours, all others within 30 days.",
        "Penetration tests\nAn external firm carries out a penetration test once a year.",
    ],
    "people.md": [
        "Training\nAll employees take a security training when they join and once a year after that. "
        "New employees sign a confidentiality statement.",
    ],
    "data.md": [
        "Location\nCustomer data is stored in Frankfurt and Dublin. Customer data is deleted 60 days after the end of "
        "the contract.",
        "Zugriff\nNur der Betrieb hat Zugriff auf produktive Systeme. Protokolle werden 180 Tage lang aufbewahrt.",
    ],
}
# The words that a right answer has; the value where it goes into a place for "Yes" or "No".
QUESTIONS = [
    ("How do users log in?", ("second factor",), ""),
    ("How often are access rights reviewed?", ("every quarter",), ""),
    ("How many characters must passwords have?", ("14",), ""),
    ("How are passwords stored?", ("bcrypt",), ""),
    ("When is an account locked?", ("ten failed",), ""),
    ("How often are databases backed up?", ("six hours",), ""),
    ("How long are backups kept?", ("35 days",), ""),
    ("How often is a restore tested?", ("twice a year",), ""),
    ("What is the recovery time objective?", ("four hours",), ""),
    ("What is the recovery point objective?", ("six hours",), ""),
    ("How is customer data encrypted at rest?", ("AES-256",), ""),
    ("Which TLS version do connections use?", ("1.3",), ""),
    ("How often are encryption keys rotated?", ("once a year",), ""),
    ("How long are log files kept?", ("180 days",), ""),
    ("How fast are critical patches installed?", ("48 hours",), ""),
    ("How often is a penetration test carried out?", ("once a year",), ""),
    ("How often do employees take a security training?", ("once a year",), ""),
    ("Where is customer data stored?", ("Frankfurt",), ""),
    ("When is customer data deleted?", ("60 days",), ""),
    ("Wie lange werden Protokolle aufbewahrt?", ("180 Tage",), ""),
    ("Wer hat Zugriff auf produktive Systeme?", ("Betrieb",), ""),
    ("Is customer data encrypted at rest?", (), "Yes"),
    ("Are passwords stored as hashes?", (), "Yes"),
    ("Are access rights reviewed every quarter?", (), "Yes"),
    ("Is a restore tested twice a year?", (), "Yes"),
    ("Are servers monitored around the clock?", (), "Yes"),
    ("Can log files be changed?", (), "No"),
    ("Do new employees sign a confidentiality statement?", (), "Yes"),
]
