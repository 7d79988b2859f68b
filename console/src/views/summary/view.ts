import { lazy } from "react";
import type { View } from "../view";

export const view: View = {
  capability: "summaries",
  path: "summaries/:jobId",
  Page: lazy(() => import("./JobPage")),
};
