/** The keys of a tape. */
import { type Line, shownRow } from "tapelab/view";

/** The parts of a tape that its keys act on. */
export interface KeyTarget {
  readonly line: Line | undefined;
  readonly current: number;
  readonly count: number;
  readonly isOpen: boolean;
  go(to: number): void;
  toggle(line: Line): void;
  parentOf(i: number): number;
  goToFinding(step: 1 | -1): void;
  goToCode(row: number): void;
  search(): void;
  pin(row: number): void;
  toggleBreakpoint(row: number): void;
}

/** Returns the action of a key; `undefined` if it has none. */
export function keyAction(key: string, target: KeyTarget): (() => void) | undefined {
  if (key === "/") return () => target.search();
  const { line, current, count, isOpen } = target;
  if (line === undefined) return undefined;
  const withRow = (action: (row: number) => void) => (): void => {
    const row = shownRow(line);
    if (row !== null) action(row);
  };
  const actions: Readonly<Record<string, () => void>> = {
    ArrowDown: () => target.go(current + 1),
    ArrowUp: () => target.go(current - 1),
    PageDown: () => target.go(current + 10),
    PageUp: () => target.go(current - 10),
    Home: () => target.go(0),
    End: () => target.go(count - 1),
    Enter: () => target.toggle(line),
    " ": () => target.toggle(line),
    ArrowRight: () => (isOpen ? target.go(current + 1) : target.toggle(line)),
    ArrowLeft: () => (isOpen ? target.toggle(line) : target.go(target.parentOf(current))),
    n: () => target.goToFinding(1),
    p: () => target.goToFinding(-1),
    g: withRow((row) => target.goToCode(row)),
    m: withRow((row) => target.pin(row)),
    b: withRow((row) => target.toggleBreakpoint(row)),
  };
  return actions[key];
}
