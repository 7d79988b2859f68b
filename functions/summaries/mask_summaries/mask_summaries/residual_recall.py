"""The share of personal data of each type that the residual check finds in labelled texts.

Written by `python -m benchmarks residual`, which describes the texts. A report states it, so that nobody reads
"nothing found" as "nothing there".
"""

RECALL = {
    "ADDRESS": 0.67,
    "CREDIT_DEBIT_CARD_NUMBER": 1.0,
    "DATE_OF_BIRTH": 0.8,
    "EMAIL": 1.0,
    "ID_NUMBER": 0.86,
    "INTERNATIONAL_BANK_ACCOUNT_NUMBER": 1.0,
    "IP_ADDRESS": 1.0,
    "MAC_ADDRESS": 1.0,
    "NAME": 0.79,
    "PHONE": 0.88,
    "SWIFT_CODE": 0.0,
    "US_SOCIAL_SECURITY_NUMBER": 0.94,
}
