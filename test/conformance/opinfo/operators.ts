/** Prints every public operator by its dotted PyTorch names, with its name here and its parameters in order: `make_opinfo.py` binds the samples by them. */
import { operators } from "tapelab";
import { camelCase } from "../../../engine/src/dispatch/aliases.ts";
import names from "./names.json" with { type: "json" };

const byTorchName = new Map<string, { readonly name: string; readonly parameters: readonly string[] }>();

/** Adds an operator under a dotted name in PyTorch; methods under their name alone too. */
function add(dotted: string, here: string): void {
  const parameters = (operators.get(here)?.parameters ?? []).map((p) => p.name);
  for (const name of dotted.startsWith("Tensor.") ? [dotted, dotted.slice("Tensor.".length)] : [dotted])
    if (!byTorchName.has(name)) byTorchName.set(name, { name: here, parameters });
}

for (const { name, torch } of operators.values()) add(torch, name);
for (const { name, torch, aliases } of operators.values())
  for (const alias of aliases) {
    const here = camelCase(alias.split(".").at(-1) ?? alias);
    // functions of other namespaces may share their names with another op
    add(alias, operators.get(here)?.torch === torch ? here : name);
  }
// in-place forms, and functions and methods that are no ops
for (const name of names.functions.torch) if (operators.has(camelCase(name))) add(name, camelCase(name));
for (const name of names.functions.Tensor) if (operators.has(camelCase(name))) add(`Tensor.${name}`, camelCase(name));

process.stdout.write(`${JSON.stringify(Object.fromEntries(byTorchName))}\n`);
