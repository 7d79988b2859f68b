import { fireEvent, screen, waitFor } from "@testing-library/react";
import { expect, test } from "vitest";
import AccessPage from "../src/views/access/AccessPage";
import ProductsPage from "../src/views/products/ProductsPage";
import { expectHarmless, HOSTILE, ID, show } from "./support";

const PRODUCT = {
  product_id: "deposit-profiles",
  name: HOSTILE,
  description: HOSTILE,
  terms: [],
  classification: "personal_data",
  owner: HOSTILE,
  department: "deposits",
  status: "published",
  created_at: "2026-11-29T08:00:00Z",
  updated_at: "2026-11-29T08:00:00Z",
  version: 3,
  granted: false,
  managed: false,
};
const REQUEST = {
  subscription_id: ID,
  product_id: "deposit-profiles",
  product_name: HOSTILE,
  group: HOSTILE,
  requester: "mary@example.com",
  purpose: HOSTILE,
  ends_at: 1_800_000_000,
  status: "WAITING",
  created_at: "2026-11-29T08:00:00Z",
  updated_at: "2026-11-29T08:00:00Z",
  needed: ["steward"],
  approvals: [],
  policies: [],
  ends_soon: false,
};

test("access is asked for with a purpose and a last day", async () => {
  const { container, calls } = show(<ProductsPage />, { "/products": { products: [PRODUCT] }, "POST /subscriptions": REQUEST });
  fireEvent.click(await screen.findByRole("button", { name: /^Ask for access:/ }));
  const [purpose, until] = [screen.getByLabelText("Purpose"), screen.getByLabelText("Last day")];
  const send = screen.getByRole("button", { name: "Ask for access" });
  fireEvent.change(purpose, { target: { value: "Campaign" } });
  expect(send.hasAttribute("disabled") || send.getAttribute("aria-disabled") === "true").toBe(true);
  fireEvent.change(until, { target: { value: "2027-03-31" } });
  fireEvent.click(send);
  await waitFor(() => expect(calls.find(({ method }) => method === "POST")).toBeTruthy());
  const { options } = calls.find(({ method }) => method === "POST")!;
  expect(options.body).toEqual({ product_id: "deposit-profiles", purpose: "Campaign", until: "2027-03-31" });
  expectHarmless(container);
});

test("a draft is published by those who look after it", async () => {
  const draft = { ...PRODUCT, status: "draft", managed: true };
  const { calls } = show(<ProductsPage />, { "/products": { products: [draft] }, "PUT /products/{product_id}": PRODUCT });
  fireEvent.click(await screen.findByRole("button", { name: /^Publish:/ }));
  await waitFor(() => expect(calls.find(({ method }) => method === "PUT")).toBeTruthy());
  expect(calls.find(({ method }) => method === "PUT")!.options.body).toEqual({ version: 3, status: "published" });
});

test("what waits for the user is approved, and nothing of their own is", async () => {
  const { container, calls } = show(<AccessPage />, { "/subscriptions": { subscriptions: [REQUEST] } });
  await screen.findByText("Waiting");
  expect(screen.queryByRole("button", { name: /^Approve:/ })).toBeNull();
  fireEvent.click(screen.getByText("For me to decide"));
  fireEvent.click(await screen.findByRole("button", { name: /^Approve:/ }));
  await waitFor(() => expect(calls.find(({ method }) => method === "POST")).toBeTruthy());
  const { path, options } = calls.find(({ method }) => method === "POST")!;
  expect([path, options.body]).toEqual(["/subscriptions/{subscription_id}/decision", { decision: "approve" }]);
  expectHarmless(container);
});

test("access is ended after the user has confirmed it", async () => {
  const { calls } = show(<AccessPage />, { "/subscriptions": { subscriptions: [{ ...REQUEST, status: "IN_FORCE" }] } });
  fireEvent.click(await screen.findByRole("button", { name: /^Revoke:/ }));
  expect(calls.every(({ method }) => method === "GET")).toBe(true);
  fireEvent.click(screen.getByRole("button", { name: "Revoke" }));
  await waitFor(() => expect(calls.some(({ path }) => path === "/subscriptions/{subscription_id}/revoke")).toBe(true));
});

test("an explanation shows the policies, their facts, and what would decide otherwise", async () => {
  const explanation = {
    allowed: true,
    policies: [{ id: "personal_data_needs_a_steward", text: `permit (principal, action, resource); // ${HOSTILE}` }],
    facts: [{ name: "resource.classification", value: HOSTILE }],
    otherwise: [["the steward has not approved"], ["the product is retired"]],
    errors: 0,
  };
  const details = { ...REQUEST, approvals: [{ role: "steward", user: HOSTILE, at: "" }], explanation };
  const { container } = show(<AccessPage />, {
    "/subscriptions": { subscriptions: [REQUEST] },
    "/subscriptions/{subscription_id}": details,
  });
  fireEvent.click(await screen.findByRole("button", { name: /^Why\?/ }));
  expect(await screen.findByText("These policies allow it now")).toBeTruthy();
  expect(screen.getByText("the product is retired")).toBeTruthy();
  expectHarmless(container.ownerDocument.body);
});
