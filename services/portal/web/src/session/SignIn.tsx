import { useEffect, useState, type FormEvent, type ReactElement } from "react";

import * as calls from "../api/calls.ts";
import { Problem } from "../api/problem.ts";
import type { SampleAccount } from "../api/types.ts";
import { refusal, useSpeech, type Language } from "../texts/index.ts";
import { LanguageSwitch } from "./LanguageSwitch.tsx";
import { rememberSignIn } from "./memory.ts";

interface Props {
  readonly onLanguage: (language: Language) => void;
}

/** The embedded issuer's page: whoever shows who they are goes on to whom they came from, with a code. */
export function SignIn({ onLanguage }: Props): ReactElement {
  const { t } = useSpeech();
  const [account, setAccount] = useState("");
  const [password, setPassword] = useState("");
  const [samples, setSamples] = useState<readonly SampleAccount[]>([]);
  const [refused, setRefused] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    // Without sample accounts the form stands for itself.
    calls.sampleAccounts().then(setSamples, () => setSamples([]));
  }, []);

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    setBusy(true);
    setRefused(null);
    try {
      const next = await calls.signIn(account, password, location.search);
      // Whoever came by another name of the portal has it remembered there, and not here.
      rememberSignIn(true);
      // In this page's place: going back from what follows must not lead to a request that was answered.
      location.replace(next);
    } catch (error) {
      setBusy(false);
      if (!(error instanceof Problem)) throw error;
      setRefused(error);
    }
  }

  return (
    <main className="sign-in">
      <div className="card">
        <LanguageSwitch onChoose={onLanguage} />
        <img src="/icon.svg" width="48" height="48" alt="" />
        <h1>{t.brand}</h1>
        <p className="quiet">{t.tagline}</p>
        <form onSubmit={(event) => void submit(event)}>
          <label>
            {t.account}
            <input name="account" autoComplete="username" required value={account} onChange={(event) => setAccount(event.target.value)} />
          </label>
          <label>
            {t.password}
            <input
              name="password"
              type="password"
              autoComplete="current-password"
              required
              value={password}
              onChange={(event) => setPassword(event.target.value)}
            />
          </label>
          <p role="alert" className="refusal">
            {refused !== null && refusal(refused, t)}
          </p>
          <button type="submit" className="primary" disabled={busy}>
            {t.signIn}
          </button>
        </form>
        {samples.length > 0 && (
          <section aria-labelledby="samples-title">
            <h2 id="samples-title">{t.sampleAccounts}</h2>
            <p className="quiet">{t.sampleAccountsHint}</p>
            <ul className="samples">
              {samples.map((sample) => (
                <li key={sample.account}>
                  <button
                    type="button"
                    data-account={sample.account}
                    onClick={() => {
                      setAccount(sample.account);
                      setPassword(sample.password);
                    }}
                  >
                    <strong>{sample.display}</strong>{" "}
                    <span className="quiet">
                      {sample.account} · {t.role[sample.role]}
                    </span>
                  </button>
                </li>
              ))}
            </ul>
          </section>
        )}
      </div>
    </main>
  );
}
