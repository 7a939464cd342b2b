/** Every op by name, callable by PyTorch's parameter names. */
import { ArgumentError } from "../tensor/errors.ts";
import type { AnyOp, Arguments, CompositeSpec, OpInfo, PublicFunction } from "./spec.ts";

/** One parameter of an op. */
export interface Parameter {
  readonly name: string;
  /** Other names under which it can be given, where PyTorch's own documents differ. */
  readonly aliases: readonly string[];
  readonly required: boolean;
  /** Default value; absent where there is none. */
  readonly default?: unknown;
}

/** What the registry tells of an op. */
export interface Operator {
  readonly name: string;
  /** Dotted PyTorch name, such as `"nn.functional.relu"`. */
  readonly torch: string;
  /** Further dotted names of the op in PyTorch. */
  readonly aliases: readonly string[];
  readonly parameters: readonly Parameter[];
  /** Calls the op by PyTorch's parameter names in camelCase (`self` is `input`). */
  callByName(args: Arguments): unknown;
}

/** An operator with its record: a primitive's rules, or a composite's formula. */
export interface RegisteredOperator extends Operator {
  readonly spec: AnyOp | null;
  readonly info: OpInfo;
  readonly call: PublicFunction;
  /** Whether the method takes the elements of its list one by one, as `x.reshape(2, 3)`. */
  readonly isVariadic: boolean;
}

const table = new Map<string, RegisteredOperator>();

/** All operators by name. */
export const operators: ReadonlyMap<string, Operator> = table;

/** All operators with their records, for sweeps. */
export const registered: ReadonlyMap<string, RegisteredOperator> = table;

function parseSignature(signature: string): Parameter[] {
  return signature.split(", ").map((part) => {
    const [names, text] = part.split("=");
    const [first, ...aliases] = names.split("|");
    const name = first.replace("...", "");
    return {
      name,
      aliases,
      ...(text === undefined ? { required: true } : { required: false, default: JSON.parse(text) }),
    };
  });
}

/** Parameters without a default are positional, the rest go into one options object. */
function callByName(name: string, parameters: readonly Parameter[], call: PublicFunction, args: Arguments): unknown {
  const given: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(args))
    given[parameters.find((p) => p.aliases.includes(key))?.name ?? key] = value;
  // whatever PyTorch calls its first parameter (self, tensors, condition), `input` reaches it too
  const [first] = parameters;
  const stand = ["input", "self"].find((name) => name in given && !parameters.some((p) => p.name === name));
  if (!(first.name in given) && stand !== undefined) {
    given[first.name] = given[stand];
    delete given[stand];
  }
  for (const key of Object.keys(given))
    if (!parameters.some((p) => p.name === key))
      throw new ArgumentError(
        name,
        `no parameter is called "${key}"; it has ${parameters.map((p) => p.name).join(", ")}`,
      );
  const positional: unknown[] = [];
  const options: Record<string, unknown> = {};
  for (const p of parameters) {
    const value = given[p.name];
    if (p.required) {
      if (value === undefined)
        throw new ArgumentError(name, `the parameter "${p.name}" has no default and was not given`);
      positional.push(value);
    } else if (value !== undefined) options[p.name] = value;
  }
  return call(...([...positional, options] as never[]));
}

export function register(info: OpInfo, call: PublicFunction, spec: AnyOp | null): void {
  if (table.has(info.name)) throw new Error(`op "${info.name}" is already defined`);
  const parameters = parseSignature(info.signature);
  table.set(info.name, {
    name: info.name,
    torch: info.torch,
    aliases: info.aliases ?? [],
    parameters,
    spec,
    info,
    call,
    isVariadic: info.signature.includes("..."),
    callByName: (args) => callByName(info.name, parameters, call, args),
  });
}

export type { CompositeSpec };
