/** The JupyterLab plugin: draws tapes, gradients and tensors in notebooks, consoles and files, and lists a notebook's variables. */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { INotebookTracker, type NotebookPanel } from "@jupyterlab/notebook";
import { IRenderMimeRegistry } from "@jupyterlab/rendermime";
import { addFactories } from "./factories.js";
import { jumpIn } from "./lab/jump.js";
import { VariablesPanel } from "./lab/variables.js";

const plugin: JupyterFrontEndPlugin<void> = {
  id: "@tapelab/jupyterlab:plugin",
  description: "Draws tapes, gradients and tensors of Tapelab",
  autoStart: true,
  requires: [INotebookTracker, IRenderMimeRegistry],
  activate: (app: JupyterFrontEnd, tracker: INotebookTracker, rendermime: IRenderMimeRegistry): void => {
    addFactories(rendermime, null);
    // a notebook has a registry of its own, whose renderers know their notebook
    const add = (panel: NotebookPanel): void => addFactories(panel.content.rendermime, jumpIn(panel));
    tracker.forEach(add);
    tracker.widgetAdded.connect((_tracker, panel) => add(panel));
    const variables = new VariablesPanel();
    app.shell.add(variables, "right", { rank: 600 });
    tracker.currentChanged.connect((_tracker, panel) => variables.follow(panel));
  },
};

export default plugin;
