/**
 * Writes engine/src/ops/aliases: the exports of ops under their further names, and the types of methods under these names, from the records. Returns the texts of
 * the files by their paths; `scripts/signatures.mjs` writes them.
 */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { inRoot, venvNode } from "./lib/paths.mjs";

const ops = inRoot("engine", "src", "ops");

/** The folder of each namespace, whose index has the functions that are exported by hand. */
const folders = { "": "", linalg: "linalg", special: "special", fft: "fft", "nn.functional": "functional" };

const byText = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

/** Returns the files of ops with their texts, but for those that this script writes. */
const sources = () =>
  readdirSync(ops, { recursive: true, encoding: "utf8" })
    .map((file) => file.replaceAll("\\", "/"))
    .filter((file) => file.endsWith(".ts") && !file.startsWith("aliases/"))
    .map((file) => ({ file, text: readFileSync(`${ops}/${file}`, "utf8") }));

/** Returns the file that defines each exported function. */
const definitions = (files) =>
  new Map(
    files.flatMap(({ file, text }) =>
      [...text.matchAll(/^export (?:const|function) (\w+)/gm)].map(([, name]) => [name, file]),
    ),
  );

/** Returns the names that the index of a namespace exports one by one. */
const exportedByHand = (files, folder) =>
  new Set(
    files
      .filter(({ file }) => file === `${folder === "" ? "" : `${folder}/`}index.ts`)
      .flatMap(({ text }) => [...text.matchAll(/\b\w+\b(?=\s*[,}])/g)].map(([name]) => name)),
  );

function functionsText(namespace, records, files) {
  const defined = definitions(files);
  const folder = folders[namespace];
  // methods and functions of nn.functional are exported by the package
  const spaces = namespace === "" ? ["", "Tensor", "nn.functional"] : [namespace];
  const isExported = (name) => records.some((r) => r.functionName === name && spaces.includes(r.namespace));
  const byHand = exportedByHand(files, folder);
  const lines = records
    .flatMap(({ functionName, functions }) =>
      functions
        .filter((alias) => alias.namespace === namespace && !isExported(alias.name) && !byHand.has(alias.name))
        .map(({ name }) => ({ name, from: functionName, file: defined.get(functionName) })),
    )
    .filter(({ name, file }, i, all) => file !== undefined && all.findIndex((other) => other.name === name) === i)
    .sort((a, b) => byText(a.name, b.name))
    .map(({ name, from, file }) => `export { ${from === name ? name : `${from} as ${name}`} } from "../${file}";`);
  if (lines.length === 0) lines.push("export {};");
  const title = namespace === "" ? "the package" : `\`${namespace}\``;
  return [
    `/** Further names of ops in ${title}, which their records list. Written by scripts/signatures.mjs. */`,
    ...lines,
    "",
  ].join("\n");
}

function methodsText(records, files) {
  const declared = new Set(
    files.flatMap(({ text }) =>
      [...text.matchAll(/interface Tensor \{([^]*?)\n\s?\s?\}/g)].flatMap(([, body]) =>
        [...body.matchAll(/^ {4}(?:readonly |get )?(\w+)[(:<]/gm)].map(([, name]) => name),
      ),
    ),
  );
  const own = readFileSync(inRoot("engine/src/tensor/tensor.ts"), "utf8");
  const isOwn = (name) => new RegExp(`^ {2}(?:get |readonly )?${name}[(:<]`, "m").test(own);
  const seen = new Set();
  const chosen = records
    .flatMap(({ name, functionName, methods }) =>
      methods.map(({ method, inPlace }) => ({ method, name, functionName, inPlace })),
    )
    .filter(({ method }) => !declared.has(method) && !isOwn(method) && !seen.has(method) && seen.add(method))
    .sort((a, b) => byText(a.method, b.method));
  const file = definitions(files);
  // the method itself has overloads; an op without one has the parameters of its function
  const typeOf = ({ name, functionName, inPlace }) =>
    declared.has(name)
      ? `Tensor["${inPlace && declared.has(`${name}_`) ? `${name}_` : name}"]`
      : `MethodOf<typeof ${functionName}>`;
  const comment = ({ method, name, inPlace }) =>
    inPlace ? `Stores the result of \`${method.slice(0, -1)}\` in this tensor.` : `Is another name of \`${name}\`.`;
  const functions = [...new Set(chosen.filter(({ name }) => !declared.has(name)).map((m) => m.functionName))];
  return [
    "/** Types of the methods that tensors have under further names, and of in-place forms, which the records of ops state. Written by scripts/signatures.mjs. */",
    ...(functions.length === 0
      ? [`import type {} from "../../tensor/tensor.ts";`]
      : [
          `import type { Tensor } from "../../tensor/tensor.ts";`,
          ...functions.map((f) => `import type { ${f} } from "../${file.get(f)}";`),
          "",
          "/** The method of a function whose first parameter is the tensor. */",
          "type MethodOf<F> = F extends (input: Tensor, ...args: infer A) => infer R ? (...args: A) => R : never;",
        ]),
    "",
    'declare module "../../tensor/tensor.ts" {',
    "  interface Tensor {",
    ...chosen.flatMap((m) => [`    /** ${comment(m)} */`, `    ${m.method}: ${typeOf(m)};`]),
    "  }",
    "}",
    "",
  ].join("\n");
}

/** Returns the texts of the files of `engine/src/ops/aliases` by their paths in the repository. */
export function aliasFiles() {
  const records = JSON.parse(
    execFileSync(venvNode() ?? process.execPath, [inRoot("scripts/lib/records.ts")], { encoding: "utf8" }),
  );
  const files = sources();
  const present = Object.keys(folders).filter((namespace) =>
    files.some(({ file }) => file.startsWith(folders[namespace] === "" ? "" : `${folders[namespace]}/`)),
  );
  return new Map([
    ...present.map((namespace) => [
      `engine/src/ops/aliases/${folders[namespace] || "index"}.ts`,
      functionsText(namespace, records, files),
    ]),
    ["engine/src/ops/aliases/methods.ts", methodsText(records, files)],
  ]);
}
