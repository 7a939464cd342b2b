/** The functions of a stopped program with their variables. */
import type { StopFrame } from "tapelab/view";
import { h } from "../../dom.js";
import type { Jump } from "../../lab/jump.js";

const placeOf = ({ count, file, line }: StopFrame): string =>
  `${count === null ? file.split("/").at(-1) : `cell [${count}]`}, line ${line}`;

const nameOf = ({ name, count }: StopFrame): string => name || (count === null ? "top level" : "the cell");

function drawScope({ name, variables }: StopFrame["scopes"][number], isOpen: boolean): HTMLElement {
  const rows = variables.map((v) =>
    h(
      "tr",
      {},
      h("th", { scope: "row" }, v.name),
      h("td", { class: "tapelab-faint" }, v.type),
      h("td", { title: v.value }, v.value),
    ),
  );
  return h(
    "details",
    { open: isOpen },
    h("summary", {}, `${name} (${variables.length})`),
    h("table", { class: "tapelab-stop-variables" }, h("tbody", {}, ...rows)),
  );
}

/** The choice of a function of the call stack, and its variables. */
export class FrameVariables {
  readonly node: HTMLElement = h("div", { class: "tapelab-stop-frames" });
  readonly #select = h("select", { class: "tapelab-input", "aria-label": "function" });
  readonly #scopes = h("div");
  readonly #jump: Jump | null;
  #frames: readonly StopFrame[] = [];

  constructor(jump: Jump | null) {
    this.#jump = jump;
    this.#select.addEventListener("change", () => {
      this.#draw();
      this.#goToLine();
    });
    this.node.append(h("label", {}, "Variables of ", this.#select), this.#scopes);
  }

  /** Index of the chosen function, from the innermost. */
  get frame(): number {
    return Math.max(this.#select.selectedIndex, 0);
  }

  /** Shows the functions of a stop. */
  set(frames: readonly StopFrame[]): void {
    this.#frames = frames;
    this.node.hidden = frames.length === 0;
    this.#select.replaceChildren(...frames.map((f) => h("option", {}, `${nameOf(f)}, ${placeOf(f)}`)));
    this.#draw();
  }

  #draw(): void {
    const scopes = this.#frames[this.frame]?.scopes ?? [];
    this.#scopes.replaceChildren(
      ...(scopes.length === 0
        ? [h("p", { class: "tapelab-faint" }, "This function has no variables here.")]
        : scopes.map((scope, i) => drawScope(scope, i === 0))),
    );
  }

  #goToLine(): void {
    const frame = this.#frames[this.frame];
    if (frame !== undefined) this.#jump?.(frame);
  }
}
