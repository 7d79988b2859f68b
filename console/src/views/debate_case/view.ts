import { lazy } from "react";
import type { View } from "../view";

export const view: View = {
  capability: "debates",
  path: "debates/:runId/cases/:number",
  Page: lazy(() => import("./CasePage")),
};
