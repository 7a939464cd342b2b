/** The words of a search for a learning rate, which all its forms share. */
import type { RatesData } from "../../protocol/index.ts";
import { formatNumber } from "../shared/format.ts";

/** Returns the title: the suggestion. */
export const ratesTitle = ({ rates, suggestion }: RatesData): string =>
  suggestion === null ? "no learning rate lowers the loss" : `learning rate ${formatNumber(rates[suggestion])}`;

/** Returns the facts: the range of rates, and how the search ended. */
export const ratesFacts = ({ rates, diverged, suggestion }: RatesData): string[] => [
  ...(suggestion === null ? [] : ["where the loss falls most steeply"]),
  `${rates.length} rates from ${formatNumber(rates[0] ?? null)} to ${formatNumber(rates.at(-1) ?? null)}`,
  ...(diverged ? ["the loss grew, and the search ended"] : []),
];
