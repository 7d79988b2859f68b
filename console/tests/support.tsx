import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { render } from "@testing-library/react";
import { createMemoryRouter, RouterProvider } from "react-router";
import { expect } from "vitest";
import type { Api } from "../src/api/client";
import { DeploymentContext, type Deployment } from "../src/shell/deployment";

const corpus = join(process.env["DOCENT_CORPUS"] ?? "/nowhere", "console/minimaxir__big-list-of-naughty-strings__blns.json");
const naughty: string[] = existsSync(corpus) ? JSON.parse(readFileSync(corpus, "utf8")) : [];

/** A text that a document, a model or a user may have written. */
export const HOSTILE = [
  '<img src=x onerror="alert(1)">',
  "<script>alert(1)</script> ![a](https://evil.example/a.png) [a](javascript:alert(1))",
  "\u202egnp.exe",
  ...naughty,
].join("\n");

export const ID = "0".repeat(32);

export interface Call {
  method: string;
  path: string;
  options: any;
}

/** A view on its page, with the replies of the API by path. */
export function show(element: React.ReactElement, replies: Record<string, unknown> = {}, route = "/", at = "/") {
  const calls: Call[] = [];
  const call = (method: string) => async (path: string, options: unknown) => {
    calls.push({ method, path, options });
    const reply = replies[`${method} ${path}`] ?? replies[path];
    if (reply instanceof Error) return { error: { detail: reply.message }, response: { status: 409 } };
    return { data: reply, response: { status: 200 } };
  };
  const methods = ["GET", "POST", "PUT", "PATCH", "DELETE"].map((method) => [method, call(method)]);
  const deployment = {
    api: Object.fromEntries(methods) as unknown as Api,
    config: { files: { "/files/derived/": "https://derived.example/" } },
    session: { user: { name: "mary@example.com", groups: [], subject: "1" } },
    views: [{ path: "documents/:documentId" }],
  } as unknown as Deployment;
  const { container } = render(
    <DeploymentContext value={deployment}>
      <RouterProvider router={createMemoryRouter([{ path: route, element }], { initialEntries: [at] })} />
    </DeploymentContext>,
  );
  return { container, calls };
}

/** Nothing in it runs, loads from another origin or leads out of the console. */
export function expectHarmless(container: Element) {
  expect(container.querySelectorAll("script, iframe, object, embed, link, form")).toHaveLength(0);
  for (const link of container.querySelectorAll("a[href]")) expect(link.getAttribute("href")).toMatch(/^\/(?![/\\])/);
  for (const image of container.querySelectorAll("img")) expect(image.getAttribute("src")).toMatch(/^\/files\/derived\//);
  for (const element of container.querySelectorAll("*")) {
    for (const { name } of element.attributes) expect(name).not.toMatch(/^on/);
  }
  expect(container.textContent).not.toContain("\u202e");
}
