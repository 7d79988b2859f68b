"""What goes wrong with questionnaires."""

from docent.errors.base import PermanentError


class NobodyReadsItError(PermanentError):
    meaning = "a questionnaire was put straight into the bucket, and the template names no group that can read it"
    remedy = "Upload it with `docent questionnaire answer FILE`, or set `DefaultReaderGroup` and put it there again."
    recorded = True


class NotAnsweredYetError(PermanentError):
    meaning = "the questionnaire has not been answered, so there is no file with answers"
    remedy = "Start it first."
    status, title = 409, "It has not been answered yet"


class QuestionnaireBusyError(PermanentError):
    meaning = "the questionnaire is being read or answered, and the request would change that"
    remedy = "Wait until it has ended, or stop it first."
    status, title = 409, "The questionnaire is being worked on"
