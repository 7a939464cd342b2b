/** Adds the inspector to JupyterLab: the panel at the right, its commands, its help page, and documents of tapes. */
import type { ILabShell, ILayoutRestorer, JupyterFrontEnd } from "@jupyterlab/application";
import {
  Dialog,
  type ICommandPalette,
  InputDialog,
  MainAreaWidget,
  showDialog,
  showErrorMessage,
} from "@jupyterlab/apputils";
import { PathExt } from "@jupyterlab/coreutils";
import type { NotebookPanel } from "@jupyterlab/notebook";
import type { IRenderMimeRegistry } from "@jupyterlab/rendermime";
import type { IStateDB } from "@jupyterlab/statedb";
import { SplitPanel, Widget } from "@lumino/widgets";
import type { TapeData } from "tapelab/view";
import { helpText } from "../panel/help.js";
import { hintKey, InspectorPanel, type PanelOptions } from "../panel/panel.js";
import { panelSections } from "../panel/sections.js";
import { PanelSession } from "../panel/session.js";
import type { ViewContext } from "../render/shared/view.js";
import { drawDocumentation } from "./documentation.js";
import { addTapeDocuments } from "./tape-documents.js";

const category = "Tapelab";
export const inspectorId = "tapelab-inspector";

/** Parts of the front end; what a front end does not have is `null`. */
export interface InspectorOptions {
  readonly rendermime: IRenderMimeRegistry;
  readonly palette: ICommandPalette | null;
  /** The shell of JupyterLab, whose main area takes the help page; Notebook 7 has another one. */
  readonly labShell: ILabShell | null;
  readonly restorer: ILayoutRestorer | null;
  readonly state: IStateDB | null;
}

/** The inspector of the page. */
export interface Inspector {
  /** Makes the panel follow a notebook, with the parts of the page that its views use. */
  follow(notebook: NotebookPanel | null, context: ViewContext | null): void;
  /** Opens a row of a tape in the panel; returns false while the panel follows no notebook. */
  open(title: string, note: string, tape: TapeData, row: number): boolean;
}

/** Adds the inspector. */
export function addInspector(app: JupyterFrontEnd, options: InspectorOptions): Inspector {
  const { palette, restorer, state } = options;
  const help = (): void => void showHelp(app, options);
  const panelOptions: Omit<PanelOptions, "sections"> = {
    hintWasRead: async () => (await state?.fetch(hintKey)) === true,
    hintRead: () => void state?.save(hintKey, true),
    help,
  };
  const panel = new InspectorPanel({ ...panelOptions, sections: panelSections });
  panel.id = inspectorId;
  app.shell.add(panel, "right", { rank: 590 });
  restorer?.add(panel, inspectorId);
  addCommands(app, palette, panel, help);
  addTapeDocuments(app, {
    latex: options.rendermime.latexTypesetter,
    makePanel: () =>
      new InspectorPanel({ ...panelOptions, sections: panelSections.filter(({ forFiles }) => forFiles) }),
  });
  const sessions = new WeakMap<NotebookPanel, PanelSession>();
  return {
    follow(notebook, context) {
      if (notebook === null || context === null) return panel.follow(null);
      const known = sessions.get(notebook);
      const session = known ?? new PanelSession(notebook, context);
      panel.follow(session);
      if (known !== undefined) return;
      sessions.set(notebook, session);
      notebook.disposed.connect(() => {
        if (panel.session === session) panel.follow(null);
      });
    },
    open(title, note, tape, row) {
      if (panel.session === null) return false;
      showPanel(app, panel);
      panel.showSection("tape");
      panel.session.show(title, note, tape, row);
      return true;
    },
  };
}

/** Shows the panel. */
function showPanel({ shell }: JupyterFrontEnd, panel: InspectorPanel): void {
  shell.activateById(inspectorId);
  // Notebook 7 has the panel in a side bar that opens by itself
  if ("expandRight" in shell) (shell.expandRight as (id: string) => void)(inspectorId);
  requestAnimationFrame(() => widen(panel));
}

