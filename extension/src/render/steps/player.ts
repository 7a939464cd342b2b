/** The controls that step through a pass: buttons, a slider, the speed, and the phase and step in words. */
import { h } from "../../dom.js";

/** Reactions to the controls. */
export interface PlayerActions {
  /** Goes to a position, which can be out of range. */
  readonly go: (position: number) => void;
}

/** Steps a second. */
const speeds: readonly number[] = [0.5, 1, 2, 5, 20];

/** The controls. The position is that of the view, which calls `show` when it changes. */
export class Player {
  readonly node: HTMLElement;
  readonly slider: HTMLInputElement = h("input", { type: "range", class: "tapelab-pass-slider", min: 0, step: 1 });
  readonly #actions: PlayerActions;
  readonly #play: HTMLButtonElement;
  readonly #back: readonly HTMLButtonElement[];
  readonly #on: readonly HTMLButtonElement[];
  readonly #speed: HTMLSelectElement;
  readonly #words = h("span", { class: "tapelab-pass-phase" });
  #timer: ReturnType<typeof setInterval> | null = null;
  #position = 0;
  #length = 0;

  constructor(actions: PlayerActions) {
    this.#actions = actions;
    const button = (text: string, title: string, act: () => void): HTMLButtonElement => {
      const node = h("button", { class: "tapelab-button", type: "button", title, "aria-label": title }, text);
      node.addEventListener("click", () => {
        this.pause();
        act();
      });
      return node;
    };
    const first = button("|◀", "to the start (Home)", () => actions.go(0));
    const back = button("◀", "a step back ([)", () => actions.go(this.#position - 1));
    const next = button("▶", "a step on (])", () => actions.go(this.#position + 1));
    const last = button("▶|", "to the end (End)", () => actions.go(this.#length));
    this.#back = [first, back];
    this.#on = [next, last];
    this.#play = h("button", { class: "tapelab-button tapelab-pass-play", type: "button" });
    this.#play.addEventListener("click", () => this.toggle());
    this.#speed = h(
      "select",
      { class: "tapelab-input", "aria-label": "steps a second", title: "steps a second" },
      ...speeds.map((n) => h("option", { value: n, selected: n === 1 }, `${n} / s`)),
    );
    this.#speed.addEventListener("change", () => {
      if (this.#timer !== null) this.#start();
    });
    this.slider.addEventListener("input", () => {
      this.pause();
      actions.go(Number(this.slider.value));
    });
    this.node = h(
      "div",
      { class: "tapelab-pass-player", role: "group", "aria-label": "steps", dir: "ltr" },
      h("span", { class: "tapelab-pass-buttons" }, first, back, this.#play, next, last),
      this.#words,
      this.slider,
      this.#speed,
      h("span", { class: "tapelab-faint tapelab-pass-keys" }, "[ and ] step, space plays"),
    );
    this.#label();
  }

  /** Steps a second, of a pass that is played. */
  get speed(): number {
    return Number(this.#speed.value);
  }

  get isPlaying(): boolean {
    return this.#timer !== null;
  }

  /** Shows a position of `length`, of which the steps up to `split` are those of the forward pass. */
  show(position: number, length: number, split: number, phase: HTMLElement, text: string): void {
    this.#position = position;
    this.#length = length;
    this.slider.max = String(length);
    this.slider.value = String(position);
    this.slider.setAttribute("aria-label", "step");
    this.slider.setAttribute("aria-valuetext", text);
    const share = (n: number): string => `${length === 0 ? 0 : (100 * n) / length}%`;
    this.slider.style.setProperty("--tapelab-at", share(position));
    this.slider.style.setProperty("--tapelab-split", share(split));
    this.#words.replaceChildren(phase);
    for (const node of this.#back) node.disabled = position <= 0;
    for (const node of this.#on) node.disabled = position >= length;
    if (position >= length) this.pause();
  }

  /** Plays, from the start if the pass is at its end, or pauses. */
  toggle(): void {
    if (this.#timer !== null) return this.pause();
    if (this.#length === 0) return;
    if (this.#position >= this.#length) this.#actions.go(0);
    this.#start();
  }

  pause(): void {
    if (this.#timer === null) return;
    clearInterval(this.#timer);
    this.#timer = null;
    this.#label();
  }

  #start(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = setInterval(() => this.#actions.go(this.#position + 1), 1000 / this.speed);
    this.#label();
  }

  #label(): void {
    const isPlaying = this.#timer !== null;
    this.#play.textContent = isPlaying ? "❚❚ Pause" : "▶ Play";
    this.#play.title = isPlaying ? "pause (space)" : "play (space)";
  }
}
