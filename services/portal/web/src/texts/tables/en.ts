/** What the page says of tables to be kept and of paper; the other languages have exactly these. */
export const tables = {
  download: "Download",
  booths: "Booths",
  reservations: "Reservations",
  spaceBookings: "Space bookings",
  happenings: "What happened",
  exhibitors: "Exhibitors",
  workbook: (what: string): string => `${what}, workbook (XLSX)`,
  text: (what: string): string => `${what}, text (CSV)`,
  preparing: "Preparing…",
  ready: (name: string): string => `${name} is in your downloads.`,
  print: "Print",
  printedAt: (when: string, zone: string): string => `As of ${when} by the clock of ${zone}`,
  yourBooths: "Your booths",
  heldUntil: "Held until",
  number: "Reservation",
  "download-too-large": "That would be too many rows. Search for less: a shorter time, or one thing alone.",
};
