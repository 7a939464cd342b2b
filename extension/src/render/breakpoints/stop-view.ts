/** The view of a stopped program: where it is and why, its tensors and variables, expressions, and how it goes on. */
import { Widget } from "@lumino/widgets";
import { placeSentence, type StopVerb, stopCount, stopHeadline, stopPlace } from "tapelab/view";
import { h } from "../../dom.js";
import type { Breakpoints, StopMessage } from "../../lab/breakpoints.js";
import { drawSite } from "../shared/sites.js";
import type { ViewContext } from "../shared/view.js";
import { StopExpressions } from "./expressions.js";
import { drawFacts, drawTensors } from "./facts.js";
import { FrameVariables } from "./variables.js";

/** Milliseconds for which the view stays while the program runs: after a step it stops again soon, and the focus stays where it is. */
const lingerMs = 700;

/** The buttons: the way to go on, its text, its key, and what it does. */
const buttons: readonly (readonly [how: StopVerb, text: string, key: string, hint: string])[] = [
  ["continue", "Continue", "c", "run on to the next breakpoint"],
  ["step", "Step", "s", "run on to the next op, or the next node of backward"],
  ["over", "Step over scope", "o", "run on to the next op that is not in a scope inside of this one"],
  ["out", "Step out", "u", "run on to the first op outside of this scope"],
  ["abort", "Abort", "a", "end the cell here with an error"],
];

/** The view; it is hidden while the program runs. */
export class StopView extends Widget {
  readonly #breakpoints: Breakpoints;
  readonly #context: ViewContext;
  readonly #status = h("p", { class: "tapelab-hidden", role: "status" });
  readonly #head = h("div", { class: "tapelab-header" });
  readonly #facts = h("div");
  readonly #tensors = h("div");
  readonly #variables: FrameVariables;
  readonly #expressions: StopExpressions;
  readonly #buttons: readonly HTMLButtonElement[];
  #shown: StopMessage | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param isSecond Whether another view of the page shows the stop too, and announces it to screen readers. */
  constructor(breakpoints: Breakpoints, context: ViewContext, isSecond = false) {
    super();
    if (isSecond) this.#status.removeAttribute("role");
    this.#breakpoints = breakpoints;
    this.#context = context;
    this.#variables = new FrameVariables(context.jump);
    this.#expressions = new StopExpressions(breakpoints, () => this.#variables.frame);
    this.#buttons = buttons.map(([how, text, key, hint]) => {
      const button = h(
        "button",
        { type: "button", class: "tapelab-button", title: `${hint} (key ${key})`, "aria-keyshortcuts": key },
        text,
      );
      button.addEventListener("click", () => this.#go(how));
      return button;
    });
    this.addClass("tapelab-view");
    this.addClass("tapelab-stop");
    this.node.setAttribute("role", "region");
    this.node.setAttribute("aria-label", "stopped program");
    this.node.tabIndex = -1;
    // keys that are typed here are not commands for the notebook
    this.node.addEventListener("keydown", (event) => this.#key(event));
    this.node.append(
      this.#status,
      this.#head,
      h("div", { class: "tapelab-stop-buttons", role: "toolbar", "aria-label": "go on" }, ...this.#buttons),
      this.#facts,
      this.#tensors,
      this.#variables.node,
      this.#expressions.node,
    );
    breakpoints.changed.connect(this.#changed, this);
    this.#draw();
  }

  override dispose(): void {
    clearTimeout(this.#timer);
    this.#breakpoints.changed.disconnect(this.#changed, this);
    super.dispose();
  }

  #changed(_sender: Breakpoints, event: string): void {
    if (event === "stop") this.#draw();
  }

  #draw(): void {
    clearTimeout(this.#timer);
    const { stop } = this.#breakpoints;
    for (const button of this.#buttons) button.setAttribute("aria-disabled", String(stop === null));
    if (stop === null) {
      if (this.#shown === null) this.node.hidden = true;
      else this.#timer = setTimeout(() => this.#leave(), lingerMs);
      return;
    }
    if (stop === this.#shown) return;
    this.#shown = stop;
    const { data, frames } = stop;
    this.node.hidden = false;
    this.#drawHead(stop);
    this.#facts.replaceChildren(drawFacts(data, this.#context));
    this.#tensors.replaceChildren(drawTensors(data));
    this.#variables.set(frames);
    this.#expressions.set(data.tensors);
    this.#status.textContent = [stopHeadline(data), ...data.sentences].join(". ");
  }

  #drawHead({ data }: StopMessage): void {
    const { place, cells } = data;
    this.#head.replaceChildren(
      h("span", { class: "tapelab-title" }, "■ Stopped"),
      h("span", {}, stopPlace({ ...data, place: null })),
      ...(place === null ? [] : [drawSite(this.#context, cells, place, { words: placeSentence(cells, place) })]),
      h("span", { class: "tapelab-spacer" }),
      h("span", { class: "tapelab-fact" }, stopCount(data)),
    );
  }

  /** Hides the view when the program has not stopped again. */
  #leave(): void {
    const { outcome } = this.#breakpoints;
    this.#shown = null;
    this.node.hidden = true;
    this.#expressions.clear();
    this.#status.textContent =
      outcome === "expired" ? "The program went on, as no page was there for some time." : "The program runs on.";
  }

  #go(how: StopVerb): void {
    if (this.#breakpoints.stop !== null) this.#breakpoints.go(how);
  }

  #key(event: KeyboardEvent): void {
    const isTyped = event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement;
    if (event.ctrlKey || event.metaKey || event.altKey || event.key === "Escape") return;
    event.stopPropagation();
    if (isTyped) return;
    const how = buttons.find(([, , key]) => key === event.key)?.[0];
    if (how === undefined) return;
    event.preventDefault();
    this.#go(how);
  }
}
