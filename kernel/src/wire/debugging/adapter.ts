/** Answers the requests of the Debug Adapter Protocol that front ends send as `debug_request`. */
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import type { DebugProtocol } from "@vscode/debugprotocol";
import { hashSeed, pathSuffix } from "../../shared/cell-paths.ts";
import type { SourceLocation } from "../../shared/debugging.ts";
import type { LanguageClient } from "../answers/language-client.ts";
import { numberOf, textOf } from "../protocol/requests.ts";
import { type Breakpoint, Breakpoints } from "./breakpoints.ts";
import { FrameRequests } from "./frame-requests.ts";
import { Inspection } from "./inspection.ts";
import {
  type Arguments,
  breakpointsOf,
  type DebugRequest,
  debugRequestOf,
  failureOf,
  filtersOf,
  pathOf,
  RequestError,
  responseTo,
} from "./requests.ts";
import type { Script } from "./scripts.ts";
import type { DebugSession, StepKind } from "./session.ts";
import type { Sources } from "./sources.ts";
import { exceptionFilters, Stops } from "./stops.ts";

/** Id of the only thread: the main thread, which runs cells. */
const threadId = 1;

const capabilities: DebugProtocol.Capabilities = {
  supportsConfigurationDoneRequest: true,
  supportsConditionalBreakpoints: true,
  supportsHitConditionalBreakpoints: true,
  supportsLogPoints: true,
  supportsEvaluateForHovers: true,
  supportsModulesRequest: true,
  supportsExceptionInfoRequest: true,
  supportsSetExpression: true,
  supportsClipboardContext: true,
  exceptionBreakpointFilters: [...exceptionFilters],
};

/** Requests that are answered while the debugger is off. */
const always: ReadonlySet<string> = new Set([
  "initialize",
  "attach",
  "disconnect",
  "debugInfo",
  "dumpCell",
  "source",
  "modules",
  "inspectVariables",
  "variables",
  "richInspectVariables",
  "copyToGlobals",
  "evaluate",
  "threads",
  "setBreakpoints",
  "configurationDone",
]);

type Handler = (args: Arguments) => object | Promise<object>;

/** The debug adapter of a kernel. */
export class DebugAdapter {
  readonly #session: DebugSession;
  readonly #language: LanguageClient;
  readonly #attached: Int32Array;
  readonly #sources: Sources;
  readonly #breakpoints: Breakpoints;
  readonly #inspection: Inspection;
  readonly #stops: Stops;
  readonly #frames: FrameRequests;
  readonly #handlers: Readonly<Record<string, Handler>>;
  readonly #send: (event: string, body: object) => void;
  #isStarted = false;

