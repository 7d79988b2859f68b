import { useCallback } from "react";
import { useLocation, useNavigate } from "react-router";
import type { Passage } from "./pdf/usePassage";

export const TABS = ["images", "gaps", "lineage", "trace"] as const;
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
  return {
    page: pageOf(params.get("page")) ?? 1,
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

/** The passage to highlight: the part of the address that browsers send to no server. */
export function passageOf(hash: string): Passage | undefined {
  const params = new URLSearchParams(hash.slice(1));
  const [page, words] = [pageOf(params.get("from")), params.get("passage")];
  return page && words ? { page, words } : undefined;
}

function pageOf(text: string | null): number | undefined {
  const page = Number(text);
  return Number.isInteger(page) && page > 0 ? page : undefined;
}

export function usePlace(): { place: Place; passage: Passage | undefined; go: (changes: Partial<Place>) => void } {
  const { search, hash } = useLocation();
  const navigate = useNavigate();
  const place = placeOf(new URLSearchParams(search));
  const go = useCallback(
    (changes: Partial<Place>) => {
      const params = paramsOf({ ...placeOf(new URLSearchParams(search)), ...changes });
      void navigate({ search: params.toString(), hash }, { replace: true, preventScrollReset: true });
    },
    [navigate, search, hash],
  );
  return { place, passage: passageOf(hash), go };
}
