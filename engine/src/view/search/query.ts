/** Parses searches of a tape, such as `op:matmul scope:encoder grad:nan value:>1e3 cell:5`. */

/** Name of a filter. */
export type FilterName =
  | "op"
  | "scope"
  | "reads"
  | "dtype"
  | "shape"
  | "value"
  | "grad"
  | "saved"
  | "cell"
  | "line"
  | "row"
  | "is";

/** A comparison of a number, a range that includes its ends, or a word. */
export type Comparison =
  | { readonly kind: "compare"; readonly sign: "<" | "<=" | ">" | ">=" | "="; readonly number: number }
  | { readonly kind: "range"; readonly from: number; readonly to: number }
  | { readonly kind: "word"; readonly word: string };

/** One condition of a search; a row has to meet all of them. */
export interface Term {
  /** Name of the filter; "" for words that are searched in all names of a row. */
  readonly filter: FilterName | "";
  /** Whether rows that meet the condition are left out. */
  readonly negated: boolean;
  /** Alternatives, in lower case, of which one has to match. */
  readonly texts: readonly string[];
  /** The alternatives of filters that compare numbers. */
  readonly comparisons: readonly Comparison[];
}

/** A search. */
export interface Query {
  readonly terms: readonly Term[];
}

/** A search, or a sentence on the first part that is not understood. */
export type ParsedQuery =
  | { readonly query: Query; readonly error: null }
  | { readonly query: null; readonly error: string };

/** The kind of values that a filter takes: names, states and thresholds, or whole numbers. */
interface Filter {
  readonly takes: "names" | "state" | "size" | "numbers" | "shape" | "marks";
  /** Words that stand for states. */
  readonly words?: readonly string[];
  readonly example: string;
  readonly meaning: string;
}

const filters: Readonly<Record<FilterName, Filter>> = {
  op: { takes: "names", example: "op:matmul", meaning: "the name or label of the operation" },
  scope: { takes: "names", example: "scope:encoder", meaning: "a module or scope around it" },
  reads: { takes: "names", example: "reads:weight", meaning: "a parameter or other tensor that it reads" },
  dtype: { takes: "names", example: "dtype:float64", meaning: "the element type of the result" },
  shape: {
    takes: "shape",
    example: "shape:32x*",
    meaning: "the sizes of the result, * for any one size, … for any number of them",
  },
  value: {
    takes: "state",
    words: ["nan", "inf", "zero", "finite", "none"],
    example: "value:>1e3",
    meaning: "nan, inf, zero (all elements), finite, none (not kept), or an element above or below a number",
  },
  grad: {
    takes: "state",
    words: ["nan", "inf", "zero", "finite", "none"],
    example: "grad:nan",
    meaning: "nan, inf, zero, finite, none (no gradient is known), or a norm above or below a number",
  },
  saved: { takes: "size", example: "saved:>1MB", meaning: "the memory of the tensors that it keeps for its gradient" },
  cell: { takes: "numbers", example: "cell:5", meaning: "the execution count of its cell" },
  line: { takes: "numbers", example: "line:3", meaning: "the line of its cell or file" },
  row: { takes: "numbers", example: "row:100-200", meaning: "the number of the row, from 1" },
  is: {
    takes: "marks",
    words: ["finding", "pinned"],
    example: "is:finding",
    meaning: "finding (a row with a finding), or pinned",
  },
};

/** All filters with an example and their meaning, for help and error messages. */
export const searchFilters: readonly (Pick<Filter, "example" | "meaning"> & { readonly name: FilterName })[] =
  Object.entries(filters).map(([name, { example, meaning }]) => ({ name: name as FilterName, example, meaning }));

const isFilter = (name: string): name is FilterName => Object.hasOwn(filters, name);

/** Parts of a search: a minus sign, the name of a filter, and a value, of which parts may be quoted. */
const part = /(-)?(?:([a-z]+):)?((?:"[^"]*"?|[^\s"])*)/giy;

const units: Readonly<Record<string, number>> = { b: 1, kb: 1e3, mb: 1e6, gb: 1e9 };

class SearchError extends Error {}

/** Parses a search. An empty one matches all rows. */
export function parseQuery(text: string): ParsedQuery {
  const terms: Term[] = [];
  try {
    for (const word of wordsOf(text)) terms.push(parseTerm(word));
  } catch (error) {
    if (error instanceof SearchError) return { query: null, error: error.message };
    throw error;
  }
  return { query: { terms }, error: null };
}

