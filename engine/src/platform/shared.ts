/** Memory that threads share. */

/** The part of a shared WebAssembly.Memory that is used; its own type is not known without a browser's library. */
export interface SharedMemory {
  /** As long as the memory was when it was read; what was read before stays valid. */
  readonly buffer: SharedArrayBuffer;
  /** Grows by pages of 64 kB. */
  grow(pages: number): number;
}
