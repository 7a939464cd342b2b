/** The parts of Jupyter's messages that several threads use. */

/** Header of a Jupyter message. */
export interface Header {
  readonly msg_id: string;
  readonly msg_type: string;
  readonly session: string;
  readonly username: string;
  readonly date: string;
  readonly version: string;
}

/** A message of a comm: a connection between an object in the kernel and one in the front end. */
export interface CommMessage {
  readonly type: "comm_open" | "comm_msg" | "comm_close";
  readonly content: {
    readonly comm_id: string;
    readonly target_name?: string;
    readonly data: Readonly<Record<string, unknown>>;
  };
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly buffers: readonly Uint8Array[];
}

/** Name of a Jupyter output stream. */
export type StreamName = "stdout" | "stderr";

/** A cell to run, from an `execute_request`. */
export interface ExecuteRequest {
  readonly parent: Header;
  readonly code: string;
  readonly silent: boolean;
  readonly storeHistory: boolean;
  readonly stopOnError: boolean;
  readonly allowStdin: boolean;
  /** Expressions to evaluate after the cell, by name. */
  readonly userExpressions: Readonly<Record<string, string>>;
  /** JupyterLab's id of the cell. */
  readonly cellId: string | null;
}
