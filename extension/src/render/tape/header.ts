/** The header of a tape: its title, its totals, and a button that goes to the next finding. */
import { formatBytes, formatCount, type TapeData } from "tapelab/view";
import { h } from "../../dom.js";
import { header } from "../shared/view.js";

/** Draws the header with the search; the button is left out if there are no findings. */
export function drawHeader({ title, totals }: TapeData, goToNextFinding: () => void, search: HTMLElement): HTMLElement {
  const { rows, omitted, parameters, parameterElements, savedBytes, findings, unwatched = 0 } = totals;
  const facts = [
    `${rows} ops`,
    ...(parameters > 0 ? [`${parameters} parameters, ${formatCount(parameterElements)}`] : []),
    `${formatBytes(savedBytes)} saved`,
    ...(omitted > 0 ? [`the first ${omitted} ops are left out`] : []),
    ...(unwatched > 0 ? [`values of ${unwatched} ops were not kept`] : []),
  ];
  if (findings === 0) return header(title, facts, search);
  const button = h(
    "button",
    { class: "tapelab-button tapelab-alarm", type: "button", title: "go to the next finding (n)" },
    `▲ ${findings} finding${findings === 1 ? "" : "s"}`,
  );
  button.addEventListener("click", goToNextFinding);
  return header(title, facts, search, button);
}
