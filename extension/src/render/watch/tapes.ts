/** Opens the tapes that a watch has kept: from the stored data, or from the kernel. */
import type { IRenderMime } from "@jupyterlab/rendermime-interfaces";
import { Widget } from "@lumino/widgets";
import { type TapeData, tapeOutput, type WatchData, type WatchReply, watchTarget } from "tapelab/view";
import { h } from "../../dom.js";
import { type Absence, type Link, silenceWords } from "../../lab/link.js";
import type { ViewContext } from "../shared/view.js";
import { TapeView } from "../tape/view.js";

/** Sentences on the reason why the kernel does not have a tape. */
const absences: Readonly<Record<Absence, string>> = {
  "no kernel": "No kernel is running, and the tape of this step was too large to be stored in the notebook.",
  starting: silenceWords,
  "other kernel": "The kernel of this notebook did not watch this training.",
  unknown:
    "The kernel that watched this training no longer runs, and the tape of this step was too large to be stored in the notebook.",
};

/** The part of a view that shows one tape. */
export class KeptTapes {
  readonly node: HTMLElement = h("div", { class: "tapelab-watch-tape", hidden: true });
  readonly #context: ViewContext;
  readonly #words = h("p", { class: "tapelab-faint", role: "status" });
  readonly #host = h("div");
  readonly #title = h("strong");
  #data: WatchData | null = null;
  #view: TapeView | null = null;
  #link: Link | null = null;
  /** The step whose tape is open, or asked for. */
  #step: number | null = null;

  constructor(context: ViewContext) {
    this.#context = context;
    const close = h("button", { type: "button", class: "tapelab-button" }, "Close the tape");
    close.addEventListener("click", () => this.close());
    const head = h(
      "div",
      { class: "tapelab-watch-tape-head" },
      this.#title,
      h("span", { class: "tapelab-spacer" }),
      close,
    );
    this.node.append(head, this.#words, this.#host);
  }

  /** Takes the data whose tapes it opens. */
  set data(data: WatchData) {
    if (this.#data !== null && this.#data.id !== data.id) this.dispose();
    this.#data = data;
  }

  /** Opens the tape of the kept step that is nearest to a step. */
  openNear(step: number): void {
    const kept = this.#data?.tapes ?? [];
    const nearest = kept.reduce<number | null>(
      (best, t) => (best === null || Math.abs(t.step - step) < Math.abs(best - step) ? t.step : best),
      null,
    );
    if (nearest !== null) this.open(nearest);
  }

  /** Opens the tape of a step. */
  open(step: number): void {
    this.#clear();
    this.#step = step;
    this.node.hidden = false;
    this.#title.textContent = `Step ${step.toLocaleString("en")}`;
    const stored = this.#data?.tapes.find((t) => t.step === step)?.tape ?? null;
    if (stored !== null) this.#show(stored);
    else this.#ask(step);
    this.node.scrollIntoView({ block: "nearest" });
  }

  close(): void {
    this.#clear();
    this.node.hidden = true;
  }

  dispose(): void {
    this.close();
    this.#link?.close();
    this.#link = null;
  }

  #clear(): void {
    this.#step = null;
    this.#view?.dispose();
    this.#view = null;
    this.#words.textContent = "";
  }

  #show(tape: TapeData): void {
    this.#words.textContent = "";
    const view = new TapeView(this.#context);
    this.#view = view;
    if (this.#host.isConnected) Widget.attach(view, this.#host);
    const model = { data: { [tapeOutput.mime]: tape }, metadata: {}, trusted: true, setData: () => {} };
    void view.renderModel(model as unknown as IRenderMime.IMimeModel);
  }

  /** Asks the kernel, which answers when no cell keeps it busy. */
  #ask(step: number): void {
    const { link } = this.#context;
    if (link === null) {
      this.#words.textContent = absences["no kernel"];
      return;
    }
    this.#words.textContent = "Asked the kernel, which answers when the running cell lets it.";
    const id = this.#data?.id ?? "";
    let absent: Absence | null = null;
    this.#link ??= link(
      watchTarget,
      { id },
      {
        onMessage: (data) => this.#receive(data as unknown as WatchReply),
        onAbsent: (why) => {
          absent = why;
          if (this.#view === null && this.#step !== null) this.#words.textContent = absences[why];
        },
      },
    );
    if (absent !== null) {
      this.#link.close();
      this.#link = null;
      return;
    }
    this.#link.send({ step });
  }

  #receive({ step, tape }: WatchReply): void {
    if (step !== this.#step || this.#view !== null) return;
    if (tape === null) this.#words.textContent = "The tape of this step was not kept.";
    else this.#show(tape);
  }
}
