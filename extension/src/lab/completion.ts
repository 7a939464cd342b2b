/** Completion with documentation: the kernel's suggestions, with the documentation of the selected one beside the list. */
import {
  Completer,
  type CompletionHandler,
  type CompletionProviderManager,
  type ICompletionContext,
  type ICompletionProvider,
  type ICompletionProviderManager,
} from "@jupyterlab/completer";
import type { ISettingRegistry } from "@jupyterlab/settingregistry";
import { explain, kernelName } from "./kernel.ts";

/** A suggestion. */
interface Item extends CompletionHandler.ICompletionItem {
  /** The drawn documentation. */
  node?: HTMLElement;
}

/** A suggested name with its type, in the metadata of the reply. */
interface TypedName {
  readonly text: string;
  readonly type: string;
}

/** Draws Markdown. */
type Draw = (markdown: string) => Promise<HTMLElement>;

const completerSettings = "@jupyterlab/completer-extension:manager";
const panelSetting = "showDocumentationPanel";

/** Shows the drawn documentation of a suggestion; suggestions of other kernels are drawn by JupyterLab. */
class Renderer extends Completer.Renderer {
  override createDocumentationNode(item: Item): HTMLElement {
    return item.node ?? super.createDocumentationNode(item);
  }
}

/** Provides the suggestions of Tapelab's kernels, in place of JupyterLab's own provider. */
class Provider implements ICompletionProvider<Item> {
  readonly identifier = "CompletionProvider:tapelab";
  /** Above that of JupyterLab's provider, whose equal suggestions JupyterLab leaves out. */
  readonly rank = 1000;
  readonly renderer = new Renderer();
  readonly #draw: Draw;
  readonly #showPanel: (isOurs: boolean) => void;

  constructor(draw: Draw, showPanel: (isOurs: boolean) => void) {
    this.#draw = draw;
    this.#showPanel = showPanel;
  }

  async isApplicable({ session }: ICompletionContext): Promise<boolean> {
    const isOurs = session?.kernel?.name === kernelName;
    this.#showPanel(isOurs);
    return isOurs;
  }

  async fetch(
    { text, offset }: CompletionHandler.IRequest,
    { session }: ICompletionContext,
  ): Promise<CompletionHandler.ICompletionItemsReply<Item>> {
    const reply = await session?.kernel?.requestComplete({ code: text, cursor_pos: offset });
    if (reply?.content.status !== "ok") return { start: offset, end: offset, items: [] };
    const { matches, metadata, cursor_start: start, cursor_end: end } = reply.content;
    const described = (metadata["_jupyter_types_experimental"] ?? []) as unknown as readonly TypedName[];
    const types = new Map(described.map((d) => [d.text, d.type]));
    return { start, end, items: matches.map((label) => ({ label, insertText: label, type: types.get(label) ?? "" })) };
  }

  /** Adds the documentation of a suggestion, for which the kernel is asked as if the name were in the cell already. */
  async resolve(item: Item, context: ICompletionContext, patch?: Completer.IPatch | null): Promise<Item> {
    const { editor, session } = context;
    const kernel = session?.kernel;
    if (!editor || !kernel || !patch) return item;
    const code = editor.model.sharedModel.getSource();
    const rest = code.slice(editor.getOffsetAt(editor.getCursorPosition()));
    const upToName = code.slice(0, patch.start) + patch.value;
    const markdown = await explain(kernel, upToName + rest, upToName.length);
    return markdown === null ? item : { ...item, documentation: markdown, node: await this.#draw(markdown) };
  }
}

/**
 * Adds the provider. JupyterLab shows documentation only if a setting is on; for completions of this kernel it is shown unless the user has
 * turned that setting off. The settings of completion can be loaded once `restored` has resolved, when JupyterLab has listed the providers in them.
 */
export function addCompletion(
  manager: ICompletionProviderManager,
  settings: ISettingRegistry | null,
  restored: Promise<void>,
  draw: Draw,
): void {
  let completer: ISettingRegistry.ISettings | null = null;
  let shown: boolean | null = null;
  const showPanel = (isOurs: boolean): void => {
    const chosen = completer?.get(panelSetting);
    const show = Boolean(isOurs ? (chosen?.user ?? true) : chosen?.composite);
    if (show !== shown) (manager as Partial<CompletionProviderManager>).setShowDocumentationPanel?.(show);
    shown = show;
  };
  manager.registerProvider(new Provider(draw, showPanel));
  void restored.then(async () => {
    completer = (await settings?.load(completerSettings).catch(() => null)) ?? null;
    completer?.changed.connect(() => {
      shown = null;
    });
  });
}
