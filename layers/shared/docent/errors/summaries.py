"""What can be wrong with a job that summarises transcripts."""

from docent.errors.base import PermanentError


class BatchJobFailedError(PermanentError):
    meaning = "the batch job failed, expired, was stopped, or ended with an error in every record"
    remedy = "Correct what Bedrock names, and put job.json into the bucket again. What was summarized is in the report."
    recorded = True


class InvalidJobError(PermanentError):
    meaning = "what a job asks for is not possible, such as a guideline that does not exist"
    remedy = "Correct job.json as docs/summaries.md describes, and put it into the bucket again."
    recorded = True


class JobBusyError(PermanentError):
    meaning = "a job of summaries is at work, so it can be neither started nor deleted nor given other transcripts"
    remedy = "Wait until it has ended, or stop it."
    status, title = 409, "The job is at work"


class NothingSummarizedError(PermanentError):
    meaning = "the model gave no valid reply to any transcript of the job"
    remedy = "Look at the reasons in the report, and put job.json into the bucket again."
    recorded = True


class SupersededJobError(PermanentError):
    meaning = "a job was stopped, deleted or put again while this execution was at work on it"
    remedy = "Nothing needs to be done."
    recorded = True


class UnreadableTranscriptError(PermanentError):
    meaning = "a file is no transcript: empty, not text, or JSON without turns"
    remedy = "Replace the file by a transcript of a format that docs/summaries.md lists, or remove it from the job."
    gap = True


class OverBudgetError(PermanentError):
    meaning = "a job can cost more than its budget, or its price is not known; nothing was spent"
    remedy = "Raise the budget, choose a cheaper model or fewer insights, or give the job fewer transcripts."
    recorded = True


class UnaccountedTranscriptsError(PermanentError):
    meaning = "at the end of a job, a transcript had neither a summary nor a reason why not; no report was written"
    remedy = "Put job.json into the bucket again, and report this as a bug of Docent."
    recorded = True
