/** The methods of tensors that the records of ops ask for. */
import type { Tensor } from "../tensor/tensor.ts";
import { Tensor as TensorClass } from "../tensor/tensor.ts";
import { ownCopy } from "./loops.ts";
import { type RegisteredOperator, registered } from "./registry.ts";

/** A public function, called with whatever a method is given. */
type Call = (...args: unknown[]) => unknown;

/** A method of tensors. */
export type Method = (this: Tensor, ...args: never[]) => unknown;

/** Makes the in-place form of a function: `name` ends in an underscore. */
export type InPlaceMaker = (name: string, call: (x: Tensor, a: unknown, b: unknown) => Tensor) => Method;

/** Makes the method `name` from a public function. */
type Maker = (name: string, call: Call) => Method;

/*
 * One maker for each number of arguments: rest parameters and spreads would make a list with each call. An argument that is not given is passed on as
 * undefined, which stands for the default.
 */
// biome-ignore format: one maker a line
const makers: readonly Maker[] = [
  (name, call) => ({ [name](this: Tensor) { return call(this); } })[name],
  (name, call) => ({ [name](this: Tensor, a?: unknown) { return call(this, a); } })[name],
  (name, call) => ({ [name](this: Tensor, a?: unknown, b?: unknown) { return call(this, a, b); } })[name],
  (name, call) => ({ [name](this: Tensor, a?: unknown, b?: unknown, c?: unknown) { return call(this, a, b, c); } })[name],
  (name, call) => ({ [name](this: Tensor, a?: unknown, b?: unknown, c?: unknown, d?: unknown) { return call(this, a, b, c, d); } })[name],
];

/** Makes a method of an op whose first parameter is another one than the tensor, as `where`. */
const secondMaker: Maker = (name, call) =>
  ({
    [name](this: Tensor, a?: unknown, b?: unknown) {
      return call(a, this, b);
    },
  })[name];

/** Makes a method that takes the elements of a list one by one, as `x.reshape(2, 3)`. */
const listMaker: Maker = (name, call) =>
  ({
    [name](this: Tensor, ...list: unknown[]) {
      return call(this, list);
    },
  })[name];

/** Returns the method of an op. Each has a copy of its maker, so that V8 sees one function called in it and can inline the call. */
function methodOf({ name, parameters, call, isVariadic }: RegisteredOperator): Method {
  const rest = parameters.slice(1);
  const maker = isVariadic
    ? listMaker
    : parameters[0].name !== "input" && rest.some((p) => p.name === "input")
      ? secondMaker
      : makers[Math.min(rest.length, makers.length - 1)];
  return ownCopy(maker)(name, call as Call);
}

const define = (name: string, method: Method): void => {
  Object.defineProperty(TensorClass.prototype, name, { value: method, writable: true, configurable: true });
};

/** Gives tensors the methods and in-place forms of all ops; done once, by the package's entry. */
export function installMethods(inPlace: InPlaceMaker): void {
  for (const op of registered.values()) {
    const { access } = op.info;
    if (access === "internal" || access === "function") continue;
    define(op.name, methodOf(op));
    if (access === "in-place") define(`${op.name}_`, inPlace(`${op.name}_`, op.call as Call as never));
  }
}
