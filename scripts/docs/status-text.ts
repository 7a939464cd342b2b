/** The text of docs/operators.md, and the parts that docs/modules.md has too. */
import type { Engine } from "./registry.ts";
import { entryRows, functionRows, names, type Row } from "./status.ts";

const words: Readonly<Record<Row["status"], string>> = {
  done: "done",
  alias: "alias",
  excused: "not applicable",
  missing: "missing",
};

const cell = (text: string): string => text.replaceAll("|", "\\|");

/** Returns a row of a table; the name here is code, a reason is not. */
const line = ({ name, status, text, note }: Row): string =>
  `| \`${cell(name)}\` | ${words[status]} | ${status === "excused" || text === "" ? cell(text) : `\`${cell(text)}\``} | ${cell(note)} |`;

/** Returns the table of a namespace, below its heading. */
export const table = (heading: string, rows: readonly Row[]): string =>
  [`## ${heading}`, "", "| in PyTorch | | here, or reason | note |", "|---|---|---|---|", ...rows.map(line), ""].join(
    "\n",
  );

const count = (rows: readonly Row[], ...statuses: readonly Row["status"][]): number =>
  rows.filter((r) => statuses.includes(r.status)).length;

/** Returns the line of the overview: all rows, and the share of those that apply. */
export function summary(title: string, rows: readonly Row[]): string {
  const done = count(rows, "done", "alias");
  const apply = rows.length - count(rows, "excused");
  const share = (n: number): string => `${((100 * done) / Math.max(n, 1)).toFixed(1)} %`;
  return `| ${title} | ${rows.length} | ${done} | ${count(rows, "excused")} | ${count(rows, "missing")} | ${share(apply)} | ${share(rows.length)} |`;
}

/** The first lines of the table of all namespaces. */
export const overviewHead: readonly string[] = [
  "| | rows | done | not applicable | missing | of those that apply | of all |",
  "|---|---|---|---|---|---|---|",
];

/** Titles of the namespaces. */
const spaces: Readonly<Record<string, string>> = {
  torch: "torch",
  Tensor: "Tensor: methods and Python's operators",
  linalg: "torch.linalg",
  special: "torch.special",
  fft: "torch.fft",
  "nn.functional": "torch.nn.functional",
};

/** Returns the page. */
export function statusPage(engine: Engine): string {
  const differentiable = entryRows(engine, (e) => e.differentiable);
  const realPublic = entryRows(engine, (e) => e.differentiable && e.needs === "");
  const others = entryRows(engine, (e) => !e.differentiable);
  const functions = Object.keys(names.functions).map((space) => [space, functionRows(engine, space)] as const);
  const overview = [
    summary("operator database: differentiable", differentiable),
    summary("of these real, dense and public", realPublic),
    summary("operator database: not differentiable", others),
    ...functions.map(([space, rows]) => summary(spaces[space] ?? space, rows)),
  ];
  return [
    "# PyTorch's operators and their names here",
    "",
    `Written by \`npm run operators\` from the registry of operators, the stored results of the comparison with PyTorch ${names.torch}, and \`test/conformance/opinfo/names.json\`.`,
    "",
    "An entry of PyTorch's operator database is *done* when an operator answers to it and the stored samples of it give PyTorch's values, gradients, second derivatives and tangents in float64",
    "and float32; a note names a known difference. A function is *done* when it is exported, is a method, or is found by `operators.get`; *alias* means under the name of another operator.",
    "Functions that do not apply are listed with the reason. The first share is that of the rows that apply, the second that of all rows.",
    "",
    ...overviewHead,
    ...overview,
    "",
    table("Operator database: differentiable", differentiable),
    table("Operator database: not differentiable", others),
    ...functions.map(([space, rows]) => table(spaces[space] ?? space, rows)),
  ].join("\n");
}
