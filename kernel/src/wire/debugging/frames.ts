/** The calls on the stack of a paused main thread. */
import type { Debugger, Runtime } from "node:inspector";
import type { SourceLocation } from "../../shared/debugging.ts";
import type { ScriptPlace } from "./scripts.ts";

/** A call on the stack of a paused thread. */
export interface Frame {
  /** V8's id; "" for a suspended caller of an async function, in which nothing can be evaluated. */
  readonly id: string;
  /** Name of the function; "" for code at the top level of a cell or file. */
  readonly name: string;
  /** Position in the source; `null` for code of libraries, of Node and of the kernel. */
  readonly location: SourceLocation | null;
  readonly script: ScriptPlace;
  /** Whether the function is the body of a cell or file. */
  readonly isTopLevel: boolean;
  readonly scopes: readonly Debugger.Scope[];
  /** The value of `this`. */
  readonly receiver: Runtime.RemoteObject | null;
  /** Whether the function is about to return. */
  readonly isReturning: boolean;
}

/** Returns the name of a function in the source. */
const nameOf = (name: string): string => name.replace(/\$cell$/, "").replace(/^exports\./, "");

const frameOf = (frame: Debugger.CallFrame): Frame => ({
  id: frame.callFrameId,
  name: nameOf(frame.functionName),
  location: null,
  script: {
    id: frame.location.scriptId,
    line: frame.location.lineNumber,
    column: frame.location.columnNumber ?? 0,
  },
  // the function around the code of a cell stands on line -1
  isTopLevel: frame.functionName === "" && (frame.functionLocation?.lineNumber ?? 0) < 0,
  scopes: frame.scopeChain,
  receiver: frame.this,
  isReturning: frame.returnValue !== undefined,
});

const callerOf = ({
  functionName,
  scriptId: id,
  lineNumber: line,
  columnNumber: column,
}: Runtime.CallFrame): Frame => ({
  id: "",
  name: nameOf(functionName),
  location: null,
  script: { id, line, column },
  isTopLevel: false,
  scopes: [],
  receiver: null,
  isReturning: false,
});

/** Returns the calls on the stack, innermost first, followed by the suspended callers of async functions. `locate` returns their source positions. */
export async function framesOf(
  { callFrames, asyncStackTrace }: Debugger.PausedEventDataType,
  locate: (places: readonly ScriptPlace[]) => Promise<readonly (SourceLocation | null)[]>,
): Promise<Frame[]> {
  const frames = callFrames.map(frameOf);
  for (let trace = asyncStackTrace; trace !== undefined; trace = trace.parent)
    frames.push(...trace.callFrames.map(callerOf));
  const locations = await locate(frames.map(({ script }) => script));
  return frames.map((frame, i) => ({ ...frame, location: locations[i] ?? null }));
}
