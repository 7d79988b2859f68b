"""Why a document, or a part of it, cannot be ingested."""

from docent.errors.base import PermanentError


class EmptyPdfError(PermanentError):
    meaning = "the file has no bytes or no pages"
    remedy = "Upload the complete file again."
    recorded = True


class UnreadablePdfError(PermanentError):
    meaning = "the file is not a PDF, or damaged beyond repair"
    remedy = "Open it in a PDF reader, save it as a new PDF and upload that."
    recorded = True


class EncryptedPdfError(PermanentError):
    meaning = "the file needs a password"
    remedy = "Remove the password and upload the file again."
    recorded = True


class OversizedPdfError(PermanentError):
    meaning = "the file exceeds a limit; as a gap, only the first images were read"
    remedy = "Split the document and upload the parts, or raise `MaxPages` or `MaxPictures`."
    recorded = gap = True


class ExtractionStoppedError(PermanentError):
    meaning = "reading the PDF took more time or memory than allowed"
    remedy = "Print the document to a new PDF, or split it, and upload the result."
    recorded = True


class UnreadablePageError(PermanentError):
    meaning = "one page could not be read, or is not complete in the file"
    remedy = "The other pages are ingested. Repair the file and upload it again if that page matters."
    gap = True


class EmbeddedContentError(PermanentError):
    meaning = "files embedded in the PDF, or the pages of a dynamic form, are not ingested"
    remedy = "Save the embedded files, or print the form to a PDF, and upload them as documents of their own."
    gap = True


class MissingDocumentError(PermanentError):
    meaning = "the object was gone before it was read"
    remedy = "Upload the file again if it should be ingested."
    recorded = True


class UnreadablePictureError(PermanentError):
    meaning = "the model could not read one image, or refused to"
    remedy = "The rest of the document is ingested. Replace the image and upload the file again if it matters."
    gap = True


class BlockedTextError(PermanentError):
    meaning = "the guardrail blocked the text of an image, so it is not in the index"
    remedy = "Remove the credentials or card numbers from it and upload the file again, or change the guardrail."
    gap = True


class MaskingRefusedError(PermanentError):
    meaning = "the guardrail could not be applied"
    remedy = "Nothing unmasked was indexed. Check the guardrail's id, version and status, then run `docent redrive`."
    recorded = True


class IndexingRefusedError(PermanentError):
    meaning = "the index took nothing of the document; as a gap, not that part"
    remedy = "Check the index's limits, fields and role, then run `docent reingest`."
    recorded = gap = True


class PicturesHeldUpError(PermanentError):
    meaning = "the model or the guardrail kept failing for at least one image"
    remedy = "Run `docent redrive` once the service has recovered; `docent logs` shows what failed."
    recorded = True


class OversizedTextError(PermanentError):
    meaning = "a passage is longer than the embedding model takes; texts are never cut"
    remedy = "Set `EmbeddingModelId` to a model that takes longer texts, and run `docent reingest`."
    recorded = True
