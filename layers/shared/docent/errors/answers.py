"""What goes wrong with answers to questions."""

from docent.errors.base import PermanentError


class TurnExistsError(PermanentError):
    meaning = "a question with this turn's id was asked before; it is neither asked again nor stopped"
    remedy = "Read its answer with `GET /conversations/{id}/turns/{turn_id}`."
    status, title = 409, "The question was asked before"
