/** A failed call with its arguments by parameter: which of them are tensors, and how to run the call again with others. */
import { withDryRun } from "../../dispatch/batched.ts";
import { type RegisteredOperator, registered } from "../../dispatch/registry.ts";
import { restoring } from "../../platform/ambient.ts";
import { noGrad } from "../../tape/graph/mode.ts";
import { isPlainObject } from "../../tensor/arguments/compound-kinds.ts";
import type { FailedCall, FailedModule, Failure } from "../../tensor/arguments/failed-call.ts";
import { broadcastsTo, sameShape } from "../../tensor/shape.ts";
import { Tensor } from "../../tensor/tensor.ts";

/** Where a value of a call is: the tensor of the method, an argument, an element of a list, an option, or a field of the module. */
export type Slot =
  | { readonly kind: "self" }
  | { readonly kind: "argument"; readonly at: number }
  | { readonly kind: "element"; readonly at: number; readonly index: number }
  | { readonly kind: "option"; readonly at: number; readonly key: string }
  | { readonly kind: "field"; readonly name: string };

/** A tensor of the call. */
export interface Operand {
  /** Name of the parameter of the op. */
  readonly role: string;
  readonly tensor: Tensor;
  readonly slot: Slot;
}

/** A value that takes the place of another. */
export type Change = readonly [slot: Slot, value: unknown];

interface ModuleLike {
  readonly [field: string]: unknown;
  readonly extraRepr: () => string;
  readonly training?: boolean;
}

const isModule = (x: unknown): x is ModuleLike =>
  typeof x === "object" && x !== null && "namedParameters" in x && "extraRepr" in x;

/** Returns the operator of a class of modules, such as `crossEntropy` of `CrossEntropyLoss`; `undefined` if there is none. */
function operatorOfClass(name: string): RegisteredOperator | undefined {
  const lower = name.toLowerCase();
  const names = [lower, lower.replace(/\dd$/, ""), lower.replace(/loss$/, ""), `${lower}forward`];
  for (const [op, operator] of registered) if (names.includes(op.toLowerCase())) return operator;
  return undefined;
}

/** Returns the operator that the function is, as of `linalg.cross`, whose name is that of another operator; `undefined` if there is none. */
const operatorOfFunction = (run: FailedCall["run"]): RegisteredOperator | undefined =>
  [...registered.values()].find((operator) => (operator.call as unknown) === run);

/** A failed call. */
export class BoundCall {
  readonly call: FailedCall;
  readonly operator: RegisteredOperator | null;
  readonly operands: readonly Operand[];
  /** The module whose forward the call is. */
  readonly module: ModuleLike | null;
  /** Arguments that are no tensors, by the name of their parameter. */
  readonly values: ReadonlyMap<string, unknown>;
  /** Positions of these arguments. */
  readonly slots: ReadonlyMap<string, Slot>;
  /** Whether the call stands in the program, and not in a module of the library. */
  readonly isDirect: boolean;
  /** Names of the modules around the call, outermost first. */
  readonly path: readonly string[];
  /** The arguments of the outermost module. */
  readonly modelInputs: readonly unknown[];

  constructor(call: FailedCall, failure: Failure) {
    this.call = call;
    this.module = isModule(call.self) ? call.self : null;
    const name = call.name.replace(/(?<=\w)_$/, "");
    this.operator =
      (this.module === null
        ? (operatorOfFunction(call.run) ?? registered.get(call.name) ?? registered.get(name))
        : (operatorOfClass(call.name) ?? registered.get(failure.op))) ?? null;
    const bound = this.module === null ? this.#bindFunction() : this.#bindModule(this.module);
    this.operands = bound.operands;
    this.values = bound.values;
    this.slots = bound.slots;
    const others = failure.frames.slice(failure.frames.indexOf(call) + 1);
    const next = others.find((f) => f.kind === "call" || f.module !== this.module);
    this.isDirect = next?.kind !== "call";
    const modules = failure.frames.filter((f): f is FailedModule => f.kind === "module").toReversed();
    this.path = modules.map((m) => m.name);
    this.modelInputs = modules[0]?.inputs ?? [];
  }

