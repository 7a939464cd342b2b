/** Assembles the main thread: engine, modules, executor, output and interrupts. */

// the engine loads this when it needs it; an interrupt in the middle of that would leave it half loaded
import "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import v8 from "node:v8";
import vm from "node:vm";
import { Annotations } from "../notebook/annotations.ts";
import { notebookGlobals } from "../notebook/globals.ts";
import { InspectorPanels } from "../notebook/inspector.ts";
import { serveWidgetStates } from "../notebook/interact/widget.ts";
import { LiveSteps } from "../notebook/live-steps.ts";
import { LiveTrainings } from "../notebook/trainings.ts";
import { VariablesPanel } from "../notebook/variables.ts";
import { LiveWatches } from "../notebook/watches.ts";
import type { WireToMain } from "../shared/messages.ts";
import { TapeBreakpoints } from "./breakpoints/tape-breakpoints.ts";
import { Executor } from "./cells/executor.ts";
import { DebugServices } from "./debugging/services.ts";
import { Displays } from "./display/displays.ts";
import { explanationBy } from "./errors/explanation.ts";
import { growthWarner } from "./errors/growth-warning.ts";
import { tracebackText } from "./errors/traceback.ts";
import { currentExecution } from "./execution/execution.ts";
import { CommManager } from "./frontend/comms.ts";
import { createPrompt } from "./frontend/prompt.ts";
import { unitOf } from "./interrupts/awaits.ts";
import { bindCallbacks } from "./interrupts/callbacks.ts";
import { closeOrphanedPipes } from "./interrupts/closers.ts";
import { bindResources } from "./interrupts/resources.ts";
import { captureSite } from "./locations/call-sites.ts";
import { cellOf, latestCells, locate, textOf } from "./locations/cell-sources.ts";
import { prepareStacks } from "./locations/stacks.ts";
import { CellModules } from "./modules/cell-modules.ts";
import { hookModules } from "./modules/node-hooks.ts";
import { redirectChildren } from "./output/child-output.ts";
import { redirectProcessStreams } from "./output/process-streams.ts";
import { OutputStreams } from "./output/streams.ts";
import { listenForUncaught, refuseExits } from "./process/exits.ts";
import type { Threads } from "./threads.ts";

/** Number of operations of each cell run whose value, gradient and line the tape view can show: in all, and before sampling begins. */
const watchedNodes = 10_000;
const watchedFirst = 1_000;
/** Memory of the values and gradients that the operations of a cell run may keep for the views. */
const watchedBytes = 256e6;

/** Length of captured stacks, so that frames of libraries do not push out those of the user's code. */
const stackFrames = 50;

type Engine = typeof import("tapelab");

/** Returns a function that runs a full garbage collection. */
function collector(): () => void {
  v8.setFlagsFromString("--expose-gc");
  const collect = vm.runInNewContext("gc") as () => void;
  v8.setFlagsFromString("--no-expose-gc");
  return collect;
}

/** Returns the global `$tapelab`, which compiled cells and the wire worker's inspector session call. */
function compiledCodeGlobals(
  engine: Engine,
  modules: CellModules,
  executor: Executor,
  debug: DebugServices,
  stops: TapeBreakpoints["services"],
): object {
  const { add, sub, mul, div, remainder, pow, neg, eq, ne, lt, le, gt, ge, logicalNot } = engine;
  const { bitwiseAnd, bitwiseOr, bitwiseXor, bitwiseNot } = engine;
  return {
    add,
    sub,
    mul,
    div,
    remainder,
    pow,
    neg,
    eq,
    ne,
    lt,
    le,
    gt,
    ge,
    logicalNot,
    bitwiseAnd,
    bitwiseOr,
    bitwiseXor,
    bitwiseNot,
    meta: modules.metaOf(join(modules.root, "notebook.ts")),
    load: modules.load,
    import: modules.import,
    unit: unitOf,
    collect: collector(),
    noteStop: executor.stopSite.note,
    debug,
    stops,
    returned: (value: unknown) => value,
  };
}

/** Reports errors and rejections that no code has caught, as errors of the cell that caused them. */
function reportUncaught(executor: Executor): void {
  listenForUncaught((error) => {
    const execution = currentExecution();
    if (execution === undefined) process.stderr.write(`${tracebackText(error)}\n`);
    else executor.reportUncaught(error, execution);
  });
}

