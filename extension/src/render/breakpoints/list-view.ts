/** The list of a notebook's breakpoints, with a form that adds one. */
import { Widget } from "@lumino/widgets";
import type { BreakpointSpec } from "tapelab/view";
import { h } from "../../dom.js";
import type { Breakpoints, ListedBreakpoint } from "../../lab/breakpoints.js";
import type { Jump } from "../../lab/jump.js";
import { drawLine } from "../shared/line-link.js";

type Condition = Omit<BreakpointSpec, "id" | "enabled" | "phase">;

/** The kinds of conditions that the form offers: text, what is to be typed, and the condition; `null` for text that is none. */
const kinds: readonly {
  readonly text: string;
  readonly hint: string;
  readonly read: (typed: string) => Condition | null;
}[] = [
  { text: "NaN or infinity", hint: "", read: () => ({ value: "notFinite" }) },
  { text: "all zero", hint: "", read: () => ({ value: "zero" }) },
  {
    text: "norm above",
    hint: "a number, such as 100",
    read: (t) => (Number(t) >= 0 && t !== "" ? { normAbove: Number(t) } : null),
  },
  { text: "op", hint: "its name, such as softmax", read: (t) => (t === "" ? null : { op: t }) },
  { text: "scope", hint: "its names, such as encoder/attention", read: (t) => (t === "" ? null : { scope: t }) },
  { text: "shape", hint: "sizes, such as 32, any", read: readShape },
  {
    text: "expression",
    hint: "of event, such as event.outputs[0].numel() > 100",
    read: (t) => (t === "" ? null : { when: t }),
  },
];

/** Reads `32, any` as a shape; `null` if it is none. */
function readShape(typed: string): Condition | null {
  const parts = typed
    .replaceAll(/[[\]\s]/g, "")
    .split(",")
    .filter((part) => part !== "");
  const shape = parts.map((part) => (part === "any" || part === "*" ? null : Number(part)));
  return shape.every((n) => n === null || (Number.isInteger(n) && n >= 0)) ? { shape } : null;
}

const phaseWords = { forward: "forward", backward: "backward", both: "both directions" } as const;

/** The list. */
export class BreakpointsList extends Widget {
  readonly #breakpoints: Breakpoints;
  readonly #jump: Jump | null;
  readonly #body = h("tbody");
  readonly #table = h(
    "table",
    { class: "tapelab-breakpoints" },
    h(
      "thead",
      {},
      h(
        "tr",
        {},
        ...["on", "condition", "phase", "hits", ""].map((head) => h("th", { scope: "col" }, head || "remove")),
      ),
    ),
  );
  readonly #none = h(
    "p",
    { class: "tapelab-faint" },
    "There are no breakpoints. Add one below, click the dot of a row of the tape, or call inspect.breakWhen.",
  );
  readonly #kind = h(
    "select",
    { class: "tapelab-input", "aria-label": "condition" },
    ...kinds.map(({ text }) => h("option", {}, text)),
  );
  readonly #typed = h("input", {
    class: "tapelab-input",
    type: "text",
    "aria-label": "of the condition",
    spellcheck: "false",
  });
  readonly #phase = h(
    "select",
    { class: "tapelab-input", "aria-label": "phase" },
    ...(["both", "forward", "backward"] as const).map((phase) => h("option", { value: phase }, phaseWords[phase])),
  );
  readonly #words = h("p", { class: "tapelab-alarm", role: "status" });

  constructor(breakpoints: Breakpoints, jump: Jump | null) {
    super();
    this.#breakpoints = breakpoints;
    this.#jump = jump;
    this.addClass("tapelab-breakpoints-list");
    this.#table.append(this.#body);
    const form = h(
      "form",
      { class: "tapelab-breakpoints-form" },
      this.#kind,
      this.#typed,
      this.#phase,
      h("button", { type: "submit", class: "tapelab-button" }, "Add"),
    );
    this.#kind.addEventListener("change", () => this.#follow());
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#add();
    });
    this.node.append(this.#none, this.#table, form, this.#words);
    this.#follow();
    breakpoints.changed.connect(this.#changed, this);
    this.#draw();
  }

  override dispose(): void {
    this.#breakpoints.changed.disconnect(this.#changed, this);
    super.dispose();
  }

  #changed(_sender: Breakpoints, event: string): void {
    if (event === "list") this.#draw();
  }

  /** Shows what is to be typed for the kind. */
  #follow(): void {
    const { hint = "" } = kinds[this.#kind.selectedIndex] ?? {};
    this.#typed.hidden = hint === "";
    this.#typed.placeholder = hint;
    this.#words.textContent = "";
  }

  #add(): void {
    const kind = kinds[this.#kind.selectedIndex];
    const condition = kind?.read(this.#typed.value.trim()) ?? null;
    this.#words.textContent = condition === null ? `▲ Type ${kind?.hint ?? "a condition"}.` : "";
    if (condition === null) return this.#typed.focus();
    this.#breakpoints.add({ ...condition, phase: this.#phase.value as BreakpointSpec["phase"] });
    this.#typed.value = "";
  }

  #draw(): void {
    const { list } = this.#breakpoints;
    this.#none.hidden = list.length > 0;
    this.#table.hidden = list.length === 0;
    // an element that has the focus is found again by its label
    const focused = this.#body.contains(document.activeElement)
      ? document.activeElement?.getAttribute("aria-label")
      : null;
    this.#body.replaceChildren(...list.map((b) => this.#drawRow(b)));
    if (focused !== null && focused !== undefined)
      [...this.#body.querySelectorAll<HTMLElement>("[aria-label]")]
        .find((e) => e.getAttribute("aria-label") === focused)
        ?.focus();
  }

  #drawRow({ id, text, phase, enabled, hits, setAt, error, line }: ListedBreakpoint): HTMLElement {
    const name = `breakpoint: ${text}`;
    const box = h("input", { type: "checkbox", "aria-label": name });
    box.checked = enabled;
    box.addEventListener("change", () => this.#breakpoints.setEnabled(id, box.checked));
    const remove = h(
      "button",
      { type: "button", class: "tapelab-link", "aria-label": `remove ${name}`, title: "remove" },
      "×",
    );
    remove.addEventListener("click", () => this.#breakpoints.remove(id));
    return h(
      "tr",
      { class: enabled ? null : "tapelab-off" },
      h("td", {}, box),
      h(
        "td",
        {},
        drawLine(line, text, this.#jump, { className: "tapelab-link", textClass: "" }),
        setAt === "" ? null : h("span", { class: "tapelab-faint" }, `, set in ${setAt}`),
        error === null ? null : h("div", { class: "tapelab-alarm" }, `▲ ${error}`),
      ),
      h("td", {}, phaseWords[phase]),
      h("td", {}, hits === null ? "" : String(hits)),
      h("td", {}, remove),
    );
  }
}
