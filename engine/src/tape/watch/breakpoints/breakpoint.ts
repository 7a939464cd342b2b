/** Breakpoints, and the list of all that are set. */

import type { Site } from "../../../tensor/site.ts";
import { printAsText } from "../../../tensor/symbols.ts";
import type { HookHandle } from "../../graph/hooks.ts";
import { type BreakCondition, Condition, conditionText } from "./condition.ts";
import type { BreakPhase } from "./event.ts";

/** The directions in which a breakpoint stops. */
export type BreakPhases = BreakPhase | "both";

/** A breakpoint: a handle by which it is switched off and removed. */
export class Breakpoint implements HookHandle {
  /** The name under which front ends know it. */
  readonly id: string;
  readonly phase: BreakPhases;
  /** The condition in words, such as `NaN, op softmax`. */
  readonly text: string;
  /** The line that set it; `null` for one that the front end set. */
  readonly site: Site | null;
  readonly condition: Condition;
  /** The number of times that it has stopped the program, or would have, without a front end that can go on. */
  hits = 0;
  /** The error of a predicate that the front end has sent; `null` for none. */
  error: string | null = null;
  #enabled = true;

  constructor(
    id: string,
    given: BreakCondition,
    phase: BreakPhases,
    site: Site | null,
    text: string = conditionText(given),
  ) {
    this.id = id;
    this.phase = phase;
    this.site = site;
    this.text = text;
    this.condition = new Condition(given);
  }

  /** Whether it is switched on. */
  get enabled(): boolean {
    return this.#enabled;
  }

  /** Switches it on. */
  enable(): void {
    this.#enabled = true;
    changed();
  }

  /** Switches it off; it stays in the list. */
  disable(): void {
    this.#enabled = false;
    changed();
  }

  /** Removes it. A second call does nothing. */
  remove(): void {
    const rest = list.filter((b) => b !== this);
    if (rest.length === list.length) return;
    list = rest;
    changed();
  }

  toString(): string {
    const phase = this.phase === "both" ? "" : `, ${this.phase}`;
    const hits = this.hits === 0 ? "" : `, ${this.hits} hit${this.hits === 1 ? "" : "s"}`;
    return `breakpoint ${this.id}: ${this.text}${phase}${this.#enabled ? "" : ", off"}${hits}`;
  }

  static {
    printAsText(this.prototype);
  }
}

let list: readonly Breakpoint[] = [];
let count = 0;
/** Texts of breakpoints that were switched off when their cell ran again, with the cell. */
let switchedOff: readonly string[] = [];
let observers: readonly (() => void)[] = [];

/** Returns all breakpoints, in the order in which they were set. */
export const allBreakpoints = (): readonly Breakpoint[] => list;

/** Calls `observer` after the list, or a switch of a breakpoint, has changed. */
export function observeBreakpoints(observer: () => void): void {
  observers = [...observers, observer];
}

function changed(): void {
  for (const observer of observers) observer();
}

const keyOf = ({ site, text }: Breakpoint): string =>
  `${site?.cellId ?? site?.file.replace(/^cell\[\d+\]$/, "cell")}:${text}`;

const isSameLine = (a: Breakpoint, b: Breakpoint): boolean =>
  a.site !== null && keyOf(a) === keyOf(b) && a.site.line === b.site?.line && a.site.column === b.site.column;

/** Sets a breakpoint from a line of the program. It takes the place of the one that the same line has set before. */
export function setBreakpoint(given: BreakCondition, phase: BreakPhases, site: Site | null): Breakpoint {
  const set = new Breakpoint(String(++count), given, phase, site);
  list = [...list.filter((b) => !isSameLine(b, set)), set];
  const key = keyOf(set);
  const isOff = switchedOff.includes(key);
  switchedOff = switchedOff.filter((k) => k !== key);
  if (isOff) set.disable();
  else changed();
  return set;
}

/** Replaces the breakpoints that the front end has set; those that stay the same, by their id and text, keep their hits. */
export function replaceBreakpoints(given: readonly Breakpoint[]): void {
  const kept = given.map((b) => {
    const before = list.find(({ id, text, phase }) => id === b.id && text === b.text && phase === b.phase);
    if (before === undefined || before.enabled === b.enabled) return before ?? b;
    if (b.enabled) before.enable();
    else before.disable();
    return before;
  });
  list = [...list.filter(({ site }) => site !== null), ...kept];
  changed();
}

/** Removes the breakpoints that earlier runs of a cell have set, before the cell runs again. A switch that is off stays off for a breakpoint of the same text. */
export function removeBreakpointsOf(cellId: string): void {
  const [old, rest] = [
    list.filter(({ site }) => site?.cellId === cellId),
    list.filter(({ site }) => site?.cellId !== cellId),
  ];
  if (old.length === 0) return;
  switchedOff = [...switchedOff, ...old.filter(({ enabled }) => !enabled).map(keyOf)];
  list = rest;
  changed();
}
