"""Who may assume the roles of an installation, and what each may do.

Source: Amazon Q Business user guide, "IAM role for an Amazon Q Business application" and "IAM role for an Amazon Q
Business web experience using IAM Federation". Left out is what is for Q Apps, plugins and keys of one's own.
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
    """For whom an OpenID provider vouches to this client, tagged with their e-mail address."""
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
    """For Q Business itself, on behalf of applications whose ARN is like `applications`."""
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
    """What an application does in CloudWatch; `logs` begins the ARNs of its log groups."""
    groups = f"{logs}:log-group:/aws/qbusiness/*"
    return _document(
        _allow(
            ["cloudwatch:PutMetricData"],
            "*",  # PutMetricData knows no resources
            {"StringEquals": {"cloudwatch:namespace": "AWS/QBusiness"}},
        ),
        _allow(["logs:DescribeLogGroups"], "*"),  # so does DescribeLogGroups
        _allow(["logs:CreateLogGroup"], groups),
        _allow(["logs:DescribeLogStreams", "logs:CreateLogStream", "logs:PutLogEvents"], f"{groups}:log-stream:*"),
    )


def chatting(application_arn: str) -> Document:
    """What people do in an application, and Q Business for them: subscribe themselves."""
    return _document(
        _allow([f"qbusiness:{action}" for action in CHATTING], application_arn),
        _allow(["qbusiness:GetRetriever"], [application_arn, f"{application_arn}/retriever/*"]),
        _allow(
            ["user-subscriptions:CreateClaim"],
            "*",  # claims know no resources
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
