/** Trees: tensors in arrays and records, as functions take and give them. */
import { Tensor } from "../tensor/tensor.ts";

/** A tensor, or tensors in lists and records; other values are constants. */
export type Tree = unknown;

const isRecord = (x: unknown): x is Readonly<Record<string, unknown>> => {
  if (typeof x !== "object" || x === null) return false;
  const prototype: unknown = Object.getPrototypeOf(x);
  return prototype === Object.prototype || prototype === null;
};

/** The tensors of a tree, in order. */
export function leavesOf(tree: Tree): Tensor[] {
  if (tree instanceof Tensor) return [tree];
  if (Array.isArray(tree)) return tree.flatMap(leavesOf);
  return isRecord(tree) ? Object.values(tree).flatMap(leavesOf) : [];
}

/** The tree with other values in place of its tensors; constants stay. */
export function mapTree<T>(tree: T, f: (leaf: Tensor, i: number) => unknown): T {
  let at = 0;
  const walk = (x: unknown): unknown => {
    if (x instanceof Tensor) return f(x, at++);
    if (Array.isArray(x)) return x.map(walk);
    return isRecord(x) ? Object.fromEntries(Object.entries(x).map(([k, v]) => [k, walk(v)])) : x;
  };
  return walk(tree) as T;
}

/** The tree with `leaves` in place of its tensors. */
export const fillTree = <T>(tree: T, leaves: readonly unknown[]): T => mapTree(tree, (_, i) => leaves[i]);

/** Visits the tensors of a tree with what a prefix of the tree says of them: one value for all below it. */
export function prefixed<V>(prefix: unknown, tree: Tree, isValue: (x: unknown) => x is V, what: string): V[] {
  if (isValue(prefix)) return leavesOf(tree).map(() => prefix);
  if (Array.isArray(prefix) && Array.isArray(tree) && prefix.length === tree.length)
    return tree.flatMap((t: unknown, i) => prefixed(prefix[i], t, isValue, what));
  if (isRecord(prefix) && isRecord(tree))
    return Object.entries(tree).flatMap(([k, t]) => prefixed(prefix[k], t, isValue, what));
  throw new TypeError(`${what} does not have the form of the values it is for`);
}
