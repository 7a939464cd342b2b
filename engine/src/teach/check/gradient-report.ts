/** The failure of a wrong gradient: the worst element, the failing node, the line, the hint, pictures of both gradients, and the tape. */
import type { CheckData, CheckFact, CheckMap, NumericRow } from "../../protocol/index.ts";
import { showShape } from "../../tensor/errors.ts";
import { formatNumber } from "../../view/shared/format.ts";
import type { Examination, LocalExamination } from "./examine.ts";
import { CheckError } from "./failure.ts";
import { lineFact } from "./picture.ts";

/** Returns the facts about a wrong gradient. */
function worstFacts({ worst }: NumericRow): CheckFact[] {
  if (worst === null) return [];
  const index = worst.index.length === 0 ? "" : ` at [${worst.index.join(", ")}]`;
  return [
    { name: "expected", text: `${worst.numeric}${index}, the numeric gradient` },
    { name: "got", text: `${worst.rule}${index}` },
  ];
}

/** Returns the node that is wrong, with the line of its rule, and the place where a value left the tape. */
function nodeFacts({ row }: LocalExamination, { op, at, left }: Examination): CheckFact[] {
  const node: CheckFact[] =
    row === null ? [] : [{ name: "failing node", text: `${op ?? row.op}, gradient of ${row.input}: ${row.sentence}` }];
  const lost: CheckFact[] =
    left === null
      ? []
      : [{ name: "failing node", text: `${left.op}: a value leaves the tape here, and its gradient is lost` }];
  return [...(left === null ? node : lost), ...lineFact(left?.at ?? at)];
}

const asGradient = (sentence: string): string =>
  sentence.replaceAll("The rule", "The gradient").replaceAll("the rule", "the gradient");

const rowsTable = (rows: readonly NumericRow[], names: readonly string[]): CheckData["table"] => ({
  heads: ["gradient of", "shape", "state", "wrong", "worst element", "got", "numeric"],
  rows: rows.map((row, i) => [
    names[i] ?? row.input,
    showShape(row.shape),
    row.state,
    `${row.wrong} of ${row.checked}`,
    row.worst === null ? "" : `[${row.worst.index.join(", ")}]`,
    row.worst === null ? "" : String(row.worst.rule),
    row.worst === null ? "" : String(row.worst.numeric),
  ]),
  omitted: 0,
});

/** Returns the gradient, the numeric one and their ratio as pictures, where all elements were compared. */
function mapsOf({ rule, numeric, ratios, ratio, shape }: NumericRow): CheckMap[] {
  const map = (label: string, grid: NumericRow["rule"]): CheckMap[] => (grid === null ? [] : [{ label, shape, grid }]);
  return [...map("yours", rule), ...map("numeric", numeric), ...map(`ratio ${formatNumber(ratio)}`, ratios)];
}

/** Returns the hint for a gradient that is lost. */
const detachedHint = (row: NumericRow): string | null =>
  row.state === "wrong" && row.ratio === 0 && row.wrong === row.checked
    ? "The gradient is 0 or missing, but the result depends on the input: it is detached on the way, by detach(), noGrad, item(), or a new tensor made from numbers."
    : null;

/** Returns the position of the row to report: the first wrong one, or else the first that could not be checked; -1 if all are right. */
export function badRow(rows: readonly NumericRow[]): number {
  const wrong = rows.findIndex(({ state }) => state === "wrong");
  return wrong >= 0 ? wrong : rows.findIndex(({ state }) => state !== "right" && state !== "kink");
}

/**
 * Returns the failure of one row. `inner` is the examination of the function, and `remote` that of its failing node in another process.
 * `names` are the names of the inputs.
 */
export function gradientFailure(
  check: string,
  rows: readonly NumericRow[],
  bad: number,
  names: readonly string[],
  inner: LocalExamination | null,
  remote: Examination | null,
): CheckError {
  const row = rows[bad];
  const found = remote ?? inner;
  const reason = row.state === "wrong" ? "is wrong" : "cannot be checked";
  const count = row.state === "wrong" ? ` in ${row.wrong} of ${row.checked} elements` : "";
  return new CheckError({
    check,
    sentence: `the gradient of ${names[bad] ?? row.input} ${showShape(row.shape)} ${reason}${count}`,
    facts: [...worstFacts(row), ...(inner === null || found === null ? [] : nodeFacts(inner, found))],
    hints: [detachedHint(row) ?? asGradient(row.sentence), ...row.notes],
    table: rowsTable(rows, names),
    maps: mapsOf(row),
    tape: found?.tape ?? inner?.tape ?? null,
  });
}
