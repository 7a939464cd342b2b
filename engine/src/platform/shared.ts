/** Memory that threads share. */

/** The members of a shared WebAssembly.Memory that the engine uses; the types of the library are part of a browser's. */
export interface SharedMemory {
  /** A buffer of the memory's current length. After the memory has grown, older buffers stay valid for the part they cover. */
  readonly buffer: SharedArrayBuffer;
  /** Grows the memory by pages of 64 kB, and returns its former number of pages. */
  grow(pages: number): number;
}
