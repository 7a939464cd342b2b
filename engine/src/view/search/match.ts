/** Finds the rows of a tape that meet a search. */
import { decodeNumber, type Num, type SummaryColumns, type TapeData } from "../../protocol/index.ts";
import { type Comparison, type Query, shapePattern, type Term } from "./query.ts";

/** Returns whether a row meets a condition. */
type Test = (row: number) => boolean;

/** The facts about rows that a search uses besides the tape. */
export interface SearchContext {
  /** Pinned rows. */
  readonly pinned?: ReadonlySet<number>;
}

/** Returns the rows that meet all conditions of a search, in the order of the tape. Names are compared once, not row by row. */
export function matchRows(tape: TapeData, { terms }: Query, context: SearchContext = {}): number[] {
  const tests = terms.map((term) => testOf(tape, term, context));
  const rows: number[] = [];
  const count = tape.rows.op.length;
  for (let row = 0; row < count; row++) {
    let isMet = true;
    for (let i = 0; i < tests.length && isMet; i++) isMet = tests[i](row);
    if (isMet) rows.push(row);
  }
  return rows;
}

function testOf(tape: TapeData, term: Term, context: SearchContext): Test {
  const test = positive(tape, term, context);
  return term.negated ? (row) => !test(row) : test;
}

function positive(tape: TapeData, { filter, texts, comparisons }: Term, context: SearchContext): Test {
  const { rows, cells } = tape;
  const names = texts.map(matcher);
  const matches = (name: string): boolean => names.some((test) => test(name));
  switch (filter) {
    case "op":
      return opTest(tape, matches);
    case "scope":
      return scopeTest(tape, matches);
    case "reads":
      return leafTest(tape, matches);
    case "dtype":
      return (row) => matches(rows.dtype[row] ?? "");
    case "shape":
      return shapeTest(tape, texts);
    case "value":
      return summaryTest(rows.value, comparisons, beyondExtremes);
    case "grad":
      return gradientTest(tape, comparisons);
    case "saved":
      return (row) => comparisons.some((c) => compare(c, rows.saved[row] ?? 0));
    case "cell":
      return (row) => {
        const at = rows.site[row];
        const count = at ? cells.count[at[0]] : null;
        return count !== null && count !== undefined && comparisons.some((c) => compare(c, count));
      };
    case "line":
      return (row) => {
        const at = rows.site[row];
        return at !== null && at !== undefined && comparisons.some((c) => compare(c, at[1]));
      };
    case "row":
      return (row) => comparisons.some((c) => compare(c, row + 1));
    case "is":
      return markTest(tape, comparisons, context);
    default: {
      const tests = [opTest(tape, matches), scopeTest(tape, matches), leafTest(tape, matches)];
      return (row) => tests.some((test) => test(row));
    }
  }
}

/** Returns a test of names: an asterisk stands for any characters of the whole name; without one, the text may be any part of it. */
function matcher(text: string): (name: string) => boolean {
  if (!text.includes("*")) return (name) => name.toLowerCase().includes(text);
  const escaped = text.replaceAll(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll(/\*+/g, ".*");
  const pattern = new RegExp(`^${escaped}$`, "is");
  return (name) => pattern.test(name);
}

function opTest({ ops, rows }: TapeData, matches: (name: string) => boolean): Test {
  const byOp = ops.name.map(matches);
  const byLabel = new Map<string, boolean>();
  return (row) => {
    if (byOp[rows.op[row] ?? -1]) return true;
    const label = rows.label[row] ?? "";
    let is = byLabel.get(label);
    if (is === undefined) byLabel.set(label, (is = matches(label)));
    return is;
  };
}

/** Scopes match by their own name, or by the path of their modules, `encoder.layer1`; what is inside of a matching scope matches too. */
function scopeTest({ scopes, rows }: TapeData, matches: (name: string) => boolean): Test {
  const paths: string[] = [];
  const is: boolean[] = [];
  scopes.name.forEach((name, s) => {
    const parent = scopes.parent[s] ?? -1;
    paths[s] = parent < 0 ? name : `${paths[parent]}.${name}`;
    is[s] = (parent >= 0 && is[parent]) || matches(name) || matches(paths[s] ?? "");
  });
  return (row) => is[rows.scope[row] ?? -1] ?? false;
}

function leafTest({ leaves, rows }: TapeData, matches: (name: string) => boolean): Test {
  const is = leaves.name.map(matches);
  return (row) => (rows.inputs[row] ?? []).some((input) => input < 0 && is[-1 - input]);
}

function shapeTest({ rows }: TapeData, texts: readonly string[]): Test {
  const patterns = texts.flatMap((text) => shapePattern(text) ?? []);
  return (row) => {
    let text = "";
    for (const size of rows.shape[row] ?? []) text += `${size}x`;
    return patterns.some((pattern) => pattern.test(text));
  };
}

/** Compares a summary with a threshold. */
type Beyond = (columns: SummaryColumns, row: number, c: Comparison) => boolean;

function summaryTest(columns: SummaryColumns, comparisons: readonly Comparison[], beyond: Beyond): Test {
  return (row) => {
    const count = columns.count[row] ?? null;
    return comparisons.some((c) => {
      if (c.kind === "word" && c.word === "none") return count === null;
      if (count === null) return false;
      if (c.kind !== "word") return beyond(columns, row, c);
      const [nan, inf] = [columns.nan[row] ?? 0, columns.inf[row] ?? 0];
      if (c.word === "nan") return nan > 0;
      if (c.word === "inf") return inf > 0;
      return c.word === "zero" ? columns.zeros[row] === count : nan + inf === 0;
    });
  };
}

/** A value is beyond a threshold if one of its elements is; the sign of infinite elements is not known, so they are beyond all. */
function beyondExtremes(columns: SummaryColumns, row: number, c: Comparison): boolean {
  if (c.kind !== "compare") return false;
  const [min, max] = [numberOf(columns.min[row]), numberOf(columns.max[row])];
  if (c.sign === "=") return c.number >= min && c.number <= max && (columns.count[row] === 1 || min === max);
  return (columns.inf[row] ?? 0) > 0 || compare(c, c.sign.startsWith("<") ? min : max);
}

/** A gradient is compared by its norm, the number that the column shows. */
const beyondNorm: Beyond = (columns, row, c) => compare(c, numberOf(columns.norm[row]));

const numberOf = (v: Num | null | undefined): number => (v === null || v === undefined ? Number.NaN : decodeNumber(v));

/** Rows whose gradient is 0 may have no summary, only the state. */
function gradientTest({ rows }: TapeData, comparisons: readonly Comparison[]): Test {
  const known = summaryTest(rows.gradient, comparisons, beyondNorm);
  const wantsZero = comparisons.some((c) => c.kind === "word" && c.word === "zero");
  return (row) => known(row) || (wantsZero && rows.gradientState[row] === "zero");
}

function markTest({ findings }: TapeData, comparisons: readonly Comparison[], { pinned }: SearchContext): Test {
  const found = new Set(findings.map((f) => f.row));
  return (row) =>
    comparisons.some((c) => c.kind === "word" && (c.word === "finding" ? found.has(row) : pinned?.has(row) === true));
}

/** Compares a number with a threshold or a range. */
function compare(c: Comparison, v: number): boolean {
  if (c.kind === "word") return false;
  if (c.kind === "range") return v >= c.from && v <= c.to;
  switch (c.sign) {
    case "<":
      return v < c.number;
    case "<=":
      return v <= c.number;
    case ">":
      return v > c.number;
    case ">=":
      return v >= c.number;
    default:
      return v === c.number;
  }
}
