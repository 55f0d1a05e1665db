import { useState, type ReactElement } from "react";

interface Props {
  readonly label: string;
  readonly question: string;
  readonly yes: string;
  readonly no: string;
  readonly danger: boolean;
  readonly disabled: boolean;
  readonly onYes: () => void;
}

/** A button for what cannot be taken back: it says what follows and asks once. */
export function Asked({ label, question, yes, no, danger, disabled, onYes }: Props): ReactElement {
  const [asking, setAsking] = useState(false);
  const [asked, setAsked] = useState(false);
  const answered = (): void => {
    setAsking(false);
    setAsked(true);
  };
  const look = danger ? "danger" : "primary";
  if (!asking) {
    return (
      <button type="button" className={danger ? "" : look} disabled={disabled} autoFocus={asked} onClick={() => setAsking(true)}>
        {label}
      </button>
    );
  }
  return (
    <div className="actions" role="group" aria-label={question}>
      <span className="ask">{question}</span>
      <button
        type="button"
        className={look}
        disabled={disabled}
        autoFocus
        onClick={() => {
          answered();
          onYes();
        }}
      >
        {yes}
      </button>
      <button type="button" onClick={answered}>
        {no}
      </button>
    </div>
  );
}
