/** The places of a script at which V8 can pause, by the source lines that they belong to. */
import type { Debugger } from "node:inspector";
import type { Script, ScriptPlace } from "./scripts.ts";
import type { DebugSession } from "./session.ts";

/** A place at which V8 can pause. */
export interface BreakLocation {
  readonly line: number;
  readonly column: number;
  readonly script: ScriptPlace;
}

/** Returns the places of a script that belong to its source, in source order; the ends of functions come last in their line. */
export async function breakLocations(session: DebugSession, { id }: Script): Promise<BreakLocation[]> {
  const start = { scriptId: id, lineNumber: 0, columnNumber: 0 };
  const method = "Debugger.getPossibleBreakpoints";
  const { locations } = await session.post<Debugger.GetPossibleBreakpointsReturnType>(method, { start });
  const places = locations.map((l): ScriptPlace => ({ id, line: l.lineNumber, column: l.columnNumber ?? 0 }));
  const sources = await session.locate(places);
  const found: (BreakLocation & { readonly isReturn: boolean })[] = [];
  for (const [i, script] of places.entries()) {
    const source = sources[i];
    if (source == null || (await session.scripts.isAdded(script))) continue;
    found.push({ line: source.line, column: source.column, script, isReturn: locations[i]?.type === "return" });
  }
  return found.sort((a, b) => a.line - b.line || Number(a.isReturn) - Number(b.isReturn) || a.column - b.column);
}

/** Returns the first place at a line or, if it has no code, at the next line that has some; `null` behind the last one. */
export const placeAt = (places: readonly BreakLocation[], line: number): BreakLocation | null =>
  places.find((place) => place.line >= line) ?? null;
