"""An alarm for each workflow: an execution that timed out or was stopped did not do its work either.

Where users stop executions, a stopped one is no failure.
"""

from collections.abc import Sequence

from compiler.merging import Part
from compiler.project import logical_id
from compiler.workflows import Workflow

ENDS = {"failed": "ExecutionsFailed", "timed_out": "ExecutionsTimedOut", "aborted": "ExecutionsAborted"}


def alarms(workflows: Sequence[Workflow]) -> Part:
    """A part of the template with the alarm that each workflow's source names."""
    return Part("statemachines/*/*.asl.yaml", "\n".join(["Resources:", *(_alarm(each) for each in workflows)]))


def _alarm(workflow: Workflow) -> str:
    machine = logical_id(workflow.name)
    about = f"[{{ Name: StateMachineArn, Value: !Ref {machine} }}]"
    ends = {end: metric for end, metric in ENDS.items() if end != "aborted" or not workflow.users_stop_it}
    metrics = "\n".join(
        f"        - Id: {end}\n          ReturnData: false\n          MetricStat: {{ Stat: Sum, Period: 300, Metric:"
        f" {{ Namespace: AWS/States, MetricName: {metric}, Dimensions: {about} }} }}"
        for end, metric in ends.items()
    )
    return f"""  {workflow.alarm}:
    Type: AWS::CloudWatch::Alarm
    Properties:
      AlarmDescription: {workflow.alarm_description} See docs/operations.md.
      Metrics:
        # A metric without data has no value, and a sum with it would have none.
        - Id: not_succeeded
          Expression: {" + ".join(f"FILL({end}, 0)" for end in ends)}
          ReturnData: true
{metrics}
      EvaluationPeriods: 1
      Threshold: 1
      ComparisonOperator: GreaterThanOrEqualToThreshold
      TreatMissingData: notBreaching
      AlarmActions: !Compiled alarm_actions
"""
