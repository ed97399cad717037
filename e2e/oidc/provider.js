// An issuer on this machine: PORT=… node provider.js
// Every start has a key of its own. Everybody's password is right; alice and bob
// are in the groups that stand below. The client "brief" gets tokens for a second.
// With GATEHOUSE=https://… the client "gatehouse" is that one's login "corp", its logout is
// told to it, and refresh tokens are good once. Whose names stand in the file GONE, a line
// each, have no account any more. Both kinds of event are written to standard output.
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import Provider from 'oidc-provider';

const port = Number(process.env.PORT);
const host = process.env.HOST ?? 'localhost';
const issuer = `http://${host}:${port}`;
const gatehouse = process.env.GATEHOUSE;
const gone = (id) => existsSync(process.env.GONE ?? '') && readFileSync(process.env.GONE, 'utf8').split('\n').includes(id);
const groups = { alice: ['dev', 'ops'], bob: ['sales'], erin: ['dev'], mallory: ['system:masters'] };
const key = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' });

const client = (id, more) => ({
  client_id: id,
  redirect_uris: ['http://127.0.0.1:1/callback'],
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  ...more,
});

const provider = new Provider(issuer, {
  jwks: { keys: [{ ...key, kid: randomUUID(), use: 'sig', alg: 'RS256' }] },
  clients: [
    client('gatehouse', {
      client_secret: 'the secret of gatehouse',
      post_logout_redirect_uris: ['http://127.0.0.1:1/bye'],
      ...(gatehouse && {
        redirect_uris: [`${gatehouse}/gatehouse/login/corp/callback`],
        post_logout_redirect_uris: [`${gatehouse}/gatehouse/login`],
        backchannel_logout_uri: `${gatehouse}/gatehouse/login/corp/backchannel-logout`,
        backchannel_logout_session_required: true,
      }),
    }),
    client('kubectl', { token_endpoint_auth_method: 'none' }),
    client('brief', { token_endpoint_auth_method: 'none' }),
    client('stranger', { token_endpoint_auth_method: 'none' }),
  ],
  scopes: ['openid', 'offline_access', 'email', 'groups'],
  claims: { openid: ['sub'], email: ['email', 'email_verified'], groups: ['groups'] },
  conformIdTokenClaims: false,
  features: { backchannelLogout: { enabled: true } },
  // Its own guard takes no loopback address.
  fetch: (url, { dispatcher, ...options }) => fetch(url, options),
  ...(gatehouse && { rotateRefreshToken: true }),
  findAccount: (context, id) => gone(id) ? undefined : ({
    accountId: id,
    claims: () => ({ sub: id, email: `${id}@example.com`, email_verified: id !== 'bob', groups: groups[id] ?? [] }),
  }),
  ttl: {
    IdToken: (context, token, { clientId }) => (clientId === 'brief' ? 1 : 3600),
    AccessToken: 3600,
    AuthorizationCode: 60,
    Grant: 86400,
    Interaction: 3600,
    RefreshToken: 86400,
    Session: 86400,
  },
  cookies: { keys: [randomUUID()] },
});

provider.on('refresh_token.consumed', (token) => console.log(`${token.accountId} has used a refresh token`));
provider.on('backchannel.success', (context, client, id) => console.log(`${client.clientId} was told that ${id} has logged out`));
provider.on('backchannel.error', (context, error) => console.log(`a logout could not be told: ${error.message} ${error.cause ?? ''}`));

provider.listen(port, '127.0.0.1', () => console.log(`${issuer} is ready`));
