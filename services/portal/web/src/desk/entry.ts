/** An exhibitor's entry as its form has it, and what becomes of the form where somebody else was quicker. */

import type { ExhibitorEntry, ExhibitorFields } from "./types.ts";

export const ENTRY_FIELDS = ["name", "name_zh", "name_ru", "name_en", "country", "email", "language", "stands", "category_codes"] as const;
export type EntryField = (typeof ENTRY_FIELDS)[number];
export type EntryForm = Readonly<Record<EntryField, string>>;

/** What somebody else wrote meanwhile, by field. */
export interface Meanwhile {
  /** Where the reader had changed nothing: it is in the form now. */
  readonly taken: ReadonlySet<EntryField>;
  /** Where the reader wrote something else, which stays: what the other wrote. */
  readonly theirs: ReadonlyMap<EntryField, string>;
}

export interface Editing {
  /** The entry that the form was filled from, null for a new one. */
  readonly opened: ExhibitorEntry | null;
  readonly form: EntryForm;
  readonly meanwhile: Meanwhile;
}

export function begun(opened: ExhibitorEntry | null): Editing {
  return { opened, form: written(opened), meanwhile: { taken: new Set(), theirs: new Map() } };
}

/**
 * On top of the entry as it is `now`, since somebody else was quicker. Whoever is overtaken twice is still told of
 * the first.
 */
export function overtaken({ opened, form, meanwhile: before }: Editing, now: ExhibitorEntry): Editing {
  const [was, is] = [written(opened), written(now)];
  const result: Record<EntryField, string> = { ...form };
  const taken = new Set<EntryField>();
  const theirs = new Map<EntryField, string>();
  for (const field of ENTRY_FIELDS) {
    const [mine, changed] = [form[field] !== was[field], is[field] !== was[field]];
    if (!mine) result[field] = is[field];
    if (!mine && (changed || before.taken.has(field))) taken.add(field);
    if (mine && form[field] !== is[field] && (changed || before.theirs.has(field))) theirs.set(field, is[field]);
  }
  return { opened: now, form: result, meanwhile: { taken, theirs } };
}

/** What is typed over what the other wrote is the reader's. */
export function typed({ opened, form, meanwhile }: Editing, field: EntryField, text: string): Editing {
  const taken = new Set([...meanwhile.taken].filter((one) => one !== field));
  return { opened, form: { ...form, [field]: text }, meanwhile: { ...meanwhile, taken } };
}

/** With what the other wrote in a field in the place of what the reader did. */
export function withTheirs(editing: Editing, field: EntryField): Editing {
  const { taken, theirs } = editing.meanwhile;
  const meanwhile = { taken: new Set([...taken, field]), theirs: new Map([...theirs].filter(([one]) => one !== field)) };
  return { ...typed(editing, field, theirs.get(field) ?? ""), meanwhile };
}

/** The entry as the form has it; names in other languages than it shows stay as they are. */
export function fieldsOf({ opened, form }: Editing): ExhibitorFields {
  const names = { ...opened?.names, zh: form.name_zh.trim(), ru: form.name_ru.trim(), en: form.name_en.trim() };
  const pieces = (text: string, by: RegExp): readonly string[] => text.split(by).map((one) => one.trim()).filter((one) => one !== "");
  return {
    name: form.name.trim(),
    names: Object.fromEntries(Object.entries(names).filter(([, text]) => text !== "")),
    country: form.country.trim(),
    stands: pieces(form.stands, /;/),
    categories: pieces(form.category_codes, /\s+/),
    email: form.email.trim() === "" ? null : form.email.trim(),
    language: form.language,
  };
}

function written(from: ExhibitorEntry | null): EntryForm {
  return {
    name: from?.name ?? "",
    name_zh: from?.names["zh"] ?? "",
    name_ru: from?.names["ru"] ?? "",
    name_en: from?.names["en"] ?? "",
    country: from?.country ?? "",
    email: from?.email ?? "",
    language: from?.language ?? "en",
    stands: from?.stands.join("; ") ?? "",
    category_codes: from?.categories.join(" ") ?? "",
  };
}
