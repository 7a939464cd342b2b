/**
 * Outputs of `interact` in a page that was opened anew. JupyterLab finds an output that changes by the request that made it, which another page
 * has sent; here it is found by what the notebook stores beside it.
 */
import type { ICodeCellModel } from "@jupyterlab/cells";
import type { IOutput } from "@jupyterlab/nbformat";
import type { NotebookPanel } from "@jupyterlab/notebook";
import type { KernelMessage } from "@jupyterlab/services";
import { JSONExt, type ReadonlyPartialJSONObject } from "@lumino/coreutils";
import { type RegionMetadata, regionKey } from "tapelab/view";

function placeOf(metadata: ReadonlyPartialJSONObject): RegionMetadata | null {
  const place = metadata[regionKey] as Partial<RegionMetadata> | undefined;
  return typeof place?.region === "string" && typeof place.item === "number" ? (place as RegionMetadata) : null;
}

/** Puts an output where it belongs, unless JupyterLab has done so. */
function place(panel: NotebookPanel, { region, item }: RegionMetadata, output: IOutput): void {
  const data = output["data"] as ReadonlyPartialJSONObject;
  for (const { model } of panel.content.widgets) {
    if (model.type !== "code") continue;
    const { outputs } = model as ICodeCellModel;
    const places = Array.from({ length: outputs.length }, (_, i) => placeOf(outputs.get(i).metadata));
    if (!places.some((p) => p?.region === region)) continue;
    const at = places.findIndex((p) => p?.region === region && p.item === item);
    if (at < 0) outputs.add(output);
    else if (!JSONExt.deepEqual(outputs.get(at).data, data)) outputs.set(at, output);
    return;
  }
}

/** Follows what the kernel of a notebook shows. */
export function followRegions(panel: NotebookPanel): void {
  panel.sessionContext.iopubMessage.connect((_session, { header, content }: KernelMessage.IMessage) => {
    if (header.msg_type !== "display_data" && header.msg_type !== "update_display_data") return;
    const { data, metadata } = content as KernelMessage.IDisplayDataMsg["content"];
    const where = placeOf(metadata);
    if (where !== null) place(panel, where, { output_type: "display_data", data, metadata });
  });
}
