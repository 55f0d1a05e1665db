import { useRef, useState, type ReactElement } from "react";

import { useAttempt } from "../api/useAttempt.ts";
import { Dialog } from "../Dialog.tsx";
import { Unreachable } from "../live/Unreachable.tsx";
import { WhyNot } from "../Refused.tsx";
import { useDeskSpeech } from "./texts/index.ts";

interface Props {
  readonly booths: readonly string[];
  readonly commanding: boolean;
  /** Throws a `Problem` where it is refused. */
  readonly onBlock: (reason: string) => Promise<void>;
  readonly onClose: () => void;
}

const REASON_MAX = 500;

/** Booths leave the sale, for a reason; those that somebody takes meanwhile leave the list. */
export function BlockDialog({ booths, commanding, onBlock, onClose }: Props): ReactElement {
  const { d } = useDeskSpeech();
  const { busy, problem, attempt } = useAttempt();
  const handle = useRef<HTMLDialogElement>(null);
  const [reason, setReason] = useState("");
  return (
    <Dialog title={d.blockTitle(booths.length)} handle={handle} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void attempt(() => onBlock(reason.trim())).then((done) => done && handle.current?.close());
        }}
      >
        <p>{booths.length === 0 ? d.noneFree : booths.toSorted().join(", ")}</p>
        <label>
          {d.reason}
          <input value={reason} maxLength={REASON_MAX} autoFocus onChange={(event) => setReason(event.target.value)} />
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
