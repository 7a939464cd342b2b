/** The steps as a table, whose lines text, HTML and picture share. */
import type { StepsData } from "../../protocol/index.ts";
import { cut } from "../shared/format.ts";
import { plainFormula } from "../shared/formula.ts";
import { consumerWords, stepOp, stepScopePath, tensorWords } from "./words.ts";

/** The heads of the table. */
const stepHeads: readonly string[] = ["step", "op", "upstream", "× local", "= contribution", "to", "sum", "rule"];

/** A table to write: its heads, and the texts of the cells of its lines. */
export interface StepTable {
  readonly heads: readonly string[];
  readonly lines: readonly (readonly string[])[];
}

/** Returns the table of the backward pass, or of the forward pass where there is none, without empty columns. */
export function stepTable(data: StepsData): StepTable {
  const isBackward = data.backward.length > 0;
  const lines = (isBackward ? stepLines(data) : forwardLines(data)).map(({ cells }) => cells);
  const heads = isBackward ? stepHeads : forwardHeads;
  const used = heads.map((_, c) => lines.some((cells) => cells[c] !== ""));
  const keep = <T>(cells: readonly T[]): T[] => cells.filter((_, c) => used[c]);
  return { heads: keep(heads), lines: lines.map(keep) };
}

/** A line of the table: the texts of its cells, and its row. The second and later inputs of a step have no step number. */
export interface StepLine {
  readonly row: number;
  readonly cells: readonly string[];
}

const longestRule = 44;

/** Returns the name of a row's op with its innermost scope. */
export function stepOpWords(data: StepsData, row: number): string {
  const scope = stepScopePath(data, row);
  return scope === "" ? stepOp(data, row) : `${stepOp(data, row)} ${scope.split("/").at(-1)}`;
}

/** Returns the lines of the backward pass, one for each input that gets a contribution. */
export function stepLines(data: StepsData): StepLine[] {
  return data.backward.flatMap((row, k) => {
    const detail = data.details[row] ?? null;
    const rule = cut(plainFormula(data.tape.ops.vjp[data.tape.rows.op[row]] ?? ""), longestRule);
    const head = [String(data.skipped.backward + k + 1), stepOpWords(data, row)];
    if (detail === null) return [{ row, cells: [...head, "not stored", "", "", "", "", rule] }];
    const upstream = `${tensorWords(detail.upstream)}${detail.isReplaced ? " (by a hook)" : ""}`;
    const inputs = detail.inputs.filter((input) => input !== null);
    if (inputs.length === 0) return [{ row, cells: [...head, upstream, "", "", "", "", rule] }];
    return inputs.map((input, i) => ({
      row,
      cells: [
        ...(i === 0 ? [...head, upstream] : ["", "", ""]),
        input.local === null ? "" : tensorWords(input.local),
        input.contribution === null ? "nothing" : tensorWords(input.contribution),
        input.name,
        input.contribution === null || input.consumers < 2
          ? ""
          : `${tensorWords(input.sum ?? input.contribution)}, ${consumerWords(input)}`,
        i === 0 ? rule : "",
      ],
    }));
  });
}

/** The heads and lines of the forward pass. */
const forwardHeads: readonly string[] = ["step", "op", "reads", "value", "formula"];

/** Returns the lines of the forward pass. */
export function forwardLines(data: StepsData): StepLine[] {
  const { rows, leaves, ops } = data.tape;
  return rows.op.map((op, row) => {
    const value = data.details[row]?.value ?? null;
    const reads = rows.inputs[row].map((i) =>
      i < 0 ? leaves.name[-1 - i] : (data.names[i] ?? `step ${data.skipped.forward + i + 1}`),
    );
    return {
      row,
      cells: [
        String(data.skipped.forward + row + 1),
        stepOpWords(data, row),
        cut(reads.join(", "), 30),
        value === "changed" ? "changed since" : value === null ? "not kept" : tensorWords(value),
        cut(plainFormula(ops.forward[op] ?? ""), longestRule),
      ],
    };
  });
}
