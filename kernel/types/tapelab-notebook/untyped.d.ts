/** Declarations of packages without types; the kernel provides the contents of this file in memory. */
