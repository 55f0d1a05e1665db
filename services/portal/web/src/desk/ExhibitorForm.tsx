import { useRef, useState, type ReactElement } from "react";

import { Problem } from "../api/problem.ts";
import type { Fair } from "../api/types.ts";
import { Dialog } from "../Dialog.tsx";
import { LANGUAGES, refusal } from "../texts/index.ts";
import * as calls from "./calls.ts";
import { useDeskSpeech } from "./texts/index.ts";
import type { ExhibitorEntry, ExhibitorFields, Taken } from "./types.ts";

interface Props {
  readonly fair: Fair;
  /** Null registers a new one. */
  readonly exhibitor: ExhibitorEntry | null;
  readonly taken: readonly Taken[];
  readonly onDone: (exhibitor: ExhibitorEntry) => void;
  readonly onClose: () => void;
}

const NAME_LANGUAGES = ["zh", "ru", "en"] as const;

/** One exhibitor's entry, to be registered or changed. */
export function ExhibitorForm({ fair, exhibitor, taken, onDone, onClose }: Props): ReactElement {
  const { t, d } = useDeskSpeech();
  const handle = useRef<HTMLDialogElement>(null);
  const [form, setForm] = useState(() => written(exhibitor));
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const set = (field: keyof typeof form) => (event: { target: { value: string } }) => setForm((before) => ({ ...before, [field]: event.target.value }));
  const wrong = (problem?.items ?? []).filter(({ field }) => field !== undefined && field !== "");

  async function send(): Promise<void> {
    setBusy(true);
    setProblem(null);
    try {
      const fields = read(form, exhibitor);
      onDone(await (exhibitor === null ? calls.register(fair.slug, fields) : calls.amend(exhibitor.id, fields)));
      handle.current?.close();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      setProblem(error);
    } finally {
      setBusy(false);
    }
  }

  return (
    <Dialog title={exhibitor === null ? d.register : d.editExhibitor(exhibitor.name)} handle={handle} onClose={onClose}>
      {taken.length > 0 && (
        <p>
          <span className="quiet">{d.holdsNow}:</span> {taken.map(({ booth, state }) => `${booth} (${t.state[state].toLowerCase()})`).join(", ")}
        </p>
      )}
      <form
        className="fields"
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        <label>
          {d.field["name"]}
          <input required maxLength={200} value={form.name} onChange={set("name")} />
        </label>
        {NAME_LANGUAGES.map((one) => (
          <label key={one}>
            {d.field[`name_${one}`]}
            <input lang={one} maxLength={200} value={form[`name_${one}`]} onChange={set(`name_${one}`)} />
          </label>
        ))}
        <label>
          {d.field["country"]}
          <input maxLength={200} value={form.country} onChange={set("country")} />
        </label>
        <label>
          {d.field["email"]}
          <input type="email" maxLength={254} value={form.email} onChange={set("email")} />
        </label>
        <label>
          {d.field["language"]}
          <select value={form.language} onChange={set("language")}>
            {NAME_LANGUAGES.map((one) => (
              <option key={one} value={one}>
                {LANGUAGES[one].language}
              </option>
            ))}
          </select>
        </label>
        <label>
          {d.field["stands"]}
          <input value={form.stands} onChange={set("stands")} />
          <small className="quiet">{d.standsHint}</small>
        </label>
        <label>
          {d.field["category_codes"]}
          <input value={form.categories} onChange={set("categories")} />
          <small className="quiet">{d.groupsHint}</small>
        </label>
        {problem !== null && (
          <div role="alert" className="refusal">
            <p>{refusal(problem, t)}</p>
            {wrong.length > 0 && (
              <ul>
                {wrong.map((one, n) => (
                  <li key={n}>
                    {d.field[one.field ?? ""] ?? one.field}: <span lang="en">{one.problem}; {one.remedy}.</span>
                  </li>
                ))}
              </ul>
            )}
          </div>
        )}
        <div className="actions">
          <button type="submit" className="primary" disabled={busy}>
            {exhibitor === null ? d.register : d.save}
          </button>
          <button type="button" onClick={() => handle.current?.close()}>
            {d.leave}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

type Form = Readonly<Record<"name" | "name_zh" | "name_ru" | "name_en" | "country" | "email" | "language" | "stands" | "categories", string>>;

function written(from: ExhibitorEntry | null): Form {
  return {
    name: from?.name ?? "",
    name_zh: from?.names["zh"] ?? "",
    name_ru: from?.names["ru"] ?? "",
    name_en: from?.names["en"] ?? "",
    country: from?.country ?? "",
    email: from?.email ?? "",
    language: from?.language ?? "en",
    stands: from?.stands.join("; ") ?? "",
    categories: from?.categories.join(" ") ?? "",
  };
}

/** The entry as the form has it; names in other languages than it shows stay as they are. */
function read(form: Form, before: ExhibitorEntry | null): ExhibitorFields {
  const names = { ...before?.names, zh: form.name_zh.trim(), ru: form.name_ru.trim(), en: form.name_en.trim() };
  const pieces = (text: string, by: RegExp): readonly string[] => text.split(by).map((one) => one.trim()).filter((one) => one !== "");
  return {
    name: form.name.trim(),
    names: Object.fromEntries(Object.entries(names).filter(([, text]) => text !== "")),
    country: form.country.trim(),
    stands: pieces(form.stands, /;/),
    categories: pieces(form.categories, /\s+/),
    email: form.email.trim() === "" ? null : form.email.trim(),
    language: form.language,
  };
}
