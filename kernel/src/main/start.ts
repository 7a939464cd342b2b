/** Puts the main thread together: engine, executor, output, interrupts. */

// the engine asks Node for these when it needs them: one that an interrupt finds half loaded would stay so
import "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import v8 from "node:v8";
import vm from "node:vm";
import type { MessagePort } from "node:worker_threads";
import { notebookGlobals } from "../notebook/globals.ts";
import { serveWidgetStates } from "../notebook/interact/widget.ts";
import { Variables } from "../notebook/variables.ts";
import type { Compiled, CompiledFile, CompileRequest, MainToWire, WireToMain } from "../shared/messages.ts";
import { Displays } from "./display/displays.ts";
import { growthWarner } from "./errors/growth.ts";
import { thrownText } from "./errors/traceback.ts";
import { Executor } from "./execution/executor.ts";
import { CommManager } from "./frontend/comms.ts";
import { createPrompt } from "./frontend/prompt.ts";
import { unitOf } from "./interrupts/awaits.ts";
import { guardCallbacks } from "./interrupts/callbacks.ts";
import { closeOrphanedPipes, holdHandles, noteChildren } from "./interrupts/handles.ts";
import { captureSite } from "./locations/call-sites.ts";
import { prepareStacks } from "./locations/stacks.ts";
import { CellModules } from "./modules/cell-modules.ts";
import { hookModules } from "./modules/hooks.ts";
import { captureChildren } from "./output/children.ts";
import { captureStdio } from "./output/stdio.ts";
import { CellStreams } from "./output/streams.ts";
import { currentOwner } from "./ownership/owner.ts";
import { listenForUncaught, refuseExits } from "./process/exits.ts";

/** Operations of each cell run whose value, gradient and line the tape view can show, and how many of them at once; the others as time goes by. */
const watchedNodes = 10_000;
const watchedFirst = 1_000;

/** Frames of a person's own code must not be cut off by those of libraries. */
const stackFrames = 50;

/** What the main thread has to the other two. */
export interface Connections {
  readonly send: (message: MainToWire) => void;
  readonly compile: (request: CompileRequest) => Promise<Compiled>;
  /** Compiles a file that a cell imports. */
  readonly compileFile: (path: string) => CompiledFile;
  /** Set when an interrupt has been seen. */
  readonly seen: Int32Array;
  /** Raised when an input has come. */
  readonly typed: Int32Array;
  /** Processes that run beside this one. */
  readonly children: Int32Array;
  readonly answers: MessagePort;
}

/** Returns a function that runs a full garbage collection. */
function collector(): () => void {
  v8.setFlagsFromString("--expose-gc");
  const collect = vm.runInNewContext("gc") as () => void;
  v8.setFlagsFromString("--no-expose-gc");
  return collect;
}

/** Starts the runtime; what comes back takes the messages of the wire. */
export async function startRuntime({
  send,
  compile,
  compileFile,
  seen,
  typed,
  children,
  answers,
}: Connections): Promise<(message: WireToMain) => void> {
  const engine = await import("tapelab");
  Error.stackTraceLimit = stackFrames;
  prepareStacks();
  const comms = new CommManager(send);
  const modules = new CellModules(process.cwd(), new Map<string, unknown>([["tapelab", engine]]), compileFile);
  hookModules(modules, new Map([["tapelab", import.meta.resolve("tapelab")]]));
  const log = process.stderr.write.bind(process.stderr);
  const streams: CellStreams = new CellStreams(send, () => executor.runningOwner, log);
  const executor: Executor = new Executor({
    send,
    streams,
    compile,
    modules,
    beforeCell: () => {
      prepareStacks();
      engine.host.setWatch({ nodes: watchedNodes, first: watchedFirst, site: captureSite });
      engine.host.watchGrowth(growthWarner());
    },
    atEndOfCell: engine.host.reportGrowth,
    afterCell: () => variables.changed(),
    // modes whose async body will never end, and files whose loading will not
    afterInterrupt: () => {
      engine.host.recover();
      modules.dropUnfinished();
      closeOrphanedPipes();
    },
  });
  const variables = new Variables(comms, executor.locals);
  engine.host.setNamer((t) => Object.keys(executor.locals).find((name) => executor.locals[name] === t) ?? null);
  const { add, sub, mul, div, remainder, pow, neg } = engine;
  // what rewritten cells call
  const meta = modules.metaOf(join(modules.root, "notebook.ts"));
  const { load, import: dynamic } = modules;
  const $tapelab = {
    add,
    sub,
    mul,
    div,
    remainder,
    pow,
    neg,
    meta,
    load,
    import: dynamic,
    unit: unitOf,
    collect: collector(),
    noteStop: executor.stopSite.note,
  };
  serveWidgetStates(comms);
  Object.assign(globalThis, notebookGlobals(new Displays(send), comms), {
    prompt: createPrompt(send, answers, typed, () => executor.allowsInput),
    $tapelab,
  });
  // what Node warns of is not what the cell wrote
  process.removeAllListeners("warning");
  process.on("warning", (warning) => log(`${warning.name}: ${warning.message}\n`));
  captureStdio(streams);
  captureChildren(streams, send);
  guardCallbacks();
  holdHandles(dirname(fileURLToPath(import.meta.resolve("tapelab"))));
  noteChildren(children);
  refuseExits();
  const late = (error: unknown): void => {
    const owner = currentOwner();
    if (owner === undefined) process.stderr.write(`${thrownText(error)}\n`);
    else executor.throwLate(error, owner);
  };
  listenForUncaught(late);
  // until the thread that watches for it is there
  process.on("SIGINT", () => {});
  send({ kind: "ready" });
  return (message) => {
    switch (message.kind) {
      case "execute":
        executor.execute(message.request);
        break;
      case "comm":
        comms.receive(message.parent, message.message);
        break;
      case "interrupt":
        Atomics.store(seen, 0, 1);
        executor.interrupt(message.memory);
        break;
      case "terminated":
        engine.host.recover();
        executor.revive();
        break;
      case "exit":
        process.exit(0);
    }
  };
}
