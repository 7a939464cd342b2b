/** The last backward walk that accumulated gradients, by the trail of its root: names and numbers, which keep no graph alive. */
import type { Trail } from "../../tensor/cut.ts";
import type { Edge } from "../../tensor/graph.ts";
import { trailOf } from "../graph/trail.ts";

/** A backward walk. */
export interface LastWalk {
  readonly number: number;
  /** The trail of the first root. */
  readonly trail: Trail;
  /** Number of the node of the first root. */
  readonly root: number;
}

let last: LastWalk | null = null;

/** Notes a walk that begins. */
export function noteWalk(number: number, root: Edge): void {
  last = { number, trail: trailOf(root), root: root.node.seq };
}

/** Returns the last walk; `null` before any. */
export const lastWalk = (): LastWalk | null => last;

/** Makes a walk the last one again, after walks that do not count. */
export function restoreLastWalk(walk: LastWalk | null): void {
  last = walk;
}
