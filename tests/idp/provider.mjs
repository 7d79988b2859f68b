// A certified OpenID provider on loopback, for tests: it signs people in by name, whatever their password.
//
// Standard input's first line is its configuration:
//   {"clients": [{"client_id": …, "client_secret": …, "redirect_uris": […]}],
//    "people": [{"id": …, "name": …, "email": …}]}
// It answers {"issuer": …} on standard output, and ends when its input does.

import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import Provider from 'oidc-provider';

const TAGS = 'https://aws.amazon.com/tags';

function configuration({ clients, people }) {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return {
    clients: clients.map((client) => ({
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      ...client,
    })),
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256', kid: randomBytes(6).toString('hex') }] },
    cookies: { keys: [randomBytes(16).toString('hex')] },
    // The session tag that AWS reads stands in the id token, whatever else the client asks for.
    claims: { openid: ['sub', TAGS], email: ['email', 'email_verified'], profile: ['name'] },
    conformIdTokenClaims: false,
    ttl: { AccessToken: 600, AuthorizationCode: 60, Grant: 3600, IdToken: 600, Interaction: 600, RefreshToken: 3600, Session: 3600 },
    findAccount: (_context, id) => {
      const person = people.find((each) => each.id === id);
      return person && {
        accountId: id,
        claims: () => ({
          sub: id,
          name: person.name,
          email: person.email,
          email_verified: true,
          [TAGS]: { principal_tags: { Email: [person.email] }, transitive_tag_keys: ['Email'] },
        }),
      };
    },
    // Nobody is asked to consent: the organisation has consented for its people.
    loadExistingGrant: async ({ oidc }) => {
      const known = oidc.result?.consent?.grantId ?? oidc.session.grantIdFor(oidc.client.clientId);
      if (known) return oidc.provider.Grant.find(known);
      const grant = new oidc.provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId });
      grant.addOIDCScope('openid email profile offline_access');
      await grant.save();
      return grant;
    },
  };
}

const lines = createInterface({ input: process.stdin });
lines.once('line', (line) => {
  const server = createServer();
  server.listen(0, '127.0.0.1', () => {
    const issuer = `http://localhost:${server.address().port}`;
    const provider = new Provider(issuer, configuration(JSON.parse(line)));
    server.on('request', provider.callback());
    process.stdout.write(`${JSON.stringify({ issuer })}\n`);
  });
});
lines.once('close', () => process.exit(0));
