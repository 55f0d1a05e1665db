import { useEffect, useState, type FormEvent, type ReactElement } from "react";

import * as calls from "../api/calls.ts";
import { Problem } from "../api/problem.ts";
import { useReach } from "../api/reach.ts";
import type { Preferences } from "../api/types.ts";
import { LANGUAGES, refusal, useSpeech, type Language } from "../texts/index.ts";
import { CHANNELS, toSend, turned } from "./preferences.ts";

/** Which news is told in the inbox and which by mail, in which language, and where an organizer is mailed. */
export function NotificationSettings({ organizer }: { readonly organizer: boolean }): ReactElement {
  const { t } = useSpeech();
  const [wishes, setWishes] = useState<Preferences | null>(null);
  const [busy, setBusy] = useState(false);
  const reach = useReach();
  const [saved, setSaved] = useState(false);
  const [refused, setRefused] = useState<Problem | null>(null);

  const said = (error: unknown): void => {
    if (!(error instanceof Problem)) throw error;
    setRefused(error);
  };
  useEffect(() => void calls.preferences().then(setWishes, said), []);
  const change = (to: Preferences): void => {
    setSaved(false);
    setWishes(to);
  };

  async function save(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (wishes === null) return;
    setBusy(true);
    setRefused(null);
    try {
      setWishes(await calls.setPreferences(toSend(wishes, organizer)));
      setSaved(true);
    } catch (error) {
      said(error);
    } finally {
      setBusy(false);
    }
  }

  return (
    <form className="settings" onSubmit={(event) => void save(event)}>
      {wishes === null && refused === null && <p className="quiet">{t.loading}</p>}
      {wishes !== null && (
        <>
          <p className="quiet">{t.notificationsHint}</p>
          <table>
            <thead>
              <tr>
                <th scope="col">{t.news}</th>
                {CHANNELS.map((channel) => (
                  <th key={channel} scope="col">
                    {t.channel[channel]}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {Object.keys(wishes.kinds).map((kind) => (
                <tr key={kind} data-kind={kind}>
                  <th scope="row">{nameOf(kind, t.kinds)}</th>
                  {CHANNELS.map((channel) => (
                    <td key={channel}>
                      <input
                        type="checkbox"
                        aria-label={`${nameOf(kind, t.kinds)}: ${t.channel[channel]}`}
                        checked={wishes.kinds[kind]?.[channel] ?? true}
                        onChange={() => change(turned(wishes, kind, channel))}
                      />
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
          <label>
            {t.newsLanguage}
            <select value={wishes.language ?? ""} onChange={(event) => change({ ...wishes, language: event.target.value || null })}>
              <option value="">{t.newsLanguageOfEntry}</option>
              {(Object.keys(LANGUAGES) as Language[]).map((one) => (
                <option key={one} value={one} lang={one}>
                  {LANGUAGES[one].language}
                </option>
              ))}
            </select>
          </label>
          {organizer ? (
            <label>
              {t.mailAddress}
              <input
                type="email"
                name="email"
                autoComplete="email"
                maxLength={254}
                value={wishes.email ?? ""}
                onChange={(event) => change({ ...wishes, email: event.target.value })}
              />
            </label>
          ) : (
            <p className="quiet">{t.mailAddressOfEntry}</p>
          )}
          <button type="submit" className="primary" disabled={busy || !reach}>
            {t.save}
          </button>
        </>
      )}
      <p role="status">{saved && t.saved}</p>
      <p role="alert" className="refusal">
        {refused !== null && refusal(refused, t)}
      </p>
    </form>
  );
}

/** A kind that the page has no words for yet keeps its own. */
function nameOf(kind: string, names: Readonly<Record<string, string>>): string {
  return names[kind] ?? kind;
}