  #bindFunction(): Bound {
    const { self, args, name } = this.call;
    const all = self instanceof Tensor ? [self, ...args] : args;
    const shift = self instanceof Tensor ? 1 : 0;
    const names = this.operator?.parameters.map((p) => p.name) ?? [];
    const isVariadic = this.operator?.isVariadic === true && registered.get(name)?.isVariadic === true;
    const bound = new Binding();
    all.forEach((value, i) => {
      const slot: Slot = i < shift ? { kind: "self" } : { kind: "argument", at: i - shift };
      const last = isVariadic && i >= names.length - 1 ? names[names.length - 1] : undefined;
      if (isPlainObject(value) && i > 0) bound.options(value, i - shift);
      else bound.add(names[i] ?? last ?? (i === 0 ? "input" : `argument ${i + 1}`), value, slot);
    });
    return bound;
  }

  #bindModule(module: ModuleLike): Bound {
    const bound = new Binding();
    const names = this.operator?.parameters.map((p) => p.name) ?? [];
    this.call.args.forEach((value, at) => {
      bound.add(names[at] ?? (at === 0 ? "input" : `input ${at + 1}`), value, { kind: "argument", at });
    });
    for (const name of names.slice(this.call.args.length)) {
      const value = module[name];
      if (value !== undefined && value !== null) bound.add(name, value, { kind: "field", name });
    }
    return bound;
  }

  /** Returns the number of a parameter, as given, or of the module, or the default; 1 for one that has none. */
  number(name: string): number {
    const value = this.values.get(name) ?? this.operator?.parameters.find((p) => p.name === name)?.default;
    return typeof value === "number" ? value : 1;
  }

  /** Returns the number of a parameter that is a position, as given or the default; `null` for one that has none. */
  position(name: string): number | null {
    const value = this.values.get(name) ?? this.operator?.parameters.find((p) => p.name === name)?.default;
    return typeof value === "number" ? value : null;
  }

  /**
   * Runs the call with other values, without computing elements, and returns its result. An in-place op without changes runs as the op that makes a new tensor.
   * @throws the error of the op if they do not fit.
   */
  retry(changes: readonly Change[]): unknown {
    const args = this.call.args.map((value) => (Array.isArray(value) ? [...(value as unknown[])] : value));
    let self = this.call.self;
    const fields: (readonly [string, unknown])[] = [];
    for (const [slot, value] of changes) {
      if (slot.kind === "self") self = value;
      else if (slot.kind === "argument") args[slot.at] = value;
      else if (slot.kind === "element") (args[slot.at] as unknown[])[slot.index] = value;
      else if (slot.kind === "option") args[slot.at] = { ...(args[slot.at] as object), [slot.key]: value };
      else fields.push([slot.name, value]);
    }
    return noGrad(() => withDryRun(() => this.#run(self, args, fields, changes.length === 0)));
  }

  #run(
    self: unknown,
    args: readonly unknown[],
    fields: readonly (readonly [string, unknown])[],
    mayGrow: boolean,
  ): unknown {
    const { run, name } = this.call;
    const inPlace = /\w_$/.test(name) ? registered.get(name.slice(0, -1)) : undefined;
    if (inPlace !== undefined && self instanceof Tensor) {
      const result = (inPlace.call as (...all: unknown[]) => unknown)(self, ...args);
      if (mayGrow) return result;
      if (result instanceof Tensor && !broadcastsTo(result.shape, self.shape))
        throw new Error("the result does not fit");
      return self;
    }
    if (this.module === null) return Reflect.apply(run, self, args);
    // in evaluation mode, forward draws no random numbers and changes no statistics
    const module = this.module as Record<string, unknown>;
    const changed = [...fields, ...(typeof module["training"] === "boolean" ? [["training", false] as const] : [])];
    const before = changed.map(([key]) => [key, module[key]] as const);
    return restoring(
      () => {
        for (const [key, value] of changed) module[key] = value;
        return Reflect.apply(run, module, args);
      },
      () => {
        for (const [key, value] of before) module[key] = value;
      },
    );
  }
}

interface Bound {
  readonly operands: readonly Operand[];
  readonly values: ReadonlyMap<string, unknown>;
  readonly slots: ReadonlyMap<string, Slot>;
}

/** Collects the arguments of a call. */
class Binding implements Bound {
  readonly operands: Operand[] = [];
  readonly values = new Map<string, unknown>();
  readonly slots = new Map<string, Slot>();

  add(role: string, value: unknown, slot: Slot): void {
    const again = this.operands.filter((o) => o.role.replace(/\[\d+\]$/, "") === role);
    if (value instanceof Tensor) {
      // tensors that are listed one by one
      const numbered = again.length === 0 ? role : `${role}[${again.length}]`;
      if (again.length === 1) this.operands[this.operands.indexOf(again[0])] = { ...again[0], role: `${role}[0]` };
      this.operands.push({ role: numbered, tensor: value, slot });
    } else if (slot.kind === "argument" && isTensorList(value))
      value.forEach((tensor, index) => {
        this.operands.push({ role: `${role}[${index}]`, tensor, slot: { kind: "element", at: slot.at, index } });
      });
    else {
      const known = this.values.get(role);
      // arguments that are listed one by one
      if (typeof known === "number" && slot.kind === "argument") this.values.set(role, [known, value]);
      else if (Array.isArray(known) && slot.kind === "argument")
        this.values.set(role, [...(known as unknown[]), value]);
      else {
        this.values.set(role, value);
        this.slots.set(role, slot);
      }
    }
  }

  options(given: Readonly<Record<string, unknown>>, at: number): void {
    for (const [key, value] of Object.entries(given)) this.add(key, value, { kind: "option", at, key });
  }
}

const isTensorList = (x: unknown): x is readonly Tensor[] =>
  Array.isArray(x) && x.length > 0 && x.every((t) => t instanceof Tensor);

/** Returns the innermost call of a failure that has tensors, else the innermost. */
export function boundCallOf(failure: Failure): BoundCall | null {
  const calls = failure.frames.filter((f): f is FailedCall => f.kind === "call");
  const [innermost] = calls;
  if (innermost === undefined) return null;
  const bound = new BoundCall(innermost, failure);
  if (bound.operands.length > 0 || calls.length < 2) return bound;
  const next = new BoundCall(calls[1], failure);
  return next.operands.length > 0 ? next : bound;
}

/** Returns the positions of the operands of which an error states the shapes. */
export const statedOperands = (call: BoundCall, shapes: readonly (readonly number[])[]): number[] =>
  call.operands.flatMap((o, i) => (shapes.some((shape) => sameShape(shape, o.tensor.shape)) ? [i] : []));

/** Returns the shapes of an error that are not those of an operand. */
export function otherShapes(call: BoundCall, shapes: readonly (readonly number[])[]): (readonly number[])[] {
  return shapes.filter((shape) => !call.operands.some((o) => sameShape(o.tensor.shape, shape)));
}
