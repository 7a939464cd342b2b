/** Prints every public operator by its dotted PyTorch names, with its name here and its parameters in order: `make_opinfo.py` binds the samples by them. */
import { operators } from "tapelab";

const byTorchName = Object.fromEntries(
  [...operators.values()].flatMap(({ name, torch, aliases, parameters }) =>
    [torch, ...aliases]
      .flatMap((dotted) => (dotted.startsWith("Tensor.") ? [dotted, dotted.slice("Tensor.".length)] : [dotted]))
      .map((dotted) => [dotted, { name, parameters: parameters.map((p) => p.name) }]),
  ),
);
process.stdout.write(`${JSON.stringify(byTorchName)}\n`);
