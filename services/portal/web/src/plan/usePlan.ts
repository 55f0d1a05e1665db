import { useCallback } from "react";

import * as calls from "../api/calls.ts";
import type { PlanFeature } from "../api/types.ts";
import { useRead, useReadAgain, type Read } from "../api/useRead.ts";

export const NO_FEATURES: readonly PlanFeature[] = [];

/** What a hall's floor plan shows; read again with another `turn`. */
export function usePlan(fair: string, hall: string, turn: unknown, refused: (error: unknown) => void): Read<readonly PlanFeature[]> {
  const read = useRead(useCallback(async () => (await calls.floorPlan(fair, hall)).features, [fair, hall]), refused);
  useReadAgain(read.again, turn);
  return read;
}
