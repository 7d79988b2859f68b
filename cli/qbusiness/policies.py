"""The trust policies and permissions of an installation's roles.

Source: Amazon Q Business user guide, "IAM role for an Amazon Q Business application" and "IAM role for an Amazon Q
Business web experience using IAM Federation". Permissions for Q Apps, plugins and customer managed keys are left out.
"""

from typing import Any

type Document = dict[str, Any]

SAML_AUDIENCE = "https://signin.aws.amazon.com/saml"
CHATTING = (
    "Chat", "ChatSync", "ListMessages", "ListConversations", "DeleteConversation", "PutFeedback", "GetMedia",
    "ListAttachments", "DeleteAttachment", "GetWebExperience", "GetApplication", "GetChatControlsConfiguration",
    "ListPlugins", "ListPluginActions", "ListRetrievers",
)  # fmt: skip


def trusting_tokens(provider_arn: str, client_id: str) -> Document:
    """Trust users with a token of an OpenID provider for this client; it tags the session with their e-mail address."""
    audience = f"{provider_arn.partition(':oidc-provider/')[2]}:aud"
    return _trusting(provider_arn, "sts:AssumeRoleWithWebIdentity", {audience: client_id})


def trusting_assertions(provider_arn: str) -> Document:
    return _trusting(provider_arn, "sts:AssumeRoleWithSAML", {"SAML:aud": SAML_AUDIENCE})


def _trusting(provider_arn: str, action: str, audience: dict[str, str]) -> Document:
    principal = {"Federated": provider_arn}
    return _document(
        {"Effect": "Allow", "Principal": principal, "Action": action, "Condition": {"StringEquals": audience}},
        {
            "Effect": "Allow",
            "Principal": principal,
            "Action": "sts:TagSession",
            "Condition": {"StringLike": {"aws:RequestTag/Email": "*"}},
        },
    )


def trusting_service(service: str, account: str, applications: str) -> Document:
    """Trust Q Business itself, for applications whose ARN matches `applications`."""
    return _document(
        {
            "Effect": "Allow",
            "Principal": {"Service": service},
            "Action": "sts:AssumeRole",
            "Condition": {
                "StringEquals": {"aws:SourceAccount": account},
                "ArnLike": {"aws:SourceArn": applications},
            },
        }
    )


def logging(logs: str) -> Document:
    """An application's permissions in CloudWatch; `logs` is the beginning of its log groups' ARNs."""
    groups = f"{logs}:log-group:/aws/qbusiness/*"
    return _document(
        _allow(
            ["cloudwatch:PutMetricData"],
            "*",  # PutMetricData supports no resources
            {"StringEquals": {"cloudwatch:namespace": "AWS/QBusiness"}},
        ),
        _allow(["logs:DescribeLogGroups"], "*"),  # nor does DescribeLogGroups
        _allow(["logs:CreateLogGroup"], groups),
        _allow(["logs:DescribeLogStreams", "logs:CreateLogStream", "logs:PutLogEvents"], f"{groups}:log-stream:*"),
    )


def chatting(application_arn: str) -> Document:
    """The permissions of users in an application, including to subscribe themselves through Q Business."""
    return _document(
        _allow([f"qbusiness:{action}" for action in CHATTING], application_arn),
        _allow(["qbusiness:GetRetriever"], [application_arn, f"{application_arn}/retriever/*"]),
        _allow(
            ["user-subscriptions:CreateClaim"],
            "*",  # CreateClaim supports no resources
            {
                "Bool": {"user-subscriptions:CreateForSelf": "true"},
                "StringEquals": {"aws:CalledViaLast": "qbusiness.amazonaws.com"},
            },
        ),
    )


def reading_secret(secret_arn: str) -> Document:
    return _document(_allow(["secretsmanager:GetSecretValue"], secret_arn))


def _allow(actions: list[str], resources: str | list[str], condition: Document | None = None) -> Document:
    statement: Document = {"Effect": "Allow", "Action": actions, "Resource": resources}
    return statement | ({"Condition": condition} if condition else {})


def _document(*statements: Document) -> Document:
    return {"Version": "2012-10-17", "Statement": list(statements)}
