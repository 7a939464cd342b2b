/** Parts of the pages of operators. */

import * as engine from "tapelab";
import { type Operator, operators } from "tapelab";
import { expect, test } from "vitest";
import { relink } from "../../scripts/docs/links.ts";
import { mergeOverloads } from "../../scripts/docs/overloads.ts";
import { plotOf } from "../../scripts/docs/plot.ts";

function operatorOf(name: string): Operator {
  const found = operators.get(name);
  if (found === undefined) throw new Error(`no operator is called ${name}`);
  return found;
}

test("an elementwise function of one tensor is plotted with its derivative", () => {
  const plot = plotOf(operatorOf("relu"), engine);
  expect(plot).toContain('<path class="forward" d="M');
  expect(plot).toContain('<path class="backward" d="M');
});

test.each(["matmul", "where", "isnan", "clone", "clamp"])("%s has no plot", (name) => {
  expect(plotOf(operatorOf(name), engine)).toBe("");
});

test("signatures of an overloaded function stand together, and their description once", () => {
  const part = (signature: string, more: string): string =>
    `## Call Signature\n\n\`\`\`ts\n${signature}\n\`\`\`\n\nThe largest.\n\n### Parameters\n${more}\n`;
  const merged = mergeOverloads(
    `# max()\n\n${part("function max(a): Tensor;", "a")}${part("function max(a, b): Tensor;", "a b")}`,
  );
  expect(merged.match(/The largest/g)).toHaveLength(1);
  expect(merged).toContain("function max(a): Tensor;");
  expect(merged).toContain("function max(a, b): Tensor;");
  expect(merged).toContain("\n## Parameters\na b");
});

test("links follow a page that moves", () => {
  const moved = new Map([["api/sum.md", "operators/torch/sum.md"]]);
  expect(relink("[sum](sum.md#example) [T](Tensor.md#dim)", "api/mean.md", "operators/torch/mean.md", moved)).toBe(
    "[sum](sum.md) [T](../../api/Tensor.md#dim)",
  );
});
