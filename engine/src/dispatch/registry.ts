/** The registry of ops, which can be called by PyTorch's names of their parameters. */
import { ArgumentError } from "../tensor/errors.ts";
import { isReflected, splitName } from "./aliases.ts";
import type { AnyOp, Arguments, OpInfo, PublicFunction } from "./spec.ts";

/** One parameter of an op. */
export interface Parameter {
  readonly name: string;
  /** Other names of the parameter that PyTorch's documentation uses. */
  readonly aliases: readonly string[];
  readonly required: boolean;
  /** Default value; absent if the parameter is required. */
  readonly default?: unknown;
}

/** A registered op. */
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

/** A registered op with its record. */
export interface RegisteredOperator extends Operator {
  /** The record of an op with its own rules; `null` for a composite. */
  readonly spec: AnyOp | null;
  readonly info: OpInfo;
  /** The public function. */
  readonly call: PublicFunction;
  /** Whether the method takes the elements of its list as separate arguments, as `x.reshape(2, 3)`. */
  readonly isVariadic: boolean;
}

/** Operators by name. Aliases and in-place forms are found too; iteration visits each op once. */
class Registry extends Map<string, RegisteredOperator> {
  readonly #others = new Map<string, RegisteredOperator>();

  /** Adds a further name of an operator. */
  addName(name: string, operator: RegisteredOperator): void {
    this.#others.set(name, operator);
  }

  override get(name: string): RegisteredOperator | undefined {
    return super.get(name) ?? this.#others.get(name);
  }

  override has(name: string): boolean {
    return super.has(name) || this.#others.has(name);
  }
}

const table = new Registry();

/** All operators by name. `get` also takes their aliases and, as in `add_`, the names of their in-place forms. */
export const operators: ReadonlyMap<string, Operator> = table;

/** All operators by name, with their records. */
export const registered: ReadonlyMap<string, RegisteredOperator> = table;

/** Reads the parameters from the notation of `OpInfo.signature`. */
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

/** Calls a public function with named arguments: those without a default by position, the others in one options object. */
function callByName(name: string, parameters: readonly Parameter[], call: PublicFunction, args: Arguments): unknown {
  const given: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(args))
    given[parameters.find((p) => p.aliases.includes(key))?.name ?? key] = value;
  // `input` and `self` stand for the first parameter, which may have another name, such as `tensors`
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

/** Adds an op to the registry. */
export function register(info: OpInfo, call: PublicFunction, spec: AnyOp | null): void {
  // an op may have the name of an alias of another one, but not of another op
  if ([...table.keys()].includes(info.name)) throw new Error(`op "${info.name}" is already defined`);
  const parameters = parseSignature(info.signature);
  const operator: RegisteredOperator = {
    name: info.name,
    torch: info.torch,
    aliases: info.aliases ?? [],
    parameters,
    spec,
    info,
    call,
    isVariadic: info.signature.includes("..."),
    callByName: (args) => callByName(info.name, parameters, call, args),
  };
  table.set(info.name, operator);
  for (const { name } of operator.aliases.map(splitName))
    if (name !== info.name)
      table.addName(name, {
        ...operator,
        callByName: (args) =>
          callByName(name, parameters, call, isReflected(name) ? exchanged(parameters, args) : args),
      });
}

/** Returns the arguments of a binary op with its operands exchanged, which are the first two parameters; `other` stands for the second. */
function exchanged([{ name: first }, { name: second }]: readonly Parameter[], args: Arguments): Arguments {
  const rest = Object.entries(args).filter(([name]) => ![first, second, "self", "other"].includes(name));
  return { ...Object.fromEntries(rest), [first]: args[second] ?? args["other"], [second]: args[first] ?? args["self"] };
}

/** Adds the in-place form of an op to the registry, as `add_` of `add`. */
export function registerInPlace(name: string, operator: RegisteredOperator, call: PublicFunction): void {
  table.addName(name, {
    ...operator,
    name,
    call,
    callByName: (args) => callByName(name, operator.parameters, call, args),
  });
}

/** Adds a method that is no op to the registry, as `fill_`. Its parameters behind the tensor that have defaults come in one options object. */
export function registerMethod(name: string, torch: string, signature: string, call: PublicFunction): void {
  const parameters = parseSignature(signature);
  const info: OpInfo = { name, torch, access: "internal", signature, samples: () => [] };
  table.addName(name, {
    name,
    torch,
    aliases: [],
    parameters,
    spec: null,
    info,
    call,
    isVariadic: false,
    callByName: (args) => callByName(name, parameters, call, args),
  });
}