/** Splits a search at spaces outside of quotes and brackets. */
function wordsOf(text: string): string[] {
  if ((text.match(/"/g)?.length ?? 0) % 2 === 1)
    throw new SearchError('A quotation mark " has no partner: write scope:"my block" with two.');
  return text.match(/(?:"[^"]*"|\[[^\]"]*\]|[^\s"])+/g) ?? [];
}

function parseTerm(word: string): Term {
  part.lastIndex = 0;
  const [, minus, name, rest] = part.exec(word) ?? [];
  const negated = minus !== undefined && word.length > 1;
  if (name === undefined) {
    const plain = unquoted(negated ? word.slice(1) : word);
    return { filter: "", negated, texts: [plain.toLowerCase()], comparisons: [] };
  }
  const filter = name.toLowerCase();
  if (!isFilter(filter)) throw new SearchError(unknownFilter(name, word));
  const value = word.slice(word.indexOf(":") + 1);
  if (value === "" || rest === "")
    throw new SearchError(`${filter}: needs a value, such as ${filters[filter].example}.`);
  const texts = alternatives(filter, value).map((text) => unquoted(text).toLowerCase());
  return { filter, negated, texts, comparisons: comparisonsOf(filter, texts) };
}

/** Splits a value at its commas, except for a shape, in which they part sizes. */
const alternatives = (filter: FilterName, value: string): readonly string[] =>
  filters[filter].takes === "shape"
    ? [value]
    : (value.match(/(?:"[^"]*"|[^,"])+/g) ?? [value]).filter((text) => text !== "");

const unquoted = (text: string): string => text.replaceAll('"', "");

function comparisonsOf(filter: FilterName, texts: readonly string[]): Comparison[] {
  const { takes } = filters[filter];
  if (takes === "state" || takes === "marks") return texts.map((text) => stateOf(filter, text));
  if (takes === "size") return texts.map((text) => comparison(filter, text, sizeOf));
  if (takes === "numbers") return texts.flatMap((text) => numbersOf(filter, text));
  if (takes === "shape") for (const text of texts) checkShape(text);
  return [];
}

function stateOf(filter: FilterName, text: string): Comparison {
  const { words = [], takes } = filters[filter];
  if (words.includes(text)) return { kind: "word", word: text };
  if (takes === "marks") throw new SearchError(`is: knows ${words.join(" and ")}, but got "${text}".`);
  if (!/^[<>=]/.test(text))
    throw new SearchError(
      `${filter}: takes ${words.join(", ")} or a threshold such as ${filter}:>1e3, but got "${text}".`,
    );
  return comparison(filter, text, (number) => Number(number));
}

/** Parses a threshold: `>1e3`, `<=0`, `=2`, or a number alone for equality. */
function comparison(filter: FilterName, text: string, read: (number: string) => number): Comparison {
  const [, sign = "=", number = ""] = /^(<=|>=|<|>|=)?(.*)$/.exec(text) ?? [];
  const value = number === "" ? Number.NaN : read(number.replace("−", "-").replace("∞", "Infinity"));
  if (Number.isNaN(value))
    throw new SearchError(
      `${filter}: expected a number after "${sign}", such as ${filters[filter].example}, but got "${text}".`,
    );
  return { kind: "compare", sign: sign as "<", number: value };
}

/** Reads a size in bytes, with or without a unit. */
function sizeOf(text: string): number {
  const [, number, unit = "b"] = /^([\d.e+]+)\s*(b|kb|mb|gb)?$/.exec(text) ?? [];
  return number === undefined ? Number.NaN : Number(number) * (units[unit] ?? 1);
}

/** Reads a whole number, a range such as `100-200`, or a threshold. */
function numbersOf(filter: FilterName, text: string): Comparison[] {
  const [, from, to] = /^(\d+)-(\d+)$/.exec(text) ?? [];
  if (from !== undefined && to !== undefined) return [{ kind: "range", from: Number(from), to: Number(to) }];
  return [comparison(filter, text, (number) => (/^\d+$/.test(number) ? Number(number) : Number.NaN))];
}

function checkShape(text: string): void {
  if (shapePattern(text) === null)
    throw new SearchError(`shape: expected sizes such as 32x128, [32, *] or …x10, but got "${text}".`);
}

/** Returns the pattern of a shape's text, the sizes joined by `x`; `null` if a search does not describe sizes. */
export function shapePattern(text: string): RegExp | null {
  const sizes = text
    .replaceAll(/[[\]\s]/g, "")
    .split(/[x×,]/)
    .filter((size, _, all) => size !== "" || all.length > 1);
  if (!sizes.every((size) => /^(\d+|\*|…|\.\.\.)$/.test(size))) return null;
  const any = sizes.map((size) => (size === "*" ? "\\d+x" : /^\d/.test(size) ? `${size}x` : "(?:\\d+x)*"));
  return new RegExp(`^${any.join("")}$`);
}

function unknownFilter(name: string, word: string): string {
  const known = searchFilters.map((f) => `${f.name}:`).join(" ");
  return `There is no filter "${name}:". There are ${known}. To search for the text itself, quote it: "${word}".`;
}
