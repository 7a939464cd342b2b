/** The text of docs/modules.md. */
import { moduleNames, moduleRows } from "./module-status.ts";
import type { Engine } from "./registry.ts";
import { overviewHead, summary, table } from "./status-text.ts";

/** Returns the page. */
export function modulePage(engine: Engine): string {
  const spaces = Object.keys(moduleNames).map((space) => [`torch.${space}`, moduleRows(engine, space)] as const);
  return [
    "# PyTorch's modules and their names here",
    "",
    "Written by `npm run operators` from the exports of `nn` and the names that `test/conformance/make_nn.py` lists of PyTorch 2.13.",
    "",
    "A name is *done* when it is exported, or is a method of `nn.Module`. The note of a module has the number of comparisons with PyTorch that the tests make of it, in float64: of outputs, gradients and buffers,",
    "and of the names and shapes of its state. Names that do not apply are listed with the reason. The first share is that of the rows that apply, the second that of all rows.",
    "",
    ...overviewHead,
    ...spaces.map(([title, rows]) => summary(title, rows)),
    "",
    ...spaces.map(([title, rows]) => table(title, rows)),
  ].join("\n");
}
