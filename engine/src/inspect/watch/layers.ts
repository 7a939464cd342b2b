/** The layers of a model, and their dead units in a recorded step. */
import { AccumulateGrad, Node } from "../../tape/graph/node.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Step } from "../diagnose/record/call.ts";
import type { TrackedParameter } from "../diagnose/record/parameters.ts";
import type { Subject } from "../diagnose/run/options.ts";

/** A module with parameters of its own, or a single tensor. */
export interface Layer {
  readonly name: string;
  /** Name of the module's class; "" for a tensor. */
  readonly kind: string;
  readonly parameters: readonly TrackedParameter[];
  readonly elements: number;
}

/** Groups the parameters by the modules that hold them, in the order of the model. */
export function layersOf({ parameters, names }: Subject): Layer[] {
  const kinds = new Map([...names].map(([module, name]) => [name, module.constructor.name]));
  const groups = new Map<string, TrackedParameter[]>();
  for (const p of parameters) {
    const dot = p.name.lastIndexOf(".");
    const name = p.inModel && dot > 0 ? p.name.slice(0, dot) : p.name;
    groups.set(name, [...(groups.get(name) ?? []), p]);
  }
  return [...groups].map(([name, own]) => ({
    name,
    kind: own[0].name === name ? "" : (kinds.get(name) ?? ""),
    parameters: own,
    elements: own.reduce((n, p) => n + p.tensor.numel(), 0),
  }));
}

/** Returns for each layer the share of the units behind it that a rectifier closes for the whole batch: the largest of its rectifiers. */
export function deadShares({ calls, rectified }: Step, layers: readonly Layer[]): Map<Layer, number> {
  const shares = new Map<Layer, number>();
  const byTensor = new Map(layers.flatMap((layer) => layer.parameters.map((p) => [p.tensor, layer] as const)));
  for (const { call, dead, units } of rectified) {
    const ran = calls.at(call);
    const node = ran?.node ?? null;
    const layer = node === null ? null : layerBehind(node, byTensor);
    // of a single example, about half of the units are closed
    if (layer === null || units === 0 || (ran?.outputs[0].numel() ?? 0) < 2 * units) continue;
    shares.set(layer, Math.max(dead / units, shares.get(layer) ?? 0));
  }
  return shares;
}

/** Nodes that are searched for the layer before a rectifier, which may have a normalization in between. */
const maxSearched = 24;

/** Returns the layer whose result the op reads: that of the nearest parameter. */
function layerBehind(node: Node, layers: ReadonlyMap<Tensor, Layer>): Layer | null {
  const queue: Node[] = [node];
  for (let i = 0; i < queue.length && i < maxSearched; i++)
    for (const edge of queue[i].edges) {
      if (edge === null) continue;
      const layer = edge.node instanceof AccumulateGrad ? layers.get(edge.node.variable) : undefined;
      if (layer !== undefined) return layer;
      if (edge.node instanceof Node && !queue.includes(edge.node)) queue.push(edge.node);
    }
  return null;
}
