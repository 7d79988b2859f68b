"""How severe each type of finding is: an Error keeps a flow from being prepared, a Warning does not."""

# The 33 types of ValidateFlowDefinition. AWS does not document which of them are warnings; a run against an account
# corrects this table.
SERVICE = {
    "CyclicConnection": "Error",
    "DuplicateConnections": "Error",
    "DuplicateConditionExpression": "Error",
    "UnreachableNode": "Warning",
    "UnknownConnectionSource": "Error",
    "UnknownConnectionSourceOutput": "Error",
    "UnknownConnectionTarget": "Error",
    "UnknownConnectionTargetInput": "Error",
    "UnknownConnectionCondition": "Error",
    "MalformedConditionExpression": "Error",
    "MalformedNodeInputExpression": "Error",
    "MismatchedNodeInputType": "Error",
    "MismatchedNodeOutputType": "Error",
    "IncompatibleConnectionDataType": "Error",
    "MissingConnectionConfiguration": "Error",
    "MissingDefaultCondition": "Error",
    "MissingEndingNodes": "Error",
    "MissingNodeConfiguration": "Error",
    "MissingNodeInput": "Error",
    "MissingNodeOutput": "Error",
    "MissingStartingNodes": "Error",
    "MultipleNodeInputConnections": "Error",
    "UnfulfilledNodeInput": "Error",
    "UnsatisfiedConnectionConditions": "Error",
    "Unspecified": "Error",
    "UnknownNodeInput": "Error",
    "UnknownNodeOutput": "Error",
    "MissingLoopInputNode": "Error",
    "MissingLoopControllerNode": "Error",
    "MultipleLoopInputNodes": "Error",
    "MultipleLoopControllerNodes": "Error",
    "LoopIncompatibleNodeType": "Error",
    "InvalidLoopBoundary": "Error",
}
# Our own. None of them keeps a flow from running, but the first answers without the guardrail that was asked for.
OWN = {
    "DocentGuardrailWithoutModel": "Error",
    "DocentUnmaskedLambda": "Warning",
    "DocentManyConnections": "Warning",
    "DocentEndlessLoop": "Warning",
    "DocentDraftInProduction": "Warning",
    "DocentUnpinnedPrompt": "Warning",
}
SEVERITIES = SERVICE | OWN
