/** The table of variables: a short form of each, and all details of opened variables. */
import { formatBytes, formatShape, type VariableData } from "tapelab/view";
import { h } from "../../dom.ts";

/** Columns, each with a sentence that explains it. */
const columns: Readonly<Record<string, string>> = {
  name: "Click a name, or press Enter on it, for everything about the variable.",
  type: "The type of the value.",
  value: "The value, or the shape and a summary of the values.",
};

/** Returns the text that a filter searches. */
const wordsOf = ({ name, type, shape, value }: VariableData): string =>
  `${name} ${type} ${shape === null ? "" : formatShape(shape)} ${value}`.toLowerCase();

/** Returns the value in short: of a scalar the value alone, of others after their shape and the rest of their type. */
function shortForm({ type, shape, value }: VariableData): (HTMLElement | string)[] {
  const rest = type.split(" ").slice(1).join(" ");
  const isScalar = shape?.length === 0;
  const before = isScalar ? [] : [shape === null ? "" : formatShape(shape), rest].filter((text) => text !== "");
  if (before.length === 0) return [value];
  return [h("span", { class: "tapelab-shape" }, before.join(" ")), value === "" ? "" : ` ${value}`];
}

/** Draws all details of a variable. */
function details({ type, shape, bytes, value }: VariableData): HTMLElement {
  const facts: readonly (readonly [string, string | null])[] = [
    ["type", type],
    ["shape", shape === null ? null : formatShape(shape)],
    ["memory", bytes === null ? null : formatBytes(bytes)],
    ["value", value === "" ? null : value],
  ];
  const list = facts.flatMap(([name, text]) => (text === null ? [] : [h("dt", {}, name), h("dd", {}, text)]));
  return h("tr", { class: "tapelab-variable-details" }, h("td", { colspan: 3 }, h("dl", {}, ...list)));
}

/** A table whose rows open. */
export class VariablesTable {
  readonly node: HTMLElement = h("div", {
    class: "tapelab-variables-body",
    role: "region",
    tabindex: 0,
    "aria-label": "variables of the notebook",
  });
  #variables: readonly VariableData[] = [];
  /** Names of the opened variables. */
  readonly #opened = new Set<string>();
  readonly #rows = h("tbody");

  constructor() {
    const heads = Object.entries(columns).map(([name, title]) => h("th", { scope: "col", title }, name));
    this.node.append(h("table", {}, h("thead", {}, h("tr", {}, ...heads)), this.#rows));
  }

  /** Sets the variables, which `paint` draws. */
  set(variables: readonly VariableData[]): void {
    this.#variables = variables;
  }

  /** Draws the variables that match a filter, and returns their number and that of all. */
  paint(filter: string): { readonly shown: number; readonly all: number } {
    const wanted = filter.trim().toLowerCase();
    const matching = this.#variables.filter((v) => wordsOf(v).includes(wanted));
    const focused = this.#rows.contains(document.activeElement) ? document.activeElement?.textContent : null;
    this.#rows.replaceChildren(...matching.flatMap((v) => this.#row(v)));
    this.node.hidden = this.#variables.length === 0;
    if (focused !== null) this.#button(focused ?? "")?.focus();
    return { shown: matching.length, all: this.#variables.length };
  }

  #button(name: string): HTMLElement | undefined {
    return [...this.#rows.querySelectorAll<HTMLElement>("button")].find((b) => b.textContent === name);
  }

  /** Draws the row of a variable, and the details below if it is opened. */
  #row(variable: VariableData): HTMLElement[] {
    const { name, type, value } = variable;
    const isOpen = this.#opened.has(name);
    const button = h("button", { type: "button", "aria-expanded": String(isOpen), title: name }, name);
    const row = h(
      "tr",
      {},
      h("th", { scope: "row" }, button),
      h("td", { title: type }, type.split(" ", 1)[0] ?? ""),
      h("td", { class: "tapelab-variable-value", title: value }, ...shortForm(variable)),
    );
    button.addEventListener("click", () => {
      if (!this.#opened.delete(name)) this.#opened.add(name);
      const next = row.nextElementSibling;
      if (next?.classList.contains("tapelab-variable-details")) next.remove();
      else row.after(details(variable));
      button.setAttribute("aria-expanded", String(this.#opened.has(name)));
    });
    return isOpen ? [row, details(variable)] : [row];
  }
}
