import { useCallback, useEffect, useRef, useState, type ReactElement } from "react";

import { Problem } from "../api/problem.ts";
import { DownloadMenu } from "../downloads/DownloadMenu.tsx";
import * as calls from "./calls.ts";
import { ExhibitorForm } from "./ExhibitorForm.tsx";
import { ImportExhibitors } from "./ImportExhibitors.tsx";
import type { LiveTabProps } from "./Overview.tsx";
import { Refused } from "../Refused.tsx";
import { useDeskSpeech } from "./texts/index.ts";
import type { ExhibitorEntry } from "./types.ts";
import { useTaken } from "./useDesk.ts";

const TYPING_MS = 250;

/** Who takes part: found by name, changed, registered, imported. */
export function ExhibitorsTab({ fair, view, tools, live }: LiveTabProps): ReactElement {
  const { t, d, language } = useDeskSpeech();
  const [words, setWords] = useState("");
  const [turn, setTurn] = useState(0);
  const list = useExhibitors(fair.slug, words.trim(), turn);
  const taken = useTaken(fair.slug, fair.state !== "draft", live.picture, tools.refused);
  const [open, setOpen] = useState<ExhibitorEntry | "new" | null>(null);
  const [importing, setImporting] = useState(false);
  const [said, setSaid] = useState("");
  const { refused } = tools;
  // The address may name one, as the details of a booth do.
  useEffect(() => {
    if (view.hall !== "") void calls.exhibitor(view.hall).then(setOpen, refused);
  }, [view.hall, refused]);
  const has = (id: string): readonly string[] => [...(taken.value?.values() ?? [])].filter(({ exhibitor }) => exhibitor === id).map(({ booth }) => booth);
  return (
    <>
      <div className="desk-bar">
        <input type="search" aria-label={d.findExhibitor} placeholder={d.findExhibitor} value={words} onChange={(event) => setWords(event.target.value)} />
        <button type="button" onClick={() => setOpen("new")}>
          {d.register}
        </button>
        <button type="button" aria-expanded={importing} onClick={() => setImporting(!importing)}>
          {d.importTable}
        </button>
        <DownloadMenu tables={["exhibitors"]} query={new URLSearchParams({ fair: fair.slug, q: words.trim() }).toString()} />
      </div>
      <p role="status" className={said === "" ? "unseen" : "said"}>
        {said}
      </p>
      {importing && (
        <ImportExhibitors
          fair={fair.slug}
          onDone={({ counts }) => {
            setSaid(d.imported(counts.created, counts.changed, 0));
            setImporting(false);
            setTurn((n) => n + 1);
          }}
        />
      )}
      {list.problem !== null && <Refused problem={list.problem} onAgain={() => setTurn((n) => n + 1)} />}
      {list.items === null && list.problem === null && <p className="waiting">{t.loading}</p>}
      {list.items?.length === 0 && <p className="waiting">{words.trim() === "" ? d.noExhibitors : d.nobodyFound(words.trim())}</p>}
      {list.items !== null && list.items.length > 0 && (
        <section className="card" aria-label={d.tabs.exhibitors}>
          <div className="table-frame" tabIndex={0} role="region" aria-label={d.tabs.exhibitors}>
            <table className="people">
              <thead>
                <tr>
                  <th scope="col">{d.field["name"]}</th>
                  <th scope="col">{d.field["country"]}</th>
                  <th scope="col">{d.holdsNow}</th>
                  <th scope="col">{d.field["email"]}</th>
                  <th scope="col">
                    <span className="unseen">{d.edit}</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {list.items.map((one) => (
                  <tr key={one.id} data-exhibitor={one.id}>
                    <th scope="row">
                      {one.names[language] ?? one.name}
                      {one.names[language] !== undefined && <small className="quiet">{one.name}</small>}
                    </th>
                    <td>{one.country}</td>
                    <td>
                      <ul className="chips">
                        {has(one.id).map((booth) => (
                          <li key={booth}>{booth}</li>
                        ))}
                      </ul>
                    </td>
                    <td className="address">{one.email !== null && <Address of={one.email} />}</td>
                    <td>
                      <button type="button" className="plain" aria-label={d.editExhibitor(one.name)} onClick={() => setOpen(one)}>
                        {d.edit}
                      </button>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
          {list.more !== null && (
            <button type="button" onClick={list.more}>
              {d.showMore}
            </button>
          )}
        </section>
      )}
      {open !== null && (
        <ExhibitorForm
          key={open === "new" ? "new" : open.id}
          fair={fair}
          exhibitor={open === "new" ? null : open}
          taken={open === "new" ? [] : [...(taken.value?.values() ?? [])].filter(({ exhibitor }) => exhibitor === open.id)}
          onDone={({ name }) => {
            setSaid(open === "new" ? d.registered(name) : d.changed(name));
            setTurn((n) => n + 1);
          }}
          onRefused={refused}
          onClose={() => setOpen(null)}
        />
      )}
    </>
  );
}

/** A mail address, which is broken where it has its sign rather than anywhere. */
function Address({ of }: { readonly of: string }): ReactElement {
  const sign = of.indexOf("@") + 1;
  return (
    <>
      {of.slice(0, sign)}
      <wbr />
      {of.slice(sign)}
    </>
  );
}

interface Found {
  readonly items: readonly ExhibitorEntry[] | null;
  readonly problem: Problem | null;
  /** Reads the next page, null on the last. */
  readonly more: (() => void) | null;
}

/** Those whose names have words that begin so, page after page; read again with another `turn`. */
function useExhibitors(fair: string, words: string, turn: number): Found {
  const [items, setItems] = useState<readonly ExhibitorEntry[] | null>(null);
  const [cursor, setCursor] = useState<string | null>(null);
  /** Of which cursor the page was asked for last. */
  const asked = useRef<string | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const failed = useCallback((error: unknown): void => {
    if (!(error instanceof Problem)) throw error;
    setProblem(error);
  }, []);
  useEffect(() => {
    let wanted = true;
    const handle = setTimeout(() => {
      calls.exhibitors(fair, words, null).then((page) => {
        if (!wanted) return;
        asked.current = null;
        setItems(page.items);
        setCursor(page.cursor);
        setProblem(null);
      }, (error: unknown) => wanted && failed(error));
    }, TYPING_MS);
    return () => {
      wanted = false;
      clearTimeout(handle);
    };
  }, [fair, words, turn, failed]);
  const more = (): void => {
    if (cursor === null || asked.current === cursor) return;
    asked.current = cursor;
    calls.exhibitors(fair, words, cursor).then(
      (page) => {
        // Meanwhile others may be looked for.
        if (asked.current !== cursor) return;
        setItems((before) => [...(before ?? []), ...page.items]);
        setCursor(page.cursor);
      },
      (error: unknown) => {
        asked.current = null;
        failed(error);
      },
    );
  };
  return { items, problem, more: cursor === null ? null : more };
}
