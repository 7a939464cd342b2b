/** The JSON of the inputs of `interact`, and the messages between a view of them and the kernel. */

/** Target of the comm that a view opens with a {@link ControlsRequest}; the kernel closes the comm if it no longer has the inputs. */
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
  /** Whether neighbouring values of a slider have equal ratios instead of equal distances. */
  readonly log?: boolean;
  readonly options?: readonly (string | number | boolean)[];
}

/** The inputs of one call of `interact`. */
export interface ControlsData {
  readonly schema: 1;
  /** Identifies the inputs in the kernel. */
  readonly id: string;
  readonly controls: readonly ControlData[];
  /** Current values by name of the input. */
  readonly values: Readonly<Record<string, unknown>>;
}

/** Names the inputs that a view wants to connect to. */
export interface ControlsRequest {
  readonly id: string;
}

/** Values by name. Sent by a view when a person moves an input, and by the kernel when a comm opens and when another view has moved an input. */
export interface ControlsMessage {
  readonly values: Readonly<Record<string, unknown>>;
}

/** Metadata of an output below `interact`, by which a reopened page finds the output again. */
export interface RegionMetadata {
  /** Id of the inputs. */
  readonly region: string;
  /** Number of the output below the inputs. */
  readonly item: number;
}

/** Key of {@link RegionMetadata} in the metadata of an output. */
export const regionKey = "tapelab";
