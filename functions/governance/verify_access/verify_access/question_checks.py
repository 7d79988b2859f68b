"""What a question as somebody who has access finds, and what it finds for those whose access has ended.

The same search and the same readers as for every question. It asks with the beginning of one document of each product,
or with the names of the document and the product, where the index keeps the texts.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from answering.retrieval import Retriever
from answering.retrieved_passages import readable
from docent.callers import Caller
from docent.document_rows import DocumentRow, read_rows
from docent.errors import PermanentError
from docent.grants import with_products
from docent.objects import ObjectPointer, read_lines
from docent.readers import RESERVED
from governing.access_changes import Tables
from governing.grant_checks import Difference
from governing.product_documents import document_ids_of
from governing.products import Product, read_product
from governing.subscriptions import Subscription, subscriptions_in

# Documents that are looked at for one that can be found, and searches of one check.
DOCUMENTS, MOST = 20, 60
# Of a question: as much as a passage has.
CHARACTERS = 400


@dataclass(frozen=True, slots=True)
class Questions:
    tables: Tables
    readers: str
    documents: str
    derived: str
    retriever: Retriever

    def differences(self, now: float, has_time: Callable[[], bool]) -> tuple[list[Difference], int]:
        """The differences, and the number of questions that were asked. Raises the errors of the search."""
        found: list[Difference] = []
        asked = 0
        for subscription in islice(self._latest(now), MOST):
            if not has_time():
                break
            product = read_product(self.tables.products, subscription.product_id)
            if product and (row := self._sample(product.product_id)):
                asked += 1
                found += self._difference(subscription, product, row, now)
        return found, asked

    def _latest(self, now: float) -> Iterator[Subscription]:
        """The request that counts for each user or group and product: the one in force, else the last that ended."""
        seen: set[tuple[str, str]] = set()
        in_force = (each for each in subscriptions_in(self.tables.subscriptions, "IN_FORCE") if each.ends_at > now)
        for each in (*in_force, *islice(subscriptions_in(self.tables.subscriptions, "ENDED"), MOST)):
            if (each.principal, each.product_id) not in seen:
                seen.add((each.principal, each.product_id))
                yield each

    def _sample(self, product_id: str) -> DocumentRow | None:
        ids = list(islice(document_ids_of(self.readers, product_id, DOCUMENTS), DOCUMENTS))
        rows = read_rows(self.documents, ids).values()
        usable = [row for row in rows if row.status in ("INGESTED", "INGESTED_WITH_GAPS")]
        return next((row for row in usable if product_id in row.readers.products), None)

    def _difference(
        self, subscription: Subscription, product: Product, row: DocumentRow, now: float
    ) -> Iterator[Difference]:
        caller = with_products(caller_of(subscription.principal), self.tables.grants, now)
        may_read, is_found = row.may_be_read_by(caller), self._finds(product, row, caller)
        if subscription.status == "IN_FORCE" and not is_found and not _is_denied(row, caller):
            yield Difference("unfound", subscription.principal, product.product_id, subscription, "", row.document_id)
        if is_found and not may_read:
            yield Difference("found", subscription.principal, product.product_id, subscription, "", row.document_id)

    def _finds(self, product: Product, row: DocumentRow, caller: Caller) -> bool:
        """Whether the search itself finds the document, or any other of the product that answers may use."""
        for query in self._queries(product, row):
            passages = self.retriever.retrieve(query, caller, "document")
            rows = read_rows(self.documents, {each.document_id for each in passages if each.document_id})
            own = {each for each, one in rows.items() if product.product_id in one.readers.products}
            if row.document_id in {each.document_id for each in passages}:
                return True
            if own & {each.document_id for each in readable(passages, rows, caller)}:
                return True
        return False

    def _queries(self, product: Product, row: DocumentRow) -> Sequence[str]:
        words = f"{row.file_name.rpartition('.')[0]} {product.name} {' '.join(product.terms)}"
        try:
            line = next(read_lines(ObjectPointer(self.derived, row.keys.passages)), b"")
        except PermanentError:  # Kendra keeps the texts
            return [words]
        return [json.loads(line)["text"][:CHARACTERS], words] if line else [words]


def caller_of(principal: str) -> Caller:
    """A caller with the rights of this user or group and no others."""
    kind, _, name = principal.partition(":")
    if kind == "user":
        return Caller("verify", name, (), 0)
    return Caller("verify", f"{RESERVED}verify", (name,), 0)


def _is_denied(row: DocumentRow, caller: Caller) -> bool:
    return caller.user in row.readers.denied_users or bool(set(caller.groups) & row.readers.denied_groups)
