/** Operators of evaluated expressions. The compiler decides by types which operators of a cell are ops; here the values decide. */
import * as tapelab from "tapelab";
import { Tensor } from "tapelab";

type Binary = (a: never, b: never) => unknown;

const binary: Readonly<Record<string, readonly [js: (a: never, b: never) => unknown, op: unknown]>> = {
  "+": [(a: number, b: number) => a + b, tapelab.add],
  "-": [(a: number, b: number) => a - b, tapelab.sub],
  "*": [(a: number, b: number) => a * b, tapelab.mul],
  "/": [(a: number, b: number) => a / b, tapelab.div],
  "%": [(a: number, b: number) => a % b, tapelab.remainder],
  "**": [(a: number, b: number) => a ** b, tapelab.pow],
  "&": [(a: number, b: number) => a & b, tapelab.bitwiseAnd],
  "|": [(a: number, b: number) => a | b, tapelab.bitwiseOr],
  "^": [(a: number, b: number) => a ^ b, tapelab.bitwiseXor],
  "<": [(a: number, b: number) => a < b, tapelab.lt],
  "<=": [(a: number, b: number) => a <= b, tapelab.le],
  ">": [(a: number, b: number) => a > b, tapelab.gt],
  ">=": [(a: number, b: number) => a >= b, tapelab.ge],
  // biome-ignore lint/suspicious/noDoubleEquals: the operator of the evaluated expression
  "==": [(a: number, b: number) => a == b, tapelab.eq],
  // biome-ignore lint/suspicious/noDoubleEquals: the operator of the evaluated expression
  "!=": [(a: number, b: number) => a != b, tapelab.ne],
};

const unary: Readonly<Record<string, readonly [js: (a: never) => unknown, op: unknown]>> = {
  "-": [(a: number) => -a, tapelab.neg],
  "+": [(a: unknown) => Number(a), (a: Tensor) => a],
  "!": [(a: unknown) => !a, tapelab.logicalNot],
  "~": [(a: number) => ~a, tapelab.bitwiseNot],
};

/** Whether an operation is one on tensors; a string is joined with the text of a tensor, and `null` compared by identity. */
function isOnTensors(operands: readonly unknown[]): boolean {
  const others = operands.filter((x) => !(x instanceof Tensor));
  return others.length < operands.length && others.every((x) => ["number", "boolean", "bigint"].includes(typeof x));
}

/** Computes `a operator b`, or `operator a` if there is one operand. */
export function operate(operator: string, ...operands: readonly unknown[]): unknown {
  const [js, op] = (operands.length === 1 ? unary : binary)[operator] ?? [];
  return ((isOnTensors(operands) ? op : js) as Binary)(...(operands as [never, never]));
}

/** Returns the element of a tensor or another object with the keys in brackets. */
export function element(object: unknown, keys: readonly unknown[]): unknown {
  if (object instanceof Tensor && !isMemberName(object, keys)) return object.at(...(keys as never[]));
  return (object as Record<PropertyKey, unknown>)[keys.at(-1) as PropertyKey];
}

/** Sets an element of a tensor or another object, and returns the value. */
export function setElement(object: unknown, keys: readonly unknown[], value: unknown): unknown {
  if (object instanceof Tensor && !isMemberName(object, keys)) object.set(keys as never, value as never);
  else (object as Record<PropertyKey, unknown>)[keys.at(-1) as PropertyKey] = value;
  return value;
}

/** Whether the key is the name of a member, and no index. */
const isMemberName = (object: Tensor, [key, ...others]: readonly unknown[]): boolean =>
  others.length === 0 && (typeof key === "symbol" || (typeof key === "string" && key in object));

/** Returns the function for a called value; a module is called by its method `forward`. */
export const callee = (value: unknown): unknown =>
  value instanceof tapelab.nn.Module && typeof value !== "function" ? forwardOf(value) : value;

/** Returns the function for a called method. */
export function member(object: unknown, name: string): unknown {
  const value = (object as Record<string, unknown>)[name];
  if (typeof value === "function") return (...args: readonly unknown[]) => Reflect.apply(value, object, args);
  return callee(value);
}

const forwardOf =
  (module: tapelab.nn.Module) =>
  (...args: readonly unknown[]): unknown =>
    Reflect.apply((module as unknown as { readonly forward: Function }).forward, module, args);
