/** Commands for a stopped program. */
import type { JupyterFrontEnd } from "@jupyterlab/application";
import type { ICommandPalette } from "@jupyterlab/apputils";
import type { StopVerb } from "tapelab/view";
import type { Breakpoints } from "./breakpoints.js";

const category = "Tapelab";

const verbs: readonly (readonly [how: StopVerb, label: string])[] = [
  ["continue", "Continue the Stopped Program"],
  ["step", "Step to the Next Op"],
  ["over", "Step over the Scope"],
  ["out", "Step out of the Scope"],
  ["abort", "Abort the Stopped Program"],
];

/** The breakpoints of the notebook in front, and what moves the focus to its stop. */
export interface FrontStop {
  readonly breakpoints: Breakpoints;
  readonly focus: () => void;
}

/** Adds the commands, which are enabled while the program of the notebook in front is stopped. */
export function addStopCommands(
  app: JupyterFrontEnd,
  palette: ICommandPalette | null,
  front: () => FrontStop | null,
): void {
  const add = (name: string, label: string, execute: (stop: FrontStop) => void): void => {
    const command = `tapelab:stop-${name}`;
    app.commands.addCommand(command, {
      label,
      isEnabled: () => (front()?.breakpoints.stop ?? null) !== null,
      execute: () => {
        const stop = front();
        if (stop !== null) execute(stop);
      },
    });
    palette?.addItem({ command, category });
  };
  for (const [how, label] of verbs) add(how, label, ({ breakpoints }) => breakpoints.go(how));
  add("show", "Go to the Stopped Program", ({ focus }) => focus());
}
