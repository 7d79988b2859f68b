"""Every change that we make to MiniStack at run time, in the order in which the server applies them.

Where two seams wrap the same function of MiniStack, the later one is the outer one. Each seam has a test in
tests/local/test_seams.py, and a row in docs/local.md (local/seams/table.py).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from local.seams import (
    alarms,
    api_gateway,
    buckets,
    deliveries,
    distributions,
    event_buses,
    full_disks,
    histories,
    identities,
    lambda_forks,
    lambdas,
    resources,
    services,
    sign_in_pages,
    state,
    user_pools,
    workflows,
)

if TYPE_CHECKING:
    from local.machine import Machine


@dataclass(frozen=True, slots=True)
class Seam:
    """`difference` says in one sentence what MiniStack does differently from AWS. `ministack` is the version that
    `function` was written for. `given` returns the function's arguments."""

    service: str
    difference: str
    ministack: str
    function: Callable[..., None]
    given: Callable[["Machine"], tuple[Any, ...]] = lambda _: ()

    @property
    def name(self) -> str:
        return self.function.__name__

    def apply(self, machine: "Machine") -> None:
        self.function(*self.given(machine))


SEAMS = (
    Seam(
        "CloudFormation",
        "`AWS::IAM::OIDCProvider` and `AWS::IAM::SAMLProvider` are not supported; an OpenID provider cannot change.",
        "1.5.33",
        identities.add_iam_identity_providers,
    ),
    Seam(
        "IAM",
        "A request about an identity provider is authorized on `*` instead of the provider's ARN.",
        "1.5.33",
        services.name_identity_providers,
    ),
    Seam(
        "IAM",
        "A request about a Map Run is authorized on `*` instead of the Map Run's ARN.",
        "1.5.33",
        services.name_map_runs,
    ),
    Seam(
        "IAM",
        "A request that lists alarms is authorized on `*` instead of all alarms.",
        "1.5.33",
        services.name_alarms,
    ),
    Seam(
        "IAM",
        "`aws:PrincipalArn` of a session is the ARN of the session instead of its role's.",
        "1.5.33",
        services.name_sessions_by_their_role,
    ),
    Seam(
        "IAM",
        "`*` in a policy does not match a line break, which an S3 key can contain.",
        "1.5.33",
        services.let_wildcards_match_line_breaks,
    ),
    Seam(
        "CloudFormation",
        "`AWS::Bedrock::Guardrail` and `AWS::Bedrock::GuardrailVersion` are not supported.",
        "1.5.33",
        resources.add_bedrock_guardrails,
    ),
    Seam(
        "Bedrock",
        "GetGuardrail answers with the names of the request that created the guardrail, such as `piiEntitiesConfig`.",
        "1.5.33",
        resources.name_the_parts_of_a_guardrail,
    ),
    Seam(
        "Bedrock",
        "A guardrail's id has a hyphen, which no flow accepts.",
        "1.5.33",
        resources.give_guardrails_ids_of_letters,
    ),
    Seam(
        "CloudFormation",
        "Conditions do not know pseudo parameters such as `AWS::Region`.",
        "1.5.33",
        resources.know_pseudo_parameters_in_conditions,
    ),
    Seam(
        "CloudFormation",
        "`Ref` of an `AWS::SecretsManager::Secret` returns the secret's name instead of its ARN.",
        "1.5.33",
        resources.name_secrets_by_their_arn,
    ),
    Seam(
        "CloudFormation",
        "`AWS::ApiGatewayV2::Deployment` and `AWS::WAFv2::WebACLAssociation` are not supported.",
        "1.5.33",
        api_gateway.add_api_resource_types,
    ),
    Seam(
        "API Gateway",
        "An imported API loses its gateway responses and its binary media types.",
        "1.5.33",
        api_gateway.import_extensions,
    ),
    Seam(
        "API Gateway",
        "A function's event has no `requestContext.domainName`, no X-Forwarded-Proto and only part of the path.",
        "1.5.33",
        api_gateway.tell_where_the_api_is,
    ),
    Seam(
        "API Gateway",
        "The subprotocol that the `$connect` function chooses is not sent, so browsers close the WebSocket.",
        "1.5.33",
        api_gateway.choose_subprotocols,
    ),
    Seam(
        "API Gateway",
        "A WebSocket whose authorizer raises `Unauthorized` is refused with 500 instead of 401.",
        "1.5.33",
        api_gateway.refuse_connections_as_unauthorized,
    ),
    Seam(
        "CloudFront",
        "Functions need Node.",
        "1.5.33",
        distributions.run_functions_without_node,
    ),
    Seam(
        "CloudFront",
        "An API cannot be an origin, and presigned requests to a bucket are refused.",
        "1.5.33",
        distributions.ask_origins_on_this_machine,
        lambda machine: (machine.settings.url,),
    ),
    Seam(
        "CloudFront",
        "A distribution does not serve WebSockets.",
        "1.5.33",
        distributions.pass_websockets_on,
    ),
    Seam(
        "CloudFront",
        "Nothing is compressed.",
        "1.5.33",
        distributions.compress_what_distributions_serve,
    ),
    Seam(
        "CloudFormation",
        "`AWS::Cognito::UserPoolIdentityProvider` is not supported.",
        "1.5.33",
        user_pools.add_identity_providers,
    ),
    Seam(
        "Cognito",
        "UpdateUserAttributes ignores which attributes the app client is allowed to write.",
        "1.5.33",
        user_pools.keep_clients_to_what_they_may_write,
    ),
    Seam(
        "Cognito",
        "SignUp ignores `AllowAdminCreateUserOnly`.",
        "1.5.33",
        user_pools.let_administrators_alone_create_users,
    ),
    Seam(
        "Cognito",
        "An ID token says `email_verified: true` for an address that nobody has verified.",
        "1.5.33",
        user_pools.say_which_addresses_are_verified,
    ),
    Seam(
        "Cognito",
        "Identity providers send users back to a domain of AWS instead of this machine.",
        "1.5.33",
        user_pools.serve_sign_in_pages,
        lambda machine: (machine.settings.url,),
    ),
    Seam(
        "Cognito",
        "The sign-in page forgets who signed in, so that every visit asks for the password again.",
        "1.5.33",
        sign_in_pages.remember_who_signed_in,
    ),
    Seam(
        "Cognito",
        "A list in an identity provider's claims is dropped, and booleans are written as `True` and `False`.",
        "1.5.33",
        user_pools.take_providers_claims_as_cognito_does,
    ),
    Seam(
        "Lambda",
        "Every exception has the error type `Runtime.HandlerError` instead of its class name, and ends the worker.",
        "1.5.33",
        lambdas.name_errors_as_lambda_does,
    ),
    Seam(
        "Lambda",
        "Each worker unpacks the packages of its function and layers again, which makes cold starts slow.",
        "1.5.33",
        lambdas.unpack_packages_once,
        lambda machine: (machine.settings.home / "unpacked",),
    ),
    Seam(
        "Lambda",
        "Each worker is a new Python process that imports all packages again, which makes cold starts slow.",
        "1.5.33",
        lambda_forks.fork_workers,
    ),
    Seam(
        "Lambda",
        "After a restart, functions miss as many records of a table's stream as they had read before it. With the seam,"
        " they miss only those that they had not read when the machine stopped.",
        "1.5.33",
        lambdas.read_streams_from_their_start,
    ),
    Seam(
        "Lambda",
        "One worker of each function stays for ever, 30 MB for each of them.",
        "1.5.33",
        lambda_forks.end_idle_workers,
    ),
    Seam(
        "S3",
        "The content of every version of an object is kept in memory as well as on disk.",
        "1.5.33",
        buckets.keep_versions_on_disk,
    ),
    Seam(
        "S3",
        "A range of a version is not regarded: the whole version is answered.",
        "1.5.33",
        buckets.read_ranges_of_versions,
    ),
    Seam(
        "S3",
        "A missing object is answered with 404 even if the caller is not allowed to list the bucket, instead of 403.",
        "1.5.33",
        buckets.tell_missing_from_forbidden,
    ),
    Seam(
        "S3",
        "An event's sequencer is a counter of fixed length, so that an event that is sent again gets another one.",
        "1.5.33",
        buckets.number_events_by_version,
    ),
    Seam(
        "Step Functions",
        "RedriveExecution is not supported.",
        "1.5.33",
        workflows.add_redrive,
    ),
    Seam(
        "S3",
        "The checksum in a form upload is not compared with the file.",
        "1.5.33",
        buckets.check_checksums_of_forms,
    ),
    Seam(
        "S3",
        "A write that the disk does not take is acknowledged, and gone after a restart.",
        "1.5.33",
        full_disks.refuse_what_the_disk_does_not_take,
        lambda machine: (machine.settings.scratch,),
    ),
    Seam(
        "Step Functions",
        "A nested execution that fails gives its own error to the outer one instead of `States.TaskFailed`.",
        "1.5.33",
        workflows.name_nested_failures_as_step_functions_does,
    ),
    Seam(
        "Step Functions",
        "A Distributed Map over an empty list succeeds instead of failing with `States.ItemReaderFailed`.",
        "1.5.33",
        workflows.fail_maps_without_items,
    ),
    Seam(
        "Step Functions",
        "A Distributed Map ignores `MaxConcurrencyPath` and the paths of its tolerated failures.",
        "1.5.33",
        workflows.read_limits_of_maps,
    ),
    Seam(
        "Step Functions",
        "A stopped execution goes on: the children of its Map run all their tasks, and the task it is at is retried.",
        "1.5.33",
        workflows.end_what_was_stopped,
    ),
    Seam(
        "IAM",
        "A request with a task token is authorized on `*` instead of the state machine that waits.",
        "1.5.33",
        workflows.name_state_machines_of_tokens,
    ),
    Seam(
        "Step Functions",
        "A task that waits for a callback waits on if its function fails.",
        "1.5.33",
        workflows.fail_tasks_whose_function_fails,
    ),
    Seam(
        "EventBridge",
        "An event whose state machine no longer exists is dropped instead of sent to the dead-letter queue.",
        "1.5.33",
        deliveries.keep_what_reaches_no_workflow,
    ),
    Seam(
        "EventBridge",
        "An event for the bus of another account is dropped.",
        "1.5.33",
        event_buses.deliver_to_other_accounts,
    ),
    Seam(
        "CloudFormation",
        "The Object Lock of an `AWS::S3::Bucket` is ignored.",
        "1.5.33",
        resources.lock_objects,
    ),
    Seam(
        "CloudFormation",
        "`AWS::Events::EventBusPolicy` is not supported.",
        "1.5.33",
        event_buses.add_event_bus_policies,
    ),
    Seam(
        "CloudWatch",
        "Executions are not counted in metrics.",
        "1.5.33",
        alarms.measure_how_executions_end,
    ),
    Seam(
        "CloudWatch",
        "Queues are not measured.",
        "1.5.33",
        alarms.measure_queues,
    ),
    Seam(
        "CloudWatch",
        "An alarm on one queue looks at all queues.",
        "1.5.33",
        alarms.look_at_own_queue,
    ),
    Seam(
        "CloudWatch",
        "An alarm on a metric math expression is refused.",
        "1.5.33",
        alarms.look_at_several_metrics,
    ),
    Seam(
        "Step Functions",
        "The execution history stays in memory in full, 65 kB for a document of two pages.",
        "1.5.33",
        histories.pack_histories,
    ),
    Seam(
        "Step Functions",
        "The history of a Distributed Map's child names none of its states.",
        "1.5.33",
        histories.name_tasks_of_children,
    ),
    Seam(
        "CloudWatch Logs",
        "`FilterLogEvents` answers with the first 10,000 events, and tells of no others.",
        "1.5.33",
        histories.page_log_events,
    ),
    Seam(
        "EventBridge",
        "Every event stays in memory, in a list that nothing reads.",
        "1.5.33",
        histories.forget_delivered_events,
    ),
    Seam(
        "all",
        "The services' states are saved one after the other, so that a kill in between leaves them out of step.",
        "1.5.33",
        state.keep_snapshots,
    ),
    Seam(
        "Step Functions",
        "No task is ever throttled or times out by chance; [faults on demand](#faults-on-demand) make it happen.",
        "1.5.33",
        workflows.fail_tasks,
        lambda machine: (machine.faults,),
    ),
)
