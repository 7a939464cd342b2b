/** The surface of the ops: where they are defined, exported, documented, and methods. `faultsOf` compares it with the records. */

import { aliasMethods, isRegistryName, splitName } from "../../engine/src/dispatch/aliases.ts";

/** The fields of a record that decide the surface of an op. */
export interface SurfaceRecord {
  readonly name: string;
  readonly functionName?: string;
  readonly torch: string;
  readonly aliases?: readonly string[];
  readonly access: "internal" | "function" | "method" | "in-place";
}

/** A function as it is defined in a file of `engine/src/ops`. */
export interface Definition {
  /** The file, relative to `engine/src/ops`. */
  readonly file: string;
  /** The doc comment, empty where there is none. */
  readonly doc: string;
}

export interface Surface {
  readonly records: readonly SurfaceRecord[];
  /** Exported functions of all files, by name. */
  readonly definitions: ReadonlyMap<string, readonly Definition[]>;
  /** Names of the functions in each namespace of the package that has ops: `""` is the package itself. */
  readonly exports: Readonly<Record<string, ReadonlySet<string>>>;
  /** Names of the methods and of the getters that tensors have, and of the methods that their type declares. */
  readonly methods: {
    readonly installed: ReadonlySet<string>;
    readonly getters: ReadonlySet<string>;
    readonly declared: ReadonlySet<string>;
  };
}

/** The folders of ops whose name in PyTorch has no namespace. */
const rootFolders = ["elementwise", "shape", "indexing", "reduce", "linalg", "signal", "sort", "random", "creation"];

/** The namespace of a dotted name: methods of `torch.Tensor` belong to the root, as the function is exported there. */
function namespaceOf(torch: string): string {
  const namespace = torch.split(".").slice(0, -1).join(".");
  return namespace === "Tensor" ? "" : namespace;
}

const foldersOf = (namespace: string): readonly string[] =>
  namespace === "" ? rootFolders : [namespace.split(".").at(-1) as string];

/** Where a function is exported, as namespace and name. Functions of `nn.functional` are exported by the package as well. */
function exportsOf({ name, functionName = name, torch, aliases = [] }: SurfaceRecord): (readonly [string, string])[] {
  const own = splitName(torch);
  const isMethod = own.namespace === "Tensor" || own.namespace === "";
  const others = aliases.filter((dotted) => !isRegistryName(dotted)).map(splitName);
  return [
    ...(isMethod || own.namespace === "nn.functional" ? [["", functionName] as const] : []),
    ...(isMethod ? [] : [[own.namespace, own.name] as const]),
    ...others.filter(({ namespace }) => namespace !== "Tensor").map((o) => [o.namespace, o.name] as const),
  ];
}

function faultsOfPublic(op: SurfaceRecord, { definitions, exports }: Surface): string[] {
  const { name, functionName = name, torch } = op;
  const found = definitions.get(functionName) ?? [];
  if (found.length !== 1) return [`${name}: ${functionName} is defined by ${found.length} files of ops, not by one`];
  const [{ file, doc }] = found;
  const folders = foldersOf(namespaceOf(torch));
  const faults = exportsOf(op)
    .filter(([namespace, f]) => !(namespace in exports && exports[namespace].has(f)))
    .map(([namespace, f]) => `${name}: ${namespace === "" ? f : `${namespace}.${f}`} is not exported`);
  if (!folders.includes(file.split("/")[0]))
    faults.push(`${name}: ${file} is not in ${folders.join(", ")}, where torch.${torch} belongs`);
  if (!/\w/.test(doc))
    faults.push(`${name}: ${functionName} has no doc comment, which its page of the docs is made of`);
  else if (!doc.includes("@example")) faults.push(`${name}: the doc comment of ${functionName} has no example`);
  return faults;
}

/** Methods that are no in-place form that a record claims: `normal(mean, std)` takes its parameters from tensors, and others change the shape of the tensor. */
const ownMethods: ReadonlySet<string> = new Set([
  "normal_",
  "bernoulli_",
  "squeeze_",
  "unsqueeze_",
  "transpose_",
  "t_",
  "asStrided_",
]);

/** Whether a function is the in-place form of an op, as `celu_`, that PyTorch has as a function alone, and is documented. */
function isInPlaceForm(name: string, known: ReadonlySet<string>, { definitions }: Surface): boolean {
  const [definition] = definitions.get(name) ?? [];
  return name.endsWith("_") && known.has(` ${name.slice(0, -1)}`) && (definition?.doc.includes("@example") ?? false);
}

function faultsOfMethods(record: SurfaceRecord, { installed, getters, declared }: Surface["methods"]): string[] {
  const { name, access } = record;
  const expected: Readonly<Record<string, boolean>> = {
    [name]: access === "method" || access === "in-place",
    ...(ownMethods.has(`${name}_`) ? {} : { [`${name}_`]: access === "in-place" }),
    ...Object.fromEntries(
      aliasMethods(record)
        .filter(({ method }) => !getters.has(method))
        .map(({ method }) => [method, true]),
    ),
  };
  return Object.entries(expected).flatMap(([method, isClaimed]) =>
    [
      ["installed", installed.has(method)] as const,
      ["declared in interface Tensor", declared.has(method)] as const,
    ].flatMap(([how, has]) =>
      has === isClaimed ? [] : [`${name}: the method ${method} is ${has ? "" : "not "}${how}, unlike the record says`],
    ),
  );
}

/** Returns each contradiction between the records and the surface. */
export function faultsOf(surface: Surface): string[] {
  const { records, exports, methods } = surface;
  const shown = records.filter((op) => op.access !== "internal");
  const known = new Set(shown.flatMap(exportsOf).map(([namespace, f]) => `${namespace} ${f}`));
  return [
    ...shown.flatMap((op) => faultsOfPublic(op, surface)),
    ...records.flatMap((op) => faultsOfMethods(op, methods)),
    ...Object.entries(exports).flatMap(([namespace, names]) =>
      [...names]
        .filter((f) => !known.has(`${namespace} ${f}`) && !isInPlaceForm(f, known, surface))
        .map((f) => `${namespace === "" ? f : `${namespace}.${f}`} is exported, but no record has it as a public op`),
    ),
  ];
}
