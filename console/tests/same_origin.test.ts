import { expect, test } from "vitest";
import { sameOrigin } from "../src/api/files";

const FILES = {
  "/files/source/": "https://docent-documents.s3.eu-central-1.amazonaws.com/",
  "/files/derived/": "http://localhost:4566/docent-derived/",
};

test("a presigned address becomes a path of this origin", () => {
  expect(sameOrigin("http://localhost:4566/docent-derived/documents/1/a%20b.png?X-Amz-Signature=c", FILES)).toBe(
    "/files/derived/documents/1/a%20b.png?X-Amz-Signature=c",
  );
});

test("so does the address of a form, with and without a slash at its end", () => {
  expect(sameOrigin("https://docent-documents.s3.eu-central-1.amazonaws.com/", FILES)).toBe("/files/source/");
  expect(sameOrigin("http://localhost:4566/docent-derived", FILES)).toBe("/files/derived/");
});

test("another bucket's address stays as it is", () => {
  const other = "https://docent-documents-2.s3.eu-central-1.amazonaws.com/a";
  expect(sameOrigin(other, FILES)).toBe(other);
});
