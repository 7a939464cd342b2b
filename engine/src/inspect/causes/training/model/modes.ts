/** Modules that behave differently in training and evaluation. */
import type { Module } from "../../../../nn/base/module.ts";

/** The probability with which a dropout module drops; 0 for other modules. */
export const dropProbability = (m: Module): number =>
  /Dropout/.test(m.constructor.name) ? ((m as Module & { readonly p?: number }).p ?? 0) : 0;

/** Whether the module behaves differently in training and evaluation. */
const hasModes = (m: Module): boolean => dropProbability(m) > 0 || /^BatchNorm|^RReLU/.test(m.constructor.name);

export const modalIn = (m: Module): Module[] => [...m.modules()].filter(hasModes);
