import { useRef, useState, type ReactElement } from "react";

import { Dialog } from "../Dialog.tsx";
import { useDeskSpeech } from "./texts/index.ts";

interface Props {
  readonly booths: readonly string[];
  readonly busy: boolean;
  readonly onBlock: (reason: string) => Promise<void>;
  readonly onClose: () => void;
}

const REASON_MAX = 500;

/** Booths leave the sale, for a reason. */
export function BlockDialog({ booths, busy, onBlock, onClose }: Props): ReactElement {
  const { d } = useDeskSpeech();
  const handle = useRef<HTMLDialogElement>(null);
  const [reason, setReason] = useState("");
  return (
    <Dialog title={d.blockTitle(booths.length)} handle={handle} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void onBlock(reason.trim());
        }}
      >
        <p>{booths.toSorted().join(", ")}</p>
        <label>
          {d.reason}
          <input value={reason} maxLength={REASON_MAX} autoFocus onChange={(event) => setReason(event.target.value)} />
          <small className="quiet">{d.reasonHint}</small>
        </label>
        <div className="actions">
          <button type="submit" className="primary" disabled={busy}>
            {d.block}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
