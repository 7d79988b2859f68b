"""Several accounts on one machine: their templates, deployed as they are, and who acts in them.

MiniStack takes a key of twelve digits for root of that account.
"""

import json
import time
from dataclasses import dataclass, field
from typing import Any

import boto3

from local.datazone.domains import USER_TAG
from local.settings import REGION, LocalSettings
from tests.support.machine import ONCE
from tests.support.project import ROOT
from tests.support.waiting import wait_until

QUIET = 2.0


@dataclass
class Accounts:
    """`outputs` are those of the stacks that were deployed, by account."""

    settings: LocalSettings
    outputs: dict[str, dict[str, str]] = field(default_factory=dict[str, dict[str, str]])

    def client(self, account: str, service: str) -> Any:
        """With the credentials of the account's root user."""
        return self.session_client({"AccessKeyId": account, "SecretAccessKey": "test", "SessionToken": None}, service)

    def session_client(self, credentials: dict[str, Any], service: str) -> Any:
        make: Any = boto3.client
        return make(
            service,
            endpoint_url=self.settings.url,
            region_name=REGION,
            aws_access_key_id=credentials["AccessKeyId"],
            aws_secret_access_key=credentials["SecretAccessKey"],
            aws_session_token=credentials["SessionToken"],
            config=ONCE,
        )

    def deploy(self, account: str, template: str, **parameters: str) -> dict[str, str]:
        """A template of accounts/; its outputs."""
        cloudformation = self.client(account, "cloudformation")
        given = [{"ParameterKey": name, "ParameterValue": value} for name, value in parameters.items()]
        name = f"docent-{template}"
        body = (ROOT / "accounts" / f"{template}.yaml").read_text()
        capabilities = ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]
        cloudformation.create_stack(StackName=name, TemplateBody=body, Parameters=given, Capabilities=capabilities)

        def stack() -> dict[str, Any]:
            return cloudformation.describe_stacks(StackName=name)["Stacks"][0]

        wait_until(lambda: not stack()["StackStatus"].endswith("IN_PROGRESS"), 60)
        made = stack()
        assert made["StackStatus"] == "CREATE_COMPLETE", cloudformation.describe_stack_events(StackName=name)
        cloudformation.close()
        self.outputs[account] = {each["OutputKey"]: each["OutputValue"] for each in made.get("Outputs", [])}
        return self.outputs[account]

    def listen(self, account: str, bus_arn: str, queue: str) -> None:
        """What comes to a bus, in a queue. Other accounts may put events to it that are DataZone's."""
        events, queues = self.client(account, "events"), self.client(account, "sqs")
        url = queues.create_queue(QueueName=queue)["QueueUrl"]
        attributes = queues.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
        bus = bus_arn.rpartition("/")[2]
        events.put_rule(Name=queue, EventBusName=bus, EventPattern=json.dumps({"source": [{"prefix": ""}]}))
        events.put_targets(Rule=queue, EventBusName=bus, Targets=[{"Id": "1", "Arn": attributes["QueueArn"]}])
        events.put_permission(EventBusName=bus, StatementId="all", Principal="*", Action="events:PutEvents")
        events.close()
        queues.close()

    def received(self, account: str, queue: str) -> dict[str, Any]:
        """The next event that a queue has."""
        queues = self.client(account, "sqs")
        url = queue if "/" in queue else queues.get_queue_url(QueueName=queue)["QueueUrl"]
        try:
            deadline = time.monotonic() + 240
            while time.monotonic() < deadline:
                reply = queues.receive_message(QueueUrl=url, WaitTimeSeconds=1)
                for message in reply.get("Messages", []):
                    queues.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
                    return json.loads(message["Body"])
            raise AssertionError(f"{queue} of {account} has no event")
        finally:
            queues.close()

    def forget(self, account: str, queue: str) -> None:
        """What the queue has until now."""
        queues = self.client(account, "sqs")
        queues.purge_queue(QueueUrl=queue)
        queues.close()

    def is_silent(self, account: str, queue: str) -> bool:
        queues = self.client(account, "sqs")
        try:
            return not queues.receive_message(QueueUrl=queue, WaitTimeSeconds=int(QUIET)).get("Messages")
        finally:
            queues.close()

    def role_session(
        self, account: str, name: str, action: str, resource: str = "*", tags: dict[str, str] | None = None
    ) -> dict[str, Any]:
        """Credentials of a new role of an account that may do one thing."""
        iam = self.client(account, "iam")
        trust = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{account}:root"}}
        trust["Action"] = ["sts:AssumeRole", "sts:TagSession"]
        policy = {"Effect": "Allow", "Action": action, "Resource": resource}
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=_document(trust))
        iam.put_role_policy(RoleName=name, PolicyName="allowed", PolicyDocument=_document(policy))
        iam.close()
        return self._assume(account, f"arn:aws:iam::{account}:role/{name}", tags)

    def assumed(self, account: str, name: str, role: str) -> dict[str, Any]:
        """Credentials of a role, which a new role of another account assumes."""
        own = self.role_session(account, name, "sts:AssumeRole", role)
        sts = self.session_client(own, "sts")
        try:
            return sts.assume_role(RoleArn=role, RoleSessionName="docent")["Credentials"]
        finally:
            sts.close()

    def in_portal(self, account: str, user_id: str) -> Any:
        """A client of DataZone as the portal makes it for a user. Root stands in for DataZone, which is trusted."""
        role = self.outputs[account]["DomainExecutionRoleArn"]
        iam = self.client(account, "iam")
        trust = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{account}:root"}}
        trust["Action"] = ["sts:AssumeRole", "sts:TagSession"]
        name = role.rpartition("/")[2]
        iam.update_assume_role_policy(RoleName=name, PolicyDocument=_document(trust))
        # What the managed policy allows, as far as it is used: MiniStack does not have it.
        allowed = _document({"Effect": "Allow", "Action": "datazone:*", "Resource": "*"})
        iam.put_role_policy(RoleName=name, PolicyName="managed", PolicyDocument=allowed)
        iam.close()
        return self.session_client(self._assume(account, role, {USER_TAG: user_id}), "datazone")

    def _assume(self, account: str, role: str, tags: dict[str, str] | None = None) -> dict[str, Any]:
        sts = self.client(account, "sts")
        given = [{"Key": name, "Value": value} for name, value in (tags or {}).items()]
        try:
            return sts.assume_role(RoleArn=role, RoleSessionName="test", Tags=given)["Credentials"]
        finally:
            sts.close()


def _document(statement: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})
