/** Prints every public operator by its dotted PyTorch names, with its name here and its parameters in order: `make_opinfo.py` binds the samples by them. */
import { operators } from "tapelab";

const parametersOf = (name: string): string[] => (operators.get(name)?.parameters ?? []).map((p) => p.name);

const byTorchName = Object.fromEntries(
  [...operators.values()].flatMap(({ name, torch, aliases }) =>
    [[torch, name] as const, ...aliases.map((alias) => [alias, nameOf(alias, name)] as const)]
      .flatMap(([dotted, here]) =>
        dotted.startsWith("Tensor.")
          ? [[dotted, here] as const, [dotted.slice("Tensor.".length), here] as const]
          : [[dotted, here] as const],
      )
      .map(([dotted, here]) => [dotted, { name: here, parameters: parametersOf(here) }]),
  ),
);

/** The name under which the registry has an alias; functions of other namespaces may share theirs with another op. */
function nameOf(alias: string, name: string): string {
  const last = alias.split(".").at(-1) ?? alias;
  const here = last.startsWith("__")
    ? last
    : last.replaceAll(/(?<=[^_])_(\w)/g, (_, letter: string) => letter.toUpperCase());
  return operators.get(here)?.torch === operators.get(name)?.torch ? here : name;
}
process.stdout.write(`${JSON.stringify(byTorchName)}\n`);
