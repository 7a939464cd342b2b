/** The backward walks that run, and the one that is between two of its steps. */
import { ambient } from "../../platform/ambient.ts";
import type { Edge } from "../../tensor/graph.ts";
import type { WalkInfo } from "../graph/listener.ts";
import type { Node } from "../graph/node.ts";

/** A walk, as other walks see it. */
export interface CurrentWalk extends WalkInfo {
  readonly outer: CurrentWalk | null;
  /** The first root; `null` without any. */
  readonly root: Edge | null;
  /** Functions to call when the walk is over. */
  readonly ends: (() => void)[];
  /** Takes the state of the walk off its nodes, as another walk may use these. */
  suspend(): void;
  /** Puts the state of the walk back on its nodes. */
  resume(): void;
  /** Cleans up after the program was terminated during the walk, or between its steps. */
  abandon(): void;
}

/** The walks at present. */
interface Current {
  /** The innermost walk that runs. */
  walk: CurrentWalk | null;
  /** The walk by steps whose state is on its nodes between its steps. */
  between: CurrentWalk | null;
}

/** The walks at present. When the program was terminated, they are abandoned. */
export const current: Current = ambient<Current>(
  () => ({ walk: null, between: null }),
  ({ walk, between }) => {
    for (let w = walk; w !== null; w = w.outer) w.abandon();
    between?.abandon();
  },
);

/** Returns the number of the walk that runs; `null` outside of any. */
export const currentWalk = (): number | null => current.walk?.number ?? null;

/** Returns the first root of the innermost walk; `null` outside of any. */
export const rootOfWalk = (): Edge | null => current.walk?.root ?? null;

/** Whether the node is one of those that the innermost walk visits, or has visited. */
export function willVisit(node: Node): boolean {
  const { walk } = current;
  return walk !== null && node.walk === walk.number && (walk.wanted === null || walk.wanted.has(node));
}

/** Calls `end` when the walk that runs is over, or now if none does. */
export function atEndOfWalk(end: () => void): void {
  if (current.walk === null) end();
  else current.walk.ends.push(end);
}
