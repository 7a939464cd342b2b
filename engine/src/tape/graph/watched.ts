/** Tensors and call sites that nodes keep for the inspector. */
import type { PendingSite } from "../../tensor/site.ts";
import type { Tensor } from "../../tensor/tensor.ts";

/** Tensors and call site of a node, kept for the inspector as long as the graph is alive. */
export interface Watched {
  readonly site: PendingSite | null;
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
  /** Versions of the inputs' storages when the op ran. */
  readonly versions: readonly number[];
  /** Version of the first output's storage. */
  readonly outputVersion: number;
  /** Saved inputs and outputs; they stay here after backward has released the node's own. */
  saved: readonly { readonly name: string; readonly tensor: Tensor }[];
  /** Number of the walk that last visited the node; -1 before any. */
  walk: number;
  /** Cotangents of the outputs; `null` before backward has visited the node. */
  cotangents: readonly (Tensor | null)[] | null;
  /** Contributions of the gradient rule to the cotangent of each input. */
  contributions: readonly (Tensor | null)[] | null;
}

const nothing: readonly never[] = [];

/** Returns a record with the given tensors and nothing saved. */
export const watchedTensors = (
  site: PendingSite | null,
  inputs: readonly Tensor[],
  outputs: readonly Tensor[],
): Watched => ({
  site,
  inputs,
  outputs,
  versions: inputs.map(versionOf),
  outputVersion: outputs.length === 0 ? 0 : versionOf(outputs[0]),
  saved: nothing,
  walk: -1,
  cotangents: null,
  contributions: null,
});

const versionOf = (t: Tensor): number => t.storage.version;

/** Whether an input has been changed in place since the op ran. */
export const isInputChanged = ({ inputs, versions }: Watched, i: number): boolean =>
  versionOf(inputs[i]) !== versions[i];

/** Whether the first output has been changed in place since the op ran. */
export const isOutputChanged = ({ outputs, outputVersion }: Watched): boolean =>
  versionOf(outputs[0]) !== outputVersion;

/** Returns a record of the call site alone. */
export const watchedSite = (site: PendingSite): Watched => watchedTensors(site, nothing, nothing);

/** Whether tensors are kept, and not only the call site. */
export const keepsTensors = (w: Watched | null): w is Watched => w !== null && w.outputs.length > 0;
