/** Explains the name under the pointer: its type and its documentation, as the kernel knows them. */
import { syntaxTree } from "@codemirror/language";
import type { EditorState, Extension } from "@codemirror/state";
import { closeHoverTooltips, EditorView, hoverTooltip, type Tooltip, tooltips, ViewPlugin } from "@codemirror/view";
import { explain, type KernelAt } from "./kernel.ts";

const restMs = 350;

/** Syntax nodes of TypeScript that are names. */
const nameNode = /(?:Name|Definition|Identifier|^this|^super)$/;

interface Range {
  readonly from: number;
  readonly to: number;
}

/** The name at a position; words of comments, texts and of the language are none. */
export function nameAt(state: EditorState, position: number, side: -1 | 1): Range | null {
  const node = syntaxTree(state).resolveInner(position, side);
  return nameNode.test(node.name) && node.to > node.from ? { from: node.from, to: node.to } : null;
}

/** Whether the text has changed since the pointer last moved: a pointer that lies still while a person types asks nothing. */
const typing = ViewPlugin.define(
  () => ({
    changed: false,
    update(update) {
      if (update.docChanged) this.changed = true;
    },
  }),
  {
    eventHandlers: {
      mousemove() {
        this.changed = false;
      },
      keydown(event, view) {
        if (event.key === "Escape") view.dispatch({ effects: closeHoverTooltips });
      },
    },
  },
);

export interface HoverOptions {
  readonly kernelAt: KernelAt;
  /** Whether the setting is on. */
  readonly isEnabled: () => boolean;
  readonly draw: (markdown: string) => Promise<HTMLElement>;
}

export function hoverExtension({ kernelAt, isEnabled, draw }: HoverOptions): Extension {
  const source = async (view: EditorView, position: number, side: -1 | 1): Promise<Tooltip | null> => {
    if (!isEnabled() || view.plugin(typing)?.changed || view.dom.closest(".jp-CodeCell") === null) return null;
    const name = nameAt(view.state, position, side);
    const kernel = name === null ? null : kernelAt(view.dom);
    if (name === null || kernel === null) return null;
    const text = view.state.doc;
    const code = text.toString();
    const markdown = await explain(kernel, code, Math.ceil((name.from + name.to) / 2));
    // inside of a call's brackets the kernel falls back on the function, which is not the name that was asked for
    if (markdown === null || !markdown.split("\n\n", 1)[0]?.includes(code.slice(name.from, name.to))) return null;
    const dom = await draw(markdown);
    dom.classList.add("tapelab-hover");
    const isCurrent = view.dom.matches(":hover") && view.state.doc === text;
    return isCurrent ? { pos: name.from, end: name.to, above: true, create: () => ({ dom }) } : null;
  };
  return [
    typing,
    hoverTooltip(source, { hoverTime: restMs, hideOnChange: true }),
    // cells clip what is drawn inside of them
    tooltips({ parent: document.body }),
    EditorView.theme({
      ".cm-tooltip.cm-tooltip-hover": {
        border: "var(--jp-border-width) solid var(--jp-border-color1)",
        background: "var(--jp-layout-color1)",
        color: "var(--jp-content-font-color1)",
        boxShadow: "var(--jp-elevation-z6)",
      },
    }),
  ];
}
