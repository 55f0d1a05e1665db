import type { ReactElement } from "react";

import type { Timeline, VenueSpace } from "../api/types.ts";
import { TimelineList } from "../venues/TimelineList.tsx";
import type { TimeWindow } from "../venues/time.ts";
import { windowIn } from "../venues/words.ts";
import { useSpeech } from "../texts/index.ts";
import { PrintHead } from "./PrintHead.tsx";
import { usePrinting } from "./usePrinting.ts";

interface HeadProps {
  readonly venue: string;
  readonly window: TimeWindow;
  readonly zone: string;
}

/** What stands over a venue's timeline on paper. */
export function PrintedVenueHead({ venue, window, zone }: HeadProps): ReactElement | null {
  const { language } = useSpeech();
  if (!usePrinting()) return null;
  return (
    <div className="print-sheet">
      <PrintHead title={venue} subtitle={windowIn(language, window)} zone={zone} />
    </div>
  );
}

interface ListProps {
  readonly spaces: readonly VenueSpace[];
  readonly timeline: Timeline;
  readonly zone: string;
}

/** What is on the timeline, in full: a bar on paper cannot be pointed at. */
export function PrintedVenueList({ spaces, timeline, zone }: ListProps): ReactElement | null {
  if (!usePrinting()) return null;
  return (
    <div className="print-sheet beneath">
      <TimelineList spaces={spaces} timeline={timeline} zone={zone} onOpen={() => undefined} />
    </div>
  );
}
