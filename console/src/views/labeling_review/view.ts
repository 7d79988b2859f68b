import { lazy } from "react";
import type { View } from "../view";

export const view: View = {
  capability: "labeling",
  path: "labeling/:taskId/items/:number/review",
  Page: lazy(() => import("./ReviewPage")),
};
