import { lazy } from "react";
import type { View } from "../view";

export const view: View = {
  capability: "flows",
  path: "flows/:flow",
  Page: lazy(() => import("./FlowPage")),
};
