"""Passages in the order in which a reranking model of Amazon Bedrock puts them: it reads each with the question."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from docent.clients import bedrock_agent_runtime
from docent.errors import MALFORMED, MisconfiguredError, TransientError, from_aws

from .service_waits import WAITS


@dataclass(frozen=True, slots=True)
class Reranker:
    model_arn: str
    attempts: int

    def best(self, question: str, texts: Sequence[str], most: int) -> list[tuple[int, float]]:
        """The numbers of at most `most` texts, the best first, each with its relevance from 0 to 1."""
        if not texts:
            return []
        try:
            with WAITS.call():
                reply = self.client().rerank(
                    queries=[{"type": "TEXT", "textQuery": {"text": question}}],
                    sources=[
                        {
                            "type": "INLINE",
                            "inlineDocumentSource": {"type": "TEXT", "textDocument": {"text": text}},
                        }
                        for text in texts
                    ],
                    rerankingConfiguration={
                        "type": "BEDROCK_RERANKING_MODEL",
                        "bedrockRerankingConfiguration": {
                            "modelConfiguration": {"modelArn": self.model_arn},
                            "numberOfResults": min(most, len(texts)),
                        },
                    },
                )
            return [(result["index"], result["relevanceScore"]) for result in reply["results"]]
        except (ClientError, BotoCoreError) as error:
            raise from_aws(error, "the passages were ranked again", MisconfiguredError) from error
        except MALFORMED as error:
            raise TransientError("The reply of the reranking model cannot be understood.") from error

    def client(self) -> Any:
        return bedrock_agent_runtime(self.attempts)
