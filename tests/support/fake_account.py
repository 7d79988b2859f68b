"""What `docent doctor` asks an account for: models, guardrails, an index and quotas. At first, all is in order."""

from collections.abc import Callable
from typing import Any

from tests.support.fake_service import FakeService, Refused

MODEL = "eu.anthropic.claude-sonnet-4-5-20250929-v1:0"
HATE = {"type": "HATE", "inputStrength": "HIGH", "outputStrength": "HIGH"}
FIELDS = ("docent_document", "docent_key", "docent_page", "docent_picture", "docent_places")
PER_MINUTE = "Cross-region model inference tokens per minute for Anthropic Claude Sonnet 4.5 V1"
PER_DAY = "Model invocation max tokens per day for Anthropic Claude Sonnet 4.5 V1 (doubled for cross-region calls)"
QUOTAS = {
    PER_MINUTE: 200_000,
    PER_DAY: 144_000_000,
    "Cross-region model inference requests per minute for Anthropic Claude Sonnet 4.5 V1": 200,
    # Not those of this model and kind of call:
    "Cross-region model inference tokens per minute for Anthropic Claude Sonnet 4.5 V1 1M Context Length": 0,
    "Cross-region model inference tokens per minute for Anthropic Claude Sonnet 4 V1": 0,
    "Global cross-region model inference tokens per minute for Anthropic Claude Sonnet 4.5 V1": 0,
    "On-demand model inference tokens per minute for Anthropic Claude Sonnet 4.5 V1": 0,
    "Cross-region model inference tokens per minute for Amazon Nova Pro": 0,
    "On-demand ApplyGuardrail Sensitive information filter policy text units per second": 25,
}


