import { useCallback, useMemo, type ReactElement } from "react";

import * as calls from "./calls.ts";
import { Changes, changesIn, Counts } from "./Changes.tsx";
import { DropFile } from "./DropFile.tsx";
import { Findings, placeIn } from "./Findings.tsx";
import { ImportStage } from "./ImportStage.tsx";
import { grouped } from "./grouped.ts";
import { lineOf, readTable, rowsToShow } from "./table.ts";
import { findingIn } from "./texts/findings.ts";
import { useDeskSpeech } from "./texts/index.ts";
import type { Finding, ImportReport } from "./types.ts";
import { useImport } from "./useImport.ts";

interface Props {
  readonly fair: string;
  readonly onDone: (report: ImportReport) => void;
}

/** A table of exhibitors: dropped, looked at, and then imported just so. */
export function ImportExhibitors({ fair, onDone }: Props): ReactElement {
  const { d } = useDeskSpeech();
  const send = useCallback((file: Blob, how: calls.Importing) => calls.importExhibitors(fair, file, how), [fair]);
  const { stage, busy, look, finish, reset } = useImport(send, onDone);
  const seen = stage.kind === "seen" ? stage : null;
  const faulty = seen !== null && seen.report.errors.length > 0;
  return (
    <section className="card import" aria-label={d.importTable}>
      <h2>{d.importTable}</h2>
      {(seen === null || faulty) && (
        <DropFile label={d.dropTable} hint={d.tableHint} accept=".csv,text/csv" disabled={busy} onFile={(file) => void look(file)} />
      )}
      <ImportStage stage={stage} look={look} notText={d.notText} />
      {seen !== null && (
        <>
          <h3>{seen.file.name}</h3>
          <Findings findings={seen.report.errors} kind="errors" />
          <Findings findings={seen.report.warnings} kind="warnings" />
          {!faulty && (
            <>
              <Counts report={seen.report} words={d.wouldBe} />
              <Changes report={seen.report} words={d.wouldBe} caption={d.wouldDo} />
              {changesIn(seen.report) === 0 && <p>{d.nothingNew}</p>}
              <div className="actions">
                {changesIn(seen.report) > 0 && (
                  <button type="button" className="primary" disabled={busy} onClick={() => void finish()}>
                    {d.doImport(changesIn(seen.report))}
                  </button>
                )}
                <button type="button" disabled={busy} onClick={reset}>
                  {d.another}
                </button>
              </div>
            </>
          )}
          <FileRows text={seen.text} findings={[...seen.report.errors, ...seen.report.warnings]} />
        </>
      )}
    </section>
  );
}

const FIRST_ROWS = 5;
const ROWS_MAX = 60;

/** The file's first rows and those that something is said of, as they stand in it. */
function FileRows({ text, findings }: { readonly text: string; readonly findings: readonly Finding[] }): ReactElement {
  const { d, language } = useDeskSpeech();
  const table = useMemo(() => readTable(text), [text]);
  const byLine = useMemo(() => grouped(findings, ({ at }) => lineOf(at)), [findings]);
  const rows = rowsToShow(table, new Set([...byLine.keys()].filter((line) => line !== null)), FIRST_ROWS, ROWS_MAX);
  return (
    <details className="file-rows" open>
      <summary>{d.whatItSays}</summary>
      <div className="table-frame" tabIndex={0} role="region" aria-label={d.whatItSays}>
        <table>
          <thead>
            <tr>
              <th scope="col">{d.rowWord}</th>
              {table.header.map((name, n) => (
                <th key={n} scope="col" className={(byLine.get(1) ?? []).some(({ field }) => field === name) ? "wrong" : undefined}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ line, cells }) => {
              const said = byLine.get(line) ?? [];
              return (
                <tr key={line} className={said.length > 0 ? "said" : undefined} data-line={line}>
                  <th scope="row">{line}</th>
                  {cells.map((cell, n) => {
                    const about = said.filter(({ field }) => field === table.header[n]);
                    return (
                      <td key={n} className={about.length > 0 ? "wrong" : undefined}>
                        {cell}
                        {about.map((one, k) => {
                          const { text: told, lang } = findingIn(language, one, (at) => placeIn(at, d));
                          return (
                            <small key={k} lang={lang}>
                              {told}
                            </small>
                          );
                        })}
                      </td>
                    );
                  })}
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </details>
  );
}
