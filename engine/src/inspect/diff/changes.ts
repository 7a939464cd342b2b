/** Differences of structure between two aligned ops, in words. */
import { formatShape } from "../../view/shared/format.ts";
import type { LeafRecord, Step } from "../shared/record.ts";

/** Characters of a parameter's value that are written. */
const maxText = 40;

/** Returns the plain parameters of an op as text by name; tensors, functions and generators are left out. */
function plainParameters(params: unknown): ReadonlyMap<string, string> {
  if (typeof params !== "object" || params === null) return new Map([["", textOf(params) ?? ""]]);
  const entries = Object.entries(params).flatMap(([name, value]): [string, string][] => {
    const text = textOf(value);
    return text === null ? [] : [[name, text]];
  });
  return new Map(entries);
}

/** Returns the text of a number, string, boolean or list of these; `null` for anything else. */
function textOf(value: unknown): string | null {
  if (value === null || value === undefined) return "null";
  if (typeof value === "number" || typeof value === "boolean" || typeof value === "string") return String(value);
  if (!Array.isArray(value)) return null;
  const parts = (value as readonly unknown[]).map(textOf);
  return parts.includes(null) ? null : `[${parts.join(", ")}]`;
}

const cut = (text: string): string => (text.length <= maxText ? text : `${text.slice(0, maxText - 1)}…`);

/** Returns the parameters that differ, such as `p 0.1 → 0.5`. */
function parameterChanges(a: Step, b: Step): string[] {
  const [first, second] = [plainParameters(a.params), plainParameters(b.params)];
  const names = new Set([...first.keys(), ...second.keys()]);
  const changed = [...names].filter((name) => (first.get(name) ?? "") !== (second.get(name) ?? ""));
  const words = changed.map((name) =>
    `${name} ${cut(first.get(name) ?? "none")} → ${cut(second.get(name) ?? "none")}`.trim(),
  );
  // a parameter that is part of the label and not plain, such as the value of a complex number
  return words.length === 0 && a.label !== b.label ? [`${a.label} → ${b.label}`] : words;
}

const isSameShape = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((n, i) => n === b[i]);

/** Returns the differences of shape and parameters. Where the shapes differ, so may parameters that are sizes, which are left out. */
export function structureChanges(a: Step | LeafRecord, b: Step | LeafRecord): string[] {
  const shape = isSameShape(a.shape, b.shape) ? [] : [`shape ${formatShape(a.shape)} → ${formatShape(b.shape)}`];
  if (shape.length > 0 || !("op" in a) || !("op" in b)) return shape;
  return parameterChanges(a, b);
}

/** Returns the difference of dtype in words, or an empty list; `usual` is the change that all ops have in common, which is no difference of one op. */
export function dtypeChanges(a: Step | LeafRecord, b: Step | LeafRecord, usual: string | null): string[] {
  const change = `dtype ${a.dtype} → ${b.dtype}`;
  return a.dtype === b.dtype || change === usual ? [] : [change];
}
