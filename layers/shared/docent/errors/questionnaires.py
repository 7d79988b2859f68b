"""What callers cannot do with a questionnaire."""

from docent.errors.base import PermanentError


class ChangedMeanwhileError(PermanentError):
    meaning = "the question or its answer has changed since the caller looked at it, so the change was not made"
    remedy = "Read it again, and repeat the change if it is still right."
    status, title = 409, "It has changed meanwhile"


class NothingToApproveError(PermanentError):
    meaning = "there is no answer that could be approved"
    remedy = "Write one, and have somebody else approve it."
    status, title = 409, "There is nothing to approve"


class OwnAnswerError(PermanentError):
    meaning = "the caller wrote the answer, and nobody approves what they wrote themselves"
    remedy = "Ask somebody else to approve it."
    status, title = 403, "It is the caller's own answer"
