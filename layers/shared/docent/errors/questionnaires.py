"""What goes wrong with questionnaires."""

from docent.errors.base import PermanentError


class ChangedMeanwhileError(PermanentError):
    meaning = "the question or its answer has changed since the caller looked at it, so the change was not made"
    remedy = "Read it again, and repeat the change if it is still right."
    status, title = 409, "It has changed meanwhile"


class EmptyQuestionnaireError(PermanentError):
    meaning = "the questionnaire's file is empty"
    remedy = "Upload the file that holds the questions."
    recorded = True


class EncryptedQuestionnaireError(PermanentError):
    meaning = "the questionnaire's file is protected by a password"
    remedy = "Remove the password in the program that made the file, and upload it again."
    recorded = True


class InvalidMapError(PermanentError):
    meaning = "the map that was sent for a questionnaire does not fit its file"
    remedy = "Start from the map that Docent returned for this file, correct it, and send it again."
    recorded = True


class NoQuestionsError(PermanentError):
    meaning = "no question was found in the questionnaire's file"
    remedy = "Name the sheet and the columns in a map, or write each question on a line of its own."
    recorded = True


class NobodyReadsItError(PermanentError):
    meaning = "a questionnaire was put straight into the bucket, and the template names no group that can read it"
    remedy = "Upload it with `docent questionnaire answer FILE`, or set `DefaultReaderGroup` and put it there again."
    recorded = True


class NotAnsweredYetError(PermanentError):
    meaning = "the questionnaire has not been answered, so there is no file with answers"
    remedy = "Start it first."
    status, title = 409, "It has not been answered yet"


class NothingToApproveError(PermanentError):
    meaning = "there is no answer that could be approved"
    remedy = "Write one, and have somebody else approve it."
    status, title = 409, "There is nothing to approve"


class OversizedQuestionnaireError(PermanentError):
    meaning = "the questionnaire's file unpacks to more than Docent reads"
    remedy = "Remove what is not needed, such as images or unused sheets, or split the file."
    recorded = True


class OwnAnswerError(PermanentError):
    meaning = "the caller wrote the answer, and nobody approves what they wrote themselves"
    remedy = "Ask somebody else to approve it."
    status, title = 403, "It is the caller's own answer"


class QuestionnaireBusyError(PermanentError):
    meaning = "the questionnaire is being read or answered, and the request would change that"
    remedy = "Wait until it has ended, or stop it first."
    status, title = 409, "The questionnaire is being worked on"


class UnreadableQuestionnaireError(PermanentError):
    meaning = "the questionnaire's file is damaged"
    remedy = "Open the file in the program that made it, save it as a new file, and upload that one."
    recorded = True


class UnsupportedQuestionnaireError(PermanentError):
    meaning = "the questionnaire's file has a format that Docent does not read"
    remedy = "Save it as XLSX, DOCX, CSV, JSON, Markdown or plain text, and upload it again."
    recorded = True
