/** The reply to a request for completions, as the protocol and JupyterLab want it. */

/** A name that fits, with TypeScript's word for its kind. */
interface Entry {
  readonly text: string;
  readonly type: string;
}

/** The reply with names that replace the text from `start` to `end`. */
export const completions = (entries: readonly Entry[], start: number, end: number): object => ({
  status: "ok",
  matches: entries.map(({ text }) => text),
  cursor_start: start,
  cursor_end: end,
  metadata: { _jupyter_types_experimental: entries.map(({ text, type }) => ({ text, type, start, end })) },
});
