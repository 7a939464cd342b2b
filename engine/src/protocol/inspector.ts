/** Messages between the kernel and the inspector's panel. The panel has a comm while it is visible; the kernel sends nothing without one. */
import type { GradientsData } from "./gradients.ts";
import type { MemoryData } from "./memory.ts";
import type { TapeData } from "./tape.ts";

/** Target of the comm that a panel opens. */
export const inspectorTarget = "tapelab.inspector";

/** A tape that the kernel has. */
export interface TapeEntry {
  /** Number of the tape, which another tape never gets. */
  readonly id: number;
  /** Name of the result, with its value if it is a scalar: `loss 0.318`. */
  readonly title: string;
  /** Execution count of the cell that recorded it; `null` where it is not known. */
  readonly count: number | null;
  readonly ops: number;
}

/** A request of the panel. */
export type InspectorRequest =
  | { readonly kind: "tape"; readonly id: number }
  /** A part of the whole tape, without limits; the first part has the number 0. */
  | { readonly kind: "part"; readonly id: number; readonly part: number }
  | { readonly kind: "gradients"; readonly id: number }
  | { readonly kind: "memory" }
  /** Writes the whole tape, without limits, into a file of the kernel's folder. */
  | { readonly kind: "save"; readonly id: number; readonly path: string };

/** A message of the kernel. `tapes` is sent when the comm opens and after each cell, the others answer requests. */
export type InspectorMessage =
  /** The tapes that can be asked for, the latest last. */
  | { readonly kind: "tapes"; readonly tapes: readonly TapeEntry[] }
  | { readonly kind: "tape"; readonly id: number; readonly data: TapeData }
  /** Bytes of the whole tape's compressed JSON in base64, one of so many parts. */
  | {
      readonly kind: "part";
      readonly id: number;
      readonly part: number;
      readonly parts: number;
      readonly bytes: string;
    }
  | { readonly kind: "gradients"; readonly id: number; readonly data: GradientsData }
  | { readonly kind: "memory"; readonly data: MemoryData }
  | { readonly kind: "saved"; readonly path: string }
  /** A request that failed: the tape is gone, or the file cannot be written. */
  | { readonly kind: "failed"; readonly request: InspectorRequest["kind"]; readonly reason: string };
