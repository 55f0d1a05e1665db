import { useRef, useState, type FocusEvent, type KeyboardEvent, type ReactElement } from "react";

import * as calls from "../api/calls.ts";
import { Problem } from "../api/problem.ts";
import { refusal, useSpeech, type Texts } from "../texts/index.ts";

/** The tables that services make, by what they are called on the page. */
const TABLES = {
  booths: "booking/booths",
  reservations: "booking/reservations",
  spaceBookings: "booking/space-bookings",
  happenings: "booking/happenings",
  exhibitors: "catalog/exhibitors",
} as const;

interface Props {
  readonly tables: readonly (keyof typeof TABLES)[];
  /** Of what: `fair=…`, `venue=…`, and what else narrows it. */
  readonly query: string;
  /** Whether what is in view can be printed. */
  readonly printable?: boolean;
}

/** Tables to be kept, as a workbook or as text; they are made on the server, and a no is told here. */
export function DownloadMenu({ tables, query, printable = false }: Props): ReactElement {
  const { t, language } = useSpeech();
  const menu = useRef<HTMLDetailsElement>(null);
  const [busy, setBusy] = useState(false);
  const [said, setSaid] = useState("");
  const [refused, setRefused] = useState<Problem | null>(null);
  const close = (): void => menu.current?.removeAttribute("open");
  const keep = (which: keyof typeof TABLES, format: "xlsx" | "csv"): void => {
    const asked = new URLSearchParams(query);
    asked.set("format", format);
    asked.set("language", language);
    setBusy(true);
    setRefused(null);
    setSaid(t.tables.preparing);
    calls
      .table(TABLES[which], asked)
      .then(
        ({ name, content }) => {
          save(name, content);
          setSaid(t.tables.ready(name));
          close();
        },
        (error: unknown) => {
          if (!(error instanceof Problem)) throw error;
          setSaid("");
          setRefused(error);
        },
      )
      .finally(() => setBusy(false));
  };
  const left = ({ currentTarget, relatedTarget }: FocusEvent): void => {
    if (relatedTarget !== null && !currentTarget.contains(relatedTarget)) close();
  };
  const pressed = ({ key }: KeyboardEvent): void => {
    if (key !== "Escape") return;
    close();
    menu.current?.querySelector("summary")?.focus();
  };
  const print = (): void => {
    close();
    window.print();
  };
  return (
    <>
      <details className="download" ref={menu} onBlur={left} onKeyDown={pressed}>
        <summary>{t.tables.download}</summary>
        <div>
          <ul>
            {tables.flatMap((which) => [
              <li key={`${which} xlsx`}>
                <button type="button" className="plain" disabled={busy} onClick={() => keep(which, "xlsx")}>
                  {t.tables.workbook(t.tables[which])}
                </button>
              </li>,
              <li key={`${which} csv`}>
                <button type="button" className="plain" disabled={busy} onClick={() => keep(which, "csv")}>
                  {t.tables.text(t.tables[which])}
                </button>
              </li>,
            ])}
            {printable && (
              <li>
                <button type="button" className="plain" onClick={print}>
                  {t.tables.print}
                </button>
              </li>
            )}
          </ul>
          <p role="alert" className="urgent">
            {refused !== null && whyNot(refused, t)}
          </p>
        </div>
      </details>
      {/* Outside of the menu: what a closed one says is not read aloud. */}
      <span role="status" className="unseen">
        {said}
      </span>
    </>
  );
}

function whyNot(problem: Problem, t: Texts): string {
  return problem.slug === "download-too-large" ? t.tables["download-too-large"] : refusal(problem, t);
}

function save(name: string, content: Blob): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  // The browser reads it after this turn.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
