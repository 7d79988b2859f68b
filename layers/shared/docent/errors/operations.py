"""What only operators can do."""

from docent.errors.base import PermanentError


class NotAnOperatorError(PermanentError):
    meaning = "the caller is not in the group of operators, which the parameter `OperatorsGroup` names"
    remedy = "Ask those who run Docent to add you to that group, then sign in again."
    status, title = 403, "For operators only"
