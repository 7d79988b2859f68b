"""Bedrock Agent Runtime's Rerank: the more words of the question a text has, the more relevant it is."""

from typing import Any

from tests.support.fake_service import FakeService, Refused

RERANK_MODEL_ARN = "arn:aws:bedrock:eu-central-1::foundation-model/amazon.rerank-v1:0"


class FakeReranking(FakeService):
    events = ("bedrock-agent-runtime.Rerank",)

    def Rerank(self, request: dict[str, Any]) -> dict[str, Any]:
        configuration = request["rerankingConfiguration"]["bedrockRerankingConfiguration"]
        if configuration["modelConfiguration"]["modelArn"] != RERANK_MODEL_ARN:
            raise Refused("ValidationException", "The provided model ARN is not that of a reranking model.")
        asked = set(request["queries"][0]["textQuery"]["text"].lower().split())
        texts = [source["inlineDocumentSource"]["textDocument"]["text"] for source in request["sources"]]
        if configuration["numberOfResults"] > len(texts):
            raise Refused("ValidationException", "numberOfResults must not be more than the number of sources.")
        shares = [len(asked & set(text.lower().split())) / len(asked) for text in texts]
        order = sorted(range(len(texts)), key=lambda number: -shares[number])[: configuration["numberOfResults"]]
        return {"results": [{"index": number, "relevanceScore": shares[number]} for number in order]}
