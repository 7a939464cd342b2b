/** Nested values in a flat file of tensors: tensors are stored by their path, and the rest as a text. */
import { ArgumentError } from "../tensor/errors.ts";
import { Tensor } from "../tensor/tensor.ts";
import { Ancestors, fieldsOf, type SavedValue } from "./state.ts";

/** Name of the text in the file's metadata. */
export const treeKey = "tapelab.tree";

/** A value in the text. Numbers that JSON does not have, and BigInts, are texts in an object. */
type Node =
  | string
  | boolean
  | null
  | number
  | { readonly tensor: string }
  | { readonly number: string }
  | { readonly bigint: string }
  | { readonly list: readonly Node[] }
  | { readonly record: Readonly<Record<string, Node>> };

/** Returns the tensors of a value by their paths, and the text of the rest. */
export function flatten(
  op: string,
  value: SavedValue,
): { readonly tensors: Record<string, Tensor>; readonly tree: string } {
  const tensors = new Map<string, Tensor>();
  const ancestors = new Ancestors(op);
  const visit = (v: SavedValue, path: readonly (string | number)[]): Node => {
    if (v instanceof Tensor) {
      let name = path.join(".") || "value";
      while (tensors.has(name)) name += "'";
      tensors.set(name, v);
      return { tensor: name };
    }
    if (typeof v === "number")
      return Number.isFinite(v) && !Object.is(v, -0) ? v : { number: Object.is(v, -0) ? "-0" : String(v) };
    if (typeof v === "bigint") return { bigint: String(v) };
    if (v === undefined) return null;
    if (v === null || typeof v === "string" || typeof v === "boolean") return v;
    return ancestors.within(v, path, () =>
      Array.isArray(v)
        ? { list: (v as readonly SavedValue[]).map((item, i) => visit(item, [...path, i])) }
        : { record: Object.fromEntries(fieldsOf(op, v, path).map(([k, item]) => [k, visit(item, [...path, k])])) },
    );
  };
  const tree = JSON.stringify(visit(value, []));
  return { tensors: Object.fromEntries(tensors), tree };
}

/** Returns the value of a text and its tensors. @throws ArgumentError for a text that is malformed. */
export function unflatten(op: string, tree: string, tensors: Readonly<Record<string, Tensor>>): SavedValue {
  const wrong = (): ArgumentError =>
    new ArgumentError(op, "the file is malformed: the text of its nested values is invalid");
  const read = (node: unknown): SavedValue => {
    if (node === null || typeof node === "string" || typeof node === "number" || typeof node === "boolean") return node;
    if (typeof node !== "object") throw wrong();
    const [[kind, value] = ["", undefined], more] = Object.entries(node);
    if (more !== undefined) throw wrong();
    if (kind === "list" && Array.isArray(value)) return value.map(read);
    if (kind === "record" && typeof value === "object" && value !== null)
      return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, read(v)]));
    if (typeof value !== "string") throw wrong();
    if (kind === "tensor" && Object.hasOwn(tensors, value)) return tensors[value];
    if (kind === "number") return Number(value);
    if (kind === "bigint" && /^-?\d{1,400}$/.test(value)) return BigInt(value);
    throw wrong();
  };
  let parsed: unknown;
  try {
    parsed = JSON.parse(tree);
  } catch {
    throw wrong();
  }
  return read(parsed);
}
