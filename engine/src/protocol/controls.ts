/** The inputs of `interact`: what a notebook stores of them, and how a view of them talks to the kernel. */

/** Target of the comm that a view opens, with a {@link ControlsRequest}; the kernel closes it where the inputs are no longer there. */
export const controlsTarget = "tapelab.controls";

/** One input. */
export interface ControlData {
  readonly name: string;
  readonly label: string;
  readonly kind: "slider" | "dropdown" | "checkbox" | "textbox";
  readonly value: unknown;
  readonly min?: number;
  readonly max?: number;
  readonly step?: number;
  readonly log?: boolean;
  readonly options?: readonly (string | number | boolean)[];
}

export interface ControlsData {
  readonly schema: 1;
  readonly id: string;
  readonly controls: readonly ControlData[];
  /** By name. */
  readonly values: Readonly<Record<string, unknown>>;
}

export interface ControlsRequest {
  readonly id: string;
}

/** Sent by a view when a person moves an input, and by the kernel when the comm opens and when another view has moved one. */
export interface ControlsMessage {
  readonly values: Readonly<Record<string, unknown>>;
}

/** Metadata of an output that `interact` shows, by which a page that was opened anew finds it: the inputs' id, and its number below them. */
export interface RegionMetadata {
  readonly region: string;
  readonly item: number;
}

/** Where outputs keep their {@link RegionMetadata}. */
export const regionKey = "tapelab";
