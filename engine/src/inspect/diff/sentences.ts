/** The result of a comparison in sentences: where the tapes diverge first, and the reason where it is known. */
import { decodeNumber } from "../../protocol/index.ts";
import { placeText } from "../../tensor/site.ts";
import { formatNumber, formatShape } from "../../view/shared/format.ts";
import { type Compared, type DiffRow, differs } from "./rows.ts";

/** Rows of ops and leaves, and the names of the tapes. */
export interface Comparable {
  readonly steps: readonly DiffRow[];
  readonly leaves: readonly DiffRow[];
  readonly names: readonly string[];
}

/** Rows of the first divergence, counted through ops and then leaves; -1 for none. */
export interface FirstRows {
  readonly structure: number;
  readonly value: number;
  readonly gradient: number;
}

/** Whether the structure of a row differs: it was added, removed, or changed. */
export const differsInStructure = ({ mark, changes }: DiffRow): boolean =>
  changes.length > 0 || mark === "added" || mark === "removed" || mark === "partial";

const anyPart = (row: DiffRow, of: "value" | "gradient"): boolean =>
  row.parts.some((part) => part !== null && differs(part[of]));

export const differsInValue = (row: DiffRow): boolean => anyPart(row, "value");
export const differsInGradient = (row: DiffRow): boolean => anyPart(row, "gradient");

/** Finds the first divergences: values follow from earlier ones, gradients from those of later ops. */
export function firstRows({ steps, leaves }: Comparable): FirstRows {
  const atLeaf = (test: (row: DiffRow) => boolean): number => {
    const at = leaves.findIndex(test);
    return at < 0 ? -1 : steps.length + at;
  };
  const first = (test: (row: DiffRow) => boolean): number => {
    const at = steps.findIndex(test);
    return at < 0 ? atLeaf(test) : at;
  };
  const last = steps.findLastIndex(differsInGradient);
  return {
    structure: steps.findIndex(differsInStructure),
    value: first(differsInValue),
    gradient: last < 0 ? atLeaf(differsInGradient) : last,
  };
}

/** Returns `linear fc1`: an op with its innermost scope, unless that is a composite of the same name; the name of a leaf. */
export function rowTitle({ name, kind, parts, base }: DiffRow): string {
  const item = parts[base]?.item;
  const scope = kind === "op" && item !== undefined && "scope" in item ? item.scope.at(-1) : undefined;
  return scope === undefined || scope === name ? name : `${name} ${scope}`;
}

/** Returns the place of a row's op in the last tape that has it, such as ` in cell [5], line 3`. */
function placeOf({ parts }: DiffRow): string {
  const item = parts.findLast((part) => part !== null)?.item;
  return item !== undefined && "site" in item ? placeText(item.site) : "";
}

function structureSentence({ steps, names }: Comparable, at: number): string {
  const row = steps[at];
  const title = rowTitle(row);
  const next = steps[at + 1];
  if (row.mark === "removed" && next?.mark === "added")
    return `The structure differs first at ${title}, which became ${rowTitle(next)}${placeOf(next)}.`;
  const before = at === 0 ? "" : ` after ${rowTitle(steps[at - 1])}`;
  if (row.mark === "removed")
    return `The structure differs first at ${title}${before}, which was removed${placeOf(row)}.`;
  if (row.mark === "added") return `The structure differs first at ${title}${before}, which was added${placeOf(row)}.`;
  if (row.mark === "partial") {
    const having = names.filter((_, k) => row.parts[k] !== null);
    return `The structure differs first at ${title}${before}, which only ${having.join(" and ")} ${having.length === 1 ? "has" : "have"}${placeOf(row)}.`;
  }
  return `The structure differs first at ${title}${placeOf(row)}: ${row.changes.join(", ")}.`;
}

/** Returns a difference in words: `2.29 → 0.318`, or the worst element. */
export function differenceWords({ state, difference }: Compared, shape: readonly number[]): string {
  if (state === "missing") return "only one of them has a gradient";
  if (difference === null) return "";
  const [a, b] = difference.values;
  const change = `${formatNumber(a)} → ${formatNumber(b)}`;
  return shape.every((n) => n === 1)
    ? change
    : `by at most ${formatNumber(difference.largest)}, ${change} at ${formatShape(difference.at)}`;
}

/** Returns the first part of a row that differs. */
const differingPart = (row: DiffRow, of: "value" | "gradient"): number =>
  row.parts.findIndex((part) => part !== null && differs(part[of]));

