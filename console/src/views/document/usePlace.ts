import { useCallback } from "react";
import { useSearchParams } from "react-router";

export const TABS = ["images", "gaps", "trace"] as const;
export type Tab = (typeof TABS)[number];

/** What of a document is shown. It is part of the address, so that a link shows the same. */
export interface Place {
  /** From 1. */
  page: number;
  /** The id of the image that is open. */
  image?: string;
  tab: Tab;
}

export function placeOf(params: URLSearchParams): Place {
  const page = Number(params.get("page"));
  return {
    page: Number.isInteger(page) && page > 0 ? page : 1,
    image: params.get("image") || undefined,
    tab: TABS.find((each) => each === params.get("tab")) ?? "images",
  };
}

export function paramsOf(place: Place): URLSearchParams {
  const params = new URLSearchParams({ page: String(place.page) });
  if (place.image) params.set("image", place.image);
  if (place.tab !== "images") params.set("tab", place.tab);
  return params;
}

export function usePlace(): { place: Place; go: (changes: Partial<Place>) => void } {
  const [params, setParams] = useSearchParams();
  const go = useCallback(
    (changes: Partial<Place>) =>
      setParams((before) => paramsOf({ ...placeOf(before), ...changes }), { replace: true, preventScrollReset: true }),
    [setParams],
  );
  return { place: placeOf(params), go };
}
