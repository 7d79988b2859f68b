"""What callers cannot do with a document."""

from docent.errors.base import PermanentError


class InvalidReadersError(PermanentError):
    meaning = "the readers that an upload names are not valid, so nobody can read it"
    remedy = "Name the readers as docs/api.md describes, and upload the file again."
    status, title = 400, "The readers are not valid"
    recorded = True


class UnseenCharactersError(PermanentError):
    meaning = "the file's name holds characters that cannot be seen or that change the writing direction"
    remedy = "Rename the file, and upload it again."
    recorded = True


class NotTheirsError(PermanentError):
    meaning = "the caller can read the document, but somebody else owns it"
    remedy = "Ask its owner."
    status, title = 403, "It belongs to somebody else"


class NothingToRedriveError(PermanentError):
    meaning = "the document's execution has not failed, or it failed too long ago to be redriven"
    remedy = "If the document should be ingested again, upload it again, or run `docent reingest`."
    status, title = 409, "There is nothing to redrive"
