import { useState, type DragEvent, type ReactElement } from "react";

import { useDeskSpeech } from "./texts/index.ts";

interface Props {
  readonly label: string;
  readonly hint: string;
  readonly accept: string;
  readonly disabled: boolean;
  readonly onFile: (file: File) => void;
}

/** Where a file is dropped; the same file can be chosen by keyboard, and chosen again once it is mended. */
export function DropFile({ label, hint, accept, disabled, onFile }: Props): ReactElement {
  const { d } = useDeskSpeech();
  const [over, setOver] = useState(false);
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    const file = event.dataTransfer.files[0];
    if (file !== undefined && !disabled) onFile(file);
  };
  return (
    <div
      className={over ? "drop over" : "drop"}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <p>
        <strong>{label}</strong>
      </p>
      <p className="quiet">{hint}</p>
      <label className="file-button">
        <input
          type="file"
          accept={accept}
          disabled={disabled}
          onChange={(event) => {
            const file = event.target.files?.[0];
            // Emptied, so that the same name can be chosen again.
            event.target.value = "";
            if (file !== undefined) onFile(file);
          }}
        />
        <span>{d.chooseFile}</span>
      </label>
    </div>
  );
}
