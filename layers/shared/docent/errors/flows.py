"""What can be wrong with flows and their runs."""

from docent.errors.base import PermanentError


class FlowForbiddenError(PermanentError):
    meaning = "the caller is not in the group of flow editors, which the parameter `FlowEditorsGroup` names"
    remedy = "Ask those who run Docent to add you to that group, then sign in again."
    status, title = 403, "For flow editors only"


class FlowFileChangedError(PermanentError):
    meaning = "somebody else has saved the file of a flow since it was loaded"
    remedy = "Load it again, and make your changes there."
    status, title = 409, "The file was changed"


class FlowTurnLateError(PermanentError):
    meaning = "the answer to a question of a run came after the time for it"
    remedy = "Start another run."
    status, title = 409, "The question has expired"


class FlowTurnTakenError(PermanentError):
    meaning = "a run waits for no answer, because the question was answered before or the run has ended"
    remedy = "Look at the run, or start another one."
    status, title = 409, "The run waits for no answer"


class FlowTurnNodeError(PermanentError):
    meaning = "the answer to a question of a run names another node than the one that asked"
    remedy = "Answer the node that the run names."
    status, title = 409, "Another node asked"


class FlowTrialError(PermanentError):
    meaning = "a node cannot be run from an earlier run, for instance because an output that it needs is not there"
    remedy = "Choose another node or run, or give the input."
    status, title = 409, "The node cannot be run so"


class FlowInputError(PermanentError):
    meaning = "the input of a flow is empty, or Bedrock refused it, for instance because of its type"
    remedy = "Send an input of the type that the flow's Input node has, and not an empty one."
    status, title = 400, "The flow takes no such input"


class FlowNodeFailedError(PermanentError):
    meaning = "a node of a flow failed"
    remedy = "Look at the node in the run's trace, correct the cause, and run the flow again."


class FlowWithoutOutputError(PermanentError):
    meaning = "a run of a flow ended without reaching an Output node"
    remedy = "Connect the node to an Output node, or change the condition."


class FlowTimedOutError(PermanentError):
    meaning = "a run of a flow took longer than its caller can wait"
    remedy = "Run it over the WebSocket, as `docent flow run` does, or make the flow faster."


class FlowMaskingError(PermanentError):
    meaning = "the guardrail that masks runs did not answer, so nothing of the run was shown or kept from then on"
    remedy = "Run the flow again. If it stays so, run `docent doctor`."
