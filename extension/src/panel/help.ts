/** The help page of the inspector, as Markdown. */
import { searchFilters } from "tapelab/view";
import type { PanelSection } from "./section.js";

const tapeKeys: Readonly<Record<string, string>> = {
  "↑ ↓": "the row above or below",
  "← →": "folds and unfolds a scope, closes and opens a row",
  Enter: "opens a row, or a scope",
  "n p": "the next and the previous finding",
  g: "goes to the line in its cell",
  m: "pins the row, or unpins it",
  b: "sets a breakpoint at the row, or removes it",
  "/": "searches",
  "Home End": "the first and the last row",
};

const graphKeys: Readonly<Record<string, string>> = {
  "↑ ↓": "what the node reads, and what reads it",
  "← →": "the node to the left or right",
  Enter: "opens a scope or a fold; shows the row of an operation in the tape",
  Backspace: "closes the scope around the node",
  "+ − 0": "larger, smaller, the whole graph",
  t: "the graph as a table",
};

const table = (rows: readonly (readonly [string, string])[]): string =>
  ["| | |", "|---|---|", ...rows.map(([a, b]) => `| ${a} | ${b.replaceAll("|", "\\|")} |`)].join("\n");

const keys = (of: Readonly<Record<string, string>>): string =>
  table(Object.entries(of).map(([key, does]) => [`\`${key}\``, does]));

/** Returns the text of the page. */
export const helpText = (sections: readonly PanelSection[]): string => `# The inspector

The panel at the right follows the notebook in front. After each cell it shows the last tape; the list at its top has earlier ones, those that are stored in outputs of the notebook, and those that you keep by ☆.
While the panel is hidden, the kernel sends nothing. Files that \`inspect.saveTape(loss, "loss.tape.json.gz")\` writes open in the same view, and show all rows.

## Sections

${table(sections.map(({ title, about }) => [`**${title}**`, about]))}

## Search

Words are searched in the names of operations, scopes and tensors. Filters, which may be combined, compare one thing each:

${table(searchFilters.map(({ example, meaning }) => [`\`${example}\``, meaning]))}

A minus leaves the rows of a filter out, \`-op:add\`; commas part alternatives, \`op:matmul,conv2d\`; an asterisk stands for any characters of a whole name, \`op:conv*\`; quotes keep spaces, \`scope:"block 1"\`.

## Keys in the tape

${keys(tapeKeys)}

## Keys in the graph

${keys(graphKeys)}
`;
