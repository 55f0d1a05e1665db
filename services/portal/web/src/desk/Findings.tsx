import type { ReactElement } from "react";

import { positionOf } from "./compare.ts";
import { lineOf } from "./table.ts";
import { findingIn } from "./texts/findings.ts";
import { useDeskSpeech, type DeskTexts } from "./texts/index.ts";
import type { Finding } from "./types.ts";

const SHOWN_MAX = 200;

/** What is wrong or odd, each at its place with its remedy. */
export function Findings({ findings, kind }: { readonly findings: readonly Finding[]; readonly kind: "errors" | "warnings" }): ReactElement | null {
  const { d, language } = useDeskSpeech();
  if (findings.length === 0) return null;
  return (
    <section className={`findings ${kind}`}>
      <p role={kind === "errors" ? "alert" : "status"}>
        <strong>{kind === "errors" ? d.errorsFound(findings.length) : d.warningsFound(findings.length)}</strong>
      </p>
      <ul>
        {findings.slice(0, SHOWN_MAX).map((one, n) => {
          const { text, lang } = findingIn(language, one, (at) => placeIn(at, d));
          return (
          <li key={n}>
            <span className="at">{one.field === "" ? placeIn(one.at, d) : d.placeAndField(placeIn(one.at, d), one.field)}</span>
            <span lang={lang}>{text}</span>
          </li>
          );
        })}
      </ul>
    </section>
  );
}

export function placeIn(at: string, d: DeskTexts): string {
  const line = lineOf(at);
  if (line !== null) return d.fileRow(line);
  const position = positionOf(at);
  if (position === null) return at === "file" ? d.wholeFile : at;
  const number = /\((.*)\)$/.exec(at)?.[1];
  return number === undefined ? d.fileFeature(position) : `${d.fileFeature(position)} (${number})`;
}
