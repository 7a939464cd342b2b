/** Kinds of output: the MIME types that notebooks store, and data of older versions. */
import { readdirSync, readFileSync } from "node:fs";
import * as view from "tapelab/view";
import { defineOutput, type Output, type OutputData } from "tapelab/view";
import { describe, expect, test } from "vitest";
import * as outputs from "../../../engine/src/view/outputs.ts";
import first from "../../browser/first-outputs.json" with { type: "json" };
import { inRoot } from "../../support/paths.ts";

const kinds = Object.values(outputs) as readonly unknown[] as readonly Output<OutputData, unknown[]>[];

test("the MIME types and versions of what notebooks store stay as they are", () => {
  expect(Object.fromEntries(kinds.map(({ mime, schema }) => [mime, schema]))).toEqual({
    "application/vnd.tapelab.tape.v1+json": 1,
    "application/vnd.tapelab.gradients.v1+json": 1,
    "application/vnd.tapelab.tensor.v1+json": 1,
    "application/vnd.tapelab.confusion.v1+json": 1,
    "application/vnd.tapelab.controls.v1+json": 1,
    "application/vnd.tapelab.diff.v1+json": 1,
    "application/vnd.tapelab.origin.v1+json": 1,
    "application/vnd.tapelab.explanation.v1+json": 1,
    "application/vnd.tapelab.diagnosis.v1+json": 1,
    "application/vnd.tapelab.attribution.v1+json": 1,
    "application/vnd.tapelab.numerics.v1+json": 1,
    "application/vnd.tapelab.shapes.v1+json": 1,
    "application/vnd.tapelab.steps.v1+json": 1,
    "application/vnd.tapelab.memory.v1+json": 1,
    "application/vnd.tapelab.stop.v1+json": 1,
    "application/vnd.tapelab.graph.v1+json": 1,
    "application/vnd.tapelab.watch.v1+json": 1,
    "application/vnd.tapelab.check.v1+json": 1,
    "application/vnd.tapelab.training.v1+json": 1,
    "application/vnd.tapelab.rates.v1+json": 1,
  });
});

test("the tests in Python know the same MIME types", () => {
  const text = readFileSync(inRoot("test", "support", "mimes.py"), "utf8");
  const listed = [...text.matchAll(/"(application\/[^"]+)"/g)].map(([, mime]) => mime);
  expect(listed.sort()).toEqual(kinds.map(({ mime }) => mime as string).sort());
});

test("only the rows of the kinds name their MIME types", () => {
  const folders = [
    "engine/src",
    "kernel/src",
    "kernel/types",
    "kernel/python",
    "extension/src",
    "extension/schema",
    "scripts",
  ];
  const files = folders.flatMap((folder) =>
    readdirSync(inRoot(folder), { recursive: true, encoding: "utf8" })
      .filter((f) => /\.(ts|js|mjs|json|py)$/.test(f))
      .map((f) => `${folder}/${f.replaceAll("\\", "/")}`),
  );
  const packages = ["package.json", "engine/package.json", "kernel/package.json", "extension/package.json"];
  const naming = [...files, ...packages].filter((f) => /vnd\.tapelab\.\w/.test(readFileSync(inRoot(f), "utf8")));
  expect(naming.sort()).toEqual([
    "engine/src/view/attribution/output.ts",
    "engine/src/view/check/output.ts",
    "engine/src/view/confusion/output.ts",
    "engine/src/view/controls.ts",
    "engine/src/view/diagnosis/output.ts",
    "engine/src/view/diff/output.ts",
    "engine/src/view/explain/output.ts",
    "engine/src/view/gradients/output.ts",
    "engine/src/view/graph/output.ts",
    "engine/src/view/memory/output.ts",
    "engine/src/view/numerics/output.ts",
    "engine/src/view/origin/output.ts",
    "engine/src/view/rates/output.ts",
    "engine/src/view/shapes/output.ts",
    "engine/src/view/steps/output.ts",
    "engine/src/view/stop/output.ts",
    "engine/src/view/tape/output.ts",
    "engine/src/view/tensor/output.ts",
    "engine/src/view/training/output.ts",
    "engine/src/view/watch/output.ts",
  ]);
});

test("every kind of output is exported for renderers", () => {
  expect(view).toMatchObject(outputs);
});

describe("an output that was stored by the first version of Tapelab", () => {
  test.each(Object.entries(first))("is read and printed: %s", (mime, stored) => {
    const output = kinds.find((kind) => kind.mime === mime);
    const data = output?.read(stored) ?? null;
    expect(data).toEqual(stored);
    const bundle = output?.bundle(data as OutputData, () => "2 4 6");
    expect(bundle?.["text/plain"]).toMatch(/^(Tape of y|Gradients of 6 tensors|\[3\] float32)/);
    expect(Object.keys(bundle ?? {})).toHaveLength(3);
  });
});

describe("data of an older version", () => {
  interface Greeting extends OutputData {
    readonly schema: 3;
    readonly name: string;
    readonly loud: boolean;
  }
  const greeting = defineOutput<Greeting>({
    mime: "application/vnd.tapelab.greeting.v1+json",
    schema: 3,
    upgrades: [
      ({ who }: { readonly who: string }) => ({ schema: 2, name: who }),
      (data: { readonly schema: 2; readonly name: string }) => ({ ...data, schema: 3, loud: false }),
    ],
    text: ({ name, loud }) => `hello ${name}${loud ? "!" : ""}`,
    still: () => ({}),
  });
  test("is upgraded version by version", () => {
    const current = { schema: 3, name: "Ada", loud: false };
    for (const stored of [{ schema: 1, who: "Ada" }, { schema: 2, name: "Ada" }, current])
      expect(greeting.read(stored)).toEqual(current);
    expect(greeting.bundle(greeting.read({ schema: 1, who: "Ada" }) as Greeting)["text/plain"]).toBe("hello Ada");
  });
  test("is not confused with data of a newer version, or with other JSON", () => {
    for (const stored of [
      { schema: 4, name: "Ada" },
      { schema: 0 },
      { schema: "3" },
      { name: "Ada" },
      null,
      undefined,
      3,
      "x",
    ])
      expect(greeting.read(stored)).toBeNull();
  });
  test("needs an upgrade from every older version", () => {
    const { mime, text, still } = greeting;
    expect(() => defineOutput<Greeting>({ mime, text, still, schema: 3, upgrades: [] })).toThrow(
      "application/vnd.tapelab.greeting.v1+json: version 3 needs 2 upgrades of older data, but got 0",
    );
  });
});
