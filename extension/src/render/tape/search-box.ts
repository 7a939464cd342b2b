/** The search of a tape: a box for the text, with the number of matching rows, or the error of the search in words. */
import { parseQuery, type Query, searchFilters } from "tapelab/view";
import { h } from "../../dom.js";

const hint = searchFilters.map(({ name, example, meaning }) => `${name}:  ${meaning}, as ${example}`).join("\n");

/** A box for searches. */
export class SearchBox {
  readonly node: HTMLElement;
  readonly #input = h("input", {
    class: "tapelab-input tapelab-search-input",
    type: "search",
    placeholder: "op:matmul grad:nan value:>1e3",
    "aria-label": "search the rows",
    spellcheck: "false",
    autocomplete: "off",
    title: `Words, and filters:\n${hint}\nA minus before a filter leaves its rows out; commas part alternatives.`,
    "data-lm-suppress-shortcuts": true,
  });
  readonly #status = h("span", { class: "tapelab-search-status", role: "status" });
  readonly #changed: (query: Query | null) => void;
  #query: Query | null = null;

  /** `changed` gets each search that is understood, and `null` for an empty box; `leave` moves the focus to the rows. */
  constructor(changed: (query: Query | null) => void, leave: () => void) {
    this.#changed = changed;
    this.node = h("div", { class: "tapelab-search" }, this.#input, this.#status);
    this.#input.addEventListener("input", () => this.#read());
    this.#input.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.#input.value !== "") this.text = "";
      else if (event.key !== "Escape" && event.key !== "Enter" && event.key !== "ArrowDown") return;
      event.preventDefault();
      event.stopPropagation();
      leave();
    });
  }

  /** The search; `null` if the box is empty or its text is not understood. */
  get query(): Query | null {
    return this.#query;
  }

  get text(): string {
    return this.#input.value;
  }

  set text(text: string) {
    this.#input.value = text;
    this.#read();
  }

  focus(): void {
    this.#input.focus();
    this.#input.select();
  }

  /** Shows how many rows match. */
  count(matching: number, all: number): void {
    this.#say(this.#query === null ? "" : `${matching.toLocaleString("en")} of ${all.toLocaleString("en")} rows`);
  }

  #read(): void {
    const { query, error } = parseQuery(this.#input.value);
    this.#input.setAttribute("aria-invalid", String(error !== null));
    // while a search is not understood, the rows of the one before stay
    if (error !== null) return this.#say(error, true);
    this.#query = query.terms.length === 0 ? null : query;
    this.#say("");
    this.#changed(this.#query);
  }

  #say(text: string, isError = false): void {
    this.#status.textContent = text;
    this.#status.classList.toggle("tapelab-alarm", isError);
  }
}
