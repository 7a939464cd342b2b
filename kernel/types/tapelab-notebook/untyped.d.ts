/** The kernel declares packages without types here, in memory. */
