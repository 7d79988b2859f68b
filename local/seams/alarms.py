"""CloudWatch: metrics of how executions end and of queues, and alarms on sums of metrics."""

import ast
import time
from typing import Any

from ministack.services import (
    cloudwatch,
    sqs,
    stepfunctions,
)
from ministack.services.cloudformation import provisioners

METRICS = {
    "RUNNING": "ExecutionsStarted",
    "SUCCEEDED": "ExecutionsSucceeded",
    "FAILED": "ExecutionsFailed",
    "TIMED_OUT": "ExecutionsTimedOut",
    "ABORTED": "ExecutionsAborted",
}


def measure_how_executions_end() -> None:
    """Count each state machine's executions by how they end, and evaluate the alarms. MiniStack counts none."""
    of_ministack = stepfunctions._emit_execution_status_event

    def emit(execution: dict[str, Any]) -> None:
        of_ministack(execution)
        about = {"StateMachineArn": execution["stateMachineArn"]}
        cloudwatch.record_metric("AWS/States", METRICS[execution["status"]], 1, "Count", about)
        cloudwatch._evaluate_all_alarms()

    stepfunctions._emit_execution_status_event = emit


def measure_queues() -> None:
    """Measure each queue when somebody asks for metrics or alarms; AWS does it every minute, MiniStack never."""

    def measured_first(of_ministack: Any) -> Any:
        def answer(*asked: Any, **more: Any) -> Any:
            for queue in sqs._queues.values():
                _measure(queue)
            cloudwatch._evaluate_all_alarms()
            return of_ministack(*asked, **more)

        return answer

    cloudwatch._get_metric_data = measured_first(cloudwatch._get_metric_data)
    cloudwatch._describe_alarms = measured_first(cloudwatch._describe_alarms)


def _measure(queue: dict[str, Any]) -> None:
    sqs._refresh_counts(queue)
    visible = int(queue["attributes"]["ApproximateNumberOfMessages"])
    oldest = min((message["sent_at"] for message in queue["messages"]), default=time.time())
    about = {"QueueName": queue["name"]}
    cloudwatch.record_metric("AWS/SQS", "ApproximateNumberOfMessagesVisible", visible, "Count", about)
    cloudwatch.record_metric("AWS/SQS", "ApproximateAgeOfOldestMessage", time.time() - oldest, "Seconds", about)


def look_at_several_metrics() -> None:
    """Support alarms on a metric math expression, which MiniStack's CloudFormation refuses."""
    record_of_ministack = provisioners._cw_metric_alarm_record
    evaluate_of_ministack = cloudwatch._evaluate_alarm

    def record(name: str, props: dict[str, Any]) -> dict[str, Any]:
        metrics = props.get("Metrics")
        if not metrics:
            return record_of_ministack(name, props)
        if props["ComparisonOperator"] != "GreaterThanOrEqualToThreshold":
            raise ValueError("An alarm on an expression supports GreaterThanOrEqualToThreshold only.")
        alarm = record_of_ministack(name, props | {"Metrics": None, "Namespace": "-", "MetricName": "-"})
        for of_one_metric in ("Namespace", "MetricName", "Statistic", "Period", "Dimensions"):
            del alarm[of_one_metric]
        return alarm | {"Metrics": metrics}

    def evaluate(alarm: dict[str, Any]) -> None:
        if "Metrics" not in alarm:
            evaluate_of_ministack(alarm)
            return
        _compare(alarm, _value(alarm["Metrics"], alarm["EvaluationPeriods"]))

    provisioners._cw_metric_alarm_record, cloudwatch._evaluate_alarm = record, evaluate


def look_at_own_queue() -> None:
    """Evaluate an alarm on a queue by this queue's metric. MiniStack takes the points of all dimensions together."""
    of_ministack = cloudwatch._evaluate_alarm

    def evaluate(alarm: dict[str, Any]) -> None:
        if alarm.get("Namespace") == "AWS/SQS":
            _compare(alarm, _of_period(alarm, int(alarm["Period"]) * alarm["EvaluationPeriods"]).get("Maximum"))
        else:
            of_ministack(alarm)

    cloudwatch._evaluate_alarm = evaluate


def _compare(alarm: dict[str, Any], value: float | None) -> None:
    if value is None:
        return
    state = "ALARM" if value >= alarm["Threshold"] else "OK"
    if state != alarm["StateValue"]:
        reason = f"Threshold Crossed: {value} against {alarm['Threshold']}"
        changed = {"AlarmName": alarm["AlarmName"], "StateValue": state, "StateReason": reason}
        cloudwatch._set_alarm_state({}, changed, is_cbor=False, is_json=True)


def _value(metrics: list[dict[str, Any]], periods: int) -> float | None:
    """The current value of the expression; None if it has no value."""
    measured = {each["Id"]: _sum(each["MetricStat"], periods) for each in metrics if "MetricStat" in each}
    (expression,) = (each["Expression"] for each in metrics if "Expression" in each)
    return _of(ast.parse(expression, mode="eval").body, measured)


def _sum(asked: dict[str, Any], periods: int) -> float | None:
    return _of_period(asked["Metric"], int(asked["Period"]) * periods).get("Sum")


def _of_period(metric: dict[str, Any], seconds: float) -> dict[str, float]:
    """The statistics of a metric with its dimensions; empty without any point."""
    about = cloudwatch._dims_key(cloudwatch._dims_from_list(metric["Dimensions"]))
    points = cloudwatch._metrics.get((metric["Namespace"], metric["MetricName"], about)) or []
    since = time.time() - seconds
    return cloudwatch._calc_stats([point for point in points if point["Timestamp"] >= since])


def _of(part: ast.expr, measured: dict[str, float | None]) -> float | None:
    """Names, sums and FILL with a number: the part of CloudWatch's metric math that the template uses."""
    match part:
        case ast.Name(id=name):
            return measured[name]
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            first, second = _of(left, measured), _of(right, measured)
            return None if first is None or second is None else first + second
        case ast.Call(func=ast.Name(id="FILL"), args=[series, ast.Constant(value=int() as otherwise)]):
            value = _of(series, measured)
            return otherwise if value is None else value
    raise ValueError(f"Unsupported metric math: {ast.unparse(part)}")
