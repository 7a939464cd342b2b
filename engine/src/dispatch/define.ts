/** Registration of ops: from a record to a function that runs the op. */

import { traitsOf } from "../tape/graph/op.ts";
import { savePlans } from "../tape/graph/save-plans.ts";
import { withScope } from "../tape/graph/scope.ts";
import { isWithheld, refuse } from "../tape/graph/withheld.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { apply, applyOne } from "./dispatch.ts";
import { fastPathOf } from "./fast.ts";
import { register } from "./registry.ts";
import type { AnyOp, CompositeSpec, OpSpec, PublicFunction } from "./spec.ts";

/** Runs an op on inputs and complete parameters. */
export type Run<P> = (inputs: readonly Tensor[], params: P) => Tensor;

/** Runs an op that has several outputs on inputs and complete parameters. */
export type MultiRun<P> = (inputs: readonly Tensor[], params: P) => readonly Tensor[];

/** The names of an op. */
interface Named {
  readonly name: string;
  readonly torch: string;
  readonly aliases?: readonly string[];
}

const hashOf = (name: string): number =>
  Array.from(name).reduce((h, c) => (Math.imul(h, 33) + c.charCodeAt(0)) | 0, 5381);

/** Returns the record with all fields, in one order, so that V8 gives all records one hidden class. */
function withUniformFields<P>(spec: OpSpec<P>): OpSpec<P> {
  const { name, functionName, torch, aliases, access, signature, label, tex, saves, vjp, rows, jvp, batch, pointwise } =
    spec;
  const { samples, call, exact, indices, kink, complex, holomorphic, dims } = spec;
  const fastPath = fastPathOf(name);
  const forward = "view" in spec ? { view: spec.view } : { outputs: spec.outputs, kernel: spec.kernel };
  return {
    name,
    functionName: functionName ?? name,
    hash: hashOf(name),
    torch,
    aliases: aliases ?? [],
    access,
    signature,
    dims,
    label,
    tex,
    ...traitsOf(spec),
    saves,
    plans: savePlans(saves),
    vjp,
    rows,
    jvp,
    batch,
    kink,
    pointwise,
    exact,
    indices,
    samples,
    call,
    fastPath,
    complex,
    holomorphic: holomorphic ?? complex === "products",
    ...forward,
  };
}

/** Returns a function that refuses an op that the exercise withholds; other functions as they are. */
function available<F extends (...args: never[]) => unknown>({ name, torch, aliases = [] }: Named, f: F): F {
  if (!isWithheld([name, torch, ...aliases])) return f;
  return ((...args: never[]) => {
    refuse(name);
    return f(...args);
  }) as F;
}

/** Registers an op with one output, and returns the function that runs it. */
export function defineOp<P>(spec: OpSpec<P>): Run<P> {
  const op = withUniformFields(spec);
  register(op, available(op, op.call), op as unknown as AnyOp);
  return available(op, (inputs: readonly Tensor[], params: P) => applyOne(op, inputs, params));
}

/** Registers an op with several outputs, and returns the function that runs it. */
export function defineMultiOp<P>(spec: OpSpec<P>): MultiRun<P> {
  const op = withUniformFields(spec);
  register(op, available(op, op.call), op as unknown as AnyOp);
  return available(op, (inputs: readonly Tensor[], params: P) => apply(op, inputs, params));
}

/** Registers a function of other ops, and returns it in a form that records its operations in one scope with its name. */
export function defineComposite<F extends PublicFunction>(spec: CompositeSpec, body: F): F {
  const scoped = ((...args: never[]) => withScope(spec.name, "op", () => body(...args), spec.tex)) as F;
  const call = available(spec, scoped);
  register(spec, call, null);
  return call;
}

/** Registers a function that needs no scope, as it calls at most one op, and returns it. */
export function defineFunction<F extends PublicFunction>(spec: CompositeSpec, body: F): F {
  const call = available(spec, body);
  register(spec, call, null);
  return call;
}
