import { useEffect, useRef, useState, type ReactElement } from "react";

import { useSpeech } from "../texts/index.ts";
import { clockFace, secondsLeft, spokenMark } from "./countdown.ts";

interface Props {
  readonly expiresAt: string;
  readonly offsetMs: number;
  readonly onEnd: () => void;
}

const URGENT_SECONDS = 60;

/** The time left on a hold, by the server's clock; spoken at a few marks only. */
export function Countdown({ expiresAt, offsetMs, onEnd }: Props): ReactElement {
  const { t } = useSpeech();
  const [left, setLeft] = useState(() => secondsLeft(expiresAt, offsetMs, Date.now()));
  const [said, setSaid] = useState("");
  const last = useRef(left);
  const end = useRef(onEnd);
  end.current = onEnd;
  useEffect(() => {
    function tick(): void {
      const now = secondsLeft(expiresAt, offsetMs, Date.now());
      const mark = spokenMark(last.current, now);
      if (mark !== null) setSaid(t.timeLeftSpoken(mark));
      if (now === 0 && last.current > 0) {
        setSaid(t.timeUp);
        end.current();
      }
      last.current = now;
      setLeft(now);
    }
    tick();
    const handle = setInterval(tick, 250);
    return () => clearInterval(handle);
  }, [expiresAt, offsetMs, t]);
  return (
    <p className={left <= URGENT_SECONDS ? "countdown urgent" : "countdown"}>
      <span>{left === 0 ? t.timeUp : t.timeLeft}</span>{" "}
      {left > 0 && (
        <time role="timer" aria-live="off" dateTime={`PT${left}S`}>
          {clockFace(left)}
        </time>
      )}
      {left > 0 && <small>{t.whenTimeIsUp}</small>}
      <span className="unseen" aria-live="polite">
        {said}
      </span>
    </p>
  );
}
