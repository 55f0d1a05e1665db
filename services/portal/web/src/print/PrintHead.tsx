import type { ReactElement } from "react";

import { momentIn } from "../history/sentences.ts";
import { useSpeech } from "../texts/index.ts";

interface Props {
  readonly title: string;
  readonly subtitle: string;
  readonly zone: string;
}

/** What a sheet of paper says at its top: what it shows, and as of when, by whose clock. */
export function PrintHead({ title, subtitle, zone }: Props): ReactElement {
  const { t, language } = useSpeech();
  return (
    <header className="print-head">
      <h1>{title}</h1>
      <p>{subtitle}</p>
      <p className="as-of">{t.tables.printedAt(momentIn(language, new Date().toISOString(), zone), zone)}</p>
    </header>
  );
}
