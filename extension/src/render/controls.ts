/** The inputs of `interact`. They say so when the function that they move is gone, and work again in a page that was opened anew. */
import type { IRenderMime } from "@jupyterlab/rendermime-interfaces";
import type { JSONObject, PartialJSONObject } from "@lumino/coreutils";
import controls, { type ControlsModel } from "@tapelab/kernel/widgets/controls.js";
import { type ControlsData, type ControlsMessage, controlsOutput, controlsTarget } from "tapelab/view";
import { h } from "../dom.js";
import type { Absence, Link } from "../lab/link.js";
import type { Renderer } from "./shared/renderer.js";
import { DataView, type ViewContext } from "./shared/view.js";

/** Values are stored in the notebook when they have not been moved for so long. */
const storeMs = 500;

const reasons: Readonly<Record<Absence, string>> = {
  "no kernel": "There is no kernel, so these controls do nothing. Start one and run the cell again.",
  starting: "The kernel is starting.",
  "other kernel": "The kernel of this notebook is another one, so these controls do nothing.",
  unknown:
    "These controls do nothing: the kernel has been restarted since the cell ran, or they were closed. Run the cell again.",
};

export class ControlsView extends DataView<ControlsData> {
  #model: IRenderMime.IMimeModel | null = null;
  #data: ControlsData | null = null;
  #values: ControlsData["values"] = {};
  #link: Link | null = null;
  #end: (() => void) | null = null;
  /** Whether an input has been moved before the kernel answered. */
  #isMoved = false;
  #isAnswered = false;
  #timer: ReturnType<typeof setTimeout> | null = null;
  readonly #followers = new Set<() => void>();
  readonly #inputs = h("fieldset", { class: "tapelab-inputs" });
  readonly #status = h("p", { class: "tapelab-absent", role: "status" });

  constructor(context: ViewContext) {
    super(controlsOutput, context);
    this.addClass("tapelab-interact");
  }

  override async renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    this.#model = model;
    const data = model.data[controlsOutput.mime] as unknown as ControlsData | null;
    // only the values have been stored
    if (this.#data !== null && data?.id === this.#data.id) return;
    await super.renderModel(model);
  }

  protected override draw(data: ControlsData): void {
    this.#stop();
    this.#data = data;
    this.#values = data.values;
    const el = h("div");
    this.#inputs.replaceChildren(el);
    this.node.append(this.#inputs, this.#status);
    this.#end = controls.render({ model: this.#valuesModel(), el });
    this.#show(null);
    this.#link =
      this.context.link?.(
        controlsTarget,
        { id: data.id },
        {
          onMessage: (message) => {
            this.#show(null);
            // the first message answers the opening: a person may have moved an input since
            if (!this.#isMoved) this.#take((message as unknown as ControlsMessage).values);
            this.#isMoved = false;
            this.#isAnswered = true;
          },
          onAbsent: (why) => this.#show(why),
        },
      ) ?? null;
  }

  override dispose(): void {
    this.#stop();
    super.dispose();
  }

  #stop(): void {
    this.#link?.close();
    this.#end?.();
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#followers.clear();
  }

  /** Inputs that move nothing cannot be moved. */
  #show(absence: Absence | null): void {
    this.#inputs.disabled = absence !== null;
    this.#status.textContent = absence === null ? "" : reasons[absence];
    this.#status.hidden = absence === null;
  }

  /** Takes over values that another view of the same inputs has changed. */
  #take(values: ControlsData["values"]): void {
    this.#values = values;
    for (const follow of this.#followers) follow();
    this.#store();
  }

  #store(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      const model = this.#model;
      const stored = model?.data[controlsOutput.mime] as unknown as ControlsData | undefined;
      if (!model || !stored || JSON.stringify(stored.values) === JSON.stringify(this.#values)) return;
      const changed = { ...stored, values: this.#values } as unknown as PartialJSONObject;
      model.setData({ data: { ...model.data, [controlsOutput.mime]: changed } });
    }, storeMs);
  }

  #valuesModel(): ControlsModel {
    return {
      get: (name) => (name === "controls" ? this.#data?.controls : this.#values),
      set: (_name, values) => {
        this.#values = values as ControlsData["values"];
      },
      save_changes: () => {
        this.#isMoved = !this.#isAnswered;
        this.#link?.send({ values: this.#values } as unknown as JSONObject);
        this.#store();
      },
      on: (_event, listener) => void this.#followers.add(listener),
      off: (_event, listener) => void this.#followers.delete(listener),
    };
  }
}

export const controlsRenderer: Renderer = {
  output: controlsOutput,
  create: (context) => new ControlsView(context),
  needsKernel: true,
};