function valueSentence(all: Comparable, at: number): string {
  const { steps, leaves } = all;
  const row = at < steps.length ? steps[at] : leaves[at - steps.length];
  const k = differingPart(row, "value");
  const part = row.parts[k];
  if (!part) return "";
  const words = differenceWords(part.value, part.item.shape);
  return `Values differ first at ${rowTitle(row)}${placeOf(row)} (${words})${reasonOf(all, row, k)}.`;
}

/** Returns the reason why the value of an op differs although no op before it does. */
function reasonOf(all: Comparable, row: DiffRow, k: number): string {
  const [first, here] = [row.parts[row.base]?.item, row.parts[k]?.item];
  if (first === undefined || here === undefined || !("inputs" in first) || !("inputs" in here)) return "";
  if (row.changes.length > 0) return `: ${row.changes.join(", ")}`;
  const rows = here.inputs.map((input) => inputRow(all, k, input));
  const changed = rows.find((input) => input !== undefined && input.kind !== "op" && differsInValue(input));
  if (changed !== undefined) return `: its input ${changed.name} differs already${hintFor(changed)}`;
  if (rows.some((input) => input !== undefined && differsInStructure(input))) return ", after the change of structure";
  const isKnown = rows.every((input) => input?.parts[k]?.value.state === "equal");
  return isKnown ? ": its inputs are equal, so the op is random or computes something else" : "";
}

/** Returns the row of an input of an op in tape `k`. */
const inputRow = ({ steps, leaves }: Comparable, k: number, input: number): DiffRow | undefined =>
  input >= 0
    ? steps.find(({ parts }) => parts[k]?.index === input)
    : leaves.find(({ parts }) => parts[k]?.index === -1 - input);

/** Returns advice for a parameter that differs before anything was computed. */
const hintFor = ({ kind }: DiffRow): string =>
  kind === "parameter" ? ", by other initial values (see manualSeed) or by a step of an optimizer" : "";

function gradientSentence({ steps, leaves }: Comparable, at: number): string {
  const row = at < steps.length ? steps[at] : leaves[at - steps.length];
  const part = row.parts[differingPart(row, "gradient")];
  if (!part) return "";
  const ratio = part.gradient.difference?.ratio ?? null;
  const times = ratio === null ? "" : `, norm ×${formatNumber(ratio)}`;
  const where =
    at < steps.length ? "Gradients, on their way back from the result, differ first at" : "Gradients differ at";
  return `${where} ${rowTitle(row)}${placeOf(row)} (${differenceWords(part.gradient, part.item.shape)}${times}).`;
}

/** Returns the sentence on the parameter whose gradient has changed most, as a factor. */
function largestRatio({ leaves }: Comparable): string {
  let most: { readonly name: string; readonly ratio: number } | null = null;
  for (const row of leaves)
    for (const part of row.parts) {
      const ratio = part?.gradient.difference?.ratio;
      if (ratio == null || part?.gradient.state !== "different") continue;
      const factor = decodeNumber(ratio);
      if (most === null || Math.abs(Math.log(factor)) > Math.abs(Math.log(most.ratio)))
        most = { name: row.name, ratio: factor };
    }
  return most === null || (most.ratio < 2 && most.ratio > 0.5)
    ? ""
    : `The gradient of ${most.name} changed most: its norm is ×${formatNumber(Number(most.ratio.toPrecision(3)))}.`;
}

/** Returns a note on leaves that have been changed in place since they were read, as an optimizer does. */
function changedNote({ leaves }: Comparable): string {
  const changed = leaves.filter(({ parts }) =>
    parts.some((part) => part !== null && !("op" in part.item) && part.item.isChanged && part.item.value === null),
  );
  if (changed.length === 0) return "";
  const others = changed.length - 1;
  const names =
    others === 0 ? `${changed[0].name} has` : `${changed[0].name} and ${others} other${others === 1 ? "" : "s"} have`;
  return `${names} been changed in place since, as by an optimizer, so earlier values are lost; inspect.snapshot(loss) before the change keeps them.`;
}

/** Returns all that is to be said, the most important first; `unknown` is the number of values that could not be compared. */
export function sentencesFor(all: Comparable, first: FirstRows, unknown: number): string[] {
  const found = [
    first.structure < 0 ? "" : structureSentence(all, first.structure),
    first.value < 0 ? "" : valueSentence(all, first.value),
    first.gradient < 0 ? "" : gradientSentence(all, first.gradient),
    largestRatio(all),
  ].filter((text) => text !== "");
  const notes = [
    changedNote(all),
    unknown > 0 ? `${unknown} values or gradients were not kept, so they are not compared.` : "",
  ].filter((text) => text !== "");
  return [...(found.length === 0 ? ["No difference was found."] : found), ...notes];
}
