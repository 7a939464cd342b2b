/** Shows the type and the documentation of the name under the pointer, which the kernel is asked for. */
import { syntaxTree } from "@codemirror/language";
import type { EditorState, Extension } from "@codemirror/state";
import { closeHoverTooltips, EditorView, hoverTooltip, type Tooltip, tooltips, ViewPlugin } from "@codemirror/view";
import { explain, type KernelAt } from "./kernel.ts";

/** Time that the pointer rests before the kernel is asked. */
const restMs = 350;

/** Syntax nodes of TypeScript that are names, by the end of their own name. */
const nameNode = /(?:Name|Definition|Identifier|^this|^super)$/;

interface Range {
  readonly from: number;
  readonly to: number;
}

/** Returns the name at a position; `null` for keywords, and in comments and strings. */
export function nameAt(state: EditorState, position: number, side: -1 | 1): Range | null {
  const node = syntaxTree(state).resolveInner(position, side);
  return nameNode.test(node.name) && node.to > node.from ? { from: node.from, to: node.to } : null;
}

/** Whether the text has changed since the pointer last moved: while a person types, a resting pointer asks nothing. */
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

/** Functions of the page that the extension calls. */
export interface HoverOptions {
  readonly kernelAt: KernelAt;
  /** Returns whether the setting is on. */
  readonly isEnabled: () => boolean;
  readonly draw: (markdown: string) => Promise<HTMLElement>;
}

/** Returns an extension of the editors. */
export function hoverExtension({ kernelAt, isEnabled, draw }: HoverOptions): Extension {
  const source = async (view: EditorView, position: number, side: -1 | 1): Promise<Tooltip | null> => {
    if (!isEnabled() || view.plugin(typing)?.changed || view.dom.closest(".jp-CodeCell") === null) return null;
    const name = nameAt(view.state, position, side);
    const kernel = name === null ? null : kernelAt(view.dom);
    if (name === null || kernel === null) return null;
    const text = view.state.doc;
    const code = text.toString();
    const markdown = await explain(kernel, code, Math.ceil((name.from + name.to) / 2));
    // between a call's brackets the kernel answers with the function, which is not the name that was asked for
    if (markdown === null || !markdown.split("\n\n", 1)[0]?.includes(code.slice(name.from, name.to))) return null;
    const dom = await draw(markdown);
    dom.classList.add("tapelab-hover");
    const isCurrent = view.dom.matches(":hover") && view.state.doc === text;
    return isCurrent ? { pos: name.from, end: name.to, above: true, create: () => ({ dom }) } : null;
  };
  return [
    typing,
    hoverTooltip(source, { hoverTime: restMs, hideOnChange: true }),
    // in the body, as cells clip their contents
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
