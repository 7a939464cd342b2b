/** The view of the inputs of `interact`. It connects to the kernel again after the page was reloaded, and disables the inputs while the kernel does not have them. */
import type { IRenderMime } from "@jupyterlab/rendermime-interfaces";
import type { JSONObject, PartialJSONObject } from "@lumino/coreutils";
import controls, { type ControlsModel } from "@tapelab/kernel/widgets/controls.js";
import { type ControlsData, type ControlsMessage, controlsOutput, controlsTarget } from "tapelab/view";
import { h } from "../dom.js";
import { type Absence, type Link, silenceWords } from "../lab/link.js";
import type { Renderer } from "./shared/renderer.js";
import { DataView, type ViewContext } from "./shared/view.js";

/** Time without changes after which values are stored in the notebook. */
const storeMs = 500;

/** Sentences on the reason why the inputs are disabled. */
const reasons: Readonly<Record<Absence, string>> = {
  "no kernel": "There is no kernel, so these controls do nothing. Start one and run the cell again.",
  starting: silenceWords,
  "other kernel": "The kernel of this notebook is not that of Tapelab, so these controls do nothing.",
  unknown:
    "These controls do nothing: the kernel has been restarted since the cell ran, or they were closed. Run the cell again.",
};

/** Inputs whose values the kernel, other views and the notebook share. */
export class ControlsView extends DataView<ControlsData> {
  #model: IRenderMime.IMimeModel | null = null;
  #data: ControlsData | null = null;
  #values: ControlsData["values"] = {};
  #link: Link | null = null;
  /** Removes the drawn inputs. */
  #end: (() => void) | null = null;
  /** Whether a person moved an input before the kernel answered. */
  #isMoved = false;
  /** Whether the kernel has answered. */
  #isAnswered = false;
  #timer: ReturnType<typeof setTimeout> | null = null;
  /** Listeners of the drawn inputs, which are called when another view has changed the values. */
  readonly #listeners = new Set<() => void>();
  readonly #inputs = h("fieldset", { class: "tapelab-inputs" });
  readonly #status = h("p", { class: "tapelab-absent", role: "status" });

  constructor(context: ViewContext) {
    super(controlsOutput, context);
    this.addClass("tapelab-interact");
  }

  override async renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    this.#model = model;
    const data = model.data[controlsOutput.mime] as unknown as ControlsData | null;
    // storing the values changes the model, but nothing has to be drawn
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
    this.#setAbsence(null);
    this.#link =
      this.context.link?.(
        controlsTarget,
        { id: data.id },
        {
          onMessage: (message) => {
            this.#setAbsence(null);
            // the first message has the values of before the comm opened: a person may have moved an input since
            if (!this.#isMoved) this.#setValues((message as unknown as ControlsMessage).values);
            this.#isMoved = false;
            this.#isAnswered = true;
          },
          onAbsent: (why) => this.#setAbsence(why),
        },
      ) ?? null;
  }

  override dispose(): void {
    this.#stop();
    super.dispose();
  }

  /** Disconnects, and removes the drawn inputs. */
  #stop(): void {
    this.#link?.close();
    this.#end?.();
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#listeners.clear();
  }

  /** Enables the inputs, or disables them with the reason. */
  #setAbsence(absence: Absence | null): void {
    this.#inputs.disabled = absence !== null;
    this.#status.textContent = absence === null ? "" : reasons[absence];
    this.#status.hidden = absence === null;
  }

  /** Sets values that another view of the same inputs has changed. */
  #setValues(values: ControlsData["values"]): void {
    this.#values = values;
    for (const listener of this.#listeners) listener();
    this.#store();
  }

  /** Stores the values in the notebook, once they have not changed for a while. */
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

  /** Returns the model that the drawn inputs read and write, as a widget has it. */
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
      on: (_event, listener) => void this.#listeners.add(listener),
      off: (_event, listener) => void this.#listeners.delete(listener),
    };
  }
}

export const controlsRenderer: Renderer = {
  output: controlsOutput,
  create: (context) => new ControlsView(context),
  needsKernel: true,
};
