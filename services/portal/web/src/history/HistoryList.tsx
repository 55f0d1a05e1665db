import { useEffect, useState, type ReactElement } from "react";

import * as calls from "../api/calls.ts";
import type { Happening, History, PastEvent } from "../api/types.ts";
import { useSpeech } from "../texts/index.ts";
import { Entry } from "./Entry.tsx";
import { useTold } from "./useTold.ts";

interface Props {
  /** `space-bookings` or `reservations`. */
  readonly of: calls.WithHistory;
  readonly id: string;
  readonly zone: string;
  /** Changes when there may be more to tell. */
  readonly turn: number | string;
  /** An event in words. */
  readonly tell: (event: PastEvent) => string;
}

/** What happened, behind a heading that opens it: read only when somebody wants to know. */
export function WhatHappened(props: Props): ReactElement {
  const { t } = useSpeech();
  const [open, setOpen] = useState(false);
  return (
    <details className="what-happened" onToggle={({ currentTarget, target }) => target === currentTarget && setOpen(currentTarget.open)}>
      <summary>{t.whatHappened}</summary>
      {open && <HistoryList {...props} />}
    </details>
  );
}

const NOTHING: readonly Happening[] = [];

/** The newest first: each event as a story. */
function HistoryList({ of, id, zone, turn, tell }: Props): ReactElement {
  const { t } = useSpeech();
  const [history, setHistory] = useState<History | null>(null);
  const [failed, setFailed] = useState(false);
  const told = useTold(history?.events ?? NOTHING);
  useEffect(() => {
    let asked = true;
    calls.history(of, id).then(
      (found) => {
        if (!asked) return;
        setHistory(found);
        setFailed(false);
      },
      () => asked && setFailed(true),
    );
    return () => void (asked = false);
  }, [of, id, turn]);
  if (failed) return <p className="quiet">{t.problem.unexpected}</p>;
  if (history === null) return <p className="waiting">{t.loading}</p>;
  return (
    <ol className="history" reversed>
      {history.events.map((happening) => (
        <li key={happening.event.id}>
          <Entry happening={happening} zone={zone} sentence={tell(happening.event)} told={told.get(happening.event.id) ?? null} />
        </li>
      ))}
      {!history.complete && <li className="quiet">{t.historyCut}</li>}
    </ol>
  );
}
