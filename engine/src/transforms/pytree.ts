/** Pytrees: tensors in nested arrays and records, as the transformed functions take and return them. */
import { Tensor } from "../tensor/tensor.ts";

/** A tensor, or a nested array or record of tensors; other values are constants. */
export type Tree = unknown;

const isRecord = (x: unknown): x is Readonly<Record<string, unknown>> => {
  if (typeof x !== "object" || x === null) return false;
  const prototype: unknown = Object.getPrototypeOf(x);
  return prototype === Object.prototype || prototype === null;
};

/** Returns the tensors of a tree, depth first. */
export function leavesOf(tree: Tree): Tensor[] {
  if (tree instanceof Tensor) return [tree];
  if (Array.isArray(tree)) return tree.flatMap(leavesOf);
  return isRecord(tree) ? Object.values(tree).flatMap(leavesOf) : [];
}

/** Returns the tree with each tensor replaced by `f(tensor, i)`; constants stay. */
export function mapTree<T>(tree: T, f: (leaf: Tensor, i: number) => unknown): T {
  let i = 0;
  const map = (x: unknown): unknown => {
    if (x instanceof Tensor) return f(x, i++);
    if (Array.isArray(x)) return x.map(map);
    return isRecord(x) ? Object.fromEntries(Object.entries(x).map(([k, v]) => [k, map(v)])) : x;
  };
  return map(tree) as T;
}

/** Returns the tree with its tensors replaced by `leaves`, in order. */
export const fillTree = <T>(tree: T, leaves: readonly unknown[]): T => mapTree(tree, (_, i) => leaves[i]);

/**
 * Broadcasts a prefix tree: returns for each tensor of `tree` the value that `prefix` has at its place or at an ancestor's.
 * @throws TypeError, which names `option`, when `prefix` has not the structure of `tree`.
 */
export function broadcastPrefix<V>(prefix: unknown, tree: Tree, isValue: (x: unknown) => x is V, option: string): V[] {
  if (isValue(prefix)) return leavesOf(tree).map(() => prefix);
  if (Array.isArray(prefix) && Array.isArray(tree) && prefix.length === tree.length)
    return tree.flatMap((t: unknown, i) => broadcastPrefix(prefix[i], t, isValue, option));
  if (isRecord(prefix) && isRecord(tree))
    return Object.entries(tree).flatMap(([k, t]) => broadcastPrefix(prefix[k], t, isValue, option));
  throw new TypeError(`${option} does not have the form of the values it is for`);
}
