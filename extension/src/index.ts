/** The JupyterLab plugin. It draws tapes, gradients and tensors in notebooks, consoles and files, documents code, and lists a notebook's variables. */
import { ILabShell, ILayoutRestorer, type JupyterFrontEnd, type JupyterFrontEndPlugin } from "@jupyterlab/application";
import { ICommandPalette } from "@jupyterlab/apputils";
import { EditorExtensionRegistry, IEditorExtensionRegistry } from "@jupyterlab/codemirror";
import { ICompletionProviderManager } from "@jupyterlab/completer";
import { INotebookTracker, type NotebookPanel } from "@jupyterlab/notebook";
import { IRenderMimeRegistry } from "@jupyterlab/rendermime";
import { ISettingRegistry } from "@jupyterlab/settingregistry";
import { IStateDB } from "@jupyterlab/statedb";
import { Annotations } from "./lab/annotations/annotations.js";
import { addAnnotationCommands } from "./lab/annotations/commands.js";
import { NotebookBreakpoints } from "./lab/breakpoints.js";
import { followTheme } from "./lab/charts.js";
import { PanelCode } from "./lab/code.js";
import { addCompletion } from "./lab/completion.js";
import { drawDocumentation } from "./lab/documentation.js";
import { hoverExtension } from "./lab/hover.js";
import { removeBoxesAtEnd } from "./lab/input-boxes.js";
import { addInspector } from "./lab/inspector.js";
import { jumpIn } from "./lab/jump.js";
import { kernelName, kernelsOf } from "./lab/kernel.js";
import { linkTo } from "./lab/link.js";
import { addLinks } from "./lab/links.js";
import { fileOpener } from "./lab/open.js";
import { followRegions } from "./lab/regions.js";
import { addRevealCommand } from "./lab/reveal.js";
import { showStopsIn } from "./lab/stop-cell.js";
import { addStopCommands, type FrontStop } from "./lab/stop-commands.js";
import { addRenderers } from "./render/shared/renderer.js";
import type { ViewContext } from "./render/shared/view.js";
import { VariablesPanel } from "./render/variables/panel.js";
import { renderers } from "./renderers.js";

const id = "@tapelab/jupyterlab:plugin";

const plugin: JupyterFrontEndPlugin<void> = {
  id,
  description: "Draws tapes, gradients and tensors of Tapelab, and documents the code of its cells",
  autoStart: true,
  requires: [INotebookTracker, IRenderMimeRegistry],
  optional: [
    ISettingRegistry,
    IEditorExtensionRegistry,
    ICompletionProviderManager,
    ICommandPalette,
    ILabShell,
    ILayoutRestorer,
    IStateDB,
  ],
  activate: (
    app: JupyterFrontEnd,
    tracker: INotebookTracker,
    rendermime: IRenderMimeRegistry,
    settings: ISettingRegistry | null,
    editors: IEditorExtensionRegistry | null,
    completion: ICompletionProviderManager | null,
    palette: ICommandPalette | null,
    labShell: ILabShell | null,
    restorer: ILayoutRestorer | null,
    state: IStateDB | null,
  ): void => {
    addRenderers(rendermime, { jump: null, code: null, link: null }, renderers);
    // each notebook has a registry of its own, whose renderers can use the notebook
    const open = fileOpener(app);
    const codes = new WeakMap<NotebookPanel, PanelCode>();
    const contexts = new WeakMap<NotebookPanel, ViewContext>();
    const stops = new WeakMap<NotebookPanel, FrontStop>();
    const add = (panel: NotebookPanel): void => {
      if (contexts.has(panel)) return;
      const code = new PanelCode(panel);
      const jump = jumpIn(panel, code, open);
      const link = linkTo(panel.sessionContext);
      const breakpoints = new NotebookBreakpoints(panel, link, state);
      const context = { jump, code, link, breakpoints };
      addRenderers(panel.content.rendermime, context, renderers);
      const full = { ...context, latex: panel.content.rendermime.latexTypesetter };
      contexts.set(panel, full);
      stops.set(panel, { breakpoints, focus: showStopsIn(panel, code, breakpoints, full) });
      codes.set(panel, code);
      followRegions(panel);
      addLinks(panel.content.rendermime, () => isTapelab(panel), jump, open);
      followTheme(panel.content.rendermime);
    };
    tracker.forEach(add);
    tracker.widgetAdded.connect((_tracker, panel) => add(panel));
    removeBoxesAtEnd(
      (cell) => tracker.find((panel) => isTapelab(panel) && panel.content.widgets.includes(cell)) !== undefined,
    );
    addRevealCommand(app, palette, () => {
      const panel = tracker.currentWidget;
      return panel !== null && isTapelab(panel) ? (codes.get(panel) ?? null) : null;
    });
    addStopCommands(app, palette, () => stops.get(tracker.currentWidget as NotebookPanel) ?? null);
    const variables = new VariablesPanel();
    app.shell.add(variables, "right", { rank: 600 });
    const inspector = addInspector(app, { rendermime, palette, labShell, restorer, state });
    const follow = (panel: NotebookPanel | null): void => {
      // a notebook that has the focus when it is opened becomes the current one before `widgetAdded` is emitted
      if (panel !== null) add(panel);
      variables.follow(panel);
      inspector.follow(panel, panel === null ? null : (contexts.get(panel) ?? null));
    };
    tracker.currentChanged.connect((_tracker, panel) => follow(panel));
    follow(tracker.currentWidget);
    addDocumentation(app, rendermime, settings, editors, completion);
    const annotations = new Annotations(isTapelab, inspector.open);
    const annotate = (panel: NotebookPanel): void => {
      const code = codes.get(panel);
      if (code !== undefined) annotations.add(panel, code);
    };
    tracker.forEach(annotate);
    tracker.widgetAdded.connect((_tracker, panel) => annotate(panel));
    editors?.addExtension({
      name: "tapelab-annotations",
      factory: () => EditorExtensionRegistry.createImmutableExtension(annotations.extension),
    });
    addAnnotationCommands(app, palette, settings?.load(id) ?? null, annotations);
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
