/** Tables of records. */
import { cut, element, escapeText } from "tapelab/view";
import { inspectText } from "../main/values/inspect-text.ts";
import { isList } from "./plot/numbers.ts";

const maxRows = 100;
const maxColumns = 30;
const maxCell = 60;

type Row = Readonly<Record<string, unknown>>;

const isRecord = (x: unknown): x is Row =>
  typeof x === "object" && x !== null && [Object.prototype, null].includes(Object.getPrototypeOf(x));

/** Returns the rows of an array of objects, or of an object whose values are columns of equal length; `null` for anything else. */
export function rowsOf(value: unknown): readonly Row[] | null {
  if (Array.isArray(value)) return value.length > 0 && value.every(isRecord) ? value : null;
  if (!isRecord(value)) return null;
  const columns = Object.entries(value);
  const length = (columns[0]?.[1] as { readonly length?: number } | undefined)?.length ?? 0;
  if (length === 0 || !columns.every(([, column]) => isList(column) && column.length === length)) return null;
  return Array.from({ length }, (_, i) =>
    Object.fromEntries(columns.map(([name, column]) => [name, (column as ArrayLike<unknown>)[i]])),
  );
}

function cellText(value: unknown): string {
  const text =
    typeof value === "string"
      ? value
      : value === undefined
        ? ""
        : inspectText(value, { depth: 1, breakLength: Number.POSITIVE_INFINITY });
  return cut(text.replaceAll("\n", " "), maxCell);
}

const isNumeric = (value: unknown): boolean => typeof value === "number" || typeof value === "bigint";

/** Returns a table as HTML and as text; rows and columns beyond the limits are counted below it. */
export function tableBundle(rows: readonly Row[]): Readonly<Record<string, string>> {
  const all = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const names = all.slice(0, maxColumns);
  const shown = rows.slice(0, maxRows);
  const numeric = names.map((name) => shown.every((row) => row[name] === undefined || isNumeric(row[name])));
  const cells = shown.map((row) => names.map((name) => cellText(row[name])));
  const left = [
    rows.length > maxRows ? `${rows.length - maxRows} more rows` : "",
    all.length > maxColumns ? `${all.length - maxColumns} more columns` : "",
  ].filter((text) => text !== "");
  const note = left.length === 0 ? "" : `and ${left.join(", ")}`;
  return { "text/html": htmlOf(names, numeric, cells, note), "text/plain": textOf(names, numeric, cells, note) };
}

function htmlOf(
  names: readonly string[],
  numeric: readonly boolean[],
  cells: readonly (readonly string[])[],
  note: string,
): string {
  const align = (column: number): Readonly<Record<string, string>> => ({ align: numeric[column] ? "right" : "left" });
  const head = element("tr", {}, ...names.map((name, i) => element("th", align(i), escapeText(name))));
  const body = cells.map((row) =>
    element("tr", {}, ...row.map((text, i) => element("td", align(i), escapeText(text)))),
  );
  const table = element("table", {}, element("thead", {}, head), element("tbody", {}, ...body));
  return note === "" ? table : table + element("p", {}, escapeText(note));
}

function textOf(
  names: readonly string[],
  numeric: readonly boolean[],
  cells: readonly (readonly string[])[],
  note: string,
): string {
  const widths = names.map((name, i) => Math.max(name.length, ...cells.map((row) => row[i]?.length ?? 0)));
  const line = (texts: readonly string[]): string =>
    texts
      .map((text, i) => (numeric[i] ? text.padStart(widths[i] ?? 0) : text.padEnd(widths[i] ?? 0)))
      .join("  ")
      .trimEnd();
  const rule = widths.map((n) => "─".repeat(n)).join("  ");
  return [line(names), rule, ...cells.map(line), ...(note === "" ? [] : [note])].join("\n");
}
