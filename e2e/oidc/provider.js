// An issuer on this machine: PORT=… node provider.js
// Every start has a key of its own. Everybody's password is right; alice and bob
// are in the groups that stand below. The client "brief" gets tokens for a second.
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import Provider from 'oidc-provider';

const port = Number(process.env.PORT);
const issuer = `http://localhost:${port}`;
const groups = { alice: ['dev', 'ops'], bob: ['sales'], mallory: ['system:masters'] };
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
    }),
    client('kubectl', { token_endpoint_auth_method: 'none' }),
    client('brief', { token_endpoint_auth_method: 'none' }),
    client('stranger', { token_endpoint_auth_method: 'none' }),
  ],
  scopes: ['openid', 'offline_access', 'email', 'groups'],
  claims: { openid: ['sub'], email: ['email', 'email_verified'], groups: ['groups'] },
  conformIdTokenClaims: false,
  findAccount: (context, id) => ({
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

provider.listen(port, '127.0.0.1', () => console.log(`${issuer} is ready`));
