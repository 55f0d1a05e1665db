/** The part of the page's address that leads to the list of fairs. */
export const FAIRS_HASH = "#fairs";
