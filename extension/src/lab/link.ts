/** Links from something in the page to its other half in the kernel, which outlive restarts of the kernel and reloads of the page. */
import type { ISessionContext } from "@jupyterlab/apputils";
import type { Kernel } from "@jupyterlab/services";
import type { JSONObject } from "@lumino/coreutils";
import { kernelName } from "./kernel.ts";

/** Why there is no other half. */
export type Absence = "no kernel" | "starting" | "other kernel" | "unknown";

export interface LinkListener {
  onMessage(data: JSONObject): void;
  /** Called when the other half is not there, or no longer. */
  onAbsent(why: Absence): void;
}

export interface Link {
  /** Sends a message; nothing is sent while the other half is absent. */
  send(data: JSONObject): void;
  close(): void;
}

/** Opens a comm to the target in the kernel, now and whenever there is a new kernel. */
export type KernelLink = (target: string, opening: JSONObject, listener: LinkListener) => Link;

/** The states in which a kernel answers, sooner or later. */
const answers = new Set(["idle", "busy"]);

/** Once these have been seen, the comms of before are gone. */
const ends = new Set(["restarting", "autorestarting", "dead", "terminating"]);

export const linkTo =
  (session: ISessionContext): KernelLink =>
  (target, opening, listener) => {
    let comm: Kernel.IComm | null = null;
    const drop = (): void => {
      const old = comm;
      comm = null;
      if (old !== null && !old.isDisposed) old.close();
    };
    const connect = (): void => {
      const kernel = session.session?.kernel ?? null;
      if (kernel === null || ends.has(kernel.status)) comm = null;
      if (comm !== null && !comm.isDisposed) return;
      if (kernel === null || kernel.status === "dead" || kernel.status === "terminating")
        return listener.onAbsent("no kernel");
      if (kernel.name !== kernelName) return listener.onAbsent("other kernel");
      if (!answers.has(kernel.status)) return listener.onAbsent("starting");
      const opened = kernel.createComm(target);
      comm = opened;
      opened.onMsg = ({ content }) => {
        if (comm === opened) listener.onMessage(content.data);
      };
      opened.onClose = () => {
        if (comm !== opened) return;
        comm = null;
        listener.onAbsent("unknown");
      };
      opened.open(opening);
    };
    const reconnect = (): void => {
      drop();
      connect();
    };
    session.statusChanged.connect(connect);
    session.kernelChanged.connect(reconnect);
    connect();
    return {
      send: (data) => {
        if (comm !== null && !comm.isDisposed) comm.send(data);
      },
      close: () => {
        session.statusChanged.disconnect(connect);
        session.kernelChanged.disconnect(reconnect);
        drop();
      },
    };
  };
