/** Parts of the pages of operators. */

import * as engine from "tapelab";
import { expect, test } from "vitest";
import { relink } from "../../scripts/docs/links.ts";
import { familyOf, familyPage, operatorPage } from "../../scripts/docs/operators.ts";
import { mergeOverloads } from "../../scripts/docs/overloads.ts";
import { plotOf } from "../../scripts/docs/plot.ts";
import { type DocumentedOperator, documentedOperators, formulasOf } from "../../scripts/docs/registry.ts";

const all = documentedOperators(engine);

function operatorOf(name: string): DocumentedOperator {
  const found = all.find((operator) => operator.name === name);
  if (found === undefined) throw new Error(`no operator is called ${name}`);
  return found;
}

test.each(all.map((operator) => [operator.name, operator] as const))(
  "%s has a page with its formulas",
  (_name, operator) => {
    const page = operatorPage(operator, "# f()\n\nReturns f.\n\n## Example\n", engine);
    expect(formulasOf(operator)).not.toContain("");
    for (const formula of formulasOf(operator)) expect(page).toContain(`$$\n${formula}\n$$`);
    expect(page.match(/^#+ .+$/gm)?.at(0)).toBe(`# ${operator.name}`);
    expect(page.match(/^#+ .+$/gm)?.at(-1)).toBe("## Names and defaults");
  },
);

test("the page of a family lists its operators with links", () => {
  const relu = operatorOf("relu");
  expect(familyOf(relu, true).page).toBe("nn.functional");
  expect(familyPage(familyOf(relu, true), [[relu, "nn.functional/relu.md"]])).toContain(
    "| [relu](nn.functional/relu.md) | $y = \\max(x, 0)$ | elementwise |",
  );
});

test("an elementwise function of one tensor is plotted with its derivative", () => {
  const plot = plotOf(operatorOf("relu"), engine);
  expect(plot).toContain('<path class="forward" d="M');
  expect(plot).toContain('<path class="backward" d="M');
});

test.each(["matmul", "where", "isnan", "contiguous", "pow"])("%s has no plot", (name) => {
  expect(plotOf(operatorOf(name), engine)).toBe("");
});

test.each([
  "softsign",
  "tanhshrink",
  "silu",
  "erfcx",
  "besselJ0",
  "clone",
  "conjPhysical",
  "clamp",
  "frexp",
  "nanToNum",
])("the page of %s, a function of one element, has a plot", (name) => {
  expect(plotOf(operatorOf(name), engine)).toContain(`aria-label="${name} and its derivative`);
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
