import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { render } from "@testing-library/react";
import { MemoryRouter } from "react-router";
import { describe, expect, test } from "vitest";
import { shown } from "../src/text/plain";
import { Text } from "../src/text/Text";

// Everything that the rich text can become. Nothing of it runs, loads or leads out of the console.
const ELEMENTS = new Set(["DIV", "P", "UL", "OL", "LI", "PRE", "CODE", "STRONG", "EM", "A", "BDI"]);
const ATTRIBUTES = new Set(["class", "dir", "href", "tabindex", "data-discover"]);

const HOSTILE = [
  '<img src=x onerror="alert(1)">',
  "<script>alert(1)</script>",
  "<svg/onload=alert(1)>",
  "![a](https://evil.example/pixel.png)",
  "![a](/api/documents)",
  "[a](javascript:alert(1))",
  "[a](//evil.example/)",
  "[a](/\\evil.example/)",
  "[a](https://evil.example/)",
  "[a](data:text/html,<script>alert(1)</script>)",
  "[a](/%0d%0aheader)",
  "`<b>` **<i>** *<u>*",
  "- <iframe src=https://evil.example></iframe>",
  "```\n</pre><script>alert(1)</script>\n```",
  "\u202egnp.exe",
  "a\u0000b\u001b[31m",
  "\ud800",
  "*".repeat(20000),
  "[".repeat(20000),
  "`".repeat(20000),
  "** ".repeat(10000),
];

const corpus = join(process.env["DOCENT_CORPUS"] ?? "/nowhere", "console");
const naughty: string[] = existsSync(corpus)
  ? JSON.parse(readFileSync(join(corpus, "minimaxir__big-list-of-naughty-strings__blns.json"), "utf8"))
  : [];

function elements(of: string, rich: boolean): Element[] {
  const { container } = render(
    <MemoryRouter>
      <Text of={of} rich={rich} />
    </MemoryRouter>,
  );
  return [...container.querySelectorAll("*")];
}

describe("text that somebody else wrote", () => {
  test.each([...HOSTILE, ...naughty].map((text) => [text.slice(0, 60), text]))("is shown and not run: %s", (_, text) => {
    for (const rich of [false, true]) {
      for (const element of elements(text, rich)) {
        expect(ELEMENTS).toContain(element.tagName);
        for (const { name, value } of element.attributes) {
          expect(ATTRIBUTES).toContain(name);
          if (name === "href") expect(new URL(value, "https://console.example").origin).toBe("https://console.example");
        }
      }
    }
  });

  test("keeps its words", () => {
    const [bdi] = elements('<b onclick="x">bold</b> & more', false);
    expect(bdi?.textContent).toBe('<b onclick="x">bold</b> & more');
  });

  test("shows by name what cannot be seen or turns the writing direction", () => {
    expect(shown("invoice\u202efdp.exe")).toBe("invoice[U+202E]fdp.exe");
    expect(shown("a\u0000b")).toBe("a[U+0000]b");
    expect(shown("tab\there\nand there")).toBe("tab\there\nand there");
    expect(shown("\ud800")).toBe("\ufffd");
  });
});

describe("rich text", () => {
  function html(of: string): string {
    const { container } = render(
      <MemoryRouter>
        <Text of={of} rich />
      </MemoryRouter>,
    );
    return container.firstElementChild!.innerHTML.replace(/ (class|dir|data-discover|tabindex)="[^"]*"/g, "");
  }

  test("reads paragraphs, lists, code and emphasis", () => {
    expect(html("One **two** *three* `four`\n\n- a\n- b\n\n1. c\n\n```\nd\n```")).toBe(
      "<p>One <strong>two</strong> <em>three</em> <code>four</code></p>" +
        "<ul><li>a</li><li>b</li></ul><ol><li>c</li></ol><pre>d</pre>",
    );
  });

  test("links to our own pages only", () => {
    expect(html("[page 3](/documents/0123?page=3)")).toBe('<p><a href="/documents/0123?page=3">page 3</a></p>');
    expect(html("[page 3](https://evil.example)")).toBe("<p>[page 3](https://evil.example)</p>");
  });
});
