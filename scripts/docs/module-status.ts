/** The status table of docs/modules.md: PyTorch's modules, methods of modules, initializers and utilities, each with its name here or the reason why it has none. */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { camelCase } from "../../engine/src/dispatch/aliases.ts";
import { inRoot } from "../../test/support/paths.ts";
import type { Engine } from "./registry.ts";
import type { Row } from "./status.ts";

const conformance = (file: string): string => inRoot("test/conformance", file);

const unzipped = (file: string): string => gunzipSync(readFileSync(conformance(file))).toString();

/** The names that `make_nn.py` lists, by namespace. */
export const moduleNames = (
  JSON.parse(unzipped("nn.json.gz")) as { readonly names: Readonly<Record<string, readonly string[]>> }
).names;

/** Returns the number of stored comparisons with PyTorch of each module. */
function comparisons(): ReadonlyMap<string, number> {
  const { modules } = JSON.parse(readFileSync(conformance("reference.json"), "utf8")) as {
    readonly modules: Readonly<Record<string, unknown>>;
  };
  const { cases } = JSON.parse(unzipped("modules.json.gz")) as { readonly cases: readonly { readonly name: string }[] };
  const { lazy } = JSON.parse(unzipped("nn.json.gz")) as { readonly lazy: readonly { readonly name: string }[] };
  const compared = [...Object.keys(modules).map((key) => key.split(" ")[0]), ...[...cases, ...lazy].map((c) => c.name)];
  const counts = new Map<string, number>();
  for (const name of compared) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

/** Names whose counterpart is written otherwise here. */
const written: Readonly<Record<string, string>> = {
  "nn.Module.add_module": "registerModule",
  "nn.Module.type": "to",
};

/** Reasons why a name has no counterpart. */
const reasons: Readonly<Record<string, string>> = {
  "nn.Container": "deprecated in PyTorch: Module",
  "nn.NLLLoss2d": "deprecated in PyTorch: NLLLoss",
  "nn.RNNBase": "base class without a forward; RNN, GRU and LSTM are here",
  "nn.RNNCellBase": "base class without a forward; RNNCell, GRUCell and LSTMCell are here",
  "nn.SyncBatchNorm": "statistics across processes, of which there is one; its state loads into BatchNorm1d to 3d",
  "nn.LinearCrossEntropyOptions": "sizes of the chunks in which PyTorch computes the loss; the results are the same",
  "nn.Module.compile": "compiles Python",
  "nn.Module.forward": "abstract: each module has its own",
  "nn.Module.register_backward_hook": "deprecated in PyTorch: registerFullBackwardHook",
  "nn.Module.share_memory": "shares tensors among processes of Python",
  "nn.Module.to_empty": "moves to a device without copying; tensors are in the memory of the processor",
  "nn.utils.clip_grad_norm": "deprecated in PyTorch: clipGradNorm_",
  "nn.utils.convert_conv2d_weight_memory_format": "layout in memory for other devices",
  "nn.utils.convert_conv3d_weight_memory_format": "layout in memory for other devices",
  "nn.utils.fuse_conv_bn_weights": "internal to PyTorch: fuseConvBnEval",
  "nn.utils.fuse_linear_bn_weights": "internal to PyTorch: fuseLinearBnEval",
  "nn.utils.parametrize.type_before_parametrizations": "a module keeps its class here: module.constructor",
  "nn.utils.prune.PruningContainer": "each function combines its mask with the one before",
  "nn.utils.rnn.invert_permutation": "internal to PyTorch: argsort",
};

/** Names that move modules between devices. */
const device = /^nn\.Module\.(cpu|cuda|ipu|mtia|xpu)$/;

/** Initializers under their former names, which PyTorch has deprecated in favour of those with an underscore. */
const formerInitializer = (space: string, name: string): boolean =>
  space === "nn.init" && !name.endsWith("_") && moduleNames[space].includes(`${name}_`);

function reasonOf(space: string, name: string): string | undefined {
  const dotted = `${space}.${name}`;
  if (device.test(dotted)) return "tensors are in the memory of the processor";
  return formerInitializer(space, name) ? `deprecated in PyTorch: ${camelCase(name)}_` : reasons[dotted];
}

/** Returns the object that has the members of a namespace. */
function homeOf(engine: Engine, space: string): object | undefined {
  const path = space === "nn.Module" ? ["nn", "Module", "prototype"] : space.split(".");
  let home: unknown = engine;
  for (const part of path) home = (home as Readonly<Record<string, unknown>> | undefined)?.[part];
  return home as object | undefined;
}

/** Returns the rows of a namespace. A module that is compared with PyTorch has the number of stored comparisons as its note. */
export function moduleRows(engine: Engine, space: string): Row[] {
  const counts = comparisons();
  const home = homeOf(engine, space) ?? {};
  return moduleNames[space].map((name): Row => {
    const dotted = `${space}.${name}`;
    const own = written[dotted] ?? (/^[A-Z]/.test(name) ? name : camelCase(name));
    if (own in home) {
      const compared = counts.get(name) ?? 0;
      const note = space === "nn" && compared > 0 ? `compared ${compared} ${compared === 1 ? "time" : "times"}` : "";
      return { name: dotted, status: "done", text: space === "nn.Module" ? own : `${space}.${own}`, note };
    }
    const reason = reasonOf(space, name);
    return { name: dotted, status: reason === undefined ? "missing" : "excused", text: reason ?? "", note: "" };
  });
}
