import { lazy } from "react";
import type { View } from "../view";

export const view: View = {
  capability: "debates",
  path: "debates/:runId",
  Page: lazy(() => import("./RunPage")),
};
