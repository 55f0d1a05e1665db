// A certified OpenID provider that shares no code with ours: `node provider.mjs SETTINGS.json`.
//
// The settings: { port, keys: [private JWK], clients: [metadata], people: { account: claims }, thin }. It takes any
// password, signs ID tokens with the last of its keys, and asks for consent. `thin` keeps the claims of scopes out of
// ID tokens where there is an access token to ask with, as OpenID Connect Core 5.4 has it.
import { readFileSync } from "node:fs";

import { Provider } from "oidc-provider";

const { port, keys, clients, people, thin } = JSON.parse(readFileSync(process.argv[2], "utf8"));
const algorithm = keys.at(-1).alg;

const provider = new Provider(`http://127.0.0.1:${port}`, {
  jwks: { keys },
  clients: clients.map((client) => ({ ...client, id_token_signed_response_alg: algorithm })),
  enabledJWA: { idTokenSigningAlgValues: [...new Set(["RS256", algorithm])] },
  cookies: { keys: ["of no use elsewhere"] },
  claims: { openid: ["sub"], profile: ["preferred_username", "name", "locale", "role", "exhibitor", "organizer"] },
  conformIdTokenClaims: thin,
  pkce: { required: () => true },
  findAccount: (_, account) =>
    account in people ? { accountId: account, claims: () => ({ sub: account, ...people[account] }) } : undefined,
});
provider.listen(port, "127.0.0.1");
