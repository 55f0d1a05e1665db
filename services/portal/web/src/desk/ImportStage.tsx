import type { ReactElement } from "react";

import { refusal } from "../texts/index.ts";
import { useDeskSpeech } from "./texts/index.ts";
import { FILE_BYTES_MAX, type ImportWay } from "./useImport.ts";

const MIB = 1024 * 1024;

/** Where an import stands before anything of its file can be shown: it is looked at, is none, or could not be looked at. */
export function ImportStage({ stage, look, notText }: Pick<ImportWay, "stage" | "look"> & { readonly notText: string }): ReactElement | null {
  const { t, d } = useDeskSpeech();
  if (stage.kind === "looking") return <p role="status">{d.looking}</p>;
  if (stage.kind === "unfit") {
    const said = { emptyFile: d.emptyFile, tooLarge: d.tooLarge(FILE_BYTES_MAX / MIB), notText };
    return (
      <p role="alert" className="refusal">
        {stage.name}: {said[stage.why]}
      </p>
    );
  }
  if (stage.kind !== "failed") return null;
  return (
    <div role="alert" className="findings errors">
      <p>
        <strong>{refusal(stage.problem, t)}</strong>
      </p>
      <button type="button" onClick={() => void look(stage.file)}>
        {d.lookAgain}
      </button>
    </div>
  );
}