/** Shows the help page, in a tab of JupyterLab or in a dialog elsewhere. */
async function showHelp(app: JupyterFrontEnd, { labShell, rendermime }: InspectorOptions): Promise<void> {
  const id = "tapelab-inspector-help";
  const content = new Widget({ node: await drawDocumentation(rendermime, helpText(panelSections)) });
  content.addClass("tapelab-help");
  if (labShell === null) {
    await showDialog({ title: "The inspector", body: content, buttons: [Dialog.okButton()] });
    return;
  }
  const open = [...labShell.widgets("main")].find((widget) => widget.id === id);
  if (open === undefined) {
    const page = new MainAreaWidget({ content });
    page.id = id;
    page.title.label = "Inspector Help";
    labShell.add(page, "main");
  }
  app.shell.activateById(id);
}

/** Widths in pixels: the one below which a side bar has not been made wider by the person, and the one that the columns need. */
const narrow = 300;
const wanted = 460;

/** Makes a side bar of the first width wide enough for the columns of the tape. */
function widen(panel: Widget): void {
  let split = panel.parent;
  while (split !== null && !(split instanceof SplitPanel)) split = split.parent;
  if (split === null || panel.node.offsetWidth >= narrow) return;
  const sizes = split.relativeSizes();
  const share = Math.min(wanted / split.node.offsetWidth, 0.4);
  const last = sizes.length - 1;
  const main = sizes.indexOf(Math.max(...sizes));
  const gained = share - (sizes[last] ?? 0);
  split.setRelativeSizes(sizes.map((size, i) => (i === last ? share : i === main ? size - gained : size)));
}

function addCommands(
  app: JupyterFrontEnd,
  palette: ICommandPalette | null,
  panel: InspectorPanel,
  help: () => void,
): void {
  const open = (): void => showPanel(app, panel);
  const add = (
    name: string,
    label: string,
    caption: string,
    execute: () => void,
    isEnabled = (): boolean => true,
  ): void => {
    const command = `tapelab:${name}`;
    app.commands.addCommand(command, { label, caption, execute, isEnabled });
    palette?.addItem({ command, category });
  };
  const hasTape = (): boolean => panel.session?.current !== null && panel.session !== null;
  const has = (): boolean => panel.session !== null;
  add("inspector", "Show the Inspector", "Opens the panel with the tape of the notebook", open);
  for (const { name, title, about } of panelSections)
    add(`inspector-${name}`, `Inspector: ${title}`, about, () => {
      open();
      panel.showSection(name);
    });
  add(
    "search-tape",
    "Search the Tape",
    "Opens the tape in the inspector, and goes to its search",
    () => {
      open();
      panel.showSection("tape");
      panel.content?.node.querySelector<HTMLElement>(".tapelab-search-input")?.focus();
    },
    has,
  );
  add(
    "pin-tape",
    "Keep the Tape in the Inspector",
    "Keeps the tape in the list, or no longer does",
    () => panel.session?.togglePin(),
    hasTape,
  );
  add(
    "save-tape",
    "Save the Whole Tape…",
    "Writes all rows of the tape into a file",
    () => void saveTape(app, panel),
    hasTape,
  );
  add("inspector-help", "Inspector Help", "Sections, search and keys of the inspector", help);
}

const title = "Save the whole tape";

/** Asks for a name, has the kernel write the file, and opens it. */
async function saveTape(app: JupyterFrontEnd, { session }: InspectorPanel): Promise<void> {
  const current = session?.current ?? null;
  if (session === null || current === null) return;
  if (current.id === null || session.kernel.absence !== null) {
    return showErrorMessage(title, "The kernel does not have this tape any more, so not all of its rows can be saved.");
  }
  const name = /^[\p{L}\p{N}_.-]+/u.exec(current.title)?.[0] ?? "tape";
  const { value } = await InputDialog.getText({
    title,
    label: "Name of the file, beside the notebook",
    text: `${name}.tape.json.gz`,
  });
  if (value === null) return;
  try {
    const answer = await session.kernel.ask({ kind: "save", id: current.id, path: value });
    if (answer.kind !== "saved") return;
    const folder = PathExt.dirname(session.notebook?.context.localPath ?? "");
    await app.commands.execute("docmanager:open", { path: PathExt.join(folder, answer.path) });
  } catch (error) {
    await showErrorMessage(title, error instanceof Error ? error : String(error));
  }
}
