import { useCallback, useEffect, useState } from "react";
import { useSearchParams } from "react-router";
import type { Schemas } from "../../api/client";

export interface Filter {
  name: string;
  status: Schemas["Status"] | "";
  sort: "name" | "uploaded";
  descending: boolean;
}

const sortOf = (sort: Filter["sort"], descending: boolean) => `${descending ? "-" : ""}${sort}`;
/** What was uploaded last comes first. */
const NEWEST = sortOf("uploaded", true);

const TYPING = 350;

/** The filter of the list. It is part of the address, so that a link shows the same list. */
export function useFilter(): { filter: Filter; typed: string; type: (name: string) => void; change: (to: Filter) => void } {
  const [params, setParams] = useSearchParams();
  const sort = params.get("sort") ?? NEWEST;
  const filter: Filter = {
    name: params.get("name") ?? "",
    status: (params.get("status") ?? "") as Filter["status"],
    sort: sort.endsWith("name") ? "name" : "uploaded",
    descending: sort.startsWith("-"),
  };
  const [typed, type] = useState(filter.name);

  const change = useCallback(
    (to: Filter) => {
      const order = sortOf(to.sort, to.descending);
      const told = { name: to.name, status: to.status, sort: order === NEWEST ? "" : order };
      type(to.name);
      setParams(Object.entries(told).filter(([, value]) => value), { replace: true });
    },
    [setParams],
  );

  // The list is asked for when the typing pauses, not for every letter.
  useEffect(() => {
    if (typed === filter.name) return;
    const timer = window.setTimeout(() => change({ ...filter, name: typed }), TYPING);
    return () => window.clearTimeout(timer);
    // The filter is made of the address.
  }, [typed, params, change]);

  return { filter, typed, type, change };
}
