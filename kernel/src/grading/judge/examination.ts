/* oxlint-disable typescript/no-unnecessary-type-conversion -- values of a submission may be of any type, whatever is declared */
/** Reads what a sandbox says about ops and memory: as short texts and numbers alone, whose lines are found in the source of the submission. */
import type { CheckRow, CheckTape, Examination, StepMemory } from "tapelab/check";

type Line = Exclude<Examination["at"], null>;

/** Returns the line of the source for a line and column of the code that runs; `null` for a cell that is not known. */
export type FindLine = (cell: string, line: number, column: number) => Line | null;

const maxText = 60;
const maxRows = 40;
const maxDims = 16;

type Fields = Readonly<Record<string, unknown>>;

const fieldsOf = (x: unknown): Fields => (typeof x === "object" && x !== null ? (x as Fields) : {});

/** Returns a text of one line without signs that change the direction or the place of others. */
const textOf = (x: unknown): string =>
  typeof x === "string" ? x.slice(0, maxText).replaceAll(/[\p{C}\p{Zl}\p{Zp}\p{M}]/gu, "") : "";

const countOf = (x: unknown): number => (Number.isSafeInteger(x) && (x as number) >= 0 ? (x as number) : 0);

const shapeOf = (x: unknown): number[] => (Array.isArray(x) ? x.slice(0, maxDims).map(countOf) : []);

/** Returns an examination that was sent; `null` for what is none. */
export function readExamination(sent: unknown, find: FindLine): Examination | null {
  if (typeof sent !== "object" || sent === null) return null;
  const { op, at, left, tape } = fieldsOf(sent);
  const lineOf = (x: unknown): Line | null => {
    const { file, line, column } = fieldsOf(x);
    return typeof file === "string" ? find(file, countOf(line), countOf(column)) : null;
  };
  const rowOf = (x: unknown): CheckRow => {
    const row = fieldsOf(x);
    return {
      op: textOf(row["op"]),
      scope: textOf(row["scope"]),
      shape: shapeOf(row["shape"]),
      value: textOf(row["value"]),
      at: lineOf(row["at"]),
      failing: row["failing"] === true,
    };
  };
  return {
    op: typeof op === "string" ? textOf(op) : null,
    at: lineOf(at),
    left:
      typeof left === "object" && left !== null
        ? { op: textOf(fieldsOf(left)["op"]), at: lineOf(fieldsOf(left)["at"]) }
        : null,
    tape: typeof tape === "object" && tape !== null ? readTape(tape, rowOf) : null,
  };
}

function readTape(sent: object, rowOf: (x: unknown) => CheckRow): CheckTape {
  const { rows, omitted } = sent as Fields;
  return { rows: Array.isArray(rows) ? rows.slice(0, maxRows).map(rowOf) : [], omitted: countOf(omitted) };
}

/** Returns the names of the ops on a tape, and the tape, as a sandbox sent them. */
export function readTapeFacts(
  sent: unknown,
  find: FindLine,
): { readonly nodes: readonly (readonly string[])[]; readonly tape: CheckTape } {
  const { nodes, tape } = fieldsOf(sent);
  const lists = Array.isArray(nodes) ? (nodes as readonly unknown[]) : [];
  return {
    nodes: lists.map((names) => (Array.isArray(names) ? names.map((name) => textOf(name)) : [])),
    tape: readExamination({ tape }, find)?.tape ?? { rows: [], omitted: 0 },
  };
}

/** Returns the memory after each step, as a sandbox sent it; infinite where it is no number. */
export function readMemory(sent: unknown, steps: number): StepMemory[] {
  const list = Array.isArray(sent) ? (sent as readonly unknown[]) : [];
  const numberOf = (x: unknown): number => (typeof x === "number" ? x : Infinity);
  return Array.from({ length: steps }, (_, i) => {
    const { bytes, nodes } = fieldsOf(list[i]);
    return { bytes: numberOf(bytes), nodes: numberOf(nodes) };
  });
}
