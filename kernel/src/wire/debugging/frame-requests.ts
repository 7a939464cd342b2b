/** Answers the requests about frames, variables and expressions. */
import { basename } from "node:path";
import type { ShownVariable } from "../../shared/debugging.ts";
import { numberOf, textOf } from "../protocol/requests.ts";
import type { Frame } from "./frames.ts";
import type { Inspection } from "./inspection.ts";
import { type Arguments, RequestError } from "./requests.ts";
import type { DebugSession } from "./session.ts";
import type { Stops } from "./stops.ts";

/** Types of primitive values. JupyterLab shows a type, where there is one, in place of the value. */
const primitives: ReadonlySet<string> = new Set([
  "number",
  "string",
  "boolean",
  "bigint",
  "null",
  "undefined",
  "symbol",
]);

/** Names that JavaScript and TypeScript allow for variables. */
const identifier = /^[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*$/u;

/** The requests about frames, variables and expressions. */
export class FrameRequests {
  /** Whether the front end is JupyterLab. */
  isJupyterLab = false;
  readonly #session: DebugSession;
  readonly #inspection: Inspection;
  readonly #stops: Stops;
  readonly #frames = new Map<number, Frame>();
  #ids = new WeakMap<Frame, number>();
  #count = 0;

  constructor(session: DebugSession, inspection: Inspection, stops: Stops) {
    this.#session = session;
    this.#inspection = inspection;
    this.#stops = stops;
  }

  /** Forgets the frames, which end when the program runs on. */
  clear(): void {
    this.#frames.clear();
  }

  #idOf(frame: Frame): number {
    const id = this.#ids.get(frame) ?? ++this.#count;
    this.#ids.set(frame, id);
    this.#frames.set(id, frame);
    return id;
  }

  /** Returns the frame that a request names; the innermost one of the program if it names none. */
  #frameOf(id: unknown): Frame {
    const frames = this.#stops.requirePause();
    const frame = id === undefined || id === null ? frames[0] : this.#frames.get(Number(id));
    if (frame === undefined)
      throw new RequestError(`there is no frame ${JSON.stringify(id)}; the program has run on since`);
    return frame;
  }

  /** Returns the frames of the program. */
  stackTrace(args: Arguments): object {
    const frames = this.#stops.requirePause();
    const start = numberOf(args["startFrame"]);
    const shown = frames.slice(start, start + (numberOf(args["levels"]) || frames.length));
    return {
      totalFrames: frames.length,
      stackFrames: shown.map((frame) => {
        const { path = "", line = 0, column = 0, cell = null } = frame.location ?? {};
        return {
          id: this.#idOf(frame),
          name: nameOf(frame),
          line,
          column,
          source: { name: cell === null ? basename(path) : cell.name, path },
          presentationHint: frame.id === "" ? "subtle" : "normal",
        };
      }),
    };
  }

  /** Returns the scopes of a frame. */
  async scopes(args: Arguments): Promise<object> {
    const frame = this.#frameOf(args["frameId"]);
    if (frame.id === "") return { scopes: [] };
    const { scopes } = await this.#inspection.scopes(frame);
    return {
      scopes: scopes.map(({ name, variablesReference, count }) => ({
        name,
        variablesReference,
        namedVariables: count,
        expensive: false,
        ...(name === "Locals" ? { presentationHint: "locals" } : {}),
      })),
    };
  }

  /** Returns the members of a scope or a value. */
  async variables(args: Arguments): Promise<object> {
    const reference = numberOf(args["variablesReference"]);
    const filter = args["filter"] === "indexed" || args["filter"] === "named" ? { filter: args["filter"] } : {};
    const members = await this.#inspection.members(reference, {
      ...(filter as { readonly filter?: "indexed" | "named" }),
      start: numberOf(args["start"]),
      count: numberOf(args["count"]),
    });
    if (members === null)
      throw new RequestError(`variables: there is no value ${reference}; the program has run on since`);
    return { variables: this.#shown(members) };
  }

  /** Returns the variables of the notebook. */
  async inspectVariables(): Promise<object> {
    return { variables: this.#shown(await this.#inspection.globals()) };
  }

  /** Returns variables as the front end shows them best. */
  #shown(variables: readonly ShownVariable[]): object[] {
    const isShown = (type: string): boolean => type !== "" && !(this.isJupyterLab && primitives.has(type));
    return variables.map(({ type, ...rest }) => (isShown(type) ? { ...rest, type } : rest));
  }

  /** Evaluates an expression in a frame; while the program runs, with the variables of the notebook. */
  async evaluate(args: Arguments): Promise<object> {
    const isStopped = this.#stops.isStopped;
    const frame = isStopped ? this.#frameOf(args["frameId"]) : null;
    const isRepl = args["context"] === "repl" || args["context"] === undefined;
    const { value, error } = await this.#inspection.evaluate(frame, textOf(args["expression"]));
    // JupyterLab reads the variables again only of a frame that it has not seen
    if (this.isJupyterLab && isRepl) this.#ids = new WeakMap();
    if (value === null) {
      if (isRepl && isStopped) await this.#session.call("logError", error);
      throw new RequestError(error);
    }
    const isLong = isRepl || args["context"] === "clipboard";
    const { name: _, value: result, ...rest } = await this.#inspection.describe(value, isLong);
    return { result, ...rest };
  }

  /** Assigns to a variable, a property or an element. */
  async setExpression(args: Arguments): Promise<object> {
    const frame = this.#frameOf(args["frameId"]);
    const code = `${textOf(args["expression"])} = ${textOf(args["value"])}`;
    const { value, error } = await this.#inspection.evaluate(frame, code);
    if (value === null) throw new RequestError(error);
    return this.#inspection.describe(value, false);
  }

  /** Returns the MIME bundle of a variable. */
  async richInspect(args: Arguments): Promise<object> {
    const name = textOf(args["variableName"]);
    const frame = this.#stops.isStopped ? this.#frameOf(args["frameId"]) : null;
    const evaluated = identifier.test(name) ? await this.#inspection.evaluate(frame, name) : { value: null, error: "" };
    const { value, error } = evaluated;
    if (value === null) {
      const member = await this.#inspection.richMember(name);
      if (member !== null) return member;
      throw new RequestError(`richInspectVariables: ${error || `there is no variable ${name}`}`);
    }
    if (value.type === "undefined") return { data: {}, metadata: {} };
    return this.#inspection.rich(value);
  }

  /** Sets a variable of the notebook to one of a frame. */
  async copyToGlobals(args: Arguments): Promise<object> {
    const [source, target] = [textOf(args["srcVariableName"]), textOf(args["dstVariableName"])];
    if (!identifier.test(source) || !identifier.test(target))
      throw new RequestError("copyToGlobals: srcVariableName and dstVariableName must be names of variables");
    const { value, error } = await this.#inspection.evaluate(this.#frameOf(args["srcFrameId"]), source);
    if (value === null) throw new RequestError(`copyToGlobals: ${error}`);
    await this.#inspection.assign(target, value);
    const { name: _, ...described } = await this.#inspection.describe(value, false);
    return described;
  }
}

/** Returns the name of a frame's function. */
function nameOf({ name, isTopLevel, location, id }: Frame): string {
  if (isTopLevel) return location?.cell == null ? "<module>" : "<cell>";
  const plain = name === "" ? "(anonymous)" : name;
  return id === "" ? `async ${plain}` : plain;
}
