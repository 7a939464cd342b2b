/** Installs the methods of tensors from the records of ops. */
import { Tensor } from "../tensor/tensor.ts";
import { aliasMethods, isInPlaceOperator } from "./aliases.ts";
import { ownCopy } from "./loops.ts";
import { type RegisteredOperator, registered, registerInPlace } from "./registry.ts";

/** A public function, called with the arguments of a method. */
type Call = (...args: unknown[]) => unknown;

/** A method of tensors. */
export type Method = (this: Tensor, ...args: never[]) => unknown;

/** Returns the in-place method of a function; `name` ends in an underscore. */
export type InPlaceMaker = (name: string, call: (x: Tensor, ...args: readonly unknown[]) => Tensor) => Method;

/** Returns the method `name` of a public function. */
type Maker = (name: string, call: Call) => Method;

/*
 * One maker for each number of arguments, as rest parameters and spreads allocate an array with each call. An argument that is not given is passed on as
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

/** Returns the method of a function whose first parameter is not the tensor, as `where`. */
const secondMaker: Maker = (name, call) =>
  ({
    [name](this: Tensor, a?: unknown, b?: unknown) {
      return call(a, this, b);
    },
  })[name];

/** Returns a method that takes the elements of a list as separate arguments, as `x.reshape(2, 3)`. */
const listMaker: Maker = (name, call) =>
  ({
    [name](this: Tensor, ...list: unknown[]) {
      return call(this, list);
    },
  })[name];

/** Returns the method of an op. It is created by a copy of the maker, so that the call of the function is monomorphic (see `ownCopy`). */
function methodOf({ name, parameters, call, isVariadic }: RegisteredOperator): Method {
  const rest = parameters.slice(1);
  const maker = isVariadic
    ? listMaker
    : parameters[0].name !== "input" && rest.some((p) => p.name === "input")
      ? secondMaker
      : makers[Math.min(rest.length, makers.length - 1)];
  return ownCopy(maker)(name, call as Call);
}

/** Adds a method to the class. */
const define = (name: string, method: Method): void => {
  Object.defineProperty(Tensor.prototype, name, { value: method, writable: true, configurable: true });
};

/** Adds an in-place form as a method, and to the registry. */
function defineInPlace(name: string, op: RegisteredOperator, inPlace: InPlaceMaker): void {
  const f = op.call as Call;
  // the tensor is the second parameter of polygamma(n, input)
  const isSecond = op.parameters[0].name !== "input" && op.parameters.at(1)?.name === "input";
  const method = inPlace(name, (isSecond ? (x: Tensor, n: unknown) => f(n, x) : f) as never);
  define(name, method);
  const call = isSecond
    ? (n: never, x: Tensor): unknown => method.call(x, n)
    : (x: Tensor, ...args: never[]): unknown => method.apply(x, args);
  registerInPlace(name, op, call);
  for (const alias of op.aliases.filter(isInPlaceOperator)) registerInPlace(alias, op, call);
}

/** Adds the methods and in-place methods of all registered ops to tensors, under their aliases too. The entry of the package calls it once. */
export function installMethods(inPlace: InPlaceMaker): void {
  for (const op of registered.values()) {
    const { access } = op.info;
    if (access === "method" || access === "in-place") define(op.name, methodOf(op));
    if (access === "in-place") defineInPlace(`${op.name}_`, op, inPlace);
  }
  // last, and only where no op and no getter has the name
  for (const op of registered.values())
    for (const { method, inPlace: changes } of aliasMethods(op.info)) {
      if (method in Tensor.prototype) continue;
      if (changes) defineInPlace(method, op, inPlace);
      else define(method, methodOf(op));
    }
}
