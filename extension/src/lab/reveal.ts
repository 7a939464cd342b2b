/** The command that goes from the selected lines of a cell to the operations that they recorded. */
import type { JupyterFrontEnd } from "@jupyterlab/application";
import { type ICommandPalette, Notification } from "@jupyterlab/apputils";
import type { PanelCode } from "./code.ts";

const command = "tapelab:reveal-operations";

/** Adds the command; `current` returns the code of the notebook in front, or `null` if that is not one of Tapelab. */
export function addRevealCommand(
  { commands }: JupyterFrontEnd,
  palette: ICommandPalette | null,
  current: () => PanelCode | null,
): void {
  commands.addCommand(command, {
    label: "Show the Operations of the Selected Lines",
    caption: "Goes to the first row, in a tape or another view, that the selected lines recorded",
    isEnabled: () => current() !== null,
    isVisible: () => current() !== null,
    execute: () => {
      if (current()?.revealSelection() === false)
        Notification.info("No view of this notebook shows an operation that these lines recorded.", {
          autoClose: 4000,
        });
    },
  });
  palette?.addItem({ command, category: "Tapelab" });
}