/** Replaces functions of Node, so that output and resources belong to the execution that causes them. */
function patchNode(streams: OutputStreams, { send, childPids }: Threads, log: (text: string) => void): void {
  // warnings of Node are not output of the cell
  process.removeAllListeners("warning");
  process.on("warning", (warning) => log(`${warning.name}: ${warning.message}\n`));
  redirectProcessStreams(streams);
  redirectChildren(streams, send);
  bindCallbacks();
  bindResources(dirname(fileURLToPath(import.meta.resolve("tapelab"))), childPids);
  refuseExits();
}

/** Starts the main thread and returns the function that receives messages of the wire worker. */
export async function startRuntime(threads: Threads): Promise<(message: WireToMain) => void> {
  const { send, compile, compileFile, announceScript, cellPathPrefix } = threads;
  const { interruptSeen, interruptPatience, inputReady, stopAnswer, answers } = threads;
  const engine = await import("tapelab");
  const provided = new Map<string, unknown>([
    ["tapelab", engine],
    ["tapelab/check", await import("tapelab/check")],
  ]);
  const { host } = engine;
  Error.stackTraceLimit = stackFrames;
  prepareStacks();
  const comms = new CommManager(send);
  const modules = new CellModules(process.cwd(), provided, compileFile, announceScript);
  hookModules(modules, new Map([...provided.keys()].map((name) => [name, import.meta.resolve(name)])));
  const log = process.stderr.write.bind(process.stderr);
  const streams: OutputStreams = new OutputStreams(send, () => executor.runningExecution, log);
  const explain = explanationBy(host);
  const executor: Executor = new Executor({
    send,
    streams,
    compile,
    modules,
    announceScript,
    beforeCell: (cell) => {
      debug.forget();
      breakpoints.beforeCell(cell?.id ?? null);
      prepareStacks();
      host.beginRun(cell === null || cell.id === null ? null : { id: cell.id, count: cell.count });
      host.setWatch({ nodes: watchedNodes, first: watchedFirst, bytes: watchedBytes, site: captureSite });
      host.watchGrowth(growthWarner());
      annotations.beginRun();
    },
    explain,
    atEndOfCell: () => {
      const execution = currentExecution();
      if (execution !== undefined) watches.end(execution, true);
      host.reportGrowth();
      host.endRun(variables);
    },
    beforeFailure: (execution, waits) => {
      watches.end(execution, waits);
      trainings.end(execution, waits);
      passes.end(execution);
    },
    afterCell: () => {
      panel.refresh();
      inspectors.refresh();
      annotations.endRun();
    },
    // resets modes whose async body will never end, and files that will never be loaded
    afterInterrupt: () => {
      host.recover();
      modules.dropUnfinished();
      closeOrphanedPipes();
    },
  });
  const { variables } = executor;
  const breakpoints = new TapeBreakpoints({
    host,
    send,
    answer: stopAnswer,
    runningCell: () => executor.runningCell,
  });
  const { exportsOf, importedBy, paths: files } = modules;
  const debug = new DebugServices({ cellPathPrefix, variables, exportsOf, importedBy, files });
  const panel = new VariablesPanel(comms, variables);
  const inspectors = new InspectorPanels(comms);
  const annotations = new Annotations(comms, {
    variables,
    declared: executor.declarations.find,
    cell: cellOf,
    hash: (file) => textOf(file)?.hash ?? null,
    lineOf: (file, line, column) => locate(file, line, column)?.line ?? null,
  });
  const displays = new Displays(send);
  const watches = new LiveWatches(displays, comms);
  const passes = new LiveSteps(displays, comms);
  const trainings = new LiveTrainings(displays, interruptPatience, () => executor.runningExecution);
  host.setWatchPresenter(watches.present);
  host.setCellTexts(textOf);
  host.setDeclarations(executor.declarations.find);
  host.setVariables(() => variables);
  host.setCellSources({
    read: cellOf,
    latest: latestCells,
  });
  serveWidgetStates(comms);
  host.setLiveDisplay(passes.show);
  host.setTrainingPresenter(trainings.present);
  Object.assign(globalThis, notebookGlobals(displays, comms, explain), {
    // where checks show parts and hints
    [Symbol.for("tapelab.display")]: (bundle: Readonly<Record<string, string>>) => displays.display(bundle),
    prompt: createPrompt(send, answers, inputReady, () => executor.allowsInput),
    $tapelab: compiledCodeGlobals(engine, modules, executor, debug, breakpoints.services),
  });
  patchNode(streams, threads, log);
  reportUncaught(executor);
  // ignores SIGINT until the thread that watches for it has started
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
        Atomics.store(interruptSeen, 0, 1);
        executor.interrupt(message.memory);
        break;
      case "terminated":
        host.recover();
        executor.revive();
        break;
      case "exit":
        process.exit(0);
    }
  };
}
