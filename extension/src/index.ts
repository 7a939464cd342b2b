/** The JupyterLab plugin. It draws tapes, gradients and tensors in notebooks, consoles and files, documents code, and lists a notebook's variables. */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { EditorExtensionRegistry, IEditorExtensionRegistry } from "@jupyterlab/codemirror";
import { ICompletionProviderManager } from "@jupyterlab/completer";
import { INotebookTracker, type NotebookPanel } from "@jupyterlab/notebook";
import { IRenderMimeRegistry } from "@jupyterlab/rendermime";
import { ISettingRegistry } from "@jupyterlab/settingregistry";
import { followTheme } from "./lab/charts.js";
import { addCompletion } from "./lab/completion.js";
import { drawDocumentation } from "./lab/documentation.js";
import { hoverExtension } from "./lab/hover.js";
import { removeBoxesAtEnd } from "./lab/input-boxes.js";
import { jumpIn } from "./lab/jump.js";
import { kernelName, kernelsOf } from "./lab/kernel.js";
import { linkTo } from "./lab/link.js";
import { addLinks } from "./lab/links.js";
import { fileOpener } from "./lab/open.js";
import { followRegions } from "./lab/regions.js";
import { addRenderers } from "./render/shared/renderer.js";
import { VariablesPanel } from "./render/variables/panel.js";
import { renderers } from "./renderers.js";

const id = "@tapelab/jupyterlab:plugin";

const plugin: JupyterFrontEndPlugin<void> = {
  id,
  description: "Draws tapes, gradients and tensors of Tapelab, and documents the code of its cells",
  autoStart: true,
  requires: [INotebookTracker, IRenderMimeRegistry],
  optional: [ISettingRegistry, IEditorExtensionRegistry, ICompletionProviderManager],
  activate: (
    app: JupyterFrontEnd,
    tracker: INotebookTracker,
    rendermime: IRenderMimeRegistry,
    settings: ISettingRegistry | null,
    editors: IEditorExtensionRegistry | null,
    completion: ICompletionProviderManager | null,
  ): void => {
    addRenderers(rendermime, { jump: null, link: null }, renderers);
    // each notebook has a registry of its own, whose renderers can use the notebook
    const open = fileOpener(app);
    const add = (panel: NotebookPanel): void => {
      const jump = jumpIn(panel);
      addRenderers(panel.content.rendermime, { jump, link: linkTo(panel.sessionContext) }, renderers);
      followRegions(panel);
      addLinks(panel.content.rendermime, () => isTapelab(panel), jump, open);
      followTheme(panel.content.rendermime);
    };
    tracker.forEach(add);
    tracker.widgetAdded.connect((_tracker, panel) => add(panel));
    removeBoxesAtEnd(
      (cell) => tracker.find((panel) => isTapelab(panel) && panel.content.widgets.includes(cell)) !== undefined,
    );
    const variables = new VariablesPanel();
    app.shell.add(variables, "right", { rank: 600 });
    tracker.currentChanged.connect((_tracker, panel) => variables.follow(panel));
    addDocumentation(app, rendermime, settings, editors, completion);
  },
};

/** Returns whether a notebook is for the Tapelab kernel, also while it has no kernel. */
function isTapelab({ content, sessionContext }: NotebookPanel): boolean {
  const spec = content.model?.getMetadata("kernelspec") as { readonly name?: unknown } | undefined;
  return (sessionContext.session?.kernel?.name ?? spec?.name) === kernelName;
}

/** Shows documentation of the name under the pointer and of the selected completion. */
function addDocumentation(
  app: JupyterFrontEnd,
  rendermime: IRenderMimeRegistry,
  settings: ISettingRegistry | null,
  editors: IEditorExtensionRegistry | null,
  completion: ICompletionProviderManager | null,
): void {
  const draw = (markdown: string): Promise<HTMLElement> => drawDocumentation(rendermime, markdown);
  let own: ISettingRegistry.ISettings | null = null;
  void settings?.load(id).then((loaded) => {
    own = loaded;
  });
  const isEnabled = (): boolean => own?.get("hover").composite !== false;
  const hover = hoverExtension({ kernelAt: kernelsOf(app.shell), isEnabled, draw });
  editors?.addExtension({
    name: "tapelab-hover",
    factory: () => EditorExtensionRegistry.createImmutableExtension(hover),
  });
  if (completion !== null) addCompletion(completion, settings, app.restored, draw);
}

export default plugin;
