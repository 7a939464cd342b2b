/** The section of the notebook's watched trainings: the one that runs, or that was watched last, live. */

import { type WatchData, watchOutput } from "tapelab/view";
import { h } from "../../dom.js";
import { WatchView } from "../../render/watch/view.js";
import type { PanelSection } from "../section.js";
import type { PanelSession } from "../session.js";
import { type WatchChoice, WatchesOf } from "../watches.js";
import { SectionView, sentence, showIn, widgetOf } from "./base.js";

/** Returns the watch that changed last, or else one that runs, or else that of the cell that ran last. */
function latestOf(watches: readonly WatchChoice[]): WatchChoice | undefined {
  const rank = ({ data, changed, count }: WatchChoice): readonly number[] => [
    changed,
    Number(data.running),
    count ?? 0,
  ];
  return watches.reduce<WatchChoice | undefined>((best, watch) => {
    if (best === undefined) return watch;
    const [a, b] = [rank(best), rank(watch)];
    const at = a.findIndex((v, i) => v !== b[i]);
    return at < 0 || (b[at] ?? 0) > (a[at] ?? 0) ? watch : best;
  }, undefined);
}

/** The charts, heat map and alarms of a watch, below a choice where there are several. */
class WatchSection extends SectionView {
  readonly #view: WatchView;
  readonly #choice = h("select", { class: "tapelab-input", "aria-label": "watched training" });
  readonly #head = this.keep(
    widgetOf(h("label", { class: "tapelab-faint tapelab-watch-choice" }, "Training ", this.#choice)),
  );
  readonly #watches: WatchesOf | null;
  #list: readonly WatchChoice[] = [];
  /** The id of the watch that a person chose; `null` while the latest one is followed. */
  #chosen: string | null = null;
  #shown: WatchData | null = null;

  constructor(session: PanelSession) {
    super(session);
    this.#view = this.keep(new WatchView(session.context));
    this.#choice.addEventListener("change", () => {
      this.#chosen = this.#choice.value === latestOf(this.#list)?.data.id ? null : this.#choice.value;
      this.#draw();
    });
    this.#watches = session.notebook === null ? null : new WatchesOf(session.notebook, () => this.#draw());
    this.#draw();
  }

  override dispose(): void {
    if (!this.isDisposed) this.#watches?.dispose();
    super.dispose();
  }

  protected override react(): void {
    // the outputs of the notebook change by themselves
  }

  #draw(): void {
    if (this.isDisposed) return;
    this.#list = this.#watches?.list() ?? [];
    const shown = this.#list.find(({ data }) => data.id === this.#chosen) ?? latestOf(this.#list);
    if (shown === undefined) {
      this.#shown = null;
      return this.replace(
        sentence("No training of this notebook is watched: call watch(model, { optimizer }) before its loop."),
      );
    }
    this.#drawChoice(shown);
    if (this.#shown === null) this.replace(this.#head, this.#view);
    if (this.#shown === shown.data) return;
    this.#shown = shown.data;
    showIn(this.#view, watchOutput.mime, shown.data);
  }

  #drawChoice(shown: WatchChoice): void {
    this.#head.setHidden(this.#list.length < 2);
    const options = this.#list.map(({ data, count }) => {
      const state = data.running ? "running" : `cell [${count ?? " "}]`;
      return { value: data.id, text: `${data.runs[0]?.name ?? ""} (${state})` };
    });
    const texts = [...this.#choice.options].map(({ value, text }) => ({ value, text }));
    if (JSON.stringify(texts) !== JSON.stringify(options))
      this.#choice.replaceChildren(...options.map(({ value, text }) => h("option", { value }, text)));
    this.#choice.value = shown.data.id;
  }
}

export const watchSection: PanelSection = {
  name: "watch",
  title: "Watch",
  about:
    "The watched training that runs, or ran last: its curves, the layers as a heat map, and alarms with their tapes.",
  forFiles: false,
  draw: (session) => new WatchSection(session),
};
