/** The commands of annotations, and the setting that they change. */
import type { JupyterFrontEnd } from "@jupyterlab/application";
import { type ICommandPalette, Notification } from "@jupyterlab/apputils";
import type { NotebookPanel } from "@jupyterlab/notebook";
import type { ISettingRegistry } from "@jupyterlab/settingregistry";
import type { Annotations } from "./annotations.ts";

const key = "annotations";

/** Adds the commands, and shows the annotations as the setting says; without a registry of settings, they are shown until the command hides them. */
export function addAnnotationCommands(
  { commands, shell }: JupyterFrontEnd,
  palette: ICommandPalette | null,
  loading: Promise<ISettingRegistry.ISettings> | null,
  annotations: Annotations,
): void {
  let settings: ISettingRegistry.ISettings | null = null;
  let isShown = true;
  const apply = (shown: boolean): void => {
    isShown = shown;
    annotations.show(shown);
    commands.notifyCommandChanged(toggle);
  };
  const follow = (): void => apply(settings?.get(key).composite !== false);
  const toggle = "tapelab:toggle-annotations";
  commands.addCommand(toggle, {
    label: "Annotate Lines with Shapes and Gradients",
    caption: "Shows at the end of each line that made a tensor its shape, and the size of the gradient that passed",
    isToggleable: true,
    isToggled: () => isShown,
    execute: async () => {
      if (settings === null) apply(!isShown);
      else await settings.set(key, !isShown);
    },
  });
  const open = "tapelab:open-line";
  commands.addCommand(open, {
    label: "Open the Operation of the Current Line",
    caption: "Opens the tape at the last operation that the line with the cursor recorded",
    execute: () => {
      const panel = shell.currentWidget;
      if (panel === null || !annotations.openCurrent(panel as NotebookPanel))
        Notification.info("The line with the cursor has no annotation.", { autoClose: 4000 });
    },
  });
  for (const command of [toggle, open]) palette?.addItem({ command, category: "Tapelab" });
  if (loading === null) return follow();
  void loading.then((loaded) => {
    settings = loaded;
    loaded.changed.connect(follow);
    follow();
  }, follow);
}
