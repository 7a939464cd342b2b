/** Views: tensors that share the storage of another tensor, their base. */
import type { Edge } from "./graph.ts";
import { type TensorHooks, tensorHooks } from "./hooks.ts";
import type { Tensor } from "./tensor.ts";

/**
 * The origin of a view: an op with one output, an op with several outputs, or an op that was not recorded on a base that requires a gradient. In-place
 * changes treat them differently.
 */
export type ViewKind = "single-output" | "multi-output" | "no-grad";

/** The base of a view, and its state when the view was recorded. */
export interface ViewInfo {
  /** The tensor that is viewed, which is itself no view. */
  readonly base: Tensor;
  readonly kind: ViewKind;
  /** The `source` of the base for which the view's own `source` was recorded. */
  baseSource: Edge | null;
  /** The version of the storage when the view was made. */
  readonly version: number;
}

/** Returns the information for a view of `x`. `outer` is that of `x` itself if it is a view, too: both have the same base then. */
export function viewInfo(x: Tensor, kind: ViewKind, outer: ViewInfo | null): ViewInfo {
  const { version } = x.storage;
  // a view that was not recorded must not keep the graph of its base alive
  if (kind === "no-grad" || outer?.kind === "no-grad")
    return { base: x.detach(), kind: "no-grad", baseSource: null, version };
  const base = outer === null ? x : outer.base;
  return { base, kind: outer?.kind === "multi-output" ? "multi-output" : kind, baseSource: base.source, version };
}

/** Records a view, whose edge is `source`, again after its base was changed in place or detached. `replaceSource` is described at `TensorHooks`. */
export function rebase(
  view: Tensor,
  { base, kind, version }: ViewInfo,
  source: Edge | null,
  replaceSource: Parameters<TensorHooks["rebaseView"]>[2],
): void {
  // one output of several cannot be recorded alone; edgeOf throws where a gradient is needed
  if (kind === "multi-output") return;
  if (base.source !== null) tensorHooks().rebaseView(view, base, replaceSource);
  // detach_ of the base changes no elements: the view's own recording still holds
  else replaceSource(version === view.storage.version ? source : null);
}
