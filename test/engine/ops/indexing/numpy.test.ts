/** Random indices with the elements that NumPy picks and assigns, which `make_indices.py` has stored. */
import { readFileSync } from "node:fs";
import { type DType, type Index, tensor } from "tapelab";
import { expect, test } from "vitest";
import { inRoot } from "../../../support/paths.ts";

interface Elements {
  readonly shape: readonly number[];
  readonly elements: readonly number[];
}

type Case = { readonly shape: readonly number[]; readonly index: readonly Index[] } & (
  | { readonly error: string }
  | { readonly picked: Elements; readonly value: Elements; readonly assigned: readonly number[] }
);

const { cases } = JSON.parse(readFileSync(inRoot("test/conformance/indices.json"), "utf8")) as { cases: Case[] };

const array = ({ shape, elements }: Elements, dtype: DType): ReturnType<typeof tensor> =>
  tensor([...elements], { dtype }).reshape(shape);

const counted = ({ shape }: Case): Elements => ({
  shape,
  elements: Array.from({ length: shape.reduce((n, size) => n * size, 1) }, (_, i) => i),
});

test("there are several hundred cases", () => {
  expect(cases.length).toBeGreaterThan(500);
  expect(cases.filter((c) => "error" in c).length).toBeGreaterThan(20);
});

test.each(["float32", "int32"] as const)("at and set are NumPy's x[…] in %s", (dtype) => {
  for (const c of cases) {
    const x = array(counted(c), dtype);
    const shown = `arange of [${c.shape.join(", ")}] at ${JSON.stringify(c.index)}`;
    if ("error" in c) {
      expect(() => x.at(...c.index), shown).toThrow(/^at: .*(out of range|broadcast)/);
      expect(() => x.set(c.index, 0), shown).toThrow(/^set: .*(out of range|broadcast)/);
      continue;
    }
    const y = x.at(...c.index);
    expect([y.shape, [...y.toTypedArray()]], shown).toEqual([c.picked.shape, c.picked.elements]);
    const value = array(c.value, dtype);
    expect([...x.set(c.index, value).toTypedArray()], `${shown}, assigned`).toEqual(c.assigned);
  }
});
