import { useEffect, useRef, useState, type ReactElement } from "react";

import type { BoothNow } from "../api/types.ts";
import { useAttempt } from "../api/useAttempt.ts";
import { Dialog } from "../Dialog.tsx";
import { Unreachable } from "../live/Unreachable.tsx";
import { WhyNot } from "../Refused.tsx";
import { listIn } from "../venues/words.ts";
import { useDeskSpeech } from "./texts/index.ts";

interface Props {
  /** Those of the chosen booths that are free now. */
  readonly free: readonly string[];
  readonly states: ReadonlyMap<string, BoothNow>;
  readonly commanding: boolean;
  /** Throws a `Problem` where it is refused. */
  readonly onBlock: (booths: readonly string[], reason: string) => Promise<void>;
  /** It was done, though its answer was lost. */
  readonly onFound: (booths: readonly string[]) => void;
  readonly onRefused: (error: unknown) => void;
  readonly onClose: () => void;
}

const REASON_MAX = 500;

/** Booths leave the sale, for a reason; those that somebody takes meanwhile leave the list. */
export function BlockDialog({ free, states, commanding, onBlock, onFound, onRefused, onClose }: Props): ReactElement {
  const { d, language } = useDeskSpeech();
  const handle = useRef<HTMLDialogElement>(null);
  const [reason, setReason] = useState("");
  const { busy, problem, attempt } = useAttempt(onRefused);
  const [sent, setSent] = useState<readonly string[]>([]);
  // While nobody knows what became of those that were sent, they are what is spoken of.
  const open = busy || problem?.passing === true;
  const booths = open ? sent : free;
  const found = open && !busy && sent.every((booth) => states.get(booth)?.state === "blocked");
  const tell = useRef(onFound);
  tell.current = onFound;
  useEffect(() => {
    if (!found) return;
    handle.current?.close();
    tell.current(sent);
  }, [found, sent]);
  return (
    <Dialog title={d.blockTitle(booths.length)} handle={handle} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          setSent(booths);
          void attempt(() => onBlock(booths, reason.trim())).then((done) => done && handle.current?.close());
        }}
      >
        <p role="status">{booths.length === 0 ? d.noneFree : listIn(language, booths.toSorted())}</p>
        <label>
          {d.reason}
          <input data-first value={reason} maxLength={REASON_MAX} onChange={(event) => setReason(event.target.value)} />
          <small className="quiet">{d.reasonHint}</small>
        </label>
        <WhyNot problem={problem} />
        <Unreachable />
        <div className="actions">
          <button type="submit" className="primary" disabled={busy || !commanding || booths.length === 0}>
            {d.block}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
