"""The ways in which a task of a workflow can fail, or be the last before somebody stops its execution."""

# Long enough for the one that stops an execution to see that its task has begun, on a busy machine too. The task itself
# is done: what stops is between two states.
HELD = 10
STOPPED = "stopped by somebody"
STOPS = {STOPPED: f"delay:{HELD}*1"}

# By the beginning of a task's resource: what retries heal, struck one after the other, and what they do not.
FUNCTION = "${"
KINDS: dict[str, tuple[dict[str, str], dict[str, str]]] = {
    FUNCTION: (
        {
            "throttled, failing and killed": "Lambda.TooManyRequestsException*2 Lambda.ServiceException*1 kill:0.1*1",
            "done, and its reply lost": "lost:Lambda.ServiceException*1 lost:States.Timeout*1",
        },
        {
            "failing for long": "Lambda.ServiceException",
            "timing out, then killed": "Sandbox.Timedout*1 kill:0.1",
            "malformed": "malformed",
        }
        | STOPS,
    ),
    "arn:${Partition}:states:::dynamodb:": (
        {
            "throttled, failing, its reply lost and malformed": "DynamoDB.ThrottlingException*2 "
            "DynamoDB.SdkClientException*1 lost:DynamoDB.InternalServerError*1 malformed*1"
        },
        {"failing for long, then timing out": "DynamoDB.AmazonDynamoDBException*8 States.Timeout"} | STOPS,
    ),
    "arn:${Partition}:states:::events:": (
        {
            "throttled, failing, its reply lost and malformed": "EventBridge.ThrottlingException*2 "
            "EventBridge.FailedEntry*1 lost:EventBridge.SdkClientException*1 malformed*1"
        },
        {"failing for long, then timing out": "EventBridge.FailedEntry*8 States.Timeout"} | STOPS,
    ),
    "arn:${Partition}:states:::states:": (
        {
            "throttled, failing, its reply lost and malformed": "StepFunctions.ThrottlingException*2 "
            "StepFunctions.ExecutionLimitExceeded*1 lost:StepFunctions.AWSStepFunctionsException*1 malformed*1"
        },
        {"failing for long, then timing out": "StepFunctions.SdkClientException*8 States.Timeout"} | STOPS,
    ),
    "arn:${Partition}:states:::s3:": (
        {"failing": "States.ItemReaderFailed*2"},
        {"failing for long": "States.ItemReaderFailed", "malformed": "malformed"} | STOPS,
    ),
}