  /**
   * @param send Publishes an event.
   * @param attached Set to 1 while the main thread has to announce the scripts that it compiles.
   */
  constructor(
    session: DebugSession,
    language: LanguageClient,
    sources: Sources,
    attached: Int32Array,
    send: (event: string, body: object) => void,
  ) {
    this.#session = session;
    this.#send = send;
    this.#language = language;
    this.#attached = attached;
    this.#sources = sources;
    this.#breakpoints = new Breakpoints(session, async (path) => this.#linesWithCode(path));
    this.#inspection = new Inspection(session, language);
    this.#stops = new Stops(
      session,
      this.#breakpoints,
      this.#inspection,
      (at) => this.#isHandled(at),
      (event, body) => {
        if (event === "continued") this.#frames.clear();
        send(event, { ...body, threadId });
      },
    );
    this.#frames = new FrameRequests(session, this.#inspection, this.#stops);
    this.#handlers = this.#createHandlers(send);
  }

  /** Returns the content of the reply to a `debug_request`. */
  async answer(content: Arguments): Promise<object> {
    const request: DebugRequest = debugRequestOf(content);
    const { command } = request;
    const handler = Object.hasOwn(this.#handlers, command) ? this.#handlers[command] : undefined;
    if (handler === undefined) return failureOf(request, `the debugger has no request ${JSON.stringify(command)}`);
    if (!this.#isStarted && !always.has(command))
      return failureOf(request, `${command}: the debugger is not started; send initialize and attach first`);
    try {
      return responseTo(request, await handler(request.arguments));
    } catch (error) {
      return failureOf(request, error instanceof RequestError ? error.message : `${command}: ${String(error)}`);
    }
  }

  /** Tells the front end that the kernel ends. */
  end(): void {
    if (this.#stops.isStopped) this.#send("continued", { allThreadsContinued: true, threadId });
    if (this.#isStarted) this.#send("terminated", {});
  }

  /** Sets the breakpoints of a script that the main thread has compiled. */
  async compiled(file: string): Promise<void> {
    // V8's reports of earlier scripts come before this reply
    const [path] = await this.#session.call<(string | null)[]>("paths", [file]);
    const isOfFile = ({ url }: Script): boolean =>
      url === file || (url.startsWith("file:") && fileURLToPath(url) === file);
    const script = this.#session.scripts.all().findLast(isOfFile);
    if (path != null && script !== undefined) await this.#breakpoints.addScript(script, path);
  }

  #createHandlers(send: (event: string, body: object) => void): Record<string, Handler> {
    const step = (kind: StepKind) => async (): Promise<object> => {
      this.#stops.requirePause();
      await this.#stops.step(kind);
      return {};
    };
    return {
      initialize: (args) => this.#initialize(args),
      attach: async () => {
        await this.#attach();
        send("initialized", {});
        return {};
      },
      disconnect: async () => {
        await this.#disconnect();
        send("terminated", {});
        return {};
      },
      configurationDone: () => ({}),
      debugInfo: () => this.#debugInfo(),
      dumpCell: (args) => ({ sourcePath: this.#sources.announce(textOf(args["code"])) }),
      source: (args) => this.#source(args),
      modules: (args) => this.#modules(args),
      setBreakpoints: (args) => this.#setBreakpoints(args),
      setExceptionBreakpoints: async (args) => {
        await this.#stops.setExceptionFilters(filtersOf(args));
        return {};
      },
      exceptionInfo: () => this.#stops.exceptionInfo(),
      threads: () => ({ threads: [{ id: threadId, name: "main" }] }),
      stackTrace: (args) => this.#frames.stackTrace(args),
      scopes: (args) => this.#frames.scopes(args),
      variables: (args) => this.#frames.variables(args),
      evaluate: (args) => this.#frames.evaluate(args),
      setExpression: (args) => this.#frames.setExpression(args),
      continue: async () => {
        await this.#stops.resume();
        return { allThreadsContinued: true };
      },
      pause: async () => {
        await this.#stops.pause();
        return {};
      },
      next: step("over"),
      stepIn: step("into"),
      stepOut: step("out"),
      inspectVariables: () => this.#frames.inspectVariables(),
      richInspectVariables: (args) => this.#frames.richInspect(args),
      copyToGlobals: (args) => this.#frames.copyToGlobals(args),
    };
  }

  #initialize(args: Arguments): object {
    this.#isStarted = true;
    this.#frames.isJupyterLab = textOf(args["clientID"]) === "jupyterlab";
    return capabilities;
  }

  async #attach(): Promise<void> {
    await this.#session.acquire(this.#stops.user);
    this.#isStarted = true;
    Atomics.store(this.#attached, 0, 1);
    const scripts = this.#session.scripts.all();
    const paths = await this.#session.call<(string | null)[]>(
      "paths",
      scripts.map(({ url }) => url),
    );
    for (const [i, path] of paths.entries()) {
      const script = scripts[i];
      if (path != null && script !== undefined) await this.#breakpoints.addScript(script, path);
    }
  }

  async #disconnect(): Promise<void> {
    Atomics.store(this.#attached, 0, 0);
    this.#isStarted = false;
    this.#frames.isJupyterLab = false;
    await this.#stops.setExceptionFilters([]);
    await this.#stops.resume();
    this.#breakpoints.clear();
    await this.#session.release(this.#stops.user);
  }

  #debugInfo(): object {
    return {
      isStarted: this.#isStarted,
      hashMethod: "Murmur2",
      hashSeed,
      tmpFilePrefix: this.#sources.prefix,
      tmpFileSuffix: pathSuffix,
      breakpoints: this.#breakpoints
        .all()
        .map(([source, breakpoints]) => ({ source, breakpoints: breakpoints.map((b) => this.#shownBreakpoint(b)) })),
      stoppedThreads: this.#stops.isStopped ? [threadId] : [],
      richRendering: true,
      exceptionPaths: [],
      copyToGlobals: true,
    };
  }

  #shownBreakpoint({ id, line, path, isVerified, condition, hitCondition, logMessage }: Breakpoint): object {
    const source = { name: basename(path), path };
    const message = isVerified ? {} : { message: "there is no code at this line or below" };
    return { id, verified: isVerified, line, source, condition, hitCondition, logMessage, ...message };
  }

  async #setBreakpoints(args: Arguments): Promise<object> {
    const breakpoints = await this.#breakpoints.replace(pathOf(args), breakpointsOf(args));
    return { breakpoints: breakpoints.map((b) => this.#shownBreakpoint(b)) };
  }

  async #linesWithCode(path: string): Promise<readonly number[] | null> {
    const code = await this.#sources.textOf(path);
    if (code === null) return null;
    const { lines } = (await this.#language.ask({ kind: "lines", code, path })) as {
      readonly lines: readonly number[];
    };
    return lines;
  }

  async #isHandled({ path, line, column }: SourceLocation): Promise<boolean> {
    const code = await this.#sources.textOf(path);
    if (code === null) return false;
    const request = { kind: "handled", code, path, line, column } as const;
    return ((await this.#language.ask(request)) as { readonly isHandled: boolean }).isHandled;
  }

  async #source(args: Arguments): Promise<object> {
    const path = pathOf(args);
    const content = await this.#sources.textOf(path);
    if (content === null) throw new RequestError(`source: there is no text for ${path}`);
    return { content, mimeType: /\.[cm]?jsx?$/.test(path) ? "text/javascript" : "text/typescript" };
  }

  async #modules(args: Arguments): Promise<object> {
    const all = await this.#session.call<readonly string[]>("files");
    const start = numberOf(args["startModule"]);
    const modules = all.slice(start, start + (numberOf(args["moduleCount"]) || all.length));
    return {
      modules: modules.map((path, i) => ({ id: start + i, name: basename(path), path })),
      totalModules: all.length,
    };
  }
}
