/** A table as its file has it, read only to be shown: what is right and wrong with it the catalog says. */

export interface ShownRow {
  /** The line on which it begins, from 1; findings name a row by it. */
  readonly line: number;
  readonly cells: readonly string[];
}

export interface ShownTable {
  readonly header: readonly string[];
  readonly rows: readonly ShownRow[];
}

const SEPARATORS = [",", ";", "\t"] as const;

/** The file's text where it is UTF-8, else null. */
export function decoded(bytes: ArrayBuffer): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** Rows that are not blank, the first as the header; cells are split by whatever the first row is split by. */
export function readTable(text: string): ShownTable {
  const first = text.slice(0, text.search(/[\r\n]|$/));
  const separator = SEPARATORS.toSorted((a, b) => first.split(b).length - first.split(a).length)[0] ?? ",";
  const [header, ...rows] = split(text, separator).filter(({ cells }) => cells.some((cell) => cell.trim() !== ""));
  return { header: (header?.cells ?? []).map((cell) => cell.trim()), rows };
}

/** The rows to show: the first few, and those that something is said of, in the file's order. */
export function rowsToShow(table: ShownTable, named: ReadonlySet<number>, first: number, most: number): readonly ShownRow[] {
  return table.rows.filter(({ line }, n) => n < first || named.has(line)).slice(0, most);
}

/** The line that a finding is about, null where it is about the whole file. */
export function lineOf(at: string): number | null {
  const digits = /^row (\d+)$/.exec(at)?.[1];
  return digits === undefined ? null : Number(digits);
}

function split(text: string, separator: string): ShownRow[] {
  const rows: ShownRow[] = [];
  let [cells, cell, quoted, line, begun]: [string[], string, boolean, number, number] = [[], "", false, 1, 1];
  const endRow = (): void => {
    rows.push({ line: begun, cells: [...cells, cell] });
    [cells, cell, begun] = [[], "", line];
  };
  for (let at = 0; at < text.length; at += 1) {
    const one = text[at] as string;
    if (one === "\n" || (one === "\r" && text[at + 1] !== "\n")) line += 1;
    if (quoted) {
      if (one !== '"') cell += one;
      else if (text[at + 1] === '"') {
        cell += one;
        at += 1;
      } else quoted = false;
    } else if (one === '"' && cell === "") quoted = true;
    else if (one === separator) {
      cells.push(cell);
      cell = "";
    } else if (one === "\n" || (one === "\r" && text[at + 1] !== "\n")) endRow();
    else if (one !== "\r") cell += one;
  }
  if (cell !== "" || cells.length > 0) endRow();
  return rows;
}
