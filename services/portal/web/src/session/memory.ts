/** Whether somebody went to sign in with this browser and has not signed out; the session itself is the cookie's. */

const STORED_AS = "pavilion.signed-in";

export function hasSignedIn(): boolean {
  return localStorage.getItem(STORED_AS) !== null;
}

export function rememberSignIn(signedIn: boolean): void {
  if (signedIn) localStorage.setItem(STORED_AS, "yes");
  else localStorage.removeItem(STORED_AS);
}