class FakeAccount(FakeService):
    """`errors` maps an operation to the code and message that it fails with."""

    events = ("bedrock", "bedrock-runtime", "kendra", "lambda", "s3vectors", "service-quotas")

    def __init__(self) -> None:
        super().__init__()
        self.errors: dict[str, tuple[str, str]] = {}
        self.arranged: Callable[[list[str]], list[str]] = list  # the outputs for several texts
        self.agreement: dict[str, str] = {"status": "AVAILABLE"}
        self.lifecycle: dict[str, str] = {"status": "ACTIVE"}
        self.tier = "STANDARD"
        self.guardrail_status = "READY"
        self.unmasked: tuple[str, ...] = ()
        self.index: dict[str, Any] = {}
        self.vector_index: dict[str, Any] = {}
        self.vectors = 0
        self.entries = 0
        self.indices: list[dict[str, Any]] = []
        self.quotas: dict[str, float] = dict(QUOTAS)
        self.concurrency = 1000

    def _reply(self, operation: Any, asked: dict[str, Any]) -> Any:
        if operation.name in self.errors:
            raise Refused(*self.errors[operation.name])
        return super()._reply(operation, asked)

    def Converse(self, request: dict[str, Any]) -> dict[str, Any]:
        return {
            "output": {"message": {"role": "assistant", "content": [{"text": "OK"}]}},
            "stopReason": "max_tokens",
            "usage": {"inputTokens": 10, "outputTokens": 1, "totalTokens": 11},
            "metrics": {"latencyMs": 300},
        }

    def GetUseCaseForModelAccess(self, request: dict[str, Any]) -> dict[str, Any]:
        return {"formData": "eyJjb21wYW55TmFtZSI6IlNlY3JldCBDb21wYW55In0="}

    def GetFoundationModelAvailability(self, request: dict[str, Any]) -> dict[str, Any]:
        return {
            "modelId": request["modelId"],
            "agreementAvailability": self.agreement,
            "authorizationStatus": "AUTHORIZED",
            "entitlementAvailability": "AVAILABLE",
            "regionAvailability": "AVAILABLE",
        }

    def GetFoundationModel(self, request: dict[str, Any]) -> dict[str, Any]:
        model = request["modelIdentifier"]
        arn = f"arn:aws:bedrock:eu-central-1::foundation-model/{model}"
        return {"modelDetails": {"modelArn": arn, "modelId": model, "modelLifecycle": self.lifecycle}}

    def GetGuardrail(self, request: dict[str, Any]) -> dict[str, Any]:
        kinds = ("NAME", "ADDRESS", "PHONE", "EMAIL", "INTERNATIONAL_BANK_ACCOUNT_NUMBER", "PASSWORD")
        return {
            "name": "docent-masking",
            "guardrailId": "abc123",
            "guardrailArn": "arn:aws:bedrock:eu-central-1:123456789012:guardrail/abc123",
            "version": "1",
            "status": self.guardrail_status,
            "statusReasons": [],
            "createdAt": "2026-01-01T00:00:00Z",
            "updatedAt": "2026-01-01T00:00:00Z",
            "blockedInputMessaging": "No.",
            "blockedOutputsMessaging": "No.",
            "contentPolicy": {"filters": [HATE], "tier": {"tierName": self.tier}},
            "sensitiveInformationPolicy": {"piiEntities": [{"type": kind, "action": "ANONYMIZE"} for kind in kinds]},
        }

    def ApplyGuardrail(self, request: dict[str, Any]) -> dict[str, Any]:
        from cli.doctor.guardrails import PROBES

        texts = [block["text"]["text"] for block in request["content"]]
        for kind, value in PROBES.items():
            texts = texts if kind in self.unmasked else [text.replace(value, f"{{{kind}}}") for text in texts]
        masked = len(self.unmasked) < len(PROBES)
        units = {f"{each}PolicyUnits": 1 for each in ("topic", "content", "word", "sensitiveInformation")}
        return {
            "usage": units | {"sensitiveInformationPolicyFreeUnits": 0, "contextualGroundingPolicyUnits": 0},
            "action": "GUARDRAIL_INTERVENED" if masked else "NONE",
            "outputs": [{"text": text} for text in self.arranged(texts)] if masked else [],
            "assessments": [],
        }

    def GetIndex(self, request: dict[str, Any]) -> dict[str, Any]:
        names = {"vectorBucketName": "docent-passages", "indexName": "passages", "indexArn": request["indexArn"]}
        keys = ["text_en", "text_de", "key", "places", "picture"]
        kinds = {"dataType": "float32", "dimension": 1024, "distanceMetric": "cosine", "indexMode": "ENHANCED"}
        found = names | kinds | {"creationTime": 1, "metadataConfiguration": {"nonFilterableMetadataKeys": keys}}
        return {"index": found | self.vector_index}

    def ListVectors(self, request: dict[str, Any]) -> dict[str, Any]:
        return {"vectors": [{"key": str(number)} for number in range(min(self.vectors, request["maxResults"]))]}

    def DescribeIndex(self, request: dict[str, Any]) -> dict[str, Any]:
        search = {"Displayable": True}
        return {
            "Id": request["Id"],
            "Name": "docent-documents",
            "Edition": "ENTERPRISE_EDITION",
            "Status": "ACTIVE",
            "DocumentMetadataConfigurations": [
                {"Name": name, "Type": "LONG_VALUE" if name == "docent_page" else "STRING_VALUE", "Search": search}
                for name in FIELDS
            ],
            "CapacityUnits": {"StorageCapacityUnits": 1, "QueryCapacityUnits": 2},
            "IndexStatistics": {
                "FaqStatistics": {"IndexedQuestionAnswersCount": 0},
                "TextDocumentStatistics": {"IndexedTextDocumentsCount": 1234, "IndexedTextBytes": 1},
            },
        } | self.index

    def ListIndices(self, request: dict[str, Any]) -> dict[str, Any]:
        return {"IndexConfigurationSummaryItems": self.indices}

    def GetAccountSettings(self, request: dict[str, Any]) -> dict[str, Any]:
        return {
            "AccountLimit": {
                "ConcurrentExecutions": self.concurrency,
                "UnreservedConcurrentExecutions": self.concurrency,
            }
        }

    def ListServiceQuotas(self, request: dict[str, Any]) -> dict[str, Any]:
        return {
            "Quotas": [
                {"ServiceCode": "bedrock", "QuotaName": name, "Value": float(value)}
                for name, value in self.quotas.items()
            ]
        }
