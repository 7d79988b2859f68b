"""What can be wrong with labeling tasks, their manifests, clips and answers."""

from docent.errors.base import PermanentError


class InvalidManifestError(PermanentError):
    meaning = "lines of the manifest of a labeling task are wrong, so no clip was prepared"
    remedy = "Correct the lines that `docent label status` names, and create the task again."
    recorded = True


class UnreadableClipError(PermanentError):
    meaning = "a file of audio or video cannot be decoded, or holds nothing to label"
    remedy = "Replace the file with one that plays, and create a task with its line."
    gap = True


class LabelTaskBusyError(PermanentError):
    meaning = "a labeling task was started before, or is being prepared or exported"
    remedy = "Wait until it has ended, or create a task with another name."
    status, title = 409, "The labeling task is at work"


class NothingToLabelError(PermanentError):
    meaning = "no item of a labeling task needs an answer of this caller"
    remedy = "Look again later, because items that others leave are given out again."
    status, title = 404, "There is nothing to label"


class LabelChangedError(PermanentError):
    meaning = "another window or device saved a later version of the same answer"
    remedy = "Merge the two versions, and save the result with the version that is saved as its base."
    status, title = 409, "The label has changed meanwhile"


class AnswerSubmittedError(PermanentError):
    meaning = "an answer was submitted, so it cannot be changed"
    remedy = "Ask a reviewer to reject it; it is a draft again then."
    status, title = 409, "The answer was submitted"


class ClaimLostError(PermanentError):
    meaning = "the caller's claim of an item ran out, and others have taken all its places"
    remedy = "The draft is kept. Claim another item."
    status, title = 409, "The claim has run out"
