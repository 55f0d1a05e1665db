/** The part of the page's address that leads to what the reader has booked. */
export const BOOKINGS_HASH = "#bookings";
