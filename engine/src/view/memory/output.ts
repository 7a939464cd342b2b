/** Reports on memory as a kind of output. */
import type { MemoryData } from "../../protocol/index.ts";
import { defineOutput, type Output } from "../shared/output.ts";
import { memoryHtml } from "./html.ts";
import { memoryText } from "./text.ts";

export const memoryOutput: Output<MemoryData> = defineOutput({
  mime: "application/vnd.tapelab.memory.v1+json",
  schema: 1,
  text: memoryText,
  still: (data) => ({ "text/html": memoryHtml(data) }),
});
