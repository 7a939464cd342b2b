/** Expressions at a stop: evaluated in a function of the stopped program, and put in the place of a value. */
import type { StopAnswer, StopTensor } from "tapelab/view";
import { h } from "../../dom.js";
import type { Breakpoints } from "../../lab/breakpoints.js";

/** Answers that are displayed. */
const maxAnswers = 20;

function textOf(answer: StopAnswer): string {
  if (answer.status === "error") return answer.message;
  const text = answer.data["text/plain"];
  return typeof text === "string" ? text : "undefined";
}

/** The field for expressions, the choice of a value to replace, and the answers. */
export class StopExpressions {
  readonly node: HTMLElement;
  readonly #frame: () => number;
  readonly #code = h("input", {
    class: "tapelab-input",
    type: "text",
    "aria-label": "expression",
    placeholder: "expression, such as $result.max() or w * 2",
    spellcheck: "false",
    autocomplete: "off",
  });
  readonly #values = h("select", { class: "tapelab-input", "aria-label": "value to replace" });
  readonly #replace = h("button", { type: "button", class: "tapelab-button" }, "Replace");
  readonly #answers = h("div", { class: "tapelab-stop-answers", role: "log", "aria-label": "answers" });
  /** Expressions that were evaluated, for the arrow keys. */
  readonly #history: string[] = [];
  #at = 0;

  constructor(breakpoints: Breakpoints, frame: () => number) {
    this.#frame = frame;
    const evaluate = h("button", { type: "submit", class: "tapelab-button" }, "Evaluate");
    const form = h("form", { class: "tapelab-stop-form" }, this.#code, evaluate, this.#values, this.#replace);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#run((code) => breakpoints.evaluate(this.#frame(), code), "");
    });
    this.#replace.addEventListener("click", () => {
      const { value, selectedOptions } = this.#values;
      const run = (code: string): Promise<StopAnswer> => breakpoints.replace(this.#frame(), Number(value), code);
      void this.#run(run, `${selectedOptions[0]?.textContent ?? ""} = `);
    });
    this.#code.addEventListener("keydown", (event) => this.#recall(event));
    this.node = h("div", {}, form, this.#answers);
  }

  /** Offers the values of a stop that can be replaced. */
  set(tensors: readonly StopTensor[]): void {
    const options = tensors.filter(({ index }) => index >= 0);
    this.#values.replaceChildren(...options.map(({ index, name }) => h("option", { value: index }, name)));
    this.#values.hidden = options.length === 0;
    this.#replace.hidden = options.length === 0;
  }

  /** Removes the answers, when another program has stopped. */
  clear(): void {
    this.#answers.replaceChildren();
  }

  /** Moves the focus to the field. */
  focus(): void {
    this.#code.focus();
  }

  async #run(evaluate: (code: string) => Promise<StopAnswer>, prefix: string): Promise<void> {
    const code = this.#code.value.trim();
    if (code === "") return this.#code.focus();
    this.#history.push(code);
    this.#at = this.#history.length;
    const answer = await evaluate(code);
    const isError = answer.status === "error";
    this.#answers.append(
      h(
        "div",
        {},
        h("code", {}, `${prefix}${code}`),
        h("pre", { class: isError ? "tapelab-alarm" : "" }, `${isError ? "▲ " : ""}${textOf(answer)}`),
      ),
    );
    while (this.#answers.childElementCount > maxAnswers) this.#answers.firstElementChild?.remove();
    this.#answers.scrollTop = this.#answers.scrollHeight;
    if (!isError) this.#code.value = "";
  }

  #recall(event: KeyboardEvent): void {
    const step = event.key === "ArrowUp" ? -1 : event.key === "ArrowDown" ? 1 : 0;
    if (step === 0 || this.#history.length === 0) return;
    event.preventDefault();
    this.#at = Math.min(Math.max(this.#at + step, 0), this.#history.length);
    this.#code.value = this.#history[this.#at] ?? "";
  }
}
