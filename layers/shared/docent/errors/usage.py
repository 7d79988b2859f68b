"""What goes wrong with what models cost."""

from docent.errors.base import PermanentError


class BudgetUsedUpError(PermanentError):
    meaning = "the month's budget for models is used up, so no model is called"
    remedy = "Wait for the next month, or raise `MonthlyBudget`; then run `docent redrive`."
    caller_remedy = "Wait for the next month, or ask those who run Docent for a higher budget."
    status, title = 429, "The budget of the month is used up"
    recorded = True
    # Seconds. The budget can be raised long before the month ends.
    retry_after = 3600
