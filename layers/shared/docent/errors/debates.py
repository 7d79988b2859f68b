"""What can be wrong with a run of debates."""

from docent.errors.base import PermanentError, TransientError


class InvalidCaseError(PermanentError):
    meaning = "a case cannot be debated, such as one without a document or with two equal answers"
    remedy = "Correct the line of the file of cases as docs/debates.md describes, and run the file again."
    gap = True


class InvalidRunError(PermanentError):
    meaning = "what a run of debates asks for is not possible, such as a technique that does not exist"
    remedy = "Correct the request as docs/debates.md describes, and start it again."
    recorded = True


class ModelRefusedError(PermanentError):
    meaning = "a model does not take the request of a case, for instance because its document is too long for it"
    remedy = "Choose a model of this region that takes it, or shorten the document."
    gap = True


class RunBusyError(PermanentError):
    meaning = "a run of debates is at work, so it can be neither started nor deleted nor given other cases"
    remedy = "Wait until it has ended, or stop it."
    status, title = 409, "The run is at work"


class RunNotStartedError(PermanentError):
    meaning = "a run of debates has to be started before it can be resumed"
    remedy = "Start it."
    status, title = 409, "The run was not started"


class CallUnderWayError(TransientError):
    meaning = "a function of a stopped execution still asks a model for the same; the resumed run waits for it"
    remedy = "Step Functions tries it again. If it does not end, start the run again."
    recorded = True


class FailedRunError(PermanentError):
    meaning = "not one case of a run could be judged"
    remedy = "Look at the reason, choose models that this account may use, and start the run again."
    recorded = True
