import { lazy } from "react";
import type { View } from "../view";

export const view: View = {
  capability: "governance",
  path: "products/:productId",
  Page: lazy(() => import("./ProductPage")),
};
