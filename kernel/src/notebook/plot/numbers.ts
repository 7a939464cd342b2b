/** Reads numbers from arrays, typed arrays and tensors. */

/** Numbers in row-major order, with their shape. */
export interface NumberGrid {
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

/** A list of numbers, as plots accept it. */
export type Numbers = ArrayLike<number> | { toArray(): unknown };

const isTensor = (x: unknown): x is { toArray(): unknown } =>
  typeof x === "object" && x !== null && "toArray" in x && typeof x.toArray === "function";

/** Whether a value is an array or a typed array. */
export const isList = (x: unknown): x is ArrayLike<unknown> =>
  Array.isArray(x) || (ArrayBuffer.isView(x) && !(x instanceof DataView));

/** Whether a value is a list or a tensor. */
export const isNumbers = (x: unknown): x is Numbers => isList(x) || isTensor(x);

/** Returns the numbers and their shape. Throws a TypeError if the lists are ragged or hold other values. */
export function gridOf(caller: string, x: unknown): NumberGrid {
  const plain = isTensor(x) ? x.toArray() : x;
  const shape: number[] = [];
  const values: number[] = [];
  const visit = (item: unknown, depth: number): void => {
    if (typeof item === "number" || typeof item === "bigint" || typeof item === "boolean") {
      if (depth !== shape.length) throw new TypeError(`${caller}: the lists inside are of different depths`);
      values.push(Number(item));
      return;
    }
    if (isTensor(item)) return visit(item.toArray(), depth);
    if (!isNumbers(item))
      throw new TypeError(`${caller}: expected numbers, but got ${item === null ? "null" : typeof item}`);
    const list = Array.from(item as ArrayLike<unknown>);
    if (values.length === 0 && shape.length === depth) shape.push(list.length);
    else if (shape[depth] !== list.length)
      throw new TypeError(`${caller}: the lists inside have different lengths, ${shape[depth]} and ${list.length}`);
    for (const inner of list) visit(inner, depth + 1);
  };
  visit(plain, 0);
  return { shape, values };
}

/** Returns a list of numbers; a shape such as [n, 1] is read as a list of length n. */
export function listOf(caller: string, x: unknown): readonly number[] {
  const { shape, values } = gridOf(caller, x);
  if (shape.filter((n) => n !== 1).length > 1)
    throw new TypeError(`${caller}: expected one list of numbers, but got one of shape [${shape.join(", ")}]`);
  return values;
}
