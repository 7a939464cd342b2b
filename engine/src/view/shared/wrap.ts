/** Lines of text in still pictures, where nothing wraps by itself. */

/** Breaks a text into lines of at most `n` characters, at blanks where there are some. */
export function wrap(text: string, n: number): string[] {
  const lines: string[] = [];
  let line = "";
  const words = text
    .split(" ")
    .flatMap((word) => (word.length > n ? (word.match(new RegExp(`.{1,${n}}`, "gsu")) ?? []) : [word]));
  for (const word of words) {
    if (line !== "" && line.length + word.length + 1 > n) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return line === "" ? lines : [...lines, line];
}
