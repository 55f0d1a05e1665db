import type { ReactElement } from "react";

import { useSpeech } from "../texts/index.ts";

interface Props {
  /** Where the paper is served. */
  readonly at: string;
  /** What it is called. */
  readonly name: string;
}

/** A paper that a service writes, in the reader's language: as a page, and for print. */
export function PaperLinks({ at, name }: Props): ReactElement {
  const { language } = useSpeech();
  const page = `${at}?language=${language}`;
  return (
    <p className="links">
      <a href={page} target="_blank" rel="noreferrer">
        {name}
      </a>
      <a href={`${page}&format=pdf`} target="_blank" rel="noreferrer" aria-label={`${name}, PDF`}>
        PDF
      </a>
    </p>
  );
}
