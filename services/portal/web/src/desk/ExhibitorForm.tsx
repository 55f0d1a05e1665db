import { useId, useRef, useState, type InputHTMLAttributes, type ReactElement, type ReactNode } from "react";

import { Problem } from "../api/problem.ts";
import { useReach } from "../api/reach.ts";
import type { Fair } from "../api/types.ts";
import { useAttempt } from "../api/useAttempt.ts";
import { Dialog } from "../Dialog.tsx";
import { Unreachable } from "../live/Unreachable.tsx";
import { LANGUAGES, refusal } from "../texts/index.ts";
import { listIn } from "../venues/words.ts";
import * as calls from "./calls.ts";
import { begun, fieldsOf, overtaken, typed, withTheirs, type EntryField, type Meanwhile } from "./entry.ts";
import { findingIn } from "./texts/findings.ts";
import { useDeskSpeech } from "./texts/index.ts";
import type { ExhibitorEntry, Taken } from "./types.ts";

interface Props {
  readonly fair: Fair;
  /** Null registers a new one. */
  readonly exhibitor: ExhibitorEntry | null;
  readonly taken: readonly Taken[];
  readonly onDone: (exhibitor: ExhibitorEntry) => void;
  /** Hears of a session that has ended. */
  readonly onRefused: (error: unknown) => void;
  readonly onClose: () => void;
}

/** One exhibitor's entry, to be registered or changed; what somebody else changes meanwhile is shown, not written over. */
export function ExhibitorForm({ fair, exhibitor, taken, onDone, onRefused, onClose }: Props): ReactElement {
  const { t, d, language } = useDeskSpeech();
  const handle = useRef<HTMLDialogElement>(null);
  const [editing, setEditing] = useState(() => begun(exhibitor));
  const { busy, problem, attempt } = useAttempt(onRefused);
  const reach = useReach();
  const { form, meanwhile } = editing;
  const set = (field: EntryField, text: string): void => setEditing((before) => typed(before, field, text));
  const take = (field: EntryField): void => setEditing((before) => withTheirs(before, field));
  const ids = useId();
  const noteOf = (field: EntryField): string => `${ids}-${field}`;
  const described = (field: EntryField): string | undefined =>
    meanwhile.taken.has(field) || meanwhile.theirs.has(field) ? noteOf(field) : undefined;
  const wrong = (problem?.items ?? []).filter(({ field }) => field !== undefined && field !== "");

  async function write(): Promise<void> {
    const { opened } = editing;
    try {
      onDone(await (opened === null ? calls.register(fair.slug, fieldsOf(editing)) : calls.amend(opened, fieldsOf(editing))));
    } catch (error) {
      if (opened !== null && error instanceof Problem && error.slug === "changed-meanwhile") {
        const now = await calls.exhibitor(opened.id);
        setEditing((before) => overtaken(before, now));
      }
      throw error;
    }
  }

  const input = (name: EntryField, more: InputHTMLAttributes<HTMLInputElement> & { readonly "data-first"?: boolean } = {}, hint?: string): ReactElement => (
    <Entry name={name} note={noteOf(name)} hint={hint} meanwhile={meanwhile} onTake={take}>
      <input {...more} aria-describedby={described(name)} value={form[name]} onChange={(event) => set(name, event.target.value)} />
    </Entry>
  );

  return (
    <Dialog title={exhibitor === null ? d.register : d.editExhibitor(exhibitor.name)} handle={handle} onClose={onClose}>
      {taken.length > 0 && (
        <p className="holds">
          <span className="quiet">{d.holdsNow}:</span> {listIn(language, taken.map(({ booth, state }) => `${booth} (${t.state[state].toLowerCase()})`))}
        </p>
      )}
      <form
        className="fields"
        onSubmit={(event) => {
          event.preventDefault();
          void attempt(write).then((done) => done && handle.current?.close());
        }}
      >
        {input("name", { required: true, maxLength: 200, "data-first": true })}
        {input("name_zh", { lang: "zh", maxLength: 200 })}
        {input("name_ru", { lang: "ru", maxLength: 200 })}
        {input("name_en", { lang: "en", maxLength: 200 })}
        {input("country", { maxLength: 200 })}
        {input("email", { type: "email", maxLength: 254 })}
        <Entry name="language" note={noteOf("language")} meanwhile={meanwhile} onTake={take}>
          <select aria-describedby={described("language")} value={form.language} onChange={(event) => set("language", event.target.value)}>
            {Object.entries(LANGUAGES).map(([one, { language }]) => (
              <option key={one} value={one}>
                {language}
              </option>
            ))}
          </select>
        </Entry>
        {input("stands", {}, d.standsHint)}
        {input("category_codes", {}, d.groupsHint)}
        {problem !== null && (
          <div role="alert" className="refusal">
            <p>{refusal(problem, t)}</p>
            {problem.slug === "changed-meanwhile" && <p>{d.overtaken}</p>}
            {wrong.length > 0 && (
              <ul>
                {wrong.map((one, n) => {
                  const { text, lang } = findingIn(language, one, (at) => at);
                  return (
                    <li key={n}>
                      {d.field[one.field ?? ""] ?? one.field}: <span lang={lang}>{text}</span>
                    </li>
                  );
                })}
              </ul>
            )}
          </div>
        )}
        <Unreachable />
        <div className="actions">
          <button type="submit" className="primary" disabled={busy || !reach}>
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

interface EntryProps {
  readonly name: EntryField;
  /** The id of what is said beside the field. */
  readonly note: string;
  readonly hint?: string | undefined;
  readonly meanwhile: Meanwhile;
  readonly onTake: (name: EntryField) => void;
  readonly children: ReactNode;
}

/** One field with its name, and what somebody else wrote there while it was open. */
function Entry({ name, note, hint, meanwhile, onTake, children }: EntryProps): ReactElement {
  const { d } = useDeskSpeech();
  const theirs = meanwhile.theirs.get(name);
  const label = d.field[name] ?? name;
  const labelled = useRef<HTMLLabelElement>(null);
  return (
    <div className="entry" data-field={name}>
      <label ref={labelled}>
        {label}
        {children}
        {hint !== undefined && <small className="quiet">{hint}</small>}
      </label>
      {meanwhile.taken.has(name) && <p id={note} className="meanwhile">{d.takenOver}</p>}
      {theirs !== undefined && (
        <p className="meanwhile">
          <span id={note}>{d.theirs(name === "language" ? languageNamed(theirs) : theirs)}</span>{" "}
          <button
            type="button"
            aria-label={`${d.takeTheirs}: ${label}`}
            onClick={() => {
              onTake(name);
              labelled.current?.control?.focus();
            }}
          >
            {d.takeTheirs}
          </button>
        </p>
      )}
    </div>
  );
}

function languageNamed(code: string): string {
  return (LANGUAGES as Readonly<Record<string, { readonly language: string }>>)[code]?.language ?? code;
}
