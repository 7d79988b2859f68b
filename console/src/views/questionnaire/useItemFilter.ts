import { useSearchParams } from "react-router";
import type { operations } from "../../api/schema";

export type ItemFilter = Pick<
  NonNullable<operations["list_items"]["parameters"]["query"]>,
  "status" | "confidence" | "review" | "needs_review"
>;

/** The filter of the questions and the one that is chosen. They are part of the address. */
export function useItemFilter() {
  const [params, setParams] = useSearchParams();
  const value = (name: string) => params.get(name) ?? undefined;
  const filter = {
    status: value("status"),
    confidence: value("confidence"),
    review: value("review"),
    needs_review: value("needs_review"),
  } as ItemFilter;

  function change(changes: Record<string, string | undefined>) {
    const to = new URLSearchParams(params);
    for (const [name, each] of Object.entries(changes)) {
      if (each) to.set(name, each);
      else to.delete(name);
    }
    setParams(to, { replace: true });
  }

  return { filter, chosen: Number(params.get("item")) || undefined, change };
}
