import { useCallback, useMemo, useState, type ReactElement } from "react";

import type { Fair, Hall } from "../api/types.ts";
import type { Tools } from "../Frame.tsx";
import { nameIn } from "../texts/index.ts";
import { NO_FEATURES, usePlan } from "../plan/usePlan.ts";
import * as calls from "./calls.ts";
import { Changes, changesIn, Counts } from "./Changes.tsx";
import { compared, featuresOf } from "./compare.ts";
import { DropFile } from "./DropFile.tsx";
import { Findings } from "./Findings.tsx";
import { ImportStage } from "./ImportStage.tsx";
import { PlanComparison } from "./PlanComparison.tsx";
import { useDeskSpeech } from "./texts/index.ts";
import type { ImportReport, NotFree } from "./types.ts";
import { useImport, type Stage } from "./useImport.ts";

interface Props {
  readonly fair: Fair;
  readonly halls: readonly Hall[];
  readonly first: string;
  readonly tools: Tools;
  readonly onDone: (hall: string) => Promise<void>;
  /** Null where there is no plan to go back to. */
  readonly onLeave: (() => void) | null;
}

/** A hall's floor plan: dropped, drawn over the old one, and then imported just so. */
export function ImportPlan({ fair, halls, first, tools, onDone, onLeave }: Props): ReactElement {
  const { t, d, language } = useDeskSpeech();
  const [hall, setHall] = useState(first || (halls[0]?.hall ?? ""));
  const known = halls.find((one) => one.hall === hall);
  const [said, setSaid] = useState("");
  const send = useCallback((file: Blob, how: calls.Importing) => calls.importPlan(fair.slug, hall, file, how), [fair.slug, hall]);
  const [imports, setImports] = useState(0);
  const done = useCallback(
    ({ counts }: ImportReport): void => {
      setSaid(d.imported(counts.created, counts.changed, counts.withdrawn));
      setImports((n) => n + 1);
      tools.acted();
      void onDone(hall);
    },
    [d, hall, onDone, tools],
  );
  const { stage, busy, look, finish, reset } = useImport(send, done);
  const old = usePlan(fair.slug, hall, imports, IGNORED).value ?? NO_FEATURES;
  return (
    <section className="card import" aria-label={d.importPlan}>
      <div className="desk-bar">
        <h2>{d.importPlan}</h2>
        <label className="hall-choice">
          {d.replaceFor}{" "}
          <select
            value={hall}
            disabled={busy}
            onChange={(event) => {
              reset();
              setHall(event.target.value);
            }}
          >
            {halls.map((one) => (
              <option key={one.hall} value={one.hall}>
                {nameIn(one.name, language, t.hall(one.hall))}
              </option>
            ))}
          </select>
        </label>
        {onLeave !== null && (
          <button type="button" className="plain" onClick={onLeave}>
            {d.backToPlan}
          </button>
        )}
      </div>
      <p role="status" className={said === "" ? "unseen" : "said"}>
        {said}
      </p>
      <DropFile
        label={d.dropPlan}
        hint={d.planHint}
        accept=".geojson,.json,application/geo+json,application/json"
        disabled={busy || hall === ""}
        onFile={(file) => {
          setSaid("");
          void look(file);
        }}
      />
      <ImportStage stage={stage} look={look} notText={d.notPlan} />
      {stage.kind === "seen" && known !== undefined && <Seen stage={stage} hall={known} old={old} busy={busy} onImport={finish} onReset={reset} />}
    </section>
  );
}

/** A hall without a plan has none to be drawn over: that is no failure. */
const IGNORED = (): void => undefined;

interface SeenProps {
  readonly stage: Extract<Stage, { kind: "seen" }>;
  readonly hall: Hall;
  readonly old: Parameters<typeof compared>[0];
  readonly busy: boolean;
  readonly onImport: () => Promise<void>;
  readonly onReset: () => void;
}

/** What would become of the plan, drawn and told; what keeps it from being imported first. */
function Seen({ stage, hall, old, busy, onImport, onReset }: SeenProps): ReactElement {
  const { t, d } = useDeskSpeech();
  const { report, problem, text, file } = stage;
  const read = useMemo(() => featuresOf(text), [text]);
  const notFree = problem?.slug === "booth-not-free" ? (problem.items as readonly NotFree[]) : NOBODY;
  const drawn = useMemo(
    () => compared(old, read?.features ?? [], report.changes, notFree, report.errors),
    [old, read, report, notFree],
  );
  const may = problem === null && changesIn(report) > 0;
  const fates = { created: d.fateOf.created, changed: d.fateOf.changed, unchanged: d.fateOf.unchanged, withdrawn: d.fateOf.withdrawn };
  return (
    <>
      <h3>{file.name}</h3>
      <Findings findings={report.errors} kind="errors" />
      {notFree.length > 0 && (
        <section className="findings errors">
          <p role="alert">
            <strong>{d.refusedPlan(notFree.length)}</strong>
          </p>
          <ul>
            {notFree.map(({ booth, reason, state }) => (
              <li key={booth}>
                <span className="at">{booth}</span>
                <span>
                  {t.state[state]}; {d.refusedBecause[reason] ?? reason}.
                </span>
              </li>
            ))}
          </ul>
        </section>
      )}
      <Findings findings={report.warnings} kind="warnings" />
      {report.errors.length === 0 && <Counts report={report} words={fates} />}
      {drawn.length > 0 && <PlanComparison hall={hall} drawn={drawn} />}
      <div className="actions">
        {may && (
          <button type="button" className="primary" disabled={busy} onClick={() => void onImport()}>
            {d.doImport(changesIn(report))}
          </button>
        )}
        {problem === null && changesIn(report) === 0 && <p>{d.nothingNew}</p>}
        <button type="button" disabled={busy} onClick={onReset}>
          {d.another}
        </button>
      </div>
      {report.errors.length === 0 && <Changes report={report} words={fates} caption={d.wouldDo} />}
    </>
  );
}

const NOBODY: readonly NotFree[] = [];
