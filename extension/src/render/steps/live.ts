/** The controls of a pass whose loop runs in the kernel: pause before the next step, one step, and on. */
import { type LivePassData, type StepsRequest, stepsTarget } from "tapelab/view";
import { h } from "../../dom.js";
import type { KernelLink, Link } from "../../lab/link.js";

/** Milliseconds between the signs that the page is there, while the pass is paused. */
const aliveMs = 5000;

/** Buttons that act on the loop in the kernel. They stay in the page over the updates of the view. */
export class LiveControls {
  readonly node: HTMLElement;
  readonly #link: KernelLink | null;
  readonly #words = h("span", { class: "tapelab-pass-live" });
  readonly #pause: HTMLButtonElement;
  readonly #step: HTMLButtonElement;
  #live: LivePassData | null = null;
  #open: { readonly id: string; readonly link: Link } | null = null;
  #timer: ReturnType<typeof setInterval> | null = null;

  constructor(link: KernelLink | null) {
    this.#link = link;
    const button = (act: () => void): HTMLButtonElement => {
      const node = h("button", { class: "tapelab-button", type: "button" });
      node.addEventListener("click", act);
      return node;
    };
    this.#pause = button(() => this.#send(this.#live?.paused === true ? "continue" : "pause"));
    this.#step = button(() => this.#send("step"));
    this.#step.textContent = "Next step";
    this.#step.title = "let the loop take one step (s)";
    this.node = h(
      "div",
      { class: "tapelab-pass-loop", role: "group", "aria-label": "the loop in the kernel", hidden: true },
      this.#words,
      this.#pause,
      this.#step,
    );
  }

  /** Shows the state of the loop; `undefined` once it has ended. */
  show(live: LivePassData | undefined): void {
    this.#live = live ?? null;
    if (live === undefined) return this.close();
    this.#connect(live.id);
    if (this.#open === null) return;
    const { paused } = live;
    this.node.hidden = false;
    this.#words.textContent = paused ? "❚❚ The loop waits before its next step" : "● The loop runs";
    this.#pause.textContent = paused ? "Continue the loop" : "Pause the loop";
    this.#pause.title = `${paused ? "let the loop take its steps again" : "stop the loop before its next step"} (p)`;
    this.#step.disabled = !paused;
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = paused ? setInterval(() => this.#send("alive"), aliveMs) : null;
  }

  /** Acts on a key; returns false for one that means nothing here. */
  key(key: string): boolean {
    if (this.node.hidden || (key !== "p" && key !== "s")) return false;
    if (key === "p") this.#pause.click();
    else this.#step.click();
    return true;
  }

  /** Ends the connection, after which a paused loop goes on. */
  close(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    this.node.hidden = true;
    this.#open?.link.close();
    this.#open = null;
  }

  #send(kind: StepsRequest["kind"]): void {
    this.#open?.link.send({ kind });
  }

  #connect(id: string): void {
    if (this.#open?.id === id || this.#link === null) return;
    this.#open?.link.close();
    this.#open = null;
    let isAbsent = false;
    const link = this.#link(
      stepsTarget,
      { id },
      {
        onMessage: () => {},
        onAbsent: () => {
          isAbsent = true;
          if (this.#open?.id === id) this.close();
        },
      },
    );
    if (isAbsent) link.close();
    else this.#open = { id, link };
  }
}
