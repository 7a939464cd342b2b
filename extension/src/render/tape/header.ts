/** The header of a tape: its title, its totals, and a button that goes to the next finding. */
import { formatBytes, formatCount, type TapeData } from "tapelab/view";
import { h } from "../../dom.js";
import { header } from "../shared/view.js";

/** Draws the header; the button is left out if there are no findings. */
export function drawHeader({ title, totals }: TapeData, goToNextFinding: () => void): HTMLElement {
  const { rows, omitted, parameters, parameterElements, savedBytes, findings } = totals;
  const facts = [
    `${rows} ops`,
    ...(parameters > 0 ? [`${parameters} parameters, ${formatCount(parameterElements)}`] : []),
    `${formatBytes(savedBytes)} saved`,
    ...(omitted > 0 ? [`the first ${omitted} ops are left out`] : []),
  ];
  if (findings === 0) return header(title, facts);
  const button = h(
    "button",
    { class: "tapelab-button tapelab-alarm", type: "button", title: "go to the next finding (n)" },
    `▲ ${findings} finding${findings === 1 ? "" : "s"}`,
  );
  button.addEventListener("click", goToNextFinding);
  return header(title, facts, button);
}
