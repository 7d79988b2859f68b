import { useEffect, useMemo, useState } from "react";
import { answer } from "../../../api/client";
import type { Definition } from "../../../flow_file/definition";
import { portChecks } from "../../../flow_file/port_checks";
import { placeIn, type Validation, validationsOf } from "../../../flow_file/validations";
import { useApi } from "../../../shell/deployment";

const PAUSE = 400;

/**
 * What is wrong now: the checks of ports at once, and what the API finds as soon as it has answered. Until then, what it
 * found before stays, as far as it is about something else than ports.
 */
export function useValidation(definition: Definition | undefined) {
  const api = useApi();
  const [told, setTold] = useState<{ of: Definition; validations: Validation[]; error?: unknown }>();
  useEffect(() => {
    if (!definition) return undefined;
    const stop = new AbortController();
    const timer = window.setTimeout(() => {
      answer(api.POST("/flows/validate", { body: { definition: definition as never }, signal: stop.signal })).then(
        (found) => !stop.signal.aborted && setTold({ of: definition, validations: validationsOf(found) }),
        (error: unknown) => !stop.signal.aborted && setTold({ of: definition, validations: [], error }),
      );
    }, PAUSE);
    return () => {
      window.clearTimeout(timer);
      stop.abort();
    };
  }, [api, definition]);

  const validations = useMemo(() => {
    if (!definition) return [];
    if (told?.of === definition && told.error === undefined) return told.validations;
    const atOnce = portChecks(definition);
    const before = told?.validations.filter((each) => !OF_PORTS.has(each.type) && placeIn(definition, each).nodes.length > 0) ?? [];
    return [...atOnce, ...before];
  }, [definition, told]);
  return { validations, isChecking: told?.of !== definition, error: told?.of === definition ? told?.error : undefined };
}

/** What `portChecks` finds. */
const OF_PORTS = new Set([
  "MissingStartingNodes", "MissingEndingNodes", "MissingNodeInput", "UnknownNodeInput", "MissingNodeOutput", "UnknownNodeOutput",
  "MalformedNodeInputExpression", "MultipleNodeInputConnections", "UnfulfilledNodeInput", "MissingDefaultCondition",
  "UnknownConnectionSource", "UnknownConnectionTarget", "MissingConnectionConfiguration", "UnknownConnectionCondition",
  "UnknownConnectionSourceOutput", "UnknownConnectionTargetInput", "DuplicateConnections",
]);
