/** The inspector's panel: a choice of tapes above tabs of sections. It follows the notebook in front, and has a comm while it is visible. */
import { LabIcon } from "@jupyterlab/ui-components";
import { PanelLayout, Widget } from "@lumino/widgets";
import { h } from "../dom.js";
import type { PanelSection } from "./section.js";
import type { PanelSession, SessionEvent } from "./session.js";
import { Tabs } from "./tabs.js";

export const inspectorIcon: LabIcon = new LabIcon({
  name: "tapelab:inspector",
  svgstr:
    '<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24"><path class="jp-icon3" fill="#616161" d="M6 3a3 3 0 0 1 1 5.830V9.500c0 1.400 1.100 2.500 2.500 2.500h4c1.800 0 3.300.900 4.200 2.200A3 3 0 1 1 15 17c0-1.700-.700-3-2.500-3h-3A4.500 4.500 0 0 1 7 13.240v1.930A3 3 0 1 1 5 15.170V8.830A3 3 0 0 1 6 3z"/></svg>',
});

/** The key under which the state of the person's JupyterLab has that the hint was read. */
export const hintKey = "tapelab:inspector-hint";

/** Parts of the page that the panel uses. */
export interface PanelOptions {
  readonly sections: readonly PanelSection[];
  /** Resolves to whether the hint of the first use has been read. */
  readonly hintWasRead: () => Promise<boolean>;
  readonly hintRead: () => void;
  readonly help: () => void;
}

/** The panel, or the content of a document. */
export class InspectorPanel extends Widget {
  readonly #options: PanelOptions;
  readonly #select = h("select", { class: "tapelab-input tapelab-choice", "aria-label": "tape" });
  readonly #pin = h("button", { type: "button", class: "tapelab-button", title: "Keep this tape in the list" });
  readonly #tabs: Tabs;
  readonly #head = h("div", { class: "tapelab-inspector-head" });
  readonly #hint = h("div", { class: "tapelab-hint", hidden: true, role: "note" });
  #session: PanelSession | null = null;
  #section: PanelSection;
  #content: Widget | null = null;

  constructor(options: PanelOptions) {
    super();
    this.#options = options;
    const [first] = options.sections;
    if (first === undefined) throw new Error("InspectorPanel: expected at least one section");
    this.#section = first;
    this.addClass("tapelab-inspector");
    this.title.caption = "Tapelab inspector";
    this.title.icon = inspectorIcon;
    this.#tabs = new Tabs(options.sections, (section) => this.showSection(section.name));
    this.#select.addEventListener("change", () => this.#session?.choose(this.#select.value));
    this.#pin.addEventListener("click", () => this.#session?.togglePin());
    const help = h(
      "button",
      { type: "button", class: "tapelab-button", "aria-label": "help", title: "What the inspector shows" },
      "?",
    );
    help.addEventListener("click", () => options.help());
    const layout = new PanelLayout();
    this.layout = layout;
    this.#head.append(
      h("h2", { class: "tapelab-hidden" }, "Inspector"),
      h("div", { class: "tapelab-choices" }, this.#select, this.#pin, help),
      this.#hint,
      this.#tabs.node,
    );
    layout.addWidget(new Widget({ node: this.#head }));
    this.#drawHint();
    this.#draw();
  }

  get session(): PanelSession | null {
    return this.#session;
  }

  /** The widget of the displayed section. */
  get content(): Widget | null {
    return this.#content;
  }

  /** Shows a notebook or file; `null` for none. */
  follow(session: PanelSession | null): void {
    if (session === this.#session) return;
    this.#session?.changed.disconnect(this.#hear, this);
    this.#session?.disconnect();
    this.#session = session;
    this.#head.hidden = false;
    // a file has no notebook to follow
    this.#hint.hidden ||= session?.notebook === null;
    session?.changed.connect(this.#hear, this);
    if (this.isVisible) session?.connect();
    this.#draw();
  }

  /** Shows a message in place of everything else. */
  say(...nodes: readonly HTMLElement[]): void {
    this.follow(null);
    this.#head.hidden = true;
    this.#content?.node.replaceChildren(...nodes);
  }

  /** Shows a section by its name. */
  showSection(name: string): void {
    const section = this.#options.sections.find((s) => s.name === name);
    if (section === undefined || (section === this.#section && this.#content !== null)) return;
    this.#section = section;
    this.#draw();
  }

  override dispose(): void {
    this.follow(null);
    super.dispose();
  }

  protected override onAfterShow(): void {
    this.#session?.connect();
    if (this.#content === null) this.#draw();
  }

  protected override onAfterAttach(): void {
    if (this.isVisible) this.onAfterShow();
  }

  protected override onAfterHide(): void {
    this.#session?.disconnect();
  }

  #hear(_session: PanelSession, event: SessionEvent): void {
    if (event === "tapes" || event === "tape") this.#drawChoices();
    // a row that another section leads to is opened in the tape
    if (event === "open" && this.#section.name !== "tape") this.showSection("tape");
  }

  /** Draws the choices, and the section for the session. */
  #draw(): void {
    this.#drawChoices();
    this.#tabs.select(this.#section);
    this.#content?.dispose();
    const session = this.#session;
    this.#content =
      session === null
        ? new Widget({ node: h("p", { class: "tapelab-faint tapelab-section" }, "No notebook is open.") })
        : this.#section.draw(session);
    this.#tabs.describe(this.#content.node);
    (this.layout as PanelLayout).addWidget(this.#content);
  }

  #drawChoices(): void {
    const { tapes = [], current = null } = this.#session ?? {};
    this.#select.replaceChildren(
      ...tapes
        .toReversed()
        .map(({ key, title, note, isPinned }) =>
          h("option", { value: key, selected: key === current?.key }, `${isPinned ? "★ " : ""}${title} (${note})`),
        ),
    );
    if (tapes.length === 0) this.#select.append(h("option", {}, "no tape"));
    this.#select.disabled = tapes.length < 2;
    this.#pin.disabled = current === null;
    this.#pin.hidden = current?.key === "file";
    this.#pin.setAttribute("aria-pressed", String(current?.isPinned === true));
    this.#pin.setAttribute("aria-label", "keep this tape");
    this.#pin.textContent = current?.isPinned === true ? "★" : "☆";
  }

  #drawHint(): void {
    const button = h("button", { type: "button", class: "tapelab-button" }, "Got it");
    button.addEventListener("click", () => {
      this.#hint.hidden = true;
      this.#options.hintRead();
    });
    const text =
      "This panel follows the notebook: after each cell it shows the last tape. / searches, Enter opens a row, g goes to its line, ? has everything.";
    this.#hint.append(h("span", {}, text), button);
    void this.#options.hintWasRead().then((wasRead) => {
      this.#hint.hidden = wasRead || this.#session?.notebook === null;
    });
  }
}
