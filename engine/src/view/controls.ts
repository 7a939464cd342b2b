/** The inputs of `interact` as a kind of output. Front ends without the extension draw them as a widget, which the kernel adds. */
import type { ControlsData } from "../protocol/index.ts";
import { defineOutput, type Output } from "./shared/output.ts";

const controlsText = ({ values }: ControlsData): string =>
  `controls: ${Object.entries(values)
    .map(([name, value]) => `${name} = ${String(value)}`)
    .join(", ")}`;

export const controlsOutput: Output<ControlsData> = defineOutput({
  mime: "application/vnd.tapelab.controls.v1+json",
  schema: 1,
  text: controlsText,
  still: () => ({}),
});
