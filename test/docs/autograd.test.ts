/* oxlint-disable typescript/no-implied-eval -- running text is what this test is for */
/** The table that leads from PyTorch, TensorFlow and NEEDLE: every row runs, and no name is missing. */
import { readFileSync } from "node:fs";
import * as tapelab from "tapelab";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { inRoot } from "../support/paths.ts";

interface Row {
  readonly names: readonly string[];
  readonly code: string;
  readonly gives: string;
}

const text = readFileSync(inRoot("docs/autograd.md"), "utf8");

const rows: Row[] = text.split("\n").flatMap((line) => {
  const cells = line.split(" | ").map((c) => c.trim().replace(/^\|\s*|\s*\|$/g, ""));
  if (cells.length !== 4 || !cells[2].startsWith("`")) return [];
  return [
    {
      names: [...cells[0].matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name),
      code: cells[2].slice(1, -1),
      gives: cells[3],
    },
  ];
});

class Twice extends tapelab.autograd.Function {
  static override forward(_ctx: unknown, x: tapelab.Tensor): tapelab.Tensor {
    return x.mul(2);
  }
  static override backward(_ctx: unknown, g: tapelab.Tensor): tapelab.Tensor {
    return g.mul(2);
  }
  static override jvp = (_ctx: unknown, t: tapelab.Tensor): tapelab.Tensor => t.mul(2);
}

const reset = (): void => {
  tapelab.autograd.setDetectAnomaly(false);
  tapelab.needle.setLazyMode(false);
};

describe("docs/autograd.md", () => {
  beforeEach(reset);
  afterEach(reset);

  test.each(rows.map((r) => [`${r.names.join(", ")}: ${r.code.slice(0, 60)}`, r] as const))("%s", (_title, row) => {
    const { tensor, nn } = tapelab;
    const scope: Record<string, unknown> = {
      ...tapelab,
      Twice,
      x: tensor(3, { requiresGrad: true }),
      v: tensor([1, 2], { requiresGrad: true }),
      c: tensor(3),
      layer: new nn.Linear(2, 1),
    };
    const value: unknown = new Function(...Object.keys(scope), `return (${row.code});`)(...Object.values(scope));
    if (row.gives.endsWith("…")) expect(String(value).startsWith(row.gives.slice(0, -1)), String(value)).toBe(true);
    else expect(value).toEqual(JSON.parse(row.gives));
  });

  const listed = new Set(rows.flatMap((r) => r.names));
  const names = JSON.parse(readFileSync(inRoot("test/conformance/autograd.json"), "utf8")).names as Record<
    string,
    readonly string[]
  >;
  test.each(Object.entries(names))("every name of %s has a row", (_module, all) => {
    expect(all.filter((name) => !listed.has(name))).toEqual([]);
  });
});
