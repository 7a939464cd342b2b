/** The reply to a request for completions. */

/** A completion, with TypeScript's name of its kind. */
interface Entry {
  readonly text: string;
  readonly type: string;
}

/** Returns the content of `complete_reply`: names that replace the text from `start` to `end`, with their kinds for JupyterLab. */
export const completeReply = (entries: readonly Entry[], start: number, end: number): object => ({
  status: "ok",
  matches: entries.map(({ text }) => text),
  cursor_start: start,
  cursor_end: end,
  metadata: { _jupyter_types_experimental: entries.map(({ text, type }) => ({ text, type, start, end })) },
});
