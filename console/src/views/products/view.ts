import { lazy } from "react";
import type { View } from "../view";

export const view: View = {
  capability: "governance",
  path: "products",
  Page: lazy(() => import("./ProductsPage")),
  menu: { label: { en: "Data products", de: "Datenprodukte" }, order: 50 },
};
