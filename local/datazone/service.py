"""Which operation answers a request, who calls, and the events that follow."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from typing import Any

from local.bedrock_agent.store import Store
from local.datazone.catalog import Catalog
from local.datazone.domains import Asked, Domains
from local.datazone.grants import Grants
from local.datazone.records import Records
from local.datazone.subscriptions import Subscriptions
from local.datazone.vocabulary import Vocabulary
from local.datazone.wire import DataZoneError, Json, Reply, invalid, request_of, route
from local.faults import Fault, Faults
from local.rest_json import reply_of
from local.seams.identities import Principal

logger = logging.getLogger(__name__)

# `(account and Region as an ARN's prefix, source, detail type, detail)`
type Send = Callable[[str, str, str, Json], None]

type Answers = dict[str, Callable[[Asked], Json]]


class DataZone:
    def __init__(
        self,
        store: Store,
        faults: Faults,
        arn_prefix: Callable[[], str],
        principal_of: Callable[[Mapping[str, str], Mapping[str, Any]], Principal],
        send: Send,
    ) -> None:
        self._faults, self._principal_of, self._send = faults, principal_of, send
        self._domains = Domains(store, arn_prefix)
        vocabulary = Vocabulary(self._domains)
        catalog = Catalog(self._domains, vocabulary, self._publish)
        records = Records(store, self._publish)
        grants = Grants(self._domains, records)
        subscriptions = Subscriptions(self._domains, catalog, vocabulary, records, grants)
        self._answers = _answers(self._domains, vocabulary, catalog, subscriptions, grants)

    async def handle_request(
        self, method: str, path: str, headers: dict[str, str], body: bytes, query: Mapping[str, Any]
    ) -> Reply:
        found = route(method, path)
        if found is None:
            return DataZoneError("UnknownOperationException", "There is no such operation.").on_the_wire()
        operation, labels = found
        try:
            fault = self._fault(operation.name, headers)
            if fault.delay:
                await asyncio.sleep(fault.delay)
            if fault.error:
                raise DataZoneError(fault.error, "A fault that was asked for.")
            request = request_of(operation, labels, query, body)
            # An event runs its targets before it returns, so another thread waits for it.
            told = await asyncio.to_thread(self._answered, operation.name, request, headers, query)
            if fault.lost:
                raise DataZoneError(fault.lost, "The reply was lost, as a fault asked for.")
            status, sent, content = reply_of(operation, told)
        except DataZoneError as error:
            return error.on_the_wire()
        except Exception:
            logger.exception("%s failed", operation.name)
            return DataZoneError("InternalServerException", "An internal error occurred.").on_the_wire()
        return status, sent, content[: len(content) // 2] if fault.malformed else content

    def _answered(self, operation: str, request: Json, headers: Mapping[str, str], query: Mapping[str, Any]) -> Json:
        caller = self._principal_of(headers, query)
        if operation == "CreateDomain":
            return self._domains.create(request, caller)
        if operation == "ListDomains":
            return self._domains.listed(request)
        if operation == "GetDomain":
            return self._domains.get(request["identifier"])
        if operation == "DeleteDomain":
            return self._domains.delete(request["identifier"])
        if operation not in self._answers:
            raise invalid(f"{operation} is not offered here.")
        domain = self._domains.get(request["domainIdentifier"])
        user_id = self._domains.user_of(domain, caller)
        return self._answers[operation](Asked(request, domain, user_id, caller.is_root))

    def _publish(self, domain: Json, detail_type: str, detail: Json) -> None:
        version = self._domains.next_version(domain["id"])
        told = {"version": version, **detail}
        told["metadata"] = detail["metadata"] | {"version": version}
        self._send(domain["arn"], "aws.datazone", detail_type, told)

    def _fault(self, operation: str, headers: Mapping[str, str]) -> Fault:
        try:
            return self._faults.take("datazone", operation, headers) or Fault()
        except ValueError as error:
            raise invalid(str(error)) from error


def _answers(
    domains: Domains, vocabulary: Vocabulary, catalog: Catalog, subscriptions: Subscriptions, grants: Grants
) -> Answers:
    return {
        "CreateProject": domains.create_project,
        "GetProject": domains.get_project,
        "ListProjects": domains.list_projects,
        "DeleteProject": domains.delete_project,
        "CreateProjectMembership": domains.add_member,
        "DeleteProjectMembership": domains.remove_member,
        "ListProjectMemberships": domains.members,
        "CreateUserProfile": domains.create_user,
        "GetUserProfile": domains.get_user,
        "CreateGroupProfile": domains.create_group,
        "GetGroupProfile": domains.get_group,
        "CreateFormType": vocabulary.create_form_type,
        "GetFormType": vocabulary.get_form_type,
        "CreateAssetType": vocabulary.create_asset_type,
        "GetAssetType": vocabulary.get_asset_type,
        "CreateGlossary": vocabulary.create_glossary,
        "GetGlossary": vocabulary.get_glossary,
        "CreateGlossaryTerm": vocabulary.create_term,
        "GetGlossaryTerm": vocabulary.get_term,
        "CreateRule": vocabulary.create_rule,
        "ListRules": vocabulary.list_rules,
        "CreateAsset": catalog.create_asset,
        "CreateAssetRevision": catalog.create_revision,
        "GetAsset": catalog.get_asset,
        "DeleteAsset": catalog.delete_asset,
        "Search": catalog.search,
        "CreateListingChangeSet": catalog.change_listing,
        "GetListing": catalog.get_listing,
        "DeleteListing": catalog.delete_listing,
        "SearchListings": catalog.search_listings,
        "CreateSubscriptionRequest": subscriptions.request,
        "AcceptSubscriptionRequest": subscriptions.accept,
        "RejectSubscriptionRequest": subscriptions.reject,
        "DeleteSubscriptionRequest": subscriptions.delete_request,
        "GetSubscriptionRequestDetails": subscriptions.details,
        "ListSubscriptionRequests": subscriptions.list_requests,
        "GetSubscription": subscriptions.subscription,
        "ListSubscriptions": subscriptions.list_subscriptions,
        "RevokeSubscription": subscriptions.revoke,
        "CancelSubscription": subscriptions.cancel,
        "CreateEnvironment": grants.create_environment,
        "GetEnvironment": grants.get_environment,
        "CreateSubscriptionTarget": grants.create_target,
        "ListSubscriptionTargets": grants.list_targets,
        "CreateSubscriptionGrant": grants.create_grant,
        "GetSubscriptionGrant": grants.get_grant,
        "ListSubscriptionGrants": grants.list_grants,
        "UpdateSubscriptionGrantStatus": grants.update_grant,
        "DeleteSubscriptionGrant": grants.delete_grant,
    }
