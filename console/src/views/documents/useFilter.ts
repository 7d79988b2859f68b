import { useCallback, useEffect, useState } from "react";
import { useSearchParams } from "react-router";
import type { Schemas } from "../../api/client";

export interface Filter {
  name: string;
  status: Schemas["Status"] | "";
  order: "descending" | "";
}

const TYPING = 350;

/** The filter of the list. It is part of the address, so that a link shows the same list. */
export function useFilter(): { filter: Filter; typed: string; type: (name: string) => void; change: (to: Filter) => void } {
  const [params, setParams] = useSearchParams();
  const filter: Filter = {
    name: params.get("name") ?? "",
    status: (params.get("status") ?? "") as Filter["status"],
    order: params.get("order") === "descending" ? "descending" : "",
  };
  const { status, order } = filter;
  const [typed, type] = useState(filter.name);

  const change = useCallback(
    (to: Filter) => {
      type(to.name);
      setParams(Object.entries(to).filter(([, value]) => value) as [string, string][], { replace: true });
    },
    [setParams],
  );

  // The list is asked for when the typing pauses, not for every letter.
  useEffect(() => {
    if (typed === filter.name) return;
    const timer = window.setTimeout(() => change({ name: typed, status, order }), TYPING);
    return () => window.clearTimeout(timer);
  }, [typed, filter.name, status, order, change]);

  return { filter, typed, type, change };
}
