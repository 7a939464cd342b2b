/** The globals of cells in the sandbox: arithmetic on tensors and imports as in the kernel, and displays that show nothing. */
import { isAllowed } from "./harden.ts";

type Engine = typeof import("tapelab");

/** A function that returns itself, whatever is called or read. */
function nothing(): unknown {
  const target = (): unknown => stub;
  const stub: unknown = new Proxy(target, {
    get: (_, key) =>
      key === "then" || key === Symbol.iterator || key === Symbol.asyncIterator
        ? undefined
        : key === Symbol.toPrimitive
          ? () => ""
          : stub,
    apply: () => stub,
    construct: () => stub as object,
  });
  return stub;
}

const operatorNames = [
  "add",
  "sub",
  "mul",
  "div",
  "remainder",
  "pow",
  "neg",
  "eq",
  "ne",
  "lt",
  "le",
  "gt",
  "ge",
  "logicalNot",
  "bitwiseAnd",
  "bitwiseOr",
  "bitwiseXor",
  "bitwiseNot",
] as const;

/** Returns the operators that compiled cells call. */
export const operatorsOf = (engine: Engine): Readonly<Record<string, unknown>> =>
  Object.fromEntries(operatorNames.map((name) => [name, engine[name]]));

/** Sets the globals. `provided`: the modules of the engine by name. */
export function setGlobals(engine: Engine, provided: ReadonlyMap<string, unknown>): void {
  const builtin = process.getBuiltinModule;
  const load = (name: unknown): unknown => {
    const found = provided.get(String(name));
    if (found !== undefined) return found;
    const module = isAllowed(String(name)) ? builtin(String(name)) : undefined;
    if (module !== undefined) return module;
    throw Object.assign(
      new Error(
        `cannot find the module ${JSON.stringify(name)}: an assignment may import tapelab and the modules of Node`,
      ),
      {
        code: "MODULE_NOT_FOUND",
      },
    );
  };
  const file = `${process.cwd()}/notebook.ts`;
  const globals = {
    $tapelab: {
      ...operatorsOf(engine),
      load,
      import: async (name: unknown) => load(name),
      meta: { url: `file://${file}`, filename: file, dirname: process.cwd(), main: false },
    },
    require: Object.assign((name: string) => load(name), { resolve: (name: string) => name, cache: {} }),
    print: (...values: unknown[]) => console.log(...values),
    progress: (items: unknown) => (typeof items === "number" ? Array.from({ length: items }, (_, i) => i) : items),
    prompt: () => "",
  };
  for (const name of [
    "display",
    "clearOutput",
    "plot",
    "widget",
    "interact",
    "slider",
    "dropdown",
    "checkbox",
    "textbox",
    "createComm",
    "onComm",
  ])
    Object.defineProperty(globalThis, name, { value: nothing(), writable: true, configurable: true });
  for (const [name, value] of Object.entries(globals))
    Object.defineProperty(globalThis, name, { value, writable: true, configurable: true });
}
