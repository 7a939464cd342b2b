/**
 * Updates the outputs of `interact` in a reopened page. JupyterLab finds an output by the request that made it, which another page has sent;
 * here the output is found by the metadata that the notebook stores with it.
 */
import type { ICodeCellModel } from "@jupyterlab/cells";
import type { IOutput } from "@jupyterlab/nbformat";
import type { NotebookPanel } from "@jupyterlab/notebook";
import type { KernelMessage } from "@jupyterlab/services";
import { JSONExt, type ReadonlyPartialJSONObject } from "@lumino/coreutils";
import { type RegionMetadata, regionKey } from "tapelab/view";

/** Returns the metadata of an output below `interact`; `null` for other outputs. */
function metadataOf(metadata: ReadonlyPartialJSONObject): RegionMetadata | null {
  const found = metadata[regionKey] as Partial<RegionMetadata> | undefined;
  return typeof found?.region === "string" && typeof found.item === "number" ? (found as RegionMetadata) : null;
}

/** Adds or replaces an output in its cell, unless JupyterLab has done so. */
function putOutput(panel: NotebookPanel, { region, item }: RegionMetadata, output: IOutput): void {
  const data = output["data"] as ReadonlyPartialJSONObject;
  for (const { model } of panel.content.widgets) {
    if (model.type !== "code") continue;
    const { outputs } = model as ICodeCellModel;
    const all = Array.from({ length: outputs.length }, (_, i) => metadataOf(outputs.get(i).metadata));
    if (!all.some((p) => p?.region === region)) continue;
    const at = all.findIndex((p) => p?.region === region && p.item === item);
    if (at < 0) outputs.add(output);
    else if (!JSONExt.deepEqual(outputs.get(at).data, data)) outputs.set(at, output);
    return;
  }
}

/** Updates outputs when the kernel of a notebook sends them. */
export function followRegions(panel: NotebookPanel): void {
  panel.sessionContext.iopubMessage.connect((_session, { header, content }: KernelMessage.IMessage) => {
    if (header.msg_type !== "display_data" && header.msg_type !== "update_display_data") return;
    const { data, metadata } = content as KernelMessage.IDisplayDataMsg["content"];
    const where = metadataOf(metadata);
    if (where !== null) putOutput(panel, where, { output_type: "display_data", data, metadata });
  });
}
