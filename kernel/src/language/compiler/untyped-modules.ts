/** Packages without types, which cells import as `any`. */

/** The list of untyped packages, as the text of a declaration file that is re-read when the list changes. */
export class UntypedModules {
  readonly #names = new Set<string>();
  #notify: (() => void) | null = null;
  #isChanged = false;

  /** Records a package that was found, and whether it has no types. */
  record(name: string, isUntyped: boolean): void {
    if (isUntyped === this.#names.has(name)) return;
    if (isUntyped) this.#names.add(name);
    else this.#names.delete(name);
    this.#isChanged = true;
  }

  /** The declarations of the packages. */
  get text(): string {
    return [...this.#names].map((name) => `declare module ${JSON.stringify(name)};\n`).join("");
  }

  /** Sets the function that makes the compiler read the declarations again. */
  watch(notify: () => void): void {
    this.#notify = notify;
  }

  /** Makes the compiler read the declarations again if they have changed; returns whether they have. */
  refresh(): boolean {
    const wasChanged = this.#isChanged;
    this.#isChanged = false;
    if (wasChanged) this.#notify?.();
    return wasChanged;
  }
}
