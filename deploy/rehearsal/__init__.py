"""The dress rehearsal: a fair folder's occupied stands, booked by those who stand there, and looked at afterwards."""
